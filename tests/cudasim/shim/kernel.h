// What the simulator knows of one kernel, and what a kernels library and the simulator call of each other. Kernels are ordinary typed
// functions, so a template reads their parameters from the function's type: no table of sizes is written by hand.
#pragma once
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace cudasim {

struct Parameter { size_t offset, size; bool pointer; };

struct Kernel {
    const char* name;
    int max_threads;                 // from __launch_bounds__, else 1024
    void (*call)(void** arguments);  // runs one thread
    const Parameter* parameters;
    size_t parameter_count;
};

/// One .cu file compiled in, or a header they include: its text is what a program for NVRTC is compared with.
struct Source { const char* name; const char* text; size_t length; };

/// Where a kernels library keeps its shared memory on the calling thread; asking also makes the thread's copy exist.
struct SharedMemory { unsigned char* dynamic; size_t dynamic_size; };

struct KernelLibrary {
    const Kernel* kernels;
    size_t kernel_count;
    const Source* sources;
    size_t source_count;
    SharedMemory (*shared)();
};

// Exported by the simulator.
void add_kernel(const Kernel& kernel, const char* source_file);
void add_source(const Source& source);
void add_shared(SharedMemory (*shared)());

template <auto F> struct Describe;

template <class... A, void (*F)(A...)> struct Describe<F> {
    template <size_t... I> static void call_each(void** p, std::index_sequence<I...>) { F(*static_cast<std::remove_cv_t<A>*>(p[I])...); }
    static void call(void** p) { call_each(p, std::index_sequence_for<A...>{}); }

    static Kernel as(const char* name, int max_threads) {
        static Parameter parameters[sizeof...(A) + 1];
        size_t offset = 0, i = 0;
        (([&] {
             offset = (offset + alignof(A) - 1) / alignof(A) * alignof(A);
             parameters[i++] = {offset, sizeof(A), std::is_pointer_v<A>};
             offset += sizeof(A);
         }()),
         ...);
        return {name, max_threads, &call, parameters, sizeof...(A)};
    }
};

}  // namespace cudasim
