// Filters turned by 180 degrees, with their channels exchanged: turned[i, taps-1-t, o] = filters[o, t, i]. With them a transposed
// convolution of stride 1 is an ordinary one (arXiv 1603.07285, section 4), which libraries finish with bias and ReLU in the same call.
//
// Bytes per element: 4 read, 4 written. Floor: those bytes / bandwidth: 128 x 5 x 5 x 64 filters take 0.6 us at 3 TB/s, less than a launch.
#include "common.cuh"

// Blocks of 32 x 8 threads; gridDim = (inputs / 32 rounded up, outputs / 32 rounded up, taps). A tile goes through shared memory, so that
// reading and writing both run along the channels that lie beside each other; a row of 33 keeps a column's numbers in different banks.
KERNEL turn_filters(const float* __restrict__ filters, float* __restrict__ turned, int outputs, int taps, int inputs) {
  __shared__ float tile[32][33];
  int input = blockIdx.x * 32 + threadIdx.x, first_output = blockIdx.y * 32, tap = blockIdx.z;
  for (int row = threadIdx.y; row < 32 && first_output + row < outputs; row += 8)
    if (input < inputs) tile[row][threadIdx.x] = filters[((long long)(first_output + row) * taps + tap) * inputs + input];
  __syncthreads();
  int output = first_output + threadIdx.x, first_input = blockIdx.x * 32;
  for (int row = threadIdx.y; row < 32 && first_input + row < inputs; row += 8)
    if (output < outputs) turned[((long long)(first_input + row) * taps + taps - 1 - tap) * outputs + output] = tile[threadIdx.x][row];
}
