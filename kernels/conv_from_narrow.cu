// Direct convolution of images with 1 or 3 channels at stride 1, K x K filters, to many channels, with bias, activation and, if asked for,
// a 2x2 max pool:
//
//   y[n, i, j, o] = activation(bias[o] + sum over r, s, c of x[n, i + r - pad, j + s - pad, c] f(o, r, s, c))
//
// f is the filter [O,K,K,C] itself or, turned, that of a transposed convolution: f(o, r, s, c) = filter[c, K-1-r, K-1-s, o].
//
// A block keeps its 64 output channels' filters in shared memory and walks over tiles of pixels: rows of 16 pixels with their margins,
// in shared memory too. A thread sums a patch of 2 x 4 pixels x 4 adjacent channels in registers: for a row of the window it reads two
// rows of 4 + K - 1 pixels once and then one vector of filters for every 32 multiply-adds. Two windows of the pool make up a patch.
//
// Bytes per output element: 4 written and, with O channels, 4 C / O read; with the pool 17/16 written. Multiply-adds: K^2 C. Floor: the
// larger of bytes / bandwidth and arithmetic: on an H100 bytes up to 3 x 3 from 3 channels (without the pool: 27 multiply-adds against the
// 40 that take as long as 4 bytes), arithmetic for 5 x 5 from 3.
#include "common.cuh"

struct from_narrow_sizes {
  int images, height, width, out_height, out_width, out_channels, pad;
};

struct from_narrow_results {
  const float* bias;  // null: none
  float* y;
  unsigned char* codes;  // null: not wanted
  int activation;
  bool pools;
};

// The 64 channels' filters from the first one on as [r, s, c, 64]; channels that do not exist get zeros.
template <int K, int C>
DEVICE void load_wide_filters(const float* filters, float* to, int first, int channels, bool turned) {
  const int taps = K * K * C;
  for (int i = threadIdx.x; i < taps * 64; i += blockDim.x) {
    int tap = i / 64, o = first + i % 64, c = tap % C, rs = tap / C;
    float value = 0.0f;
    if (o < channels) value = turned ? filters[(c * K * K + K * K - 1 - rs) * channels + o] : filters[o * taps + tap];
    to[i] = value;
  }
}

// Bias and activation of four channels, as far as they exist.
DEVICE float4 finish(float4 sum, const from_narrow_results& to, int channel, int channels) {
  if (to.bias) {
    if (channels % 4 == 0) {
      sum = add4(sum, load4(to.bias, channel / 4));
    } else {
      sum.x += to.bias[channel];
      if (channel + 1 < channels) sum.y += to.bias[channel + 1];
      if (channel + 2 < channels) sum.z += to.bias[channel + 2];
      if (channel + 3 < channels) sum.w += to.bias[channel + 3];
    }
  }
  return activate4(sum, to.activation);
}

DEVICE void store_wide(float4 value, float* to, int left) {
  if (left % 4 == 0) {
    store4(to, 0, value);
    return;
  }
  to[0] = value.x;
  if (left > 1) to[1] = value.y;
  if (left > 2) to[2] = value.z;
  if (left > 3) to[3] = value.w;
}

// A patch's pixels, one by one. The sums move along, which keeps them in registers without eight copies of the code.
DEVICE void store_patch(
    float4 (&sum)[8], const from_narrow_results& to, const from_narrow_sizes& g, int image, int row, int column, int channel) {
#pragma unroll 1
  for (int p = 0; p < 8; p++) {
    int h = row + p / 4, w = column + p % 4;
    if (h < g.out_height && w < g.out_width) {
      long long pixel = ((long long)image * g.out_height + h) * g.out_width + w;
      store_wide(finish(sum[0], to, channel, g.out_channels), to.y + pixel * g.out_channels + channel, g.out_channels - channel);
    }
#pragma unroll
    for (int q = 1; q < 8; q++) sum[q - 1] = sum[q];
  }
}

// A patch's two windows, in the same way; the number of channels is a multiple of four.
DEVICE void store_windows(
    float4 (&sum)[8], const from_narrow_results& to, const from_narrow_sizes& g, int image, int row, int column, int channel) {
  int high = g.out_height / 2, wide = g.out_width / 2, h = row / 2;
#pragma unroll 1
  for (int w = column / 2; w < column / 2 + 2; w++) {
    if (h < high && w < wide) {
      window_maximum max = maximum_of_window(
          finish(sum[0], to, channel, g.out_channels), finish(sum[1], to, channel, g.out_channels),
          finish(sum[4], to, channel, g.out_channels), finish(sum[5], to, channel, g.out_channels));
      long long at = ((((long long)image * high + h) * wide + w) * g.out_channels + channel) / 4;
      store4(to.y, at, max.value);
      if (to.codes) to.codes[at] = (unsigned char)max.codes;
    }
    sum[0] = sum[2];
    sum[1] = sum[3];
    sum[4] = sum[6];
    sum[5] = sum[7];
  }
}

template <int K, int C>
DEVICE void conv_from_narrow(
    const float* x, const float* filters, const from_narrow_results& to, const from_narrow_sizes& g, bool turned, int lanes) {
  // The floats of a tile's row, such that every thread may read whole vectors.
  const int columns = 16, need = ((4 + K - 1) * C + 3) / 4 * 4, row_floats = (columns - 4) * C + need;
  float* f = dynamic_shared;
  float* tile = dynamic_shared + K * K * C * 64;
  int rows = 256 / lanes / 2;  // four threads side by side make two rows of 16 pixels
  int lane = threadIdx.x % lanes, group = threadIdx.x / lanes, channel = blockIdx.y * 64 + 4 * lane;
  int row = group / 4 * 2, column = group % 4 * 4;
  load_wide_filters<K, C>(filters, f, blockIdx.y * 64, g.out_channels, turned);

  int across = (g.out_width + columns - 1) / columns, down = (g.out_height + rows - 1) / rows;
  for (int work = blockIdx.x; work < g.images * down * across; work += gridDim.x) {
    int image = work / (down * across), first_row = work / across % down * rows, first_column = work % across * columns;
    __syncthreads();  // The tile before is done with; at first, the filters are there.
    for (int i = threadIdx.x; i < (rows + K - 1) * row_floats; i += blockDim.x) {
      int h = first_row - g.pad + i / row_floats, w = first_column - g.pad + i % row_floats / C;
      bool inside = h >= 0 && h < g.height && w >= 0 && w < g.width;
      tile[i] = inside ? x[(((long long)image * g.height + h) * g.width + w) * C + i % row_floats % C] : 0.0f;
    }
    __syncthreads();
    if (channel >= g.out_channels) continue;

    float4 sum[8];
#pragma unroll
    for (int p = 0; p < 8; p++) sum[p] = zero4();
#pragma unroll 1  // a row's multiply-adds are enough to run side by side, and K times the code compiles K times as long
    for (int r = 0; r < K; r++) {
      float4 upper_vectors[need / 4], lower_vectors[need / 4];
      const float* from = tile + (row + r) * row_floats + column * C;
#pragma unroll
      for (int v = 0; v < need / 4; v++) {
        upper_vectors[v] = load4(from, v);
        lower_vectors[v] = load4(from + row_floats, v);
      }
      const float* upper = reinterpret_cast<const float*>(upper_vectors);
      const float* lower = reinterpret_cast<const float*>(lower_vectors);
#pragma unroll
      for (int sc = 0; sc < K * C; sc++) {
        float4 weights = load4(f + (r * K * C + sc) * 64, lane);
#pragma unroll
        for (int p = 0; p < 4; p++) {
          sum[p] = fma4(upper[p * C + sc], weights, sum[p]);
          sum[p + 4] = fma4(lower[p * C + sc], weights, sum[p + 4]);
        }
      }
    }
    if (to.pools) store_windows(sum, to, g, image, first_row + row, first_column + column, channel);
    else store_patch(sum, to, g, image, first_row + row, first_column + column, channel);
  }
}

// Blocks of 256 threads; lanes = threads beside each other that share a pixel's 64 channels, 4 to 16; gridDim.y = channels / 64 rounded up.
#define CONV_FROM_NARROW(NAME, K, C)                                                                                               \
  KERNEL NAME(                                                                                                                     \
      const float* __restrict__ x, const float* __restrict__ filters, const float* __restrict__ bias, float* __restrict__ y,       \
      unsigned char* __restrict__ codes, int images, int height, int width, int out_channels, int pad, int turned, int activation, \
      int pools, int lanes) {                                                                                                      \
    from_narrow_sizes sizes{images, height, width, height + 2 * pad - K + 1, width + 2 * pad - K + 1, out_channels, pad};          \
    conv_from_narrow<K, C>(x, filters, from_narrow_results{bias, y, codes, activation, pools != 0}, sizes, turned != 0, lanes);    \
  }

CONV_FROM_NARROW(conv_from_1_channel_3x3, 3, 1)
CONV_FROM_NARROW(conv_from_3_channels_3x3, 3, 3)
CONV_FROM_NARROW(conv_from_1_channel_5x5, 5, 1)
CONV_FROM_NARROW(conv_from_3_channels_5x5, 5, 3)
