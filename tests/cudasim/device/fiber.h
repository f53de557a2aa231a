// Stacks and the switch between them. ucontext would make a system call for every switch and cost ten times as much; six pushes, six
// pops and a stack pointer are all that the x86-64 System V convention asks for.
#pragma once
#include <cstddef>

namespace cudasim {

constexpr size_t fiber_stack = 128 << 10;

/// A stack that faults when it overflows.
char* new_stack();

/// Makes a stack pointer from which switch_stack starts `entry`, which must never return.
void* first_frame(char* stack, void (*entry)());

/// Saves where we are in *save and goes on at load.
extern "C" void cudasim_switch_stack(void** save, void* load);

}  // namespace cudasim
