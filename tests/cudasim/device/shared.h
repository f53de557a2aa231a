// Shared memory of the running block. Kernels see thread-local arrays of their library; all of it is poisoned before each block, since a
// kernel with a missing barrier otherwise finds the last block's values and passes by luck.
#pragma once
#include <cstddef>

namespace cudasim {

constexpr size_t max_shared = 232448, default_shared = 48 << 10, reserved_shared = 1024;

/// Fills every library's shared memory with NaN, and what follows the dynamic part with guard bytes.
void poison_shared(size_t dynamic_bytes);
bool shared_guard_whole(size_t dynamic_bytes);

}  // namespace cudasim
