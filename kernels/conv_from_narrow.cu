// Direct convolution of images with 1 or 3 channels at stride 1, K x K filters, to many channels, with bias and activation:
//
//   y[n, i, j, o] = activation(bias[o] + sum over r, s, c of x[n, i + r - pad, j + s - pad, c] f(o, r, s, c))
//
// f is the filter [O,K,K,C] itself or, turned, that of a transposed convolution: f(o, r, s, c) = filter[c, K-1-r, K-1-s, o].
//
// A block keeps its 64 output channels' filters in shared memory and walks over tiles of pixels: rows of 16 pixels with their margins,
// in shared memory too. A thread sums 8 adjacent pixels x 4 adjacent channels in registers; for a row of the window it reads the 8 + K - 1
// pixels once and then one vector of filters for every 32 multiply-adds.
//
// Bytes per output element: 4 written and, with O channels, 4 C / O read. Multiply-adds: K^2 C. Floor: the larger of bytes / bandwidth and
// arithmetic: on an H100 bytes up to 3 x 3 from 3 channels, arithmetic for 5 x 5 from 3 (75 against 40 per element).
#include "common.cuh"

struct from_narrow_sizes {
  int images, height, width, out_height, out_width, out_channels, pad;
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

// Bias, activation and store of four channels, as far as they exist.
DEVICE void store_wide(float4 sum, const float* bias, float* to, int channel, int channels, int activation) {
  if (channels % 4 == 0) {
    store4(to, 0, activate4(bias ? add4(sum, load4(bias + channel, 0)) : sum, activation));
    return;
  }
  float each[4] = {sum.x, sum.y, sum.z, sum.w};
#pragma unroll
  for (int o = 0; o < 4; o++)
    if (channel + o < channels) to[o] = activate(bias ? each[o] + bias[channel + o] : each[o], activation);
}

template <int K, int C>
DEVICE void conv_from_narrow(
    const float* x, const float* filters, const float* bias, float* y, from_narrow_sizes g, bool turned, int activation, int lanes) {
  // The floats of a tile's row, such that every thread may read whole vectors.
  const int pixels = 8, columns = 16, need = ((pixels + K - 1) * C + 3) / 4 * 4, row_floats = pixels * C + need;
  float* f = dynamic_shared;
  float* tile = dynamic_shared + K * K * C * 64;
  int rows = 256 / lanes / 2;  // two threads side by side make a row of 16 pixels
  int lane = threadIdx.x % lanes, group = threadIdx.x / lanes, channel = blockIdx.y * 64 + 4 * lane;
  int row = group / 2, column = group % 2 * pixels;
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

    float4 sum[pixels];
#pragma unroll
    for (int p = 0; p < pixels; p++) sum[p] = zero4();
#pragma unroll 1  // a row's multiply-adds are enough to run side by side, and five times the code compiles five times as long
    for (int r = 0; r < K; r++) {
      float4 vectors[need / 4];
      const float* from = tile + (row + r) * row_floats + column * C;
#pragma unroll
      for (int v = 0; v < need / 4; v++) vectors[v] = load4(from, v);
      const float* window = reinterpret_cast<const float*>(vectors);
#pragma unroll
      for (int sc = 0; sc < K * C; sc++) {
        float4 weights = load4(f + (r * K * C + sc) * 64, lane);
#pragma unroll
        for (int p = 0; p < pixels; p++) sum[p] = fma4(window[p * C + sc], weights, sum[p]);
      }
    }

    int out_row = first_row + row;
    if (out_row >= g.out_height || channel >= g.out_channels) continue;
    float* to = y + (((long long)image * g.out_height + out_row) * g.out_width + first_column + column) * g.out_channels + channel;
#pragma unroll 1  // moving the sums along keeps them in registers without eight copies of the code
    for (int p = 0; p < pixels && first_column + column + p < g.out_width; p++, to += g.out_channels) {
      store_wide(sum[0], bias, to, channel, g.out_channels, activation);
#pragma unroll
      for (int q = 1; q < pixels; q++) sum[q - 1] = sum[q];
    }
  }
}

// Blocks of 256 threads; lanes = threads beside each other that share a pixel's 64 channels, 1 to 16; gridDim.y = channels / 64 rounded up.
#define CONV_FROM_NARROW(NAME, K, C)                                                                                                  \
  KERNEL NAME(                                                                                                                        \
      const float* __restrict__ x, const float* __restrict__ filters, const float* __restrict__ bias, float* __restrict__ y, int images, \
      int height, int width, int out_height, int out_width, int out_channels, int pad, int turned, int activation, int lanes) {       \
    conv_from_narrow<K, C>(                                                                                                           \
        x, filters, bias, y, from_narrow_sizes{images, height, width, out_height, out_width, out_channels, pad}, turned != 0,         \
        activation, lanes);                                                                                                           \
  }

CONV_FROM_NARROW(conv_from_1_channel_3x3, 3, 1)
CONV_FROM_NARROW(conv_from_3_channels_3x3, 3, 3)
CONV_FROM_NARROW(conv_from_1_channel_5x5, 5, 1)
CONV_FROM_NARROW(conv_from_3_channels_5x5, 5, 3)
