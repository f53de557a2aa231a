#include "problem.h"

using namespace cudasim;

namespace cudasim {

static int out_of(int in, int filter, int pad, int stride, int dilation) {
    return (in + 2 * pad - ((filter - 1) * dilation + 1)) / stride + 1;
}

int Problem::out_h() const {
    return out_of(x->size.h, w->size.h, convolution->pad_h, convolution->stride_h, convolution->dilation_h);
}

int Problem::out_w() const {
    return out_of(x->size.w, w->size.w, convolution->pad_w, convolution->stride_w, convolution->dilation_w);
}

double Problem::multiplications() const {
    return (double)y->size.n * y->size.h * y->size.w * w->size.n * w->size.c * w->size.h * w->size.w;
}

static int check_agreement(const char* call, const Problem& p) {
    const Sizes4 &x = p.x->size, &w = p.w->size, &y = p.y->size;
    if (p.x->type != p.w->type || p.x->type != p.y->type)
        return dnn_refuse(Dnn::bad_param, "%s: data types %d, %d and %d of images, filters and results differ", call, p.x->type, p.w->type,
                          p.y->type);
    if (x.c != w.c * p.convolution->groups)
        return dnn_refuse(Dnn::bad_param, "%s: images have %d channels, filters take %d", call, x.c, w.c * p.convolution->groups);
    if (x.n != y.n) return dnn_refuse(Dnn::bad_param, "%s: %d images, %d results", call, x.n, y.n);
    if (y.c != w.n) return dnn_refuse(Dnn::bad_param, "%s: results have %d channels, there are %d filters", call, y.c, w.n);
    if (p.out_h() <= 0 || p.out_w() <= 0 || (w.h - 1) * p.convolution->dilation_h + 1 > x.h + 2 * p.convolution->pad_h ||
        (w.w - 1) * p.convolution->dilation_w + 1 > x.w + 2 * p.convolution->pad_w)
        return dnn_refuse(Dnn::bad_param, "%s: filters of %dx%d are larger than the padded images", call, w.h, w.w);
    if (y.h != p.out_h() || y.w != p.out_w())
        return dnn_refuse(Dnn::bad_param, "%s: images of %dx%d with filters of %dx%d give %dx%d, the results' descriptor says %dx%d", call,
                          x.h, x.w, w.h, w.w, p.out_h(), p.out_w(), y.h, y.w);
    return 0;
}

static int check_support(const char* call, const Problem& p) {
    if (p.x->type != dnn_float && p.x->type != dnn_bf16)
        return dnn_refuse(Dnn::not_supported_data_type, "%s: data type %d is not simulated", call, p.x->type);
    if (p.convolution->compute != dnn_float)
        return dnn_refuse(Dnn::not_supported_data_type, "%s: data type %d is computed in float, not in type %d", call, p.x->type,
                          p.convolution->compute);
    if (p.convolution->groups != 1) return dnn_refuse(Dnn::not_supported, "%s: %d groups are not simulated", call, p.convolution->groups);
    if (p.nhwc() && (!p.x->packed_nhwc() || !p.y->packed_nhwc()))
        return dnn_refuse(Dnn::not_supported_layout, "%s: NHWC filters need images and results in packed NHWC", call);
    if (p.nhwc() && p.convolution->mode == dnn_flips)
        return dnn_refuse(Dnn::not_supported_layout, "%s: NHWC knows cross-correlation only", call);
    // A 1x1 image or one channel is packed either way.
    if (!p.nhwc() && ((p.x->packed_nhwc() && !p.x->packed_nchw()) || (p.y->packed_nhwc() && !p.y->packed_nchw())))
        return dnn_refuse(Dnn::not_supported_layout, "%s: NCHW filters with images or results in NHWC", call);
    return 0;
}

int read_problem(const char* call, Direction direction, const void* x, const void* w, const void* y, const void* convolution,
                 Problem* problem) {
    if (!x || !w || !y || !convolution) return dnn_refuse(Dnn::null_pointer, "%s: a descriptor is null", call);
    *problem = {direction, tensor_descriptors.find(x), filter_descriptors.find(w), tensor_descriptors.find(y),
                convolution_descriptors.find(convolution)};
    if (!problem->x || !problem->w || !problem->y || !problem->convolution)
        return dnn_refuse(Dnn::bad_param, "%s: a descriptor is not live or of another kind", call);
    if (!problem->x->set() || !problem->w->set() || !problem->y->set() || !problem->convolution->set())
        return dnn_refuse(Dnn::bad_param, "%s: a descriptor was never set", call);
    if (int refused = check_agreement(call, *problem)) return refused;
    return check_support(call, *problem);
}

}  // namespace cudasim

CUDASIM_EXPORT int cudnnGetConvolution2dForwardOutputDim(const void* convolution, const void* x, const void* w, int* n, int* c, int* h,
                                                         int* width) {
    std::lock_guard<std::recursive_mutex> held(abi_lock);
    Problem p{Direction::forward, tensor_descriptors.find(x), filter_descriptors.find(w), nullptr,
              convolution_descriptors.find(convolution)};
    if (!p.x || !p.w || !p.convolution || !p.x->set() || !p.w->set() || !p.convolution->set())
        return dnn_refuse(Dnn::bad_param, "%s: a descriptor is not live or was never set", __func__);
    if (!n || !c || !h || !width) return dnn_refuse(Dnn::null_pointer, "%s: a result is null", __func__);
    if (p.x->size.c != p.w->size.c * p.convolution->groups) return dnn_refuse(Dnn::bad_param, "%s: channels differ", __func__);
    *n = p.x->size.n;
    *c = p.w->size.n;
    *h = p.out_h();
    *width = p.out_w();
    return *h > 0 && *width > 0 ? 0 : dnn_refuse(Dnn::bad_param, "%s: the filters are larger than the padded images", __func__);
}
