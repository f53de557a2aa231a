// One thread block: a fiber per thread, run in turn until each waits or has exited. Threads meet at barriers and in exchanges between
// the lanes of a warp; when nobody can go on, the block is stuck, and the counts of who waits where say why.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "fiber.h"

namespace cudasim {

struct Kernel;
struct Extent { unsigned x, y, z; uint64_t count() const { return (uint64_t)x * y * z; } };

/// How a kernel ended: 0 or a driver status, with the reason.
struct Fault { int status = 0; std::string reason; };

class Block {
public:
    /// Runs every thread of one block; `index` is the block's place in the grid.
    Fault run(const Kernel& kernel, void** arguments, Extent grid, Extent block, Extent index, bool last_first);

    // Called by the thread that runs.
    void barrier(const char* file, int line);
    uint64_t exchange(unsigned mask, uint64_t value, unsigned from, const char* file, int line);
    unsigned ballot(unsigned mask, bool predicate, const char* file, int line);
    unsigned lane() const { return current->index & 31; }
    [[noreturn]] void fail(int status, const std::string& reason);

    bool running() const { return current != nullptr; }
    char* current_stack() const { return current->stack; }

private:
    enum class State : uint8_t { fresh, ready, at_barrier, at_exchange, exited };
    struct Place { const char* file = nullptr; int line = 0; };
    struct Thread {
        void* frame = nullptr;
        char* stack = nullptr;
        State state = State::fresh;
        unsigned index = 0;
        unsigned phase = 0;
        Place at;
    };
    // Two slots are enough: no lane can be two exchanges ahead of another.
    struct Warp { uint64_t values[2][32]; unsigned arrived = 0, mask = 0, phase = 0; };

    static void thread_main();
    void wait();
    void start(Thread& t);
    Thread& resume(Thread& t);
    bool exit_and_take_next();
    Thread& at_cursor();
    bool round();
    bool open_barrier();
    std::string stuck() const;
    std::string where(const Thread& t) const;
    const uint64_t* meet(unsigned mask, uint64_t value, const char* file, int line);

    const Kernel* kernel = nullptr;
    void** arguments = nullptr;
    Extent grid{}, size{}, index{};
    std::vector<Thread> threads;
    std::vector<Warp> warps;
    std::vector<char*> idle_stacks;
    Thread* current = nullptr;
    void* scheduler = nullptr;
    unsigned live = 0, at_barrier = 0, cursor = 0;
    bool moved = false, descending = false;
    Fault fault;
};

/// The device's one block processor.
extern Block block;

}  // namespace cudasim
