// How every call on a handle begins: the handle live, its stream too, the context current and not lost, the descriptors in agreement.
#pragma once
#include "../device/context.h"
#include "problem.h"

#define DNN_HANDLE(handle)                                                                                       \
    std::lock_guard<std::recursive_mutex> held(cudasim::abi_lock);                                               \
    cudasim::DnnHandle* dnn = cudasim::dnn_handles.find(handle);                                                 \
    if (!dnn) return dnn_refuse(cudasim::Dnn::not_initialized, "%s: not a live handle", __func__);               \
    if (int refused = cudasim::admit()) return cudasim::dnn_status_of_driver(refused);                           \
    if (!cudasim::streams.find(dnn->stream))                                                                     \
        return dnn_refuse(cudasim::Dnn::bad_param, "%s: the handle's stream was destroyed", __func__)

/// Declares the problem p that the descriptors state.
#define DNN_PROBLEM(direction, x, w, y, convolution) \
    cudasim::Problem p;                              \
    if (int refused = cudasim::read_problem(__func__, direction, x, w, y, convolution, &p)) return refused
