// Included before every .cu file: the words of CUDA C++ that kernels may use, for g++. Threads are fibers of the simulator, blocks run
// one after another on one thread of the operating system, hence plain variables for the index registers and plain atomics.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "threads.h"

#define __CUDASIM__ 1
#define __host__
#define __device__
#ifndef __global__
#define __global__
#endif
#ifndef __launch_bounds__
#define __launch_bounds__(...)
#endif
#define __constant__ static
#define __forceinline__ inline __attribute__((always_inline))
#define __restrict__ __restrict
#define __align__(n) __attribute__((aligned(n)))
// Only a storage class can stand both before a block's array and after "extern". A kernels library is one thread-local block, which is how
// the simulator finds all its shared memory to poison it.
#define __shared__ thread_local

using uint3 = cudasim::Index;
using dim3 = cudasim::Sizes;
struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
struct alignas(8) int2 { int x, y; };
struct alignas(16) int4 { int x, y, z, w; };
struct alignas(8) uint2 { unsigned x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
struct alignas(4) ushort2 { unsigned short x, y; };
struct alignas(8) ushort4 { unsigned short x, y, z, w; };
struct alignas(4) uchar4 { unsigned char x, y, z, w; };

static inline float2 make_float2(float x, float y) { return {x, y}; }
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline int2 make_int2(int x, int y) { return {x, y}; }
static inline int4 make_int4(int x, int y, int z, int w) { return {x, y, z, w}; }
static inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
static inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

#define threadIdx (::cudasim::registers.thread)
#define blockIdx (::cudasim::registers.block)
#define blockDim (::cudasim::registers.block_size)
#define gridDim (::cudasim::registers.grid_size)
#define warpSize 32

// Where a call stands, for messages and to tell one barrier from another.
#define CUDASIM_HERE const char *file = __builtin_FILE(), int line = __builtin_LINE()

static inline void __syncthreads(CUDASIM_HERE) { cudasim::barrier(file, line); }
static inline void __syncwarp(unsigned mask = 0xFFFFFFFFu, CUDASIM_HERE) { cudasim::exchange(mask, 0, cudasim::lane(), file, line); }

template <class T> T __shfl_sync(unsigned mask, T value, int from, int width = 32, CUDASIM_HERE) {
    unsigned l = cudasim::lane(), w = (unsigned)width;
    return cudasim::exchanged(mask, value, (l & ~(w - 1)) | ((unsigned)from & (w - 1)), file, line);
}
template <class T> T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32, CUDASIM_HERE) {
    unsigned l = cudasim::lane(), w = (unsigned)width;
    return cudasim::exchanged(mask, value, (l & (w - 1)) + by < w ? l + by : l, file, line);
}
template <class T> T __shfl_up_sync(unsigned mask, T value, unsigned by, int width = 32, CUDASIM_HERE) {
    unsigned l = cudasim::lane(), w = (unsigned)width;
    return cudasim::exchanged(mask, value, (l & (w - 1)) >= by ? l - by : l, file, line);
}
template <class T> T __shfl_xor_sync(unsigned mask, T value, int by, int width = 32, CUDASIM_HERE) {
    unsigned l = cudasim::lane(), w = (unsigned)width, from = l ^ (unsigned)by;
    return cudasim::exchanged(mask, value, from < (l & ~(w - 1)) + w ? from : l, file, line);
}
static inline unsigned __ballot_sync(unsigned mask, int p, CUDASIM_HERE) { return cudasim::ballot(mask, p != 0, file, line); }
static inline int __any_sync(unsigned mask, int p, CUDASIM_HERE) { return cudasim::ballot(mask, p != 0, file, line) != 0; }
static inline int __all_sync(unsigned mask, int p, CUDASIM_HERE) { return cudasim::ballot(mask, p == 0, file, line) == 0; }

template <class T> T __ldg(const T* p) { return *p; }
static inline void __threadfence() {}
static inline void __threadfence_block() {}

template <class T> T cudasim_atomic_add(T* at, T value) {
    T old = *at;
    *at = old + value;
    return old;
}
static inline float atomicAdd(float* at, float value) { return cudasim_atomic_add(at, value); }
static inline int atomicAdd(int* at, int value) { return cudasim_atomic_add(at, value); }
static inline unsigned atomicAdd(unsigned* at, unsigned value) { return cudasim_atomic_add(at, value); }
static inline unsigned long long atomicAdd(unsigned long long* at, unsigned long long value) { return cudasim_atomic_add(at, value); }

template <class To, class From> To cudasim_bits(From value) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &value, sizeof to);
    return to;
}
static inline float __int_as_float(int v) { return cudasim_bits<float>(v); }
static inline int __float_as_int(float v) { return cudasim_bits<int>(v); }
static inline float __uint_as_float(unsigned v) { return cudasim_bits<float>(v); }
static inline unsigned __float_as_uint(float v) { return cudasim_bits<unsigned>(v); }
static inline unsigned __umulhi(unsigned a, unsigned b) { return (unsigned)(((uint64_t)a * b) >> 32); }
static inline int __popc(unsigned v) { return __builtin_popcount(v); }
static inline int __clz(int v) { return v ? __builtin_clz((unsigned)v) : 32; }

// Rounded as the hardware rounds them; exp, tanh and their like are the kernels' own.
static inline float fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
static inline float sqrtf(float v) { return __builtin_sqrtf(v); }
static inline float fabsf(float v) { return __builtin_fabsf(v); }
static inline float fminf(float a, float b) { return __builtin_fminf(a, b); }
static inline float fmaxf(float a, float b) { return __builtin_fmaxf(a, b); }
static inline float floorf(float v) { return __builtin_floorf(v); }
static inline float ceilf(float v) { return __builtin_ceilf(v); }
static inline float rintf(float v) { return __builtin_rintf(v); }
static inline float truncf(float v) { return __builtin_truncf(v); }
static inline double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
static inline double sqrt(double v) { return __builtin_sqrt(v); }
static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a > b ? a : b; }
static inline unsigned min(unsigned a, unsigned b) { return a < b ? a : b; }
static inline unsigned max(unsigned a, unsigned b) { return a > b ? a : b; }
static inline long long min(long long a, long long b) { return a < b ? a : b; }
static inline long long max(long long a, long long b) { return a > b ? a : b; }
