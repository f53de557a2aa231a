// Max pooling of images [N,H,W,C] by size x size windows that do not overlap; rows and columns left over are dropped. A thread has one
// window of one channel, or of four adjacent ones.
//
//   y = max over the window          dx = dy at the first element, row by row, that equals the maximum; 0 elsewhere
//
// Bytes per element of the images: forward 4 read and 4 / size^2 written; gradient 4 read, 4 written, 8 / size^2 read. Floor: those
// bytes / bandwidth.
#include "common.cuh"

DEVICE float larger(float a, float b) { return maximum(a, b); }
DEVICE float4 larger(float4 a, float4 b) { return maximum4(a, b); }

// Gives an element what is left of the window's gradient if it equals the maximum, and then leaves nothing for those behind it.
DEVICE float take(float x, float max, float& left) {
  float taken = x == max ? left : 0.0f;
  left = x == max ? 0.0f : left;
  return taken;
}
DEVICE float4 take(float4 x, float4 max, float4& left) {
  return make_float4(take(x.x, max.x, left.x), take(x.y, max.y, left.y), take(x.z, max.z, left.z), take(x.w, max.w, left.w));
}

DEVICE void clear(float& x) { x = 0.0f; }
DEVICE void clear(float4& x) { x = zero4(); }

// Channels and columns in units of Number.
template <class Number>
DEVICE void pool(const Number* x, Number* y, int images, int height, int width, int channels, int size) {
  int high = height / size, wide = width / size, across = wide * channels;
  long long count = (long long)images * high * across, row_length = (long long)width * channels;
  for (long long i = thread_index(); i < count; i += thread_count()) {
    int row = (int)(i / across), within = (int)(i - (long long)row * across);
    int column = within / channels, channel = within - column * channels;
    const Number* window = x + ((long long)(row / high) * height + row % high * size) * row_length + column * size * channels + channel;
    Number max = window[0];
    for (int h = 0; h < size; h++)
      for (int w = 0; w < size; w++) max = larger(max, window[h * row_length + w * channels]);
    y[i] = max;
  }
}

// Here the windows at the right and lower edge count too, of which only a part lies in the image: its elements are cleared.
template <class Number>
DEVICE void pool_grad(
    const Number* x, const Number* y, const Number* dy, Number* dx, int images, int height, int width, int channels, int size) {
  int high = height / size, wide = width / size;
  int all_high = (height + size - 1) / size, across = (width + size - 1) / size * channels;
  long long count = (long long)images * all_high * across, row_length = (long long)width * channels;
  for (long long i = thread_index(); i < count; i += thread_count()) {
    int all_row = (int)(i / across), within = (int)(i - (long long)all_row * across);
    int column = within / channels, channel = within - column * channels;
    int image = all_row / all_high, row = all_row - image * all_high;
    long long start = ((long long)image * height + row * size) * row_length + column * size * channels + channel;
    if (row == high || column == wide) {
      for (int h = 0; h < size && row * size + h < height; h++)
        for (int w = 0; w < size && column * size + w < width; w++) clear(dx[start + h * row_length + w * channels]);
      continue;
    }
    long long pooled = ((long long)(image * high + row) * wide + column) * channels + channel;
    Number max = y[pooled], left = dy[pooled];
    for (int h = 0; h < size; h++)
      for (int w = 0; w < size; w++) {
        long long at = start + h * row_length + w * channels;
        dx[at] = take(x[at], max, left);
      }
  }
}

KERNEL max_pool(const float* __restrict__ x, float* __restrict__ y, int images, int height, int width, int channels, int size) {
  if (channels % 4 == 0)
    pool(reinterpret_cast<const float4*>(x), reinterpret_cast<float4*>(y), images, height, width, channels / 4, size);
  else
    pool(x, y, images, height, width, channels, size);
}

KERNEL max_pool_grad(
    const float* __restrict__ x, const float* __restrict__ y, const float* __restrict__ dy, float* __restrict__ dx, int images, int height,
    int width, int channels, int size) {
  if (channels % 4 == 0)
    pool_grad(
        reinterpret_cast<const float4*>(x), reinterpret_cast<const float4*>(y), reinterpret_cast<const float4*>(dy),
        reinterpret_cast<float4*>(dx), images, height, width, channels / 4, size);
  else
    pool_grad(x, y, dy, dx, images, height, width, channels, size);
}
