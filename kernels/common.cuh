// What the kernels share: indices, 16-byte accesses, activations, the exponential, sums over a block.
//
// The files include nothing else, so that a machine with a driver alone can compile them. Every tensor starts at a multiple of 16
// bytes. A product that is added to something is written as fmaf and compilers are told to fuse nothing themselves: each result then
// has the same bits from every compiler. No sum depends on the order in which threads or blocks run.
#pragma once

#define DEVICE static __device__ __forceinline__
#define KERNEL extern "C" __global__ void __launch_bounds__(256)

// A launch's shared memory of variable size; there is one name for it, since all kernels may end up in one program.
extern __shared__ __align__(16) float dynamic_shared[];

// The loop over elements that any number of blocks may share: from thread_index() in steps of thread_count().
DEVICE long long thread_index() { return (long long)blockIdx.x * blockDim.x + threadIdx.x; }
DEVICE long long thread_count() { return (long long)gridDim.x * blockDim.x; }

DEVICE float4 load4(const float* from, long long vector) { return reinterpret_cast<const float4*>(from)[vector]; }
DEVICE void store4(float* to, long long vector, float4 value) { reinterpret_cast<float4*>(to)[vector] = value; }

DEVICE float4 zero4() { return make_float4(0.0f, 0.0f, 0.0f, 0.0f); }
DEVICE float4 add4(float4 a, float4 b) { return make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w); }

// a * b + c with one factor for all four.
DEVICE float4 fma4(float a, float4 b, float4 c) {
  return make_float4(fmaf(a, b.x, c.x), fmaf(a, b.y, c.y), fmaf(a, b.z, c.z), fmaf(a, b.w, c.w));
}

// 2^n, where shifted = n + 1.5 * 2^23 holds n in its last bits, -126 <= n <= 127.
DEVICE float power_of_two(float shifted) { return __int_as_float((int)((unsigned)(__float_as_int(shifted) + 127) << 23)); }

// exp(x) - 1 for x <= 0, without cancellation near zero. With n = round(x / ln 2) and r = x - n ln 2 it is 2^n (exp(r) - 1) + (2^n - 1);
// ln 2 is subtracted in two parts, the first short enough that its product with n is exact (Cody and Waite, Software Manual for the
// Elementary Functions, 1980, chapter 6). The Taylor series to r^7 leaves 1.5e-8 relative. Below -20 the result rounds to -1.
DEVICE float exp_minus_one(float x) {
  const float shift = 12582912.0f;
  x = x < -20.0f ? -20.0f : x;
  float shifted = fmaf(x, 1.44269504f, shift);
  float n = shifted - shift;
  float r = fmaf(n, -0.693359375f, x);
  r = fmaf(n, 2.12194440e-4f, r);
  float series = 1.0f / 5040.0f;
  series = fmaf(series, r, 1.0f / 720.0f);
  series = fmaf(series, r, 1.0f / 120.0f);
  series = fmaf(series, r, 1.0f / 24.0f);
  series = fmaf(series, r, 1.0f / 6.0f);
  series = fmaf(series, r, 0.5f);
  float reduced = fmaf(r * r, series, r);
  float scale = power_of_two(shifted);
  return fmaf(scale, reduced, scale - 1.0f);
}

// The kinds of activation, as launches pass them. All threads take the same branch, so a number costs no more than a kernel for each.
enum { IDENTITY = 0, RELU = 1, ELU = 2 };

// What is not a number stays so: hence "not above" where a maximum would drop it.
DEVICE float activate(float x, int kind) {
  if (kind == RELU) return x <= 0.0f ? 0.0f : x;
  if (kind == ELU) return x > 0.0f ? x : exp_minus_one(x);
  return x;
}

// The gradient before an activation from its output and the gradient after it.
DEVICE float activate_grad(float y, float dy, int kind) {
  if (kind == RELU) return y > 0.0f ? dy : 0.0f;
  if (kind == ELU) return y > 0.0f ? dy : fmaf(y, dy, dy);
  return dy;
}

DEVICE float4 activate4(float4 x, int kind) {
  if (kind == RELU) return make_float4(activate(x.x, RELU), activate(x.y, RELU), activate(x.z, RELU), activate(x.w, RELU));
  if (kind == ELU) return make_float4(activate(x.x, ELU), activate(x.y, ELU), activate(x.z, ELU), activate(x.w, ELU));
  return x;
}

DEVICE float4 activate_grad4(float4 y, float4 dy, int kind) {
  return make_float4(
      activate_grad(y.x, dy.x, kind), activate_grad(y.y, dy.y, kind), activate_grad(y.z, dy.z, kind), activate_grad(y.w, dy.w, kind));
}

// The larger of two; not a number if either is (IEEE 754-2019, maximum), where fmaxf would drop it.
DEVICE float maximum(float a, float b) { return a != a || a > b ? a : b; }

DEVICE float4 maximum4(float4 a, float4 b) {
  return make_float4(maximum(a.x, b.x), maximum(a.y, b.y), maximum(a.z, b.z), maximum(a.w, b.w));
}

// The maximum of a 2x2 window for four adjacent channels, and where in the window it was, two bits for each channel: 0 and 1 above, 2 and
// 3 below, from left to right, the first of equal ones.
struct window_maximum {
  float4 value;
  unsigned codes;
};

DEVICE void look(float x, unsigned place, int shift, float& max, unsigned& codes) {
  if (x <= max || max != max) return;  // What is not a number is taken, and nothing after it.
  max = x;
  codes = (codes & ~(3u << shift)) | place << shift;
}

DEVICE void look4(float4 x, unsigned place, window_maximum& max) {
  look(x.x, place, 0, max.value.x, max.codes);
  look(x.y, place, 2, max.value.y, max.codes);
  look(x.z, place, 4, max.value.z, max.codes);
  look(x.w, place, 6, max.value.w, max.codes);
}

DEVICE window_maximum maximum_of_window(float4 first, float4 second, float4 third, float4 fourth) {
  window_maximum max{first, 0u};
  look4(second, 1u, max);
  look4(third, 2u, max);
  look4(fourth, 3u, max);
  return max;
}

// The sum over the block's threads, in thread 0: 32 lanes by shuffles, then the warps' sums by the first warp.
template <class Number>
DEVICE Number block_sum(Number value) {
  __shared__ Number warps[32];
  for (int distance = 16; distance > 0; distance >>= 1) value += __shfl_down_sync(0xffffffffu, value, distance);
  int lane = threadIdx.x & 31, warp = threadIdx.x >> 5, count = blockDim.x >> 5;
  if (lane == 0) warps[warp] = value;
  __syncthreads();
  if (warp == 0) {
    value = lane < count ? warps[lane] : Number(0);
    for (int distance = 16; distance > 0; distance >>= 1) value += __shfl_down_sync(0xffffffffu, value, distance);
  }
  return value;
}
