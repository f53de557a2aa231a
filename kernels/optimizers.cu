// Adam and Adamax (arXiv 1412.6980) over a whole model as one flat vector, in place:
//
//   m = b1 m + (1 - b1) g
//   Adam:    v = b2 v + (1 - b2) g^2       values = kept values - rate m / (scale sqrt(v) + epsilon)
//   Adamax:  u = max(b2 u, |g|)            values = kept values - rate m / (u + epsilon)
//
// With t the number of this step, from 1, read from device memory:
//   epsilon outside the correction (Keras):    rate = lr sqrt(1 - b2^t) / (1 - b1^t), scale = 1
//   epsilon inside (the paper and libtorch):   rate = lr / (1 - b1^t),                scale = 1 / sqrt(1 - b2^t)
//   Adamax:                                    rate = lr / (1 - b1^t)
// lr rises to its peak over the warm-up's steps and then falls along half a cosine to zero at the last (arXiv 1706.02677, 1608.03983);
// kept = 1 - lr decay (arXiv 1711.05101).
// If the loss is not finite nothing is changed.
//
// Bytes per parameter: 16 read, 12 written. Floor: 28 bytes x parameters / bandwidth: 15 us for 1.6 million at 3 TB/s.
#include "common.cuh"

// b^t in double precision, by squaring.
DEVICE double power(double base, long long exponent) {
  double result = 1.0;
  for (; exponent > 0; exponent >>= 1, base *= base)
    if (exponent & 1) result *= base;
  return result;
}

// cos(pi x) for 0 <= x <= 1 in double precision, as sin(pi (1/2 - x)) by its Taylor series to the 21st power: its rest is below 3e-17.
DEVICE double cosine_of_half_turns(double x) {
  double angle = 3.14159265358979324 * (0.5 - x), square = angle * angle, sum = 1.0;
  for (int n = 21; n > 1; n -= 2) sum = fma(-square / (n * (n - 1)), sum, 1.0);
  return angle * sum;
}

// The learning rate after so many steps; the numbers of steps are 0 where there is no warm-up or no end.
DEVICE double learning_rate_at(double taken, double peak, int warm_up, int steps) {
  if (taken < warm_up) return peak * ((taken + 1.0) / warm_up);
  if (steps == 0) return peak;
  return taken >= steps ? 0.0 : peak * (0.5 * (1.0 + cosine_of_half_turns((taken - warm_up) / (steps - warm_up))));
}

DEVICE bool is_finite(float x) { return x - x == 0.0f; }

struct adam_rule {
  float beta1, rest1, beta2, rest2, rate, scale, epsilon, kept;
  __device__ __forceinline__ void operator()(float& value, float& m, float& v, float g) const {
    m = fmaf(beta1, m, rest1 * g);
    v = fmaf(beta2, v, rest2 * (g * g));
    value = fmaf(kept, value, -(rate * m / fmaf(scale, sqrtf(v), epsilon)));
  }
};

struct adamax_rule {
  float beta1, rest1, beta2, rate, epsilon, kept;
  __device__ __forceinline__ void operator()(float& value, float& m, float& u, float g) const {
    m = fmaf(beta1, m, rest1 * g);
    u = maximum(beta2 * u, g < 0.0f ? -g : g);
    value = fmaf(kept, value, -(rate * m / (u + epsilon)));
  }
};

template <class Rule>
DEVICE void update(Rule rule, float* values, float* first, float* second, const float* gradients, long long count) {
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) {
    float4 w = load4(values, i), m = load4(first, i), v = load4(second, i), g = load4(gradients, i);
    rule(w.x, m.x, v.x, g.x);
    rule(w.y, m.y, v.y, g.y);
    rule(w.z, m.z, v.z, g.z);
    rule(w.w, m.w, v.w, g.w);
    store4(first, i, m);
    store4(second, i, v);
    store4(values, i, w);
  }
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) rule(values[i], first[i], second[i], gradients[i]);
}

KERNEL adam(
    float* __restrict__ values, float* __restrict__ first, float* __restrict__ second, const float* __restrict__ gradients,
    const int* __restrict__ steps_taken, const float* __restrict__ loss, float peak, int warm_up, int steps, float beta1, float beta2,
    float epsilon, float decay, int epsilon_inside, long long count) {
  if (!is_finite(*loss)) return;
  // One thread of a block computes what depends on the step alone.
  __shared__ float rate, scale, kept;
  if (threadIdx.x == 0) {
    long long t = (long long)*steps_taken + 1;
    double correction1 = 1.0 - power(beta1, t), root2 = sqrt(1.0 - power(beta2, t));
    double learning_rate = learning_rate_at((double)*steps_taken, peak, warm_up, steps);
    rate = (float)(epsilon_inside ? learning_rate / correction1 : learning_rate * root2 / correction1);
    scale = (float)(epsilon_inside ? 1.0 / root2 : 1.0);
    kept = (float)(1.0 - learning_rate * decay);
  }
  __syncthreads();
  adam_rule rule{beta1, (float)(1.0 - (double)beta1), beta2, (float)(1.0 - (double)beta2), rate, scale, epsilon, kept};
  update(rule, values, first, second, gradients, count);
}

KERNEL adamax(
    float* __restrict__ values, float* __restrict__ first, float* __restrict__ second, const float* __restrict__ gradients,
    const int* __restrict__ steps_taken, const float* __restrict__ loss, float peak, int warm_up, int steps, float beta1, float beta2,
    float epsilon, float decay, long long count) {
  if (!is_finite(*loss)) return;
  __shared__ float rate, kept;
  if (threadIdx.x == 0) {
    double learning_rate = learning_rate_at((double)*steps_taken, peak, warm_up, steps);
    rate = (float)(learning_rate / (1.0 - power(beta1, (long long)*steps_taken + 1)));
    kept = (float)(1.0 - learning_rate * decay);
  }
  __syncthreads();
  update(adamax_rule{beta1, (float)(1.0 - (double)beta1), beta2, rate, epsilon, kept}, values, first, second, gradients, count);
}
