// The gradient of K x K filters at stride 1 where one side, images or gradients, has 1 or 3 channels (C) and the other many (O):
//
//   sums[o, r, s, c] = sum over n, i, j of wide[n, i, j, o] narrow[n, i + r - pad, j + s - pad, c]
//
// With the images narrow that is the filters' gradient as it lies. With the gradients narrow the sides change places, which turns the
// window: the sum is the gradient at [c, K-1-r, K-1-s, o] with K-1 less the padding, and is written there.
//
// A block takes 32 wide channels, a lane each, and a share of the rows of all images. Its K warps have one row r of the window each and
// K C sums in registers; they walk along a row of pixels four at a time, with their own row of the narrow side, margins filled, in shared
// memory. Each block writes its sums to the workspace, where column_sums adds the shares in their order.
//
// Bytes per element of the wide side: 4 read (again by the other K - 1 warps, from the first-level cache). Multiply-adds: K^2 C. Floor: the
// larger of bytes / bandwidth and arithmetic: on an H100 bytes up to 3 x 3 x 3, arithmetic for 5 x 5 x 3.
#include "common.cuh"

template <int K, int C>
DEVICE void narrow_filter_grad(
    const float* narrow, const float* wide, float* sums, int images, int height, int width, int wide_height, int wide_width, int channels,
    int pad, bool turned) {
  const int pixels = 4, need = ((pixels + K - 1) * C + 3) / 4 * 4;
  // A row of the narrow side with its margins, up to the last vector read.
  int row_floats = (wide_width + pixels - 1) / pixels * pixels * C + need;
  row_floats = (row_floats + 3) / 4 * 4;
  int r = threadIdx.x / 32, lane = threadIdx.x % 32, o = blockIdx.y * 32 + lane;
  float* window_row = dynamic_shared + r * row_floats;
  int all = images * wide_height, share = (all + gridDim.x - 1) / gridDim.x;
  int start = blockIdx.x * share, end = start + share < all ? start + share : all;
  float sum[K * C] = {};
  for (int work = start; work < end; work++) {
    int image = work / wide_height, h = work % wide_height + r - pad;
    const float* pixels_row = narrow + ((long long)image * height + h) * width * C;
    __syncwarp();  // The row before is done with.
    for (int i = lane; i < row_floats; i += 32) {
      int w = i / C - pad;
      window_row[i] = h >= 0 && h < height && w >= 0 && w < width ? pixels_row[i - pad * C] : 0.0f;
    }
    __syncwarp();
    if (o >= channels) continue;
    const float* gradients = wide + (long long)work * wide_width * channels + o;
    for (int column = 0; column < wide_width; column += pixels) {
      float4 vectors[need / 4];
      const float* from = window_row + column * C;
#pragma unroll
      for (int v = 0; v < need / 4; v++) vectors[v] = load4(from, v);
      const float* window = reinterpret_cast<const float*>(vectors);
      float gradient[pixels];
#pragma unroll
      for (int p = 0; p < pixels; p++) gradient[p] = column + p < wide_width ? gradients[(long long)(column + p) * channels] : 0.0f;
#pragma unroll
      for (int p = 0; p < pixels; p++)
#pragma unroll
        for (int sc = 0; sc < K * C; sc++) sum[sc] = fmaf(gradient[p], window[p * C + sc], sum[sc]);
    }
  }
  if (o >= channels) return;
  float* to = sums + (long long)blockIdx.x * channels * K * K * C;
#pragma unroll
  for (int sc = 0; sc < K * C; sc++) {
    int s = sc / C, c = sc % C;
    to[turned ? ((c * K + K - 1 - r) * K + K - 1 - s) * channels + o : ((o * K + r) * K + s) * C + c] = sum[sc];
  }
}

// Blocks of K * 32 threads; gridDim = (shares of the rows, channels / 32 rounded up).
#define NARROW_FILTER_GRAD(NAME, K, C)                                                                                                 \
  KERNEL NAME(                                                                                                                         \
      const float* __restrict__ narrow, const float* __restrict__ wide, float* __restrict__ sums, int images, int height, int width,   \
      int wide_height, int wide_width, int channels, int pad, int turned) {                                                            \
    narrow_filter_grad<K, C>(                                                                                                          \
        narrow, wide, sums, images, height, width, wide_height, wide_width, channels, pad, turned != 0);                               \
  }

NARROW_FILTER_GRAD(filter_grad_1_channel_3x3, 3, 1)
NARROW_FILTER_GRAD(filter_grad_3_channels_3x3, 3, 3)
NARROW_FILTER_GRAD(filter_grad_1_channel_5x5, 5, 1)
NARROW_FILTER_GRAD(filter_grad_3_channels_5x5, 5, 3)
