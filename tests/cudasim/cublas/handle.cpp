#include "handle.h"

using namespace cudasim;

namespace cudasim {

Handles<Blas> blas_handles;

int blas_status(int driver_status) {
    switch (driver_status) {
        case success: return blas_success;
        case not_initialized: case invalid_context: case context_is_destroyed: return blas_not_initialized;
        case out_of_memory: return blas_alloc_failed;
        default: return blas_execution_failed;
    }
}

}  // namespace cudasim

CUDASIM_EXPORT const char* cublasGetStatusString(int status) {
    switch (status) {
        case blas_success: return "CUBLAS_STATUS_SUCCESS";
        case blas_not_initialized: return "CUBLAS_STATUS_NOT_INITIALIZED";
        case blas_alloc_failed: return "CUBLAS_STATUS_ALLOC_FAILED";
        case blas_invalid_value: return "CUBLAS_STATUS_INVALID_VALUE";
        case blas_arch_mismatch: return "CUBLAS_STATUS_ARCH_MISMATCH";
        case blas_mapping_error: return "CUBLAS_STATUS_MAPPING_ERROR";
        case blas_execution_failed: return "CUBLAS_STATUS_EXECUTION_FAILED";
        case blas_internal_error: return "CUBLAS_STATUS_INTERNAL_ERROR";
        case blas_not_supported: return "CUBLAS_STATUS_NOT_SUPPORTED";
        default: return "<unknown>";
    }
}

CUDASIM_EXPORT const char* cublasGetStatusName(int status) { return cublasGetStatusString(status); }

/// It allocates, so it is refused during a capture.
CUDASIM_EXPORT int cublasCreate_v2(void** handle) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    if (!handle) return blas_invalid_value;
    if (int refused = admit()) return blas_status(refused);
    if (refuse_while_capturing(__func__)) return blas_alloc_failed;
    *handle = blas_handles.add(std::make_unique<Blas>());
    return blas_success;
}

CUDASIM_EXPORT int cublasDestroy_v2(void* handle) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    return blas_handles.remove(handle) ? blas_success : blas_not_initialized;
}

CUDASIM_EXPORT int cublasGetVersion_v2(void* handle, int* version) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    if (!blas_handles.find(handle)) return blas_not_initialized;
    if (!version) return blas_invalid_value;
    *version = 120804;
    return blas_success;
}

/// Setting the stream takes the workspace back that a call gave: the documentation of cublasSetStream.
CUDASIM_EXPORT int cublasSetStream_v2(void* handle, Stream* stream) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    Blas* blas = blas_handles.find(handle);
    if (!blas) return blas_not_initialized;
    if (!streams.find(stream)) return blas_invalid_value;
    blas->stream = stream;
    blas->workspace = nullptr;
    blas->workspace_bytes = 0;
    return blas_success;
}

CUDASIM_EXPORT int cublasGetStream_v2(void* handle, Stream** stream) {
    BLAS(handle);
    if (!stream) return blas_invalid_value;
    *stream = blas->stream;
    return blas_success;
}

/// At least 256-byte aligned device memory.
CUDASIM_EXPORT int cublasSetWorkspace_v2(void* handle, void* workspace, size_t bytes) {
    BLAS(handle);
    if ((uint64_t)workspace % 256 != 0 || (workspace && !memory.holding((uint64_t)workspace, bytes))) {
        diagnose("cublasSetWorkspace: %zu bytes at %p: %s, a multiple of 256 is needed", bytes, workspace,
                 memory.describe((uint64_t)workspace).c_str());
        return blas_invalid_value;
    }
    blas->workspace = workspace;
    blas->workspace_bytes = workspace ? bytes : 0;
    return blas_success;
}

CUDASIM_EXPORT int cublasSetMathMode(void* handle, int mode) {
    BLAS(handle);
    // Bit 4 forbids reductions in reduced precision, which are not made here.
    if ((mode & ~16) < math_default || (mode & ~16) > math_tf32) return blas_invalid_value;
    blas->math = mode & ~16;
    return blas_success;
}

CUDASIM_EXPORT int cublasGetMathMode(void* handle, int* mode) {
    BLAS(handle);
    if (!mode) return blas_invalid_value;
    *mode = blas->math;
    return blas_success;
}

CUDASIM_EXPORT int cublasSetPointerMode_v2(void* handle, int mode) {
    BLAS(handle);
    if (mode != pointer_host && mode != pointer_device) return blas_invalid_value;
    blas->pointers = mode;
    return blas_success;
}

CUDASIM_EXPORT int cublasSetAtomicsMode(void* handle, int mode) {
    BLAS(handle);
    if (mode != 0 && mode != 1) return blas_invalid_value;
    blas->atomics = mode;
    return blas_success;
}
