// Device memory: every allocation has pages of its own that end at an inaccessible one, with guard bytes between its last byte and that
// page. A write just past the end is seen at the next check, an access further out faults at once, and so does any use after free,
// because addresses are never given out twice.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace cudasim {

struct Allocation {
    uint64_t address;   // what the caller sees, a multiple of 256
    size_t size;
    uint64_t mapping;   // of its pages, the two closed ones included
    size_t mapped;
};

class Memory {
public:
    /// New memory, all bits one: every float in it is not a number. 0 where the mapping fails.
    uint64_t allocate(size_t size);

    /// Takes the memory out of use; its addresses fault from now on. False for anything that allocate did not give.
    bool release(uint64_t address);
    void release_all();

    /// The live allocation that holds a whole range, or null.
    const Allocation* holding(uint64_t address, size_t size) const;

    /// The allocation at or before an address, or null.
    const Allocation* nearest(uint64_t address) const;

    /// Whether the guards of one allocation, or of all of them, are whole; says in the diagnostic which was written.
    bool guards_whole(const Allocation& a, const char* culprit) const;
    bool all_guards_whole(const char* culprit) const;

    /// Where an address lies, in words: "4 bytes past the end of an allocation of 40 bytes".
    std::string describe(uint64_t address) const;

    size_t live_bytes() const { return bytes; }
    size_t live() const { return table.size(); }

private:
    std::map<uint64_t, Allocation> table;
    std::map<uint64_t, Allocation> released;
    size_t bytes = 0;
};

extern Memory memory;

/// Page-locked host memory: allocated here or registered. Copies from and to it are asynchronous, and kernels may use it.
class HostMemory {
public:
    void* allocate(size_t size);
    bool release(void* p);
    bool add(void* p, size_t size);     // registers memory of the caller's; false where it overlaps
    bool remove(void* p);
    bool holds(const void* p, size_t size) const;
    void release_all();

private:
    struct Block { size_t size; bool owned; };
    std::map<uint64_t, Block> table;
};

extern HostMemory host_memory;

}  // namespace cudasim
