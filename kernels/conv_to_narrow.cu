// Direct convolution of images with many channels at stride 1, K x K filters, to 1 or 3 channels, with bias and activation: the formula
// is that of conv_from_narrow.cu.
//
// A block has a tile of 8 x 32 pixels. It takes 16 channels at a time into shared memory, each as a plane of its own, with their filters. A
// thread sums 4 adjacent pixels over every fourth of those channels; for a row of the window it reads their 8 values as two vectors
// and the filters as one or two vectors for each output channel. At the end the four threads of a pixel add their sums in a fixed order.
//
// Bytes per input element: 4 read and, with C channels, 4 O / C written (margins come from the second-level cache). Multiply-adds: K^2 O.
// Floor: the larger of bytes / bandwidth and arithmetic: on an H100 bytes up to 3 x 3 to 3 channels, arithmetic for 5 x 5 to 3.
#include "common.cuh"

struct to_narrow_sizes {
  int images, height, width, channels, out_height, out_width, pad;
};

// Channels [first, first + 16) of a tile as planes [channel][row][36], zero outside the image and beyond the last channel.
template <int K>
DEVICE void load_planes(const float* x, float* to, to_narrow_sizes g, int image, int first_row, int first_column, int first) {
  const int plane = (8 + K - 1) * 36 + 4;  // 4 more than a multiple of 8: the stores of a pixel's four vectors share fewer banks
  for (int i = threadIdx.x; i < (8 + K - 1) * 36 * 4; i += blockDim.x) {
    int place = i / 4, c = i % 4 * 4, h = first_row - g.pad + place / 36, w = first_column - g.pad + place % 36;
    float4 value = zero4();
    if (h >= 0 && h < g.height && w >= 0 && w < g.width) {
      const float* from = x + (((long long)image * g.height + h) * g.width + w) * g.channels + first + c;
      int left = g.channels - first - c;
      if (g.channels % 4 == 0) {
        if (left > 0) value = load4(from, 0);
      } else {
        if (left > 0) value.x = from[0];
        if (left > 1) value.y = from[1];
        if (left > 2) value.z = from[2];
        if (left > 3) value.w = from[3];
      }
    }
    float* at = to + c * plane + place;
    at[0] = value.x;
    at[plane] = value.y;
    at[2 * plane] = value.z;
    at[3 * plane] = value.w;
  }
}

// The filters of those channels as [channel][r][o][s], s filled up to whole vectors.
template <int K, int O>
DEVICE void load_narrow_filters(const float* filters, float* to, int first, int channels, bool turned) {
  const int padded = (K + 3) / 4 * 4;
  for (int i = threadIdx.x; i < 16 * K * O * padded; i += blockDim.x) {
    int s = i % padded, o = i / padded % O, r = i / (padded * O) % K, c = first + i / (padded * O * K);
    float value = 0.0f;
    if (s < K && c < channels)
      value = turned ? filters[((c * K + K - 1 - r) * K + K - 1 - s) * O + o] : filters[((o * K + r) * K + s) * channels + c];
    to[i] = value;
  }
}

template <int K, int O>
DEVICE void conv_to_narrow(
    const float* x, const float* filters, const float* bias, float* y, to_narrow_sizes g, bool turned, int activation) {
  const int plane = (8 + K - 1) * 36 + 4, padded = (K + 3) / 4 * 4, pixels = 4;
  float* planes = dynamic_shared;
  float* f = dynamic_shared + 16 * plane;
  int split = threadIdx.x / 64, row = threadIdx.x % 64 / 8, column = threadIdx.x % 8 * pixels;
  int across = (g.out_width + 31) / 32, down = (g.out_height + 7) / 8;
  for (int work = blockIdx.x; work < g.images * down * across; work += gridDim.x) {
    int image = work / (down * across), first_row = work / across % down * 8, first_column = work % across * 32;
    float sum[O][pixels] = {};
    for (int first = 0; first < g.channels; first += 16) {
      __syncthreads();
      load_planes<K>(x, planes, g, image, first_row, first_column, first);
      load_narrow_filters<K, O>(filters, f, first, g.channels, turned);
      __syncthreads();
      for (int c = split; c < 16; c += 4)
#pragma unroll
        for (int r = 0; r < K; r++) {
          const float* from = planes + c * plane + (row + r) * 36 + column;
          float4 left = load4(from, 0), right = load4(from, 1);
          float window[8] = {left.x, left.y, left.z, left.w, right.x, right.y, right.z, right.w};
#pragma unroll
          for (int o = 0; o < O; o++) {
            float4 weights[padded / 4];
#pragma unroll
            for (int v = 0; v < padded / 4; v++) weights[v] = load4(f + ((c * K + r) * O + o) * padded, v);
            const float* weight = reinterpret_cast<const float*>(weights);
#pragma unroll
            for (int s = 0; s < K; s++)
#pragma unroll
              for (int p = 0; p < pixels; p++) sum[o][p] = fmaf(weight[s], window[p + s], sum[o][p]);
          }
        }
    }

    // The sums of the splits lie where the planes were.
    __syncthreads();
#pragma unroll
    for (int o = 0; o < O; o++)
#pragma unroll
      for (int p = 0; p < pixels; p++) planes[(o * pixels + p) * 256 + threadIdx.x] = sum[o][p];
    __syncthreads();
    int out_row = first_row + row;
    if (split != 0 || out_row >= g.out_height) continue;
    for (int p = 0; p < pixels && first_column + column + p < g.out_width; p++) {
      float* to = y + (((long long)image * g.out_height + out_row) * g.out_width + first_column + column + p) * O;
      for (int o = 0; o < O; o++) {
        const float* sums = planes + (o * pixels + p) * 256 + threadIdx.x;
        float total = sums[0] + sums[64] + sums[128] + sums[192];
        to[o] = activate(bias ? total + bias[o] : total, activation);
      }
    }
  }
}

#define CONV_TO_NARROW(NAME, K, O)                                                                                                    \
  KERNEL NAME(                                                                                                                        \
      const float* __restrict__ x, const float* __restrict__ filters, const float* __restrict__ bias, float* __restrict__ y, int images, \
      int height, int width, int channels, int out_height, int out_width, int pad, int turned, int activation) {                      \
    conv_to_narrow<K, O>(                                                                                                             \
        x, filters, bias, y, to_narrow_sizes{images, height, width, channels, out_height, out_width, pad}, turned != 0, activation);  \
  }

CONV_TO_NARROW(conv_to_1_channel_3x3, 3, 1)
CONV_TO_NARROW(conv_to_3_channels_3x3, 3, 3)
CONV_TO_NARROW(conv_to_1_channel_5x5, 5, 1)
CONV_TO_NARROW(conv_to_3_channels_5x5, 5, 3)
