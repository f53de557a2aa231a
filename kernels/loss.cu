// The mean squared error and its gradient.
//
//   loss = 1 / n  sum (p - t)^2          dp = (p - t) 2 / n  dloss
//
// The sum has two stages: a float for each thread, a double for each block in the workspace, and one block that adds those and divides.
// The number of blocks is fixed by the size alone.
//
// Bytes per element: forward 8 read, gradient 8 read and 4 written. Floor: those bytes / bandwidth.
#include "common.cuh"

DEVICE float squared(float a, float b, float sum) { return fmaf(a - b, a - b, sum); }

KERNEL squared_error_sums(
    const float* __restrict__ prediction, const float* __restrict__ target, double* __restrict__ sums, long long count) {
  float sum = 0.0f;
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) {
    float4 p = load4(prediction, i), t = load4(target, i);
    sum = squared(p.w, t.w, squared(p.z, t.z, squared(p.y, t.y, squared(p.x, t.x, sum))));
  }
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) sum = squared(prediction[i], target[i], sum);
  double total = block_sum((double)sum);
  if (threadIdx.x == 0) sums[blockIdx.x] = total;
}

// One block adds the sums of all blocks.
KERNEL mean_of_sums(const double* __restrict__ sums, float* __restrict__ mean, int blocks, long long count) {
  double sum = 0.0;
  for (int i = threadIdx.x; i < blocks; i += blockDim.x) sum += sums[i];
  sum = block_sum(sum);
  if (threadIdx.x == 0) *mean = (float)(sum / (double)count);
}

// The loss's gradient is read from memory, since only the step that runs knows it; factor = 2 / count. dp may take a prediction's place.
KERNEL squared_error_grad(
    const float* prediction, const float* __restrict__ target, const float* __restrict__ loss_grad, float* dp, float factor,
    long long count) {
  float scale = *loss_grad * factor;
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) {
    float4 p = load4(prediction, i), t = load4(target, i);
    store4(dp, i, make_float4((p.x - t.x) * scale, (p.y - t.y) * scale, (p.z - t.z) * scale, (p.w - t.w) * scale));
  }
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) dp[i] = (prediction[i] - target[i]) * scale;
}
