// The words of CUDA that the kernels use, for clang without a toolkit: it compiles kernels/*.cu to PTX with this file in front of each
// (see compile-ptx.sh). NVRTC knows them by itself.
#pragma once

#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __align__(bytes) __attribute__((aligned(bytes)))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __restrict__ __restrict

#define SHIM static __device__ __forceinline__

struct alignas(16) float4 {
  float x, y, z, w;
};
SHIM float4 make_float4(float x, float y, float z, float w) { return float4{x, y, z, w}; }

// Special registers as members: reading one calls the intrinsic.
#define REGISTERS(TYPE, REGISTER)                                                      \
  struct TYPE {                                                                        \
    __declspec(property(get = get_x)) unsigned x;                                      \
    __declspec(property(get = get_y)) unsigned y;                                      \
    __declspec(property(get = get_z)) unsigned z;                                      \
    __device__ __forceinline__ unsigned get_x() const { return __nvvm_read_ptx_sreg_##REGISTER##_x(); } \
    __device__ __forceinline__ unsigned get_y() const { return __nvvm_read_ptx_sreg_##REGISTER##_y(); } \
    __device__ __forceinline__ unsigned get_z() const { return __nvvm_read_ptx_sreg_##REGISTER##_z(); } \
  };
REGISTERS(thread_index_registers, tid)
REGISTERS(block_index_registers, ctaid)
REGISTERS(block_size_registers, ntid)
REGISTERS(grid_size_registers, nctaid)
#undef REGISTERS
extern const __device__ __attribute__((weak)) thread_index_registers threadIdx;
extern const __device__ __attribute__((weak)) block_index_registers blockIdx;
extern const __device__ __attribute__((weak)) block_size_registers blockDim;
extern const __device__ __attribute__((weak)) grid_size_registers gridDim;

SHIM void __syncwarp(unsigned mask = 0xffffffffu) { __nvvm_bar_warp_sync(mask); }

// 0x1f: the exchange stays within the 32 lanes of the warp. A double goes as its two halves.
SHIM float __shfl_down_sync(unsigned mask, float value, unsigned distance) {
  return __nvvm_shfl_sync_down_f32(mask, value, (int)distance, 0x1f);
}
SHIM double __shfl_down_sync(unsigned mask, double value, unsigned distance) {
  struct halves {
    int low, high;
  };
  halves bits = __builtin_bit_cast(halves, value);
  bits.low = __nvvm_shfl_sync_down_i32(mask, bits.low, (int)distance, 0x1f);
  bits.high = __nvvm_shfl_sync_down_i32(mask, bits.high, (int)distance, 0x1f);
  return __builtin_bit_cast(double, bits);
}

SHIM float __int_as_float(int bits) { return __builtin_bit_cast(float, bits); }
SHIM int __float_as_int(float value) { return __builtin_bit_cast(int, value); }
SHIM float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
SHIM double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
SHIM float sqrtf(float x) { return __nvvm_sqrt_rn_f(x); }
SHIM double sqrt(double x) { return __nvvm_sqrt_rn_d(x); }

#undef SHIM
