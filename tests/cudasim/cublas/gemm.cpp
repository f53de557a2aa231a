// Matrix products: C = alpha op(A) op(B) + beta C, matrices by columns, sums in double precision. One routine serves all the exported ones.
#include <algorithm>
#include <vector>

#include "../device/arithmetic.h"
#include "../device/library.h"
#include "handle.h"

using namespace cudasim;

namespace {

struct Matrix { const void* data; int type; int ld; long long stride; };

struct Product {
    int op_a, op_b, m, n, k, count;
    Matrix a, b, c;
    const void *alpha, *beta;
    bool scalars_on_device;
    int fraction;  // bits of fraction the operands keep: 23, 10 (TF32) or 7 (bf16)
};

bool bf16(const Matrix& m) { return m.type == type_16bf; }
size_t bytes_each(const Matrix& m) { return bf16(m) ? 2 : 4; }

/// From the first element of the first matrix to the last of the last.
size_t bytes_of(const Matrix& m, int rows, int columns, int count) {
    if (rows == 0 || columns == 0 || count == 0) return 0;
    return bytes_each(m) * (size_t)(m.stride * (count - 1) + (long long)m.ld * (columns - 1) + rows);
}

float operand(const Matrix& m, int64_t index, int fraction) {
    float value = load(m.data, bf16(m), index);
    return fraction == 23 ? value : round_to(value, fraction);
}

/// One matrix: op(A) by rows of k, op(B) by rows of n, so that the innermost loop runs along a row of the result.
void multiply(const Product& p, int index) {
    Matrix a = p.a, b = p.b, c = p.c;
    int64_t at_a = a.stride * index, at_b = b.stride * index, at_c = c.stride * index;
    int64_t m = p.m, n = p.n, k = p.k;
    std::vector<double> left((size_t)(m * k)), right((size_t)(k * n)), sums((size_t)n);
    for (int64_t i = 0; i < m; i++)
        for (int64_t l = 0; l < k; l++)
            left[(size_t)(i * k + l)] = operand(a, at_a + (p.op_a == op_n ? i + l * a.ld : l + i * a.ld), p.fraction);
    for (int64_t l = 0; l < k; l++)
        for (int64_t j = 0; j < n; j++)
            right[(size_t)(l * n + j)] = operand(b, at_b + (p.op_b == op_n ? l + j * b.ld : j + l * b.ld), p.fraction);
    float alpha = *(const float*)p.alpha, beta = *(const float*)p.beta;
    for (int64_t i = 0; i < m; i++) {
        std::fill(sums.begin(), sums.end(), 0.0);
        for (int64_t l = 0; l < k; l++) {
            double factor = left[(size_t)(i * k + l)];
            const double* row = &right[(size_t)(l * n)];
            for (int64_t j = 0; j < n; j++) sums[(size_t)j] += factor * row[j];
        }
        for (int64_t j = 0; j < n; j++) {
            int64_t at = at_c + i + j * c.ld;
            // With beta 0 C need not hold numbers, and is not read.
            float kept = beta == 0 ? 0 : beta * load(c.data, bf16(c), at);
            store((void*)c.data, bf16(c), at, (float)(alpha * sums[(size_t)j]) + kept);
        }
    }
}

int refuse(const char* call, const char* what) {
    diagnose("%s: %s", call, what);
    return blas_invalid_value;
}

int gemm(const char* call, Blas& blas, Product p) {
    if (p.op_a < op_n || p.op_a > op_c || p.op_b < op_n || p.op_b > op_c) return refuse(call, "an operation is neither N, T nor C");
    if (p.m < 0 || p.n < 0 || p.k < 0 || p.count < 0) return refuse(call, "a size is negative");
    int rows_a = p.op_a == op_n ? p.m : p.k, rows_b = p.op_b == op_n ? p.k : p.n;
    if (p.a.ld < std::max(1, rows_a)) return refuse(call, "lda is less than the rows of A as it is stored");
    if (p.b.ld < std::max(1, rows_b)) return refuse(call, "ldb is less than the rows of B as it is stored");
    if (p.c.ld < std::max(1, p.m)) return refuse(call, "ldc is less than m");
    if (!p.alpha || !p.beta) return refuse(call, "alpha or beta is null");
    if (p.m == 0 || p.n == 0 || p.count == 0) return blas_success;
    float host_alpha = 0, host_beta = 0;
    if (!p.scalars_on_device) {
        host_alpha = *(const float*)p.alpha;
        host_beta = *(const float*)p.beta;
    }
    std::vector<Operand> operands = {
        {"A", p.a.data, p.k == 0 ? 0 : bytes_of(p.a, rows_a, p.op_a == op_n ? p.k : p.m, p.count)},
        {"B", p.b.data, p.k == 0 ? 0 : bytes_of(p.b, rows_b, p.op_b == op_n ? p.n : p.k, p.count)},
        {"C", p.c.data, bytes_of(p.c, p.m, p.n, p.count)},
    };
    if (p.scalars_on_device) {
        operands.push_back({"alpha", p.alpha, sizeof(float)});
        operands.push_back({"beta", p.beta, sizeof(float)});
    }
    if (blas.workspace) operands.push_back({"the workspace", blas.workspace, blas.workspace_bytes});
    else if (streams.find(blas.stream)->capture) diagnose("%s: no workspace was set, so cuBLAS allocates one for this graph", call);
    return blas_status(submit_library(*streams.find(blas.stream), call, operands, [=]() mutable {
        if (!p.scalars_on_device) {
            p.alpha = &host_alpha;
            p.beta = &host_beta;
        }
        for (int i = 0; i < p.count; i++) multiply(p, i);
    }));
}

/// Bits of fraction that single-precision operands keep in a mode; only TF32 must be asked for.
int fraction_of_math(const Blas& blas) { return blas.math == math_tf32 ? 10 : 23; }

/// The same for the types of the extended calls, or -1 for a combination that cuBLAS' table does not have or that is not simulated.
int fraction_of_compute(const Blas& blas, int type_a, int type_b, int type_c, int compute) {
    if (type_a != type_b || (type_a != type_32f && type_a != type_16bf) || (type_c != type_a && type_c != type_32f)) return -1;
    switch (compute) {
        case compute_32f: return type_a == type_32f ? fraction_of_math(blas) : 23;
        case compute_32f_pedantic: return 23;
        case compute_32f_fast_tf32: return type_a == type_32f ? 10 : -1;
        case compute_32f_fast_16bf: return type_a == type_32f ? 7 : -1;
        default: return -1;
    }
}

}  // namespace

CUDASIM_EXPORT int cublasSgemmStridedBatched(void* handle, int op_a, int op_b, int m, int n, int k, const float* alpha, const float* a,
                                             int lda, long long stride_a, const float* b, int ldb, long long stride_b, const float* beta,
                                             float* c, int ldc, long long stride_c, int count) {
    BLAS(handle);
    Matrix in_a{a, type_32f, lda, stride_a}, in_b{b, type_32f, ldb, stride_b}, in_c{c, type_32f, ldc, stride_c};
    bool on_device = blas->pointers == pointer_device;
    return gemm(__func__, *blas, {op_a, op_b, m, n, k, count, in_a, in_b, in_c, alpha, beta, on_device, fraction_of_math(*blas)});
}

CUDASIM_EXPORT int cublasSgemm_v2(void* handle, int op_a, int op_b, int m, int n, int k, const float* alpha, const float* a, int lda,
                                  const float* b, int ldb, const float* beta, float* c, int ldc) {
    BLAS(handle);
    Matrix in_a{a, type_32f, lda, 0}, in_b{b, type_32f, ldb, 0}, in_c{c, type_32f, ldc, 0};
    bool on_device = blas->pointers == pointer_device;
    return gemm(__func__, *blas, {op_a, op_b, m, n, k, 1, in_a, in_b, in_c, alpha, beta, on_device, fraction_of_math(*blas)});
}

CUDASIM_EXPORT int cublasGemmStridedBatchedEx(void* handle, int op_a, int op_b, int m, int n, int k, const void* alpha, const void* a,
                                              int type_a, int lda, long long stride_a, const void* b, int type_b, int ldb,
                                              long long stride_b, const void* beta, void* c, int type_c, int ldc, long long stride_c,
                                              int count, int compute, int) {
    BLAS(handle);
    int fraction = fraction_of_compute(*blas, type_a, type_b, type_c, compute);
    if (fraction < 0) {
        diagnose("%s: types %d, %d, %d with compute type %d", __func__, type_a, type_b, type_c, compute);
        return blas_not_supported;
    }
    Matrix in_a{a, type_a, lda, stride_a}, in_b{b, type_b, ldb, stride_b}, in_c{c, type_c, ldc, stride_c};
    bool on_device = blas->pointers == pointer_device;
    return gemm(__func__, *blas, {op_a, op_b, m, n, k, count, in_a, in_b, in_c, alpha, beta, on_device, fraction});
}

CUDASIM_EXPORT int cublasGemmEx(void* handle, int op_a, int op_b, int m, int n, int k, const void* alpha, const void* a, int type_a,
                                int lda, const void* b, int type_b, int ldb, const void* beta, void* c, int type_c, int ldc, int compute,
                                int algorithm) {
    return cublasGemmStridedBatchedEx(handle, op_a, op_b, m, n, k, alpha, a, type_a, lda, 0, b, type_b, ldb, 0, beta, c, type_c, ldc, 0, 1,
                                      compute, algorithm);
}
