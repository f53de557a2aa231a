#include "faults.h"

#include <pthread.h>
#include <ucontext.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "../driver/status.h"
#include "block.h"
#include "memory.h"

namespace cudasim {

namespace {

pthread_t device_thread;
struct sigaction previous_segv, previous_bus;
uint64_t fault_address;
bool stack_overflow;

/// Where a faulting fiber goes on: on an emptied stack, as if the kernel had called it.
[[noreturn]] void landed() {
    if (stack_overflow) block.fail(launch_failed, "stack overflow");
    char text[40];
    snprintf(text, sizeof text, "access to 0x%llx, ", (unsigned long long)fault_address);
    block.fail(illegal_address, text + memory.describe(fault_address));
}

void handle(int signal, siginfo_t* info, void* context) {
    if (pthread_equal(pthread_self(), device_thread) && block.running()) {
        char* stack = block.current_stack();
        fault_address = (uint64_t)info->si_addr;
        stack_overflow = (char*)info->si_addr >= stack && (char*)info->si_addr < stack + 4096;
        greg_t* registers = ((ucontext_t*)context)->uc_mcontext.gregs;
        registers[REG_RSP] = (greg_t)(stack + fiber_stack - 8);
        registers[REG_RIP] = (greg_t)&landed;
        return;
    }
    const struct sigaction& previous = signal == SIGSEGV ? previous_segv : previous_bus;
    if (previous.sa_flags & SA_SIGINFO) previous.sa_sigaction(signal, info, context);
    else if (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN) sigaction(signal, &previous, nullptr);
    else previous.sa_handler(signal);
}

}  // namespace

void catch_faults() {
    device_thread = pthread_self();
    stack_t alternate{};
    alternate.ss_size = 64 << 10;
    alternate.ss_sp = malloc(alternate.ss_size);
    sigaltstack(&alternate, nullptr);
    struct sigaction action{};
    action.sa_sigaction = &handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &previous_segv);
    sigaction(SIGBUS, &action, &previous_bus);
}

// The kernels are compiled with g++'s checks of alignment, array bounds and division; what follows is called by its code, with the layouts
// of the undefined-behaviour sanitizer's interface.
struct Location { const char* file; uint32_t line, column; };
struct TypeName { uint16_t kind, info; char name[1]; };
struct Mismatch { Location at; TypeName* type; uint8_t log_alignment, kind; };
struct Bounds { Location at; TypeName *array, *index; };
struct Division { Location at; TypeName* type; };

[[noreturn]] static void fail_at(const Location& at, int status, const std::string& what) {
    const char* slash = strrchr(at.file, '/');
    block.fail(status, what + " at " + (slash ? slash + 1 : at.file) + ":" + std::to_string(at.line));
}

}  // namespace cudasim

extern "C" {

void __ubsan_handle_type_mismatch_v1(cudasim::Mismatch* data, uint64_t pointer) {
    size_t alignment = (size_t)1 << data->log_alignment;
    char text[160];
    snprintf(text, sizeof text, "access to 0x%llx, which is no multiple of %zu,", (unsigned long long)pointer, alignment);
    cudasim::fail_at(data->at, cudasim::misaligned_address, text);
}

void __ubsan_handle_out_of_bounds(cudasim::Bounds* data, uint64_t index) {
    std::string array = data->array->name;
    cudasim::fail_at(data->at, cudasim::illegal_address, "index " + std::to_string((int64_t)index) + " of an array of type " + array);
}

void __ubsan_handle_divrem_overflow(cudasim::Division* data, uint64_t, uint64_t) {
    cudasim::fail_at(data->at, cudasim::launch_failed, "integer division by zero");
}

}
