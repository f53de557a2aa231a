// Sums over the rows of a matrix [rows, columns]: the gradient of a bias, alone or in the pass that computes an activation's gradient.
//
//   sums[c] = sum over r of term(r, c)       term = x   or   activation'(y) dy, which is stored too
//
// Two stages, no atomics. First every block adds some rows: a thread keeps one column (or four adjacent ones) in registers and walks down
// the rows; then the block's threads of one column are added through shared memory, and the block's row of sums goes to the workspace.
// Then the same is done once more with those rows. Which thread adds what depends on the sizes alone.
//
// Bytes per element: the gradient of a bias alone 4 read; with the activation's gradient 8 read, 4 written, where three separate
// passes would read 12. Floor: those bytes / bandwidth; the second stage reads at most 256 rows of sums.
#include "common.cuh"

DEVICE float sum_of(float a, float b) { return a + b; }
DEVICE float4 sum_of(float4 a, float4 b) { return add4(a, b); }
DEVICE float nothing(float) { return 0.0f; }
DEVICE float4 nothing(float4) { return zero4(); }

// The terms: a number or four adjacent ones, by index in units of that.
struct plain_terms {
  const float* x;
  __device__ __forceinline__ float operator()(long long i, float) const { return x[i]; }
  __device__ __forceinline__ float4 operator()(long long i, float4) const { return load4(x, i); }
};

struct activation_grad_terms {
  const float* y;
  const float* dy;
  float* dx;
  int activation;
  __device__ __forceinline__ float operator()(long long i, float) const { return dx[i] = activate_grad(y[i], dy[i], activation); }
  __device__ __forceinline__ float4 operator()(long long i, float4) const {
    float4 result = activate_grad4(load4(y, i), load4(dy, i), activation);
    store4(dx, i, result);
    return result;
  }
};

// Column counts in units of Number. A block takes up to 256 columns, from blockIdx.y * 256 on, and the blockIdx.x-th share of the rows;
// where columns are fewer, several rows side by side, so that a warp's accesses stay adjacent.
template <class Number, class Terms>
DEVICE void sum_rows(Terms terms, float* sums, int rows, int columns) {
  __shared__ Number scratch[256];
  int first = blockIdx.y * 256, width = columns - first < 256 ? columns - first : 256;
  int beside = 256 / width, row = threadIdx.x / width, column = first + threadIdx.x % width;
  int share = (rows + gridDim.x - 1) / gridDim.x;
  long long start = (long long)blockIdx.x * share, end = start + share < rows ? start + share : rows;
  Number sum = nothing(Number());
  if (row < beside)
    for (long long r = start + row; r < end; r += beside) sum = sum_of(sum, terms(r * columns + column, Number()));
  scratch[threadIdx.x] = sum;
  __syncthreads();
  for (int left = beside; left > 1;) {
    int half = (left + 1) / 2;
    if (row < left - half) scratch[threadIdx.x] = sum_of(scratch[threadIdx.x], scratch[threadIdx.x + half * width]);
    left = half;
    __syncthreads();
  }
  if (row == 0) reinterpret_cast<Number*>(sums)[(long long)blockIdx.x * columns + column] = scratch[threadIdx.x];
}

// Blocks of 256 threads; gridDim = (shares of the rows, columns or vectors of columns / 256 rounded up); sums has a row for each share.
KERNEL column_sums(const float* __restrict__ x, float* __restrict__ sums, int rows, int columns) {
  if (columns % 4 == 0) sum_rows<float4>(plain_terms{x}, sums, rows, columns / 4);
  else sum_rows<float>(plain_terms{x}, sums, rows, columns);
}

KERNEL activate_grad_sums(const float* y, const float* dy, float* dx, float* __restrict__ sums, int activation, int rows, int columns) {
  activation_grad_terms terms{y, dy, dx, activation};
  if (columns % 4 == 0) sum_rows<float4>(terms, sums, rows, columns / 4);
  else sum_rows<float>(terms, sums, rows, columns);
}
