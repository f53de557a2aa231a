// Single precision to bfloat16, its upper half, and back: what the tensor cores' convolutions take and give. Four numbers are 8 bytes.
//
// Bytes per element: 4 read, 2 written; back 2 read, 4 written. Floor: 6 bytes / bandwidth.
#include "common.cuh"

// To the nearest, halfway to the even one (IEEE 754-2019, 4.3.1). What is not a number keeps its upper bits and gets a quiet one.
DEVICE unsigned rounded(float x) {
  unsigned bits = (unsigned)__float_as_int(x);
  return x != x ? bits >> 16 | 0x40u : (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}

DEVICE float widened(unsigned half) { return __int_as_float((int)(half << 16)); }

KERNEL to_bfloat16(const float* __restrict__ x, unsigned short* __restrict__ y, long long count) {
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) {
    float4 v = load4(x, i);
    unsigned low = rounded(v.x) | rounded(v.y) << 16, high = rounded(v.z) | rounded(v.w) << 16;
    reinterpret_cast<unsigned long long*>(y)[i] = (unsigned long long)high << 32 | low;
  }
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) y[i] = (unsigned short)rounded(x[i]);
}

KERNEL from_bfloat16(const unsigned short* __restrict__ x, float* __restrict__ y, long long count) {
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) {
    unsigned long long four = reinterpret_cast<const unsigned long long*>(x)[i];
    unsigned low = (unsigned)four, high = (unsigned)(four >> 32);
    store4(y, i, make_float4(widened(low & 0xffffu), widened(low >> 16), widened(high & 0xffffu), widened(high >> 16)));
  }
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) y[i] = widened(x[i]);
}
