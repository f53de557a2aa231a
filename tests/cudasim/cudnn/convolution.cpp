// The convolutions run: arguments checked at once, loops put into the handle's stream.
#include <cstring>

#include "../device/library.h"
#include "algorithms.h"
#include "call.h"
#include "loops.h"

using namespace cudasim;

namespace {

struct Workspace { void* address; size_t bytes; };

/// What a run needs beyond its descriptors, with the descriptors' values: they may change before the run is due.
struct Run {
    TensorDescriptor x, y;
    FilterDescriptor w;
    ConvolutionDescriptor convolution;
    Direction direction;
    const void *first, *second;
    void* to;
    float alpha, beta;
    int bits = 23, algorithm = 0;
    Workspace workspace = {};
    Epilogue epilogue = {};

    Problem problem() const { return {direction, &x, &w, &y, &convolution}; }

    void operator()() const {
        // Workspaces come and go in no useful state, before a call as after it.
        if (workspace.bytes) memset(workspace.address, 0xFF, workspace.bytes);
        // Atomic additions arrive in another order each time: every other run rounds some sums the other way.
        static bool shaken = false;
        bool atomic = !deterministic(direction, algorithm);
        if (atomic) shaken = !shaken;
        run_loops(problem(), first, second, to, alpha, beta, bits, atomic && shaken, epilogue);
        if (workspace.bytes) memset(workspace.address, 0xFF, workspace.bytes);
    }
};

int start(const char* call, DnnHandle& dnn, const Problem& p, const void* alpha, const void* first, const void* second, int algorithm,
          void* workspace, size_t bytes, const void* beta, void* to, const Epilogue& epilogue, size_t bias_bytes) {
    if (!alpha || !beta || !first || !second || !to) return dnn_refuse(Dnn::null_pointer, "%s: alpha, beta or an operand is null", call);
    if (int refused = check_algorithm(call, p, algorithm)) return refused;
    size_t needed = workspace_bytes(p, algorithm);
    if (bytes < needed || (needed > 0 && !workspace))
        return dnn_refuse(Dnn::size_insufficient, "%s: %s needs a workspace of %zu bytes, %zu are given", call,
                          algorithm_name(p.direction, algorithm), needed, workspace ? bytes : 0);
    Run run{*p.x, *p.y, *p.w, *p.convolution, p.direction, first, second, to, *(const float*)alpha, *(const float*)beta};
    run.bits = fraction_bits(p, algorithm);
    run.algorithm = algorithm;
    run.workspace = {workspace, needed};
    run.epilogue = epilogue;
    size_t x = bytes_of(*p.x), w = bytes_of(*p.w), y = bytes_of(*p.y);
    bool forward = p.direction == Direction::forward, data = p.direction == Direction::backward_data;
    std::vector<Operand> operands = {
        {forward ? "x" : data ? "w" : "x", first, forward ? x : data ? w : x},
        {forward ? "w" : "dy", second, forward ? w : y},
        {forward ? "y" : data ? "dx" : "dw", to, forward ? y : data ? x : w},
        {"the workspace", workspace, needed},
        {"the bias", epilogue.bias, bias_bytes},
        {"z", epilogue.z, epilogue.z_scale != 0 ? y : 0},
    };
    std::string label = std::string(call) + " " + algorithm_name(p.direction, algorithm);
    return dnn_status_of_driver(submit_library(*streams.find(dnn.stream), label, operands, run));
}

}  // namespace

CUDASIM_EXPORT int cudnnConvolutionForward(void* handle, const void* alpha, const void* x_descriptor, const void* x,
                                           const void* w_descriptor, const void* w, const void* convolution, int algorithm, void* workspace,
                                           size_t bytes, const void* beta, const void* y_descriptor, void* y) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::forward, x_descriptor, w_descriptor, y_descriptor, convolution);
    return start(__func__, *dnn, p, alpha, x, w, algorithm, workspace, bytes, beta, y, {}, 0);
}

CUDASIM_EXPORT int cudnnConvolutionBackwardData(void* handle, const void* alpha, const void* w_descriptor, const void* w,
                                                const void* dy_descriptor, const void* dy, const void* convolution, int algorithm,
                                                void* workspace, size_t bytes, const void* beta, const void* dx_descriptor, void* dx) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::backward_data, dx_descriptor, w_descriptor, dy_descriptor, convolution);
    return start(__func__, *dnn, p, alpha, w, dy, algorithm, workspace, bytes, beta, dx, {}, 0);
}

CUDASIM_EXPORT int cudnnConvolutionBackwardFilter(void* handle, const void* alpha, const void* x_descriptor, const void* x,
                                                  const void* dy_descriptor, const void* dy, const void* convolution, int algorithm,
                                                  void* workspace, size_t bytes, const void* beta, const void* dw_descriptor, void* dw) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::backward_filter, x_descriptor, dw_descriptor, dy_descriptor, convolution);
    return start(__func__, *dnn, p, alpha, x, dy, algorithm, workspace, bytes, beta, dw, {}, 0);
}

/// y = activation(alpha1 conv(x, w) + alpha2 z + bias): ReLU, or with one algorithm the identity.
CUDASIM_EXPORT int cudnnConvolutionBiasActivationForward(void* handle, const void* alpha1, const void* x_descriptor, const void* x,
                                                         const void* w_descriptor, const void* w, const void* convolution, int algorithm,
                                                         void* workspace, size_t bytes, const void* alpha2, const void* z_descriptor,
                                                         const void* z, const void* bias_descriptor, const void* bias,
                                                         const void* activation_descriptor, const void* y_descriptor, void* y) {
    DNN_HANDLE(handle);
    DNN_PROBLEM(Direction::forward, x_descriptor, w_descriptor, y_descriptor, convolution);
    const TensorDescriptor *zd = tensor_descriptors.find(z_descriptor), *bd = tensor_descriptors.find(bias_descriptor);
    const ActivationDescriptor* ad = activation_descriptors.find(activation_descriptor);
    if (!zd || !bd || !ad) return dnn_refuse(Dnn::bad_param, "%s: a descriptor is not live or of another kind", __func__);
    if (!alpha1 || !alpha2 || !z || !bias) return dnn_refuse(Dnn::null_pointer, "%s: a scale, z or the bias is null", __func__);
    if (zd->type != p.y->type || !(zd->size == p.y->size) || !(zd->stride == p.y->stride))
        return dnn_refuse(Dnn::bad_param, "%s: z and y have different descriptors", __func__);
    if (bd->type != p.y->type || !(bd->size == Sizes4{1, p.y->size.c, 1, 1}))
        return dnn_refuse(Dnn::bad_param, "%s: the bias is %d,%d,%d,%d of type %d, not 1,%d,1,1 of type %d", __func__, bd->size.n,
                          bd->size.c, bd->size.h, bd->size.w, bd->type, p.y->size.c, p.y->type);
    if (ad->mode != dnn_relu && ad->mode != dnn_identity)
        return dnn_refuse(Dnn::not_supported, "%s: activation %d, ReLU and the identity are taken", __func__, ad->mode);
    const int precomputed = 1;
    if (ad->mode == dnn_identity && algorithm != precomputed)
        return dnn_refuse(Dnn::not_supported, "%s: the identity is taken with IMPLICIT_PRECOMP_GEMM alone", __func__);
    const float zero = 0;
    return start(__func__, *dnn, p, alpha1, x, w, algorithm, workspace, bytes, &zero, y,
                 {bias, z, *(const float*)alpha2, ad->mode == dnn_relu}, (size_t)p.y->size.c * bytes_of_type(p.y->type));
}
