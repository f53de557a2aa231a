// The thread of the operating system on which everything runs that a device would run: kernels, library calls, copies. It is the
// simulator's own, with every signal blocked that is not a fault of the running code, so that no runtime interrupts a fiber.
#pragma once
#include <functional>

#include "block.h"

namespace cudasim {

/// Runs the work on the device's thread and waits for it; on that thread itself, runs it at once.
void on_device(const std::function<void()>& work);

/// Runs a whole grid, block by block, with shared memory poisoned before each block.
Fault run_grid(const Kernel& kernel, void** arguments, Extent grid, Extent size, unsigned dynamic_shared);

}  // namespace cudasim
