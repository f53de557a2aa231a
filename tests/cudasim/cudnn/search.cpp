// Algorithms asked for: by estimate (Get), by measurement (Find), and their workspaces.
#include <algorithm>
#include <cstring>

#include "algorithms.h"
#include "call.h"

using namespace cudasim;

namespace {

int give(const std::vector<Performance>& ranked, int requested, int* returned, Performance* results) {
    *returned = std::min(requested, (int)ranked.size());
    std::copy_n(ranked.begin(), *returned, results);
    return 0;
}

int estimate(const char* call, const Problem& p, int requested, int* returned, Performance* results) {
    if (requested < 1 || !returned || !results) return dnn_refuse(Dnn::bad_param, "%s: no room for a result", call);
    return give(rank_algorithms(p, SIZE_MAX), requested, returned, results);
}

struct Range { const char* name; const void* address; size_t bytes; };

/// A measurement waits for the device and overwrites what is computed, here with NaN.
int measure(const char* call, DnnHandle& dnn, const Problem& p, std::initializer_list<Range> ranges, void* to, size_t to_bytes,
            int requested, int* returned, Performance* results, void* workspace, size_t bytes) {
    if (requested < 1 || !returned || !results) return dnn_refuse(Dnn::bad_param, "%s: no room for a result", call);
    Stream& stream = *streams.find(dnn.stream);
    if (stream.capture) {
        stream.capture->invalid = true;
        return dnn_refuse(Dnn::execution_failed, "%s: it waits for the device, which a captured stream forbids", call);
    }
    if (refuse_while_capturing(call)) return dnn_status(Dnn::execution_failed);
    for (const Range& r : ranges)
        if (!r.address || !memory.holding((uint64_t)r.address, r.bytes))
            return dnn_refuse(Dnn::bad_param, "%s: %s is not all in live memory", call, r.name);
    if (bytes > 0 && !memory.holding((uint64_t)workspace, bytes))
        return dnn_refuse(Dnn::bad_param, "%s: the workspace is not all in live memory", call);
    streams.finish(stream);
    if (context.lost()) return dnn_status_of_driver(context.loss());
    memset(to, 0xFF, to_bytes);
    if (bytes > 0) memset(workspace, 0xFF, bytes);
    counters.synchronisations++;
    return give(rank_algorithms(p, bytes), requested, returned, results);
}

int give_workspace(const char* call, const Problem& p, int algorithm, size_t* bytes) {
    if (!bytes) return dnn_refuse(Dnn::null_pointer, "%s: no place for the size", call);
    if (int refused = check_algorithm(call, p, algorithm)) return refused;
    *bytes = workspace_bytes(p, algorithm);
    return 0;
}

int give_most(void* handle, Direction direction, int* count) {
    if (!dnn_handles.find(handle) || !count) return dnn_refuse(Dnn::bad_param, "no handle, or no place for the count");
    *count = 2 * algorithm_count(direction);
    return 0;
}

}  // namespace

CUDASIM_EXPORT int cudnnGetConvolutionForwardAlgorithmMaxCount(void* handle, int* count) {
    return give_most(handle, Direction::forward, count);
}
CUDASIM_EXPORT int cudnnGetConvolutionBackwardDataAlgorithmMaxCount(void* handle, int* count) {
    return give_most(handle, Direction::backward_data, count);
}
CUDASIM_EXPORT int cudnnGetConvolutionBackwardFilterAlgorithmMaxCount(void* handle, int* count) {
    return give_most(handle, Direction::backward_filter, count);
}

CUDASIM_EXPORT int cudnnGetConvolutionForwardAlgorithm_v7(void* handle, const void* x, const void* w, const void* convolution,
                                                          const void* y, int requested, int* returned, Performance* results) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::forward, x, w, y, convolution);
    return estimate(__func__, p, requested, returned, results);
}

CUDASIM_EXPORT int cudnnGetConvolutionBackwardDataAlgorithm_v7(void* handle, const void* w, const void* dy, const void* convolution,
                                                               const void* dx, int requested, int* returned, Performance* results) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::backward_data, dx, w, dy, convolution);
    return estimate(__func__, p, requested, returned, results);
}

CUDASIM_EXPORT int cudnnGetConvolutionBackwardFilterAlgorithm_v7(void* handle, const void* x, const void* dy, const void* convolution,
                                                                 const void* dw, int requested, int* returned, Performance* results) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::backward_filter, x, dw, dy, convolution);
    return estimate(__func__, p, requested, returned, results);
}

CUDASIM_EXPORT int cudnnFindConvolutionForwardAlgorithmEx(void* handle, const void* x_descriptor, const void* x, const void* w_descriptor,
                                                          const void* w, const void* convolution, const void* y_descriptor, void* y,
                                                          int requested, int* returned, Performance* results, void* workspace,
                                                          size_t bytes) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::forward, x_descriptor, w_descriptor, y_descriptor, convolution);
    return measure(__func__, *dnn, p, {{"x", x, bytes_of(*p.x)}, {"w", w, bytes_of(*p.w)}, {"y", y, bytes_of(*p.y)}}, y, bytes_of(*p.y),
                   requested, returned, results, workspace, bytes);
}

CUDASIM_EXPORT int cudnnFindConvolutionBackwardDataAlgorithmEx(void* handle, const void* w_descriptor, const void* w,
                                                               const void* dy_descriptor, const void* dy, const void* convolution,
                                                               const void* dx_descriptor, void* dx, int requested, int* returned,
                                                               Performance* results, void* workspace, size_t bytes) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::backward_data, dx_descriptor, w_descriptor, dy_descriptor, convolution);
    return measure(__func__, *dnn, p, {{"w", w, bytes_of(*p.w)}, {"dy", dy, bytes_of(*p.y)}, {"dx", dx, bytes_of(*p.x)}}, dx,
                   bytes_of(*p.x), requested, returned, results, workspace, bytes);
}

CUDASIM_EXPORT int cudnnFindConvolutionBackwardFilterAlgorithmEx(void* handle, const void* x_descriptor, const void* x,
                                                                 const void* dy_descriptor, const void* dy, const void* convolution,
                                                                 const void* dw_descriptor, void* dw, int requested, int* returned,
                                                                 Performance* results, void* workspace, size_t bytes) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::backward_filter, x_descriptor, dw_descriptor, dy_descriptor, convolution);
    return measure(__func__, *dnn, p, {{"x", x, bytes_of(*p.x)}, {"dy", dy, bytes_of(*p.y)}, {"dw", dw, bytes_of(*p.w)}}, dw,
                   bytes_of(*p.w), requested, returned, results, workspace, bytes);
}

CUDASIM_EXPORT int cudnnGetConvolutionForwardWorkspaceSize(void* handle, const void* x, const void* w, const void* convolution,
                                                           const void* y, int algorithm, size_t* bytes) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::forward, x, w, y, convolution);
    return give_workspace(__func__, p, algorithm, bytes);
}

CUDASIM_EXPORT int cudnnGetConvolutionBackwardDataWorkspaceSize(void* handle, const void* w, const void* dy, const void* convolution,
                                                                const void* dx, int algorithm, size_t* bytes) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::backward_data, dx, w, dy, convolution);
    return give_workspace(__func__, p, algorithm, bytes);
}

CUDASIM_EXPORT int cudnnGetConvolutionBackwardFilterWorkspaceSize(void* handle, const void* x, const void* dy, const void* convolution,
                                                                  const void* dw, int algorithm, size_t* bytes) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::backward_filter, x, dw, dy, convolution);
    return give_workspace(__func__, p, algorithm, bytes);
}
