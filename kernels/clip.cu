// A tensor shortened to a largest norm: y = x min(1, limit / |x|).
//
// Three launches: a double for each block in the workspace, one block that adds those and writes the factor behind them, and the product.
// The number of blocks is fixed by the size alone. Where the norm is within the limit and y is x, nothing is written.
//
// Bytes per element: 4 read for the norm; 4 read and 4 written for the product. Floor: those bytes / bandwidth.
#include "common.cuh"

DEVICE double squared(float x, double sum) { return fma((double)x, (double)x, sum); }

KERNEL square_sums(const float* __restrict__ x, double* __restrict__ sums, long long count) {
  double sum = 0.0;
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) {
    float4 v = load4(x, i);
    sum = squared(v.w, squared(v.z, squared(v.y, squared(v.x, sum))));
  }
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) sum = squared(x[i], sum);
  double total = block_sum(sum);
  if (threadIdx.x == 0) sums[blockIdx.x] = total;
}

// One block; the factor goes behind the sums.
KERNEL clip_factor(double* __restrict__ sums, int blocks, float limit) {
  double sum = 0.0;
  for (int i = threadIdx.x; i < blocks; i += blockDim.x) sum += sums[i];
  double norm = sqrt(block_sum(sum));
  if (threadIdx.x == 0) sums[blocks] = norm > limit ? limit / norm : 1.0;
}

KERNEL scale_by(const float* x, const double* __restrict__ factor, float* y, long long count) {
  float scale = (float)*factor;
  if (scale == 1.0f && x == y) return;
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) {
    float4 v = load4(x, i);
    store4(y, i, make_float4(v.x * scale, v.y * scale, v.z * scale, v.w * scale));
  }
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) y[i] = x[i] * scale;
}
