// Initialisation, the device and the primary context.
#include <cstring>

#include "abi.h"
#include "../device/shared.h"

using namespace cudasim;

CUDASIM_EXPORT CUresult cuInit(unsigned flags) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    REQUIRE(flags == 0);
    if (settings.no_device) return no_device;
    context.initialised = true;
    load_kernel_libraries();
    return success;
}

CUDASIM_EXPORT CUresult cuDriverGetVersion(int* version) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    REQUIRE(version);
    *version = (int)settings.driver_version;
    return success;
}

#define INITIALISED                                       \
    std::lock_guard<std::recursive_mutex> held(abi_lock); \
    if (!context.initialised) return not_initialized

CUDASIM_EXPORT CUresult cuDeviceGetCount(int* count) {
    INITIALISED;
    REQUIRE(count);
    *count = 1;
    return success;
}

CUDASIM_EXPORT CUresult cuDeviceGet(CUdevice* device, int ordinal) {
    INITIALISED;
    REQUIRE(device);
    if (ordinal != 0) return invalid_device;
    *device = 0;
    return success;
}

CUDASIM_EXPORT CUresult cuDeviceGetName(char* name, int length, CUdevice device) {
    INITIALISED;
    REQUIRE(name && length > 0);
    if (device != 0) return invalid_device;
    strncpy(name, "Simulated device", (size_t)length - 1);
    name[length - 1] = 0;
    return success;
}

CUDASIM_EXPORT CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
    INITIALISED;
    REQUIRE(bytes);
    if (device != 0) return invalid_device;
    *bytes = (size_t)settings.memory;
    return success;
}

CUDASIM_EXPORT CUresult cuDeviceGetAttribute(int* value, int attribute, CUdevice device) {
    INITIALISED;
    REQUIRE(value);
    if (device != 0) return invalid_device;
    struct { int attribute; int64_t value; } const table[] = {
        {1, 1024}, {2, 1024}, {3, 1024}, {4, 64}, {5, 2147483647}, {6, 65535}, {7, 65535},  // threads and blocks per dimension
        {8, default_shared}, {9, 65536}, {10, 32}, {12, 65536}, {13, 1755000}, {16, 4}, {17, 0}, {19, 1},
        {31, 1}, {36, 1593000}, {37, 5120}, {38, 4 << 20}, {39, 2048}, {40, 1}, {41, 1}, {75, settings.compute_capability / 10},
        {76, settings.compute_capability % 10}, {81, 233472}, {82, 65536}, {83, 1}, {97, max_shared}, {106, 32}, {111, reserved_shared},
        {115, 1},
    };
    for (auto& row : table) {
        if (row.attribute != attribute) continue;
        *value = (int)row.value;
        return success;
    }
    diagnose("cuDeviceGetAttribute: the simulated device has no attribute %d", attribute);
    return invalid_value;
}

CUDASIM_EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext* result, CUdevice device) {
    INITIALISED;
    REQUIRE(result);
    if (device != 0) return invalid_device;
    context.retain();
    *result = &context;
    return success;
}

CUDASIM_EXPORT CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
    INITIALISED;
    if (device != 0) return invalid_device;
    return context.release() ? success : invalid_context;
}

CUDASIM_EXPORT CUresult cuDevicePrimaryCtxReset_v2(CUdevice device) {
    INITIALISED;
    if (device != 0) return invalid_device;
    context.destroy();
    return success;
}

CUDASIM_EXPORT CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice device, unsigned flags) {
    INITIALISED;
    if (device != 0) return invalid_device;
    REQUIRE((flags & ~0x3Fu) == 0);
    context.flags = flags;
    return success;
}

CUDASIM_EXPORT CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
    INITIALISED;
    if (device != 0) return invalid_device;
    REQUIRE(flags && active);
    *flags = context.flags;
    *active = context.alive();
    return success;
}

CUDASIM_EXPORT CUresult cuCtxSetCurrent(CUcontext c) {
    INITIALISED;
    if (c && c != &context) return invalid_context;
    current_context = c;
    return success;
}

CUDASIM_EXPORT CUresult cuCtxGetCurrent(CUcontext* c) {
    INITIALISED;
    REQUIRE(c);
    *c = current_context;
    return success;
}

CUDASIM_EXPORT CUresult cuCtxGetDevice(CUdevice* device) {
    IN_CONTEXT;
    REQUIRE(device);
    *device = 0;
    return success;
}

CUDASIM_EXPORT CUresult cuCtxSynchronize() {
    IN_CONTEXT;
    REFUSE_WHILE_CAPTURING();
    counters.synchronisations++;
    streams.finish_all();
    return context.loss();
}
