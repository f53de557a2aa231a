#include "fiber.h"

#include <sys/mman.h>

#ifndef __x86_64__
#error "the stack switch is written for x86-64"
#endif

asm(R"(
.text
.globl cudasim_switch_stack
.hidden cudasim_switch_stack
.type cudasim_switch_stack, @function
cudasim_switch_stack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size cudasim_switch_stack, . - cudasim_switch_stack
)");

namespace cudasim {

char* new_stack() {
    char* stack = (char*)mmap(nullptr, fiber_stack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    mprotect(stack, 4096, PROT_NONE);
    return stack;
}

void* first_frame(char* stack, void (*entry)()) {
    // At a function's first instruction the stack pointer is 8 past a multiple of 16, as after a call.
    void** top = (void**)(stack + fiber_stack);
    *--top = nullptr;
    *--top = (void*)entry;
    for (int i = 0; i < 6; i++) *--top = nullptr;
    return top;
}

}  // namespace cudasim
