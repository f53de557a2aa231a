// The dynamic shared memory of one kernels library: as much as a block may ask for.
#include "cuda_shim.h"
#include "kernel.h"

extern thread_local float dynamic_shared[];
alignas(128) thread_local float dynamic_shared[232448 / sizeof(float)];

static cudasim::SharedMemory shared() { return {(unsigned char*)dynamic_shared, sizeof dynamic_shared}; }

static const int registered = [] {
    cudasim::add_shared(&shared);
    return 0;
}();
