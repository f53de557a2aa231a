// What every file of the driver's interface shares: the exported names' linkage and the handles' types.
#pragma once
#include <cstddef>
#include <cstdint>

#include "../device/capture.h"
#include "../device/context.h"
#include "../device/memory.h"
#include "../device/modules.h"
#include "../device/settings.h"
#include "../device/stream.h"
#include "status.h"

#define CUDASIM_EXPORT extern "C" __attribute__((visibility("default")))

typedef cudasim::CUresult CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;
typedef cudasim::Stream* CUstream;
typedef cudasim::Event* CUevent;
typedef cudasim::Context* CUcontext;
typedef cudasim::Module* CUmodule;
typedef cudasim::Function* CUfunction;
typedef cudasim::Graph* CUgraph;
typedef cudasim::GraphInstance* CUgraphExec;

/// For arguments that must not be null, or must satisfy more.
#define REQUIRE(condition)                                    \
    do {                                                      \
        if (!(condition)) {                                   \
            cudasim::diagnose("%s: needs %s", __func__, #condition); \
            return cudasim::invalid_value;                    \
        }                                                     \
    } while (0)

#define REQUIRE_HANDLE(condition)                              \
    do {                                                      \
        if (!(condition)) {                                   \
            cudasim::diagnose("%s: the handle is not live", __func__); \
            return cudasim::invalid_handle;                    \
        }                                                     \
    } while (0)

#define REFUSE_WHILE_CAPTURING() \
    if (int capturing = cudasim::refuse_while_capturing(__func__)) return capturing
