// Device memory, the stream-ordered allocator and page-locked host memory.
#include <cstring>

#include "abi.h"

using namespace cudasim;

namespace {

struct Pool { uint64_t release_threshold = 0, follow_events = 1, opportunistic = 1, internal = 1, used_high = 0; } default_pool;

int allocate(CUdeviceptr* address, size_t bytes) {
    size_t live = memory.live_bytes();
    size_t limit = (size_t)std::min(settings.memory, settings.out_of_memory_after);
    if (bytes > limit || live > limit - bytes) {
        diagnose("out of memory: %zu bytes asked for, %zu of %zu in use", bytes, live, limit);
        return out_of_memory;
    }
    *address = memory.allocate(bytes);
    if (!*address) return out_of_memory;
    counters.allocations++;
    counters.live_allocations++;
    counters.live_bytes += (int64_t)bytes;
    default_pool.used_high = std::max<uint64_t>(default_pool.used_high, memory.live_bytes());
    return success;
}

/// Frees, having looked at the guards: what a kernel wrote past the end is found here at the latest.
Fault release(CUdeviceptr address) {
    const Allocation* a = memory.holding(address, 0);
    if (!a || a->address != address) return {illegal_address, "a freed address is not that of a live allocation"};
    bool whole = memory.guards_whole(*a, "seen when it was freed");
    counters.frees++;
    counters.live_allocations--;
    counters.live_bytes -= (int64_t)a->size;
    memory.release(address);
    if (whole) return {};
    counters.overruns++;
    return {illegal_address, diagnostic()};
}

}  // namespace

CUDASIM_EXPORT CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
    IN_CONTEXT;
    REQUIRE(free && total);
    size_t limit = (size_t)std::min(settings.memory, settings.out_of_memory_after);
    *total = (size_t)settings.memory;
    *free = limit > memory.live_bytes() ? limit - memory.live_bytes() : 0;
    return success;
}

CUDASIM_EXPORT CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
    IN_CONTEXT;
    REQUIRE(address && bytes > 0);
    REFUSE_WHILE_CAPTURING();
    return allocate(address, bytes);
}

CUDASIM_EXPORT CUresult cuMemFree_v2(CUdeviceptr address) {
    IN_CONTEXT;
    REFUSE_WHILE_CAPTURING();
    if (!address) return success;
    const Allocation* a = memory.holding(address, 0);
    REQUIRE(a && a->address == address);
    streams.finish_all();  // as drivers do, and programs rely on it
    if (context.lost()) return context.loss();
    Fault fault = release(address);
    if (fault.status != 0) context.lose(fault.status, fault.reason);
    return fault.status;
}

CUDASIM_EXPORT CUresult cuMemGetAddressRange_v2(CUdeviceptr* base, size_t* bytes, CUdeviceptr address) {
    IN_CONTEXT;
    const Allocation* a = memory.holding(address, 1);
    if (!a) return not_found;
    if (base) *base = a->address;
    if (bytes) *bytes = a->size;
    return success;
}

/// In a capture CUDA would make it a node that owns the memory; that is not simulated, and no captured step should need it.
CUDASIM_EXPORT CUresult cuMemAllocAsync(CUdeviceptr* address, size_t bytes, CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    REQUIRE(address && bytes > 0);
    REFUSE_WHILE_CAPTURING();
    return allocate(address, bytes);
}

CUDASIM_EXPORT CUresult cuMemFreeAsync(CUdeviceptr address, CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    REFUSE_WHILE_CAPTURING();
    if (!address) return success;
    const Allocation* a = memory.holding(address, 0);
    REQUIRE(a && a->address == address);
    return submit(*stream, "cuMemFreeAsync", [address] { return release(address); });
}

CUDASIM_EXPORT CUresult cuDeviceGetDefaultMemPool(void** pool, CUdevice device) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    if (!context.initialised) return not_initialized;
    REQUIRE(pool);
    if (device != 0) return invalid_device;
    *pool = &default_pool;
    return success;
}

namespace {

uint64_t* pool_field(int attribute) {
    return attribute == 4 ? &default_pool.release_threshold : nullptr;
}

uint64_t* pool_flag(int attribute) {
    return attribute == 1 ? &default_pool.follow_events : attribute == 2 ? &default_pool.opportunistic
         : attribute == 3 ? &default_pool.internal : nullptr;
}

}  // namespace

CUDASIM_EXPORT CUresult cuMemPoolSetAttribute(void* pool, int attribute, void* value) {
    IN_CONTEXT;
    REQUIRE(pool == &default_pool && value);
    if (uint64_t* field = pool_field(attribute)) *field = *(uint64_t*)value;
    else if (uint64_t* flag = pool_flag(attribute)) *flag = (uint64_t)*(int*)value;
    else if (attribute == 8 && *(uint64_t*)value == 0) default_pool.used_high = memory.live_bytes();
    else return invalid_value;
    return success;
}

CUDASIM_EXPORT CUresult cuMemPoolGetAttribute(void* pool, int attribute, void* value) {
    IN_CONTEXT;
    REQUIRE(pool == &default_pool && value);
    if (uint64_t* flag = pool_flag(attribute)) *(int*)value = (int)*flag;
    else if (uint64_t* field = pool_field(attribute)) *(uint64_t*)value = *field;
    else if (attribute == 5 || attribute == 7) *(uint64_t*)value = memory.live_bytes();
    else if (attribute == 6 || attribute == 8) *(uint64_t*)value = default_pool.used_high;
    else return invalid_value;
    return success;
}

CUDASIM_EXPORT CUresult cuMemPoolTrimTo(void* pool, size_t) {
    IN_CONTEXT;
    REQUIRE(pool == &default_pool);
    return success;
}

CUDASIM_EXPORT CUresult cuMemHostAlloc(void** p, size_t bytes, unsigned flags) {
    IN_CONTEXT;
    REQUIRE(p && bytes > 0 && (flags & ~7u) == 0);
    REFUSE_WHILE_CAPTURING();
    *p = host_memory.allocate(bytes);
    if (!*p) return out_of_memory;
    counters.host_allocations++;
    return success;
}

CUDASIM_EXPORT CUresult cuMemFreeHost(void* p) {
    IN_CONTEXT;
    REFUSE_WHILE_CAPTURING();
    streams.finish_all();
    REQUIRE(host_memory.release(p));
    return context.loss();
}

CUDASIM_EXPORT CUresult cuMemHostRegister_v2(void* p, size_t bytes, unsigned flags) {
    IN_CONTEXT;
    REQUIRE(p && bytes > 0 && (flags & ~15u) == 0);
    REFUSE_WHILE_CAPTURING();
    return host_memory.add(p, bytes) ? success : host_memory_already_registered;
}

CUDASIM_EXPORT CUresult cuMemHostUnregister(void* p) {
    IN_CONTEXT;
    REFUSE_WHILE_CAPTURING();
    streams.finish_all();
    return host_memory.remove(p) ? context.loss() : host_memory_not_registered;
}
