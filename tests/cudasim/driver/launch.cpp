// Kernel launches: limits checked and arguments copied at once, pointers checked and the kernel run when the stream gets there.
#include <cstring>
#include <memory>
#include <vector>

#include "abi.h"
#include "../device/processor.h"
#include "../device/shared.h"

using namespace cudasim;

namespace {

/// The values of one launch's arguments, copied from where the caller keeps them.
struct Arguments {
    std::vector<uint64_t> bytes;
    std::vector<size_t> at;

    Arguments(const Kernel& kernel, void** from) {
        for (size_t i = 0; i < kernel.parameter_count; i++) {
            size_t words = (kernel.parameters[i].size + 15) / 16 * 2;  // 16-byte steps keep structures of float4 aligned
            at.push_back(bytes.size());
            bytes.resize(bytes.size() + words);
            memcpy(&bytes[at[i]], from[i], kernel.parameters[i].size);
        }
    }

    std::vector<void*> addresses() {
        std::vector<void*> all;
        for (size_t word : at) all.push_back(&bytes[word]);
        return all;
    }
};

Fault check_pointers(const Kernel& kernel, const Arguments& arguments) {
    for (size_t i = 0; i < kernel.parameter_count; i++) {
        if (!kernel.parameters[i].pointer) continue;
        uint64_t address = arguments.bytes[arguments.at[i]];
        if (!address || memory.holding(address, 0) || host_memory.holds((void*)address, 1)) continue;
        return {illegal_address, std::string(kernel.name) + ": argument " + std::to_string(i) + " is no live device pointer: " +
                                     memory.describe(address)};
    }
    return {};
}

/// Looks at the guards of what the kernel was given.
Fault check_guards(const Kernel& kernel, const Arguments& arguments) {
    for (size_t i = 0; i < kernel.parameter_count; i++) {
        const Allocation* a = kernel.parameters[i].pointer ? memory.holding(arguments.bytes[arguments.at[i]], 0) : nullptr;
        if (!a || memory.guards_whole(*a, kernel.name)) continue;
        counters.overruns++;
        return {illegal_address, diagnostic()};
    }
    return {};
}

Fault run(const Kernel& kernel, Arguments& arguments, Extent grid, Extent size, unsigned shared) {
    if (++counters.kernels_run == settings.lose_context_at)
        return {(int)settings.lose_context_with, std::string(kernel.name) + ": the context was lost, as planned"};
    Fault fault = check_pointers(kernel, arguments);
    if (fault.status == 0) fault = run_grid(kernel, arguments.addresses().data(), grid, size, shared);
    if (fault.status == 0) fault = check_guards(kernel, arguments);
    return fault;
}

int refuse_limits(const Function& f, Extent grid, Extent block, unsigned shared) {
    if (grid.x == 0 || grid.y == 0 || grid.z == 0 || block.x == 0 || block.y == 0 || block.z == 0 || grid.x > 2147483647u ||
        grid.y > 65535 || grid.z > 65535 || block.x > 1024 || block.y > 1024 || block.z > 64 || block.count() > 1024) {
        diagnose("%s: grid (%u,%u,%u) of blocks (%u,%u,%u) is outside the device's limits", f.kernel->name, grid.x, grid.y, grid.z,
                 block.x, block.y, block.z);
        return invalid_value;
    }
    if (shared > (unsigned)f.max_dynamic_shared) {
        diagnose("%s: %u bytes of dynamic shared memory, %d allowed (attribute 8 raises it)", f.kernel->name, shared, f.max_dynamic_shared);
        return invalid_value;
    }
    if (block.count() > (uint64_t)f.kernel->max_threads) {
        diagnose("%s: %llu threads in a block, its launch bounds say %d", f.kernel->name, (unsigned long long)block.count(),
                 f.kernel->max_threads);
        return launch_out_of_resources;
    }
    return success;
}

}  // namespace

CUDASIM_EXPORT CUresult cuLaunchKernel(CUfunction handle, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                                       unsigned shared, CUstream in, void** parameters, void** extra) {
    IN_CONTEXT;
    Function* f = find_function(handle);
    Stream* stream = streams.find(in);
    REQUIRE_HANDLE(f && stream);
    const Kernel& kernel = *f->kernel;
    REQUIRE(extra == nullptr && (parameters || kernel.parameter_count == 0));
    for (size_t i = 0; i < kernel.parameter_count; i++) REQUIRE(parameters[i]);
    Extent grid{gx, gy, gz}, block{bx, by, bz};
    if (int refused = refuse_limits(*f, grid, block, shared)) return refused;
    auto arguments = std::make_shared<Arguments>(kernel, parameters);
    Submitted where;
    int result = submit(*stream, kernel.name, [=, &kernel] { return run(kernel, *arguments, grid, block, shared); }, &where);
    if (result == success && where == Submitted::queued) counters.kernel_launches++;
    return result;
}

/// Blocks that fit a multiprocessor by threads, by shared memory and by number; registers are not known here.
static int blocks_that_fit(int threads, size_t shared) {
    size_t by_threads = 2048 / (size_t)((threads + 31) / 32 * 32), by_shared = 233472 / (shared + reserved_shared);
    return (int)std::min<size_t>(std::min(by_threads, by_shared), 32);
}

CUDASIM_EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction handle, int threads, size_t shared) {
    IN_CONTEXT;
    Function* f = find_function(handle);
    REQUIRE_HANDLE(f);
    REQUIRE(blocks && threads > 0);
    *blocks = threads > f->kernel->max_threads || shared > max_shared ? 0 : blocks_that_fit(threads, shared);
    return success;
}

CUDASIM_EXPORT CUresult cuOccupancyMaxPotentialBlockSize(int* grid, int* threads, CUfunction handle, size_t (*shared_of)(int),
                                                         size_t shared, int limit) {
    IN_CONTEXT;
    Function* f = find_function(handle);
    REQUIRE_HANDLE(f);
    REQUIRE(grid && threads && limit >= 0);
    *threads = limit > 0 ? std::min(limit, f->kernel->max_threads) : f->kernel->max_threads;
    *grid = 4 * blocks_that_fit(*threads, shared_of ? shared_of(*threads) : shared);
    return success;
}
