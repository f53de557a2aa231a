// What a running kernel asks of the simulator: its place in the grid, barriers, and exchanges between the lanes of a warp.
#pragma once
#include <cstdint>
#include <cstring>

namespace cudasim {

struct Index { unsigned x, y, z; };
struct Sizes { unsigned x = 1, y = 1, z = 1; };
struct Registers { Index thread, block; Sizes block_size, grid_size; };

/// Of the thread that runs; only one runs at a time.
extern Registers registers;

void barrier(const char* file, int line);
unsigned lane();

/// One exchange between the lanes of a warp: gives what lane `from` put in, once every lane of the mask has put something in.
uint64_t exchange(unsigned mask, uint64_t value, unsigned from, const char* file, int line);

/// Bit n: whether lane n's predicate holds, over the lanes of the mask.
unsigned ballot(unsigned mask, bool predicate, const char* file, int line);

template <class T> T exchanged(unsigned mask, T value, unsigned from, const char* file, int line) {
    static_assert(sizeof(T) <= 8);
    uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    bits = exchange(mask, bits, from, file, line);
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

}  // namespace cudasim
