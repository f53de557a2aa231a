// A convolution's bias, activation and 2x2 max pool in one pass, and the pool's gradient. Of each window only the place of its maximum is
// kept, in two bits; a byte holds the codes of four adjacent channels, of which there is a multiple of four, the first in its lowest bits.
//
//   y = max over the window of activation(x + bias)          dx = dy at the window's coded place, 0 elsewhere
//
// Bytes per element of the images: forward 4 read, 17/16 written, where a pool of its own reads 4 more and writes 4 more; gradient 17/16
// read, 4 written, where one that looks for the maximum reads 6. Floor: those bytes / bandwidth.
#include "common.cuh"

// x is the convolution's bare result [images, height, width, channels]. bias and codes may be null: nothing is added, nothing kept.
KERNEL bias_activate_pool(
    const float* __restrict__ x, const float* __restrict__ bias, float* __restrict__ y, unsigned char* __restrict__ codes, int images,
    int height, int width, int channels, int activation) {
  int vectors = channels / 4, high = height / 2, wide = width / 2, across = wide * vectors;
  long long count = (long long)images * high * across, row_length = (long long)width * vectors;
  for (long long i = thread_index(); i < count; i += thread_count()) {
    int row = (int)(i / across), within = (int)(i - (long long)row * across);
    int column = within / vectors, channel = within - column * vectors;
    long long at = ((long long)(row / high) * height + row % high * 2) * row_length + column * 2 * vectors + channel;
    float4 b = bias ? load4(bias, channel) : zero4();
    window_maximum max = maximum_of_window(
        activate4(add4(load4(x, at), b), activation), activate4(add4(load4(x, at + vectors), b), activation),
        activate4(add4(load4(x, at + row_length), b), activation), activate4(add4(load4(x, at + row_length + vectors), b), activation));
    store4(y, i, max.value);
    if (codes) codes[i] = (unsigned char)max.codes;
  }
}

DEVICE float4 coded(float4 dy, unsigned codes, unsigned place) {
  return make_float4(
      (codes & 3u) == place ? dy.x : 0.0f, (codes >> 2 & 3u) == place ? dy.y : 0.0f, (codes >> 4 & 3u) == place ? dy.z : 0.0f,
      (codes >> 6 & 3u) == place ? dy.w : 0.0f);
}

// Here the windows at the right and lower edge count too, of which only a part lies in the image: its elements are cleared.
KERNEL max_unpool(
    const float* __restrict__ dy, const unsigned char* __restrict__ codes, float* __restrict__ dx, int images, int height, int width,
    int channels) {
  int vectors = channels / 4, high = height / 2, wide = width / 2;
  int all_high = (height + 1) / 2, across = (width + 1) / 2 * vectors;
  long long count = (long long)images * all_high * across, row_length = (long long)width * vectors;
  for (long long i = thread_index(); i < count; i += thread_count()) {
    int all_row = (int)(i / across), within = (int)(i - (long long)all_row * across);
    int column = within / vectors, channel = within - column * vectors;
    int image = all_row / all_high, row = all_row - image * all_high;
    long long at = ((long long)image * height + row * 2) * row_length + column * 2 * vectors + channel;
    bool whole = row < high && column < wide;
    long long pooled = ((long long)(image * high + row) * wide + column) * vectors + channel;
    float4 gradient = whole ? load4(dy, pooled) : zero4();
    unsigned code = whole ? codes[pooled] : 0u;
    bool right = column * 2 + 1 < width, below = row * 2 + 1 < height;
    store4(dx, at, coded(gradient, code, 0u));
    if (right) store4(dx, at + vectors, coded(gradient, code, 1u));
    if (below) store4(dx, at + row_length, coded(gradient, code, 2u));
    if (right && below) store4(dx, at + row_length + vectors, coded(gradient, code, 3u));
  }
}
