// Sums of two tensors, biases and activations forward; the results may take an input's place.
//
// Bytes per element: add 8 read, 4 written; the rest 4 read, 4 written (a bias stays in the caches). Floor: those bytes / bandwidth. A
// convolution's raw result of up to half the second-level cache is still there when bias_activate reads it.
#include "common.cuh"

// sum = x + y.
KERNEL add(const float* x, const float* y, float* sum, long long count) {
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) store4(sum, i, add4(load4(x, i), load4(y, i)));
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) sum[i] = x[i] + y[i];
}

// y = activation(x).
KERNEL activate_elements(const float* x, float* y, int activation, long long count) {
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) store4(y, i, activate4(load4(x, i), activation));
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) y[i] = activate(x[i], activation);
}

// y = activation(x + bias along the last axis).
KERNEL bias_activate(const float* x, const float* __restrict__ bias, float* y, int channels, int activation, long long count) {
  long long vectors = count / 4;
  // A thread's channel moves on by the same number each time: one division per thread, none per element.
  int channel = (int)(4 * thread_index() % channels), step = (int)(4 * thread_count() % channels);
  for (long long i = thread_index(); i < vectors; i += thread_count()) {
    float4 b;
    if (channels % 4 == 0) {
      b = load4(bias, channel / 4);
    } else {
      int second = channel + 1 < channels ? channel + 1 : 0, third = second + 1 < channels ? second + 1 : 0;
      b = make_float4(bias[channel], bias[second], bias[third], bias[third + 1 < channels ? third + 1 : 0]);
    }
    store4(y, i, activate4(add4(load4(x, i), b), activation));
    channel += step;
    if (channel >= channels) channel -= channels;
  }
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) y[i] = activate(x[i] + bias[i % channels], activation);
}

// dx = the activation's gradient from its output y and the gradient dy.
KERNEL activate_grad_elements(const float* y, const float* dy, float* dx, int activation, long long count) {
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) store4(dx, i, activate_grad4(load4(y, i), load4(dy, i), activation));
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) dx[i] = activate_grad(y[i], dy[i], activation);
}
