// A cuBLAS handle: its stream, its modes and its workspace.
#pragma once
#include <mutex>

#include "../device/context.h"
#include "../device/handles.h"
#include "../device/stream.h"
#include "../driver/abi.h"
#include "status.h"

namespace cudasim {

struct Blas {
    Stream* stream = nullptr;
    int math = math_default, pointers = pointer_host, atomics = 0;
    void* workspace = nullptr;
    size_t workspace_bytes = 0;
};

extern Handles<Blas> blas_handles;

/// What a driver status is in cuBLAS' words: a lost context is EXECUTION_FAILED.
int blas_status(int driver_status);

}  // namespace cudasim

/// The first line of a call on a handle.
#define BLAS(handle)                                                  \
    std::lock_guard<std::recursive_mutex> held(cudasim::abi_lock);    \
    cudasim::Blas* blas = cudasim::blas_handles.find(handle);         \
    if (!blas) return cudasim::blas_not_initialized;                  \
    if (int refused = cudasim::admit()) return cudasim::blas_status(refused); \
    if (!cudasim::streams.find(blas->stream)) return cudasim::blas_execution_failed
