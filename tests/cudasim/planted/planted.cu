// Kernels to test the simulator with: some that work and exercise one thing each, and planted bugs that it must catch.
#include "common.cuh"

// y[i] += x[i], one element a thread.
extern "C" __global__ void __launch_bounds__(256) planted_add(const float* x, float* y, int n) {
    int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (i < n) y[i] += x[i];
}

// Sums in 256 floats at a time: shuffles within a warp, shared memory across warps.
extern "C" __global__ void __launch_bounds__(256) planted_block_sum(const float* x, float* sums, long long n) {
    __shared__ float parts[8];
    float sum = 0.0f;
    for (long long i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += (long long)gridDim.x * blockDim.x) sum += x[i];
    for (int by = 16; by > 0; by >>= 1) sum += __shfl_down_sync(0xFFFFFFFFu, sum, by);
    if ((threadIdx.x & 31) == 0) parts[threadIdx.x >> 5] = sum;
    __syncthreads();
    if (threadIdx.x < 32) {
        sum = threadIdx.x < 8 ? parts[threadIdx.x] : 0.0f;
        for (int by = 4; by > 0; by >>= 1) sum += __shfl_xor_sync(0xFFFFFFFFu, sum, by);
        if (threadIdx.x == 0) sums[blockIdx.x] = sum;
    }
}

// Reverses each block's elements through dynamic shared memory, and counts them.
extern "C" __global__ void __launch_bounds__(256) planted_reverse(const float* x, float* y, unsigned* count) {
    extern __shared__ float dynamic_shared[];
    unsigned base = blockIdx.x * blockDim.x, t = threadIdx.x;
    dynamic_shared[t] = x[base + t];
    __syncthreads();
    y[base + t] = dynamic_shared[blockDim.x - 1 - t];
    atomicAdd(count, 1u);
}

// Copies four floats at once: both addresses must be multiples of 16.
extern "C" __global__ void __launch_bounds__(256) planted_copy4(const float* x, float* y, int quads) {
    int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (i < quads) *reinterpret_cast<float4*>(y + 4 * i) = *reinterpret_cast<const float4*>(x + 4 * i);
}

// Bit l of the result: whether lane l's element is positive.
extern "C" __global__ void planted_ballot(const float* x, unsigned* votes) {
    unsigned v = __ballot_sync(0xFFFFFFFFu, x[threadIdx.x] > 0.0f);
    if ((threadIdx.x & 31) == 0) votes[threadIdx.x >> 5] = v;
}

// Bug: no barrier between the writing of shared memory and the reading of another thread's element.
extern "C" __global__ void planted_missing_barrier(const float* x, float* y) {
    __shared__ float tile[256];
    tile[threadIdx.x] = x[threadIdx.x];
    y[threadIdx.x] = tile[(threadIdx.x + 33) & 255];
}

// Bug: half of the threads wait at a barrier for the others, which wait for them in a warp exchange.
extern "C" __global__ void planted_divergent_barrier(float* y) {
    if (threadIdx.x & 1) {
        __syncthreads();
        y[threadIdx.x] = 1.0f;
    } else {
        y[threadIdx.x] = __shfl_down_sync(0xFFFFFFFFu, 1.0f, 1);
    }
}

// Bug: two different barriers, each reached by half of the threads.
extern "C" __global__ void planted_two_barriers(float* y) {
    if (threadIdx.x < 32) {
        __syncthreads();
        y[threadIdx.x] = 1.0f;
    } else {
        __syncthreads();
        y[threadIdx.x] = 2.0f;
    }
}

// Bug: writes one element more than it was given.
extern "C" __global__ void planted_overrun(float* y, int n) {
    int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (i <= n) y[i] = 1.0f;
}

// Bug: an index past the end of an array in shared memory.
extern "C" __global__ void planted_shared_overrun(float* y, int index) {
    __shared__ float tile[32];
    tile[threadIdx.x] = 1.0f;
    __syncthreads();
    y[threadIdx.x] = tile[(int)threadIdx.x + index];
}

// Bug: writes behind the dynamic shared memory that the launch asked for.
extern "C" __global__ void planted_dynamic_overrun(float* y) {
    extern __shared__ float dynamic_shared[];
    dynamic_shared[threadIdx.x] = 1.0f;
    __syncthreads();
    y[threadIdx.x] = dynamic_shared[threadIdx.x];
}

// Reads wherever it is told to.
extern "C" __global__ void planted_read(const float* x, float* y, long long offset) { y[threadIdx.x] = x[offset + threadIdx.x]; }

// Bug, if n is 0: divides by it.
extern "C" __global__ void planted_divide(int* y, int n) { y[threadIdx.x] = 1000 / n; }
