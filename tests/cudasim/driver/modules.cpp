// Modules, libraries (CUDA 12's own form of them), functions and what can be asked of them.
#include <cstring>

#include "abi.h"
#include "../device/shared.h"

using namespace cudasim;

namespace {

/// Puts the reason into the error log that the caller gave among the options, as the driver's compiler does.
void write_log(unsigned count, const int* options, void** values) {
    char* log = nullptr;
    size_t size = 0;
    for (unsigned i = 0; i < count; i++) {
        if (options[i] == 5) log = (char*)values[i];
        if (options[i] == 6) size = (size_t)values[i];
    }
    if (!log || size == 0) return;
    strncpy(log, diagnostic().c_str(), size - 1);
    log[size - 1] = 0;
}

int load(CUmodule* result, const void* image) {
    auto module = std::make_unique<Module>();
    if (int refused = load_image((const char*)image, *module)) return refused;
    counters.modules_loaded++;
    *result = modules.add(std::move(module));
    return success;
}

}  // namespace

CUDASIM_EXPORT CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned count, int* options, void** values) {
    IN_CONTEXT;
    REQUIRE(module && image && (count == 0 || (options && values)));
    REFUSE_WHILE_CAPTURING();
    for (unsigned i = 0; i < count; i++) REQUIRE(options[i] >= 0 && options[i] <= 36);
    int result = load(module, image);
    if (result != success) write_log(count, options, values);
    return result;
}

CUDASIM_EXPORT CUresult cuModuleLoadData(CUmodule* module, const void* image) {
    return cuModuleLoadDataEx(module, image, 0, nullptr, nullptr);
}

CUDASIM_EXPORT CUresult cuModuleUnload(CUmodule module) {
    IN_CONTEXT;
    REFUSE_WHILE_CAPTURING();
    REQUIRE_HANDLE(modules.find(module));
    streams.finish_all();
    modules.remove(module);
    return context.loss();
}

CUDASIM_EXPORT CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
    IN_CONTEXT;
    REQUIRE(function && name);
    REQUIRE_HANDLE(modules.find(module));
    auto at = module->functions.find(name);
    if (at == module->functions.end()) {
        diagnose("cuModuleGetFunction: the module has no kernel %s", name);
        return not_found;
    }
    *function = &at->second;
    return success;
}

CUDASIM_EXPORT CUresult cuModuleGetGlobal_v2(CUdeviceptr*, size_t*, CUmodule module, const char* name) {
    IN_CONTEXT;
    REQUIRE_HANDLE(modules.find(module));
    diagnose("cuModuleGetGlobal: %s: the simulator's modules have no global variables", name);
    return not_found;
}

CUDASIM_EXPORT CUresult cuLibraryLoadData(CUmodule* library, const void* code, int*, void**, unsigned, int*, void**, unsigned) {
    IN_CONTEXT;
    REQUIRE(library && code);
    REFUSE_WHILE_CAPTURING();
    return load(library, code);
}

CUDASIM_EXPORT CUresult cuLibraryUnload(CUmodule library) { return cuModuleUnload(library); }

CUDASIM_EXPORT CUresult cuLibraryGetKernel(CUfunction* kernel, CUmodule library, const char* name) {
    return cuModuleGetFunction(kernel, library, name);
}

CUDASIM_EXPORT CUresult cuKernelGetFunction(CUfunction* function, CUfunction kernel) {
    IN_CONTEXT;
    REQUIRE_HANDLE(find_function(kernel));
    *function = kernel;
    return success;
}

/// INVALID_VALUE past the last parameter, as the driver answers: that is how a caller counts them.
CUDASIM_EXPORT CUresult cuFuncGetParamInfo(CUfunction handle, size_t index, size_t* offset, size_t* size) {
    IN_CONTEXT;
    Function* f = find_function(handle);
    REQUIRE_HANDLE(f);
    if (!offset || index >= f->kernel->parameter_count) return invalid_value;
    *offset = f->kernel->parameters[index].offset;
    if (size) *size = f->kernel->parameters[index].size;
    return success;
}

CUDASIM_EXPORT CUresult cuFuncGetAttribute(int* value, int attribute, CUfunction handle) {
    IN_CONTEXT;
    Function* f = find_function(handle);
    REQUIRE_HANDLE(f);
    REQUIRE(value);
    switch (attribute) {
        case 0: *value = f->kernel->max_threads; break;
        case 1: case 2: case 3: case 7: *value = 0; break;  // shared, constant and local bytes, cache mode: not known here
        case 4: *value = 32; break;                         // registers: plausible, no more
        case 5: case 6: *value = f->module->architecture; break;
        case 8: *value = f->max_dynamic_shared; break;
        case 9: *value = -1; break;
        default: return invalid_value;
    }
    return success;
}

CUDASIM_EXPORT CUresult cuFuncSetAttribute(CUfunction handle, int attribute, int value) {
    IN_CONTEXT;
    Function* f = find_function(handle);
    REQUIRE_HANDLE(f);
    if (attribute == 9) {
        REQUIRE(value >= -1 && value <= 100);
        return success;
    }
    REQUIRE(attribute == 8 && value >= 0 && (size_t)value <= max_shared);
    f->max_dynamic_shared = value;
    return success;
}
