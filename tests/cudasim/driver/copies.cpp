// Copies and fills, as late as the Driver API manual ("API synchronization behavior") lets them be. A copy in a stream reads its source when
// it runs: from page-locked memory that is so, and from pageable memory it may be. One without a stream has read pageable memory when it
// returns, but may not have written the device. A copy to pageable memory has ended by then.
#include <cstring>
#include <memory>
#include <vector>

#include "abi.h"

using namespace cudasim;

namespace {

/// Work that copies, having looked again whether the memory still lives.
Work copy_work(void* to, const void* from, size_t bytes, CUdeviceptr device, const char* call) {
    return [=]() -> Fault {
        if (!memory.holding(device, bytes)) return {illegal_address, std::string(call) + ": the memory was freed before the copy ran"};
        memcpy(to, from, bytes);
        return {};
    };
}

int refuse_range(CUdeviceptr address, size_t bytes, const char* call) {
    if (memory.holding(address, bytes)) return success;
    diagnose("%s: %zu bytes at 0x%llx are not all in one live allocation: %s", call, bytes, (unsigned long long)address,
             memory.describe(address).c_str());
    return invalid_value;
}

#define REQUIRE_RANGE(address, bytes) \
    if (int outside = refuse_range(address, bytes, __func__)) return outside

/// Runs a copy at once, after the legacy stream and all that it waits for.
int copy_now(Work work) {
    if (int refused = submit(streams.legacy(), "copy", std::move(work))) return refused;
    counters.synchronisations++;
    streams.finish_blocking();
    return context.loss();
}

}  // namespace

CUDASIM_EXPORT CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
    IN_CONTEXT;
    REFUSE_WHILE_CAPTURING();
    REQUIRE(from || bytes == 0);
    REQUIRE_RANGE(to, bytes);
    counters.copies_to_device++;
    if (host_memory.holds(from, bytes)) return copy_now(copy_work((void*)to, from, bytes, to, __func__));
    auto staged = std::make_shared<std::vector<char>>((const char*)from, (const char*)from + bytes);
    Work copy = copy_work((void*)to, staged->data(), bytes, to, __func__);
    return submit(streams.legacy(), "copy", [staged, copy] { return copy(); });
}

CUDASIM_EXPORT CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
    IN_CONTEXT;
    REFUSE_WHILE_CAPTURING();
    REQUIRE(to || bytes == 0);
    REQUIRE_RANGE(from, bytes);
    counters.copies_to_host++;
    return copy_now(copy_work(to, (const void*)from, bytes, from, __func__));
}

/// Both ends on the device: the host does not wait.
CUDASIM_EXPORT CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    REQUIRE_RANGE(to, bytes);
    REQUIRE_RANGE(from, bytes);
    counters.copies_on_device++;
    Work copy = copy_work((void*)to, (const void*)from, bytes, to, __func__);
    return submit(*stream, "memcpy", [=]() -> Fault {
        if (!memory.holding(from, bytes)) return {illegal_address, "cuMemcpyDtoD: the source was freed before the copy ran"};
        return copy();
    });
}

CUDASIM_EXPORT CUresult cuMemcpyDtoD_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes) {
    return cuMemcpyDtoDAsync_v2(to, from, bytes, nullptr);
}

CUDASIM_EXPORT CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    REQUIRE(from || bytes == 0);
    REQUIRE_RANGE(to, bytes);
    counters.copies_to_device++;
    return submit(*stream, "memcpy", copy_work((void*)to, from, bytes, to, __func__));
}

CUDASIM_EXPORT CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    REQUIRE(to || bytes == 0);
    REQUIRE_RANGE(from, bytes);
    counters.copies_to_host++;
    if (int refused = submit(*stream, "memcpy", copy_work(to, (const void*)from, bytes, from, __func__))) return refused;
    if (stream->capture || host_memory.holds(to, bytes)) return success;
    counters.synchronisations++;
    streams.finish(*stream);
    return context.loss();
}

namespace {

template <class T> int fill(CUdeviceptr to, T value, size_t count, CUstream handle, const char* call) {
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    REQUIRE(to % sizeof(T) == 0);
    if (int outside = refuse_range(to, count * sizeof(T), call)) return outside;
    counters.memsets++;
    return submit(*stream, "memset", [=]() -> Fault {
        if (!memory.holding(to, count * sizeof(T))) return {illegal_address, "cuMemset: the memory was freed before the fill ran"};
        for (size_t i = 0; i < count; i++) ((T*)to)[i] = value;
        return {};
    });
}

}  // namespace

CUDASIM_EXPORT CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream stream) {
    IN_CONTEXT;
    return fill(to, value, count, stream, __func__);
}

CUDASIM_EXPORT CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, CUstream stream) {
    IN_CONTEXT;
    return fill(to, value, count, stream, __func__);
}

CUDASIM_EXPORT CUresult cuMemsetD8_v2(CUdeviceptr to, unsigned char value, size_t count) {
    return cuMemsetD8Async(to, value, count, nullptr);
}

CUDASIM_EXPORT CUresult cuMemsetD32_v2(CUdeviceptr to, unsigned value, size_t count) { return cuMemsetD32Async(to, value, count, nullptr); }
