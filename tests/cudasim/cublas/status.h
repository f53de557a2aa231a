// cublasStatus_t and the other enumerations, with the numbers of the cuBLAS documentation.
#pragma once

namespace cudasim {

enum : int {
    blas_success = 0,
    blas_not_initialized = 1,
    blas_alloc_failed = 3,
    blas_invalid_value = 7,
    blas_arch_mismatch = 8,
    blas_mapping_error = 11,
    blas_execution_failed = 13,
    blas_internal_error = 14,
    blas_not_supported = 15,
};

enum : int { op_n = 0, op_t = 1, op_c = 2 };
enum : int { pointer_host = 0, pointer_device = 1 };
enum : int { math_default = 0, math_tensor_op = 1, math_pedantic = 2, math_tf32 = 3 };
enum : int { type_32f = 0, type_64f = 1, type_16f = 2, type_16bf = 14 };
enum : int { compute_32f = 68, compute_32f_pedantic = 69, compute_32f_fast_16bf = 75, compute_32f_fast_tf32 = 77 };

}  // namespace cudasim
