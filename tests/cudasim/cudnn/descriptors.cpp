#include "descriptors.h"

#include "../device/context.h"

using namespace cudasim;

namespace cudasim {

Handles<DnnHandle> dnn_handles;
Handles<TensorDescriptor> tensor_descriptors;
Handles<FilterDescriptor> filter_descriptors;
Handles<ConvolutionDescriptor> convolution_descriptors;
Handles<ActivationDescriptor> activation_descriptors;

size_t bytes_of_type(int type) { return type == dnn_double ? 8 : type == dnn_float ? 4 : 2; }

static Sizes4 strides_of(Sizes4 s, int format) {
    return format == dnn_nhwc ? Sizes4{s.h * s.w * s.c, 1, s.w * s.c, s.c} : Sizes4{s.c * s.h * s.w, s.h * s.w, s.w, 1};
}

bool TensorDescriptor::packed_nhwc() const { return stride == strides_of(size, dnn_nhwc); }
bool TensorDescriptor::packed_nchw() const { return stride == strides_of(size, dnn_nchw); }

int64_t TensorDescriptor::elements() const {
    return 1 + (int64_t)(size.n - 1) * stride.n + (int64_t)(size.c - 1) * stride.c + (int64_t)(size.h - 1) * stride.h +
           (int64_t)(size.w - 1) * stride.w;
}

size_t bytes_of(const TensorDescriptor& d) { return (size_t)d.elements() * bytes_of_type(d.type); }

size_t bytes_of(const FilterDescriptor& d) { return (size_t)d.size.n * d.size.c * d.size.h * d.size.w * bytes_of_type(d.type); }

static bool known_type(int type) { return type >= 0 && type <= 15; }

/// BAD_PARAM for sizes that are no sizes, NOT_SUPPORTED for more than 2^31 - 1 elements.
static int check_sizes(const char* call, int type, Sizes4 s) {
    if (!known_type(type)) return dnn_refuse(Dnn::bad_param, "%s: %d is no data type", call, type);
    if (s.n <= 0 || s.c <= 0 || s.h <= 0 || s.w <= 0) return dnn_refuse(Dnn::bad_param, "%s: sizes %d,%d,%d,%d", call, s.n, s.c, s.h, s.w);
    if ((double)s.n * s.c * s.h * s.w > 2147483647.0) return dnn_refuse(Dnn::not_supported, "%s: more than 2^31 - 1 elements", call);
    return 0;
}

}  // namespace cudasim

#define HELD std::lock_guard<std::recursive_mutex> held(abi_lock)

/// Create and Destroy of one kind of descriptor.
#define DESCRIPTOR(Name, Type, handles)                                                                        \
    CUDASIM_EXPORT int cudnnCreate##Name(void** result) {                                                      \
        HELD;                                                                                                  \
        if (!result) return dnn_refuse(Dnn::null_pointer, "%s: no place for the descriptor", __func__);        \
        *result = handles.add(std::make_unique<Type>());                                                       \
        return 0;                                                                                              \
    }                                                                                                          \
    CUDASIM_EXPORT int cudnnDestroy##Name(void* descriptor) {                                                  \
        HELD;                                                                                                  \
        return handles.remove(descriptor) ? 0 : dnn_refuse(Dnn::bad_param, "%s: not a live descriptor", __func__); \
    }

DESCRIPTOR(TensorDescriptor, TensorDescriptor, tensor_descriptors)
DESCRIPTOR(FilterDescriptor, FilterDescriptor, filter_descriptors)
DESCRIPTOR(ConvolutionDescriptor, ConvolutionDescriptor, convolution_descriptors)
DESCRIPTOR(ActivationDescriptor, ActivationDescriptor, activation_descriptors)

#define FIND(type, name, handles, descriptor)                                                    \
    HELD;                                                                                        \
    type* name = handles.find(descriptor);                                                       \
    if (!name) return dnn_refuse(Dnn::bad_param, "%s: not a live descriptor", __func__)

CUDASIM_EXPORT int cudnnSetTensor4dDescriptor(void* descriptor, int format, int type, int n, int c, int h, int w) {
    FIND(TensorDescriptor, d, tensor_descriptors, descriptor);
    if (int refused = check_sizes(__func__, type, {n, c, h, w})) return refused;
    if (format == 2) return dnn_refuse(Dnn::not_supported_layout, "%s: the vectorised layout is not simulated", __func__);
    if (format != dnn_nchw && format != dnn_nhwc) return dnn_refuse(Dnn::bad_param, "%s: %d is no format", __func__, format);
    *d = {type, {n, c, h, w}, strides_of({n, c, h, w}, format)};
    return 0;
}

CUDASIM_EXPORT int cudnnSetTensor4dDescriptorEx(void* descriptor, int type, int n, int c, int h, int w, int n_stride, int c_stride,
                                                int h_stride, int w_stride) {
    FIND(TensorDescriptor, d, tensor_descriptors, descriptor);
    if (int refused = check_sizes(__func__, type, {n, c, h, w})) return refused;
    if (n_stride <= 0 || c_stride <= 0 || h_stride <= 0 || w_stride <= 0)
        return dnn_refuse(Dnn::bad_param, "%s: strides %d,%d,%d,%d", __func__, n_stride, c_stride, h_stride, w_stride);
    *d = {type, {n, c, h, w}, {n_stride, c_stride, h_stride, w_stride}};
    return 0;
}

CUDASIM_EXPORT int cudnnSetFilter4dDescriptor(void* descriptor, int type, int format, int k, int c, int h, int w) {
    FIND(FilterDescriptor, d, filter_descriptors, descriptor);
    if (int refused = check_sizes(__func__, type, {k, c, h, w})) return refused;
    if (format == 2) return dnn_refuse(Dnn::not_supported_layout, "%s: the vectorised layout is not simulated", __func__);
    if (format != dnn_nchw && format != dnn_nhwc) return dnn_refuse(Dnn::bad_param, "%s: %d is no format", __func__, format);
    *d = {type, format, {k, c, h, w}, strides_of({k, c, h, w}, format)};
    return 0;
}

CUDASIM_EXPORT int cudnnSetConvolution2dDescriptor(void* descriptor, int pad_h, int pad_w, int stride_h, int stride_w, int dilation_h,
                                                   int dilation_w, int mode, int compute) {
    FIND(ConvolutionDescriptor, d, convolution_descriptors, descriptor);
    if (pad_h < 0 || pad_w < 0) return dnn_refuse(Dnn::bad_param, "%s: padding %d,%d", __func__, pad_h, pad_w);
    if (stride_h <= 0 || stride_w <= 0) return dnn_refuse(Dnn::bad_param, "%s: stride %d,%d", __func__, stride_h, stride_w);
    if (dilation_h <= 0 || dilation_w <= 0) return dnn_refuse(Dnn::bad_param, "%s: dilation %d,%d", __func__, dilation_h, dilation_w);
    if (mode != dnn_flips && mode != dnn_cross_correlation) return dnn_refuse(Dnn::bad_param, "%s: %d is no mode", __func__, mode);
    if (!known_type(compute)) return dnn_refuse(Dnn::bad_param, "%s: %d is no data type", __func__, compute);
    *d = {pad_h, pad_w, stride_h, stride_w, dilation_h, dilation_w, mode, compute, d->math, d->groups};
    return 0;
}

CUDASIM_EXPORT int cudnnSetConvolutionMathType(void* descriptor, int math) {
    FIND(ConvolutionDescriptor, d, convolution_descriptors, descriptor);
    if (math < dnn_default_math || math > dnn_fma_math) return dnn_refuse(Dnn::bad_param, "%s: %d is no math type", __func__, math);
    d->math = math;
    return 0;
}

CUDASIM_EXPORT int cudnnSetConvolutionGroupCount(void* descriptor, int groups) {
    FIND(ConvolutionDescriptor, d, convolution_descriptors, descriptor);
    if (groups <= 0) return dnn_refuse(Dnn::bad_param, "%s: %d groups", __func__, groups);
    d->groups = groups;
    return 0;
}

CUDASIM_EXPORT int cudnnSetActivationDescriptor(void* descriptor, int mode, int nan, double coefficient) {
    FIND(ActivationDescriptor, d, activation_descriptors, descriptor);
    if (mode < 0 || mode > 6) return dnn_refuse(Dnn::bad_param, "%s: %d is no activation", __func__, mode);
    if (nan != 0 && nan != 1) return dnn_refuse(Dnn::bad_param, "%s: %d says nothing of NaN", __func__, nan);
    *d = {mode, nan, coefficient};
    return 0;
}

CUDASIM_EXPORT size_t cudnnGetVersion() {
    HELD;
    return settings.cudnn_version ? (size_t)settings.cudnn_version : dnn_major == 8 ? 8907 : 90600;
}

CUDASIM_EXPORT size_t cudnnGetCudartVersion() { return dnn_major == 8 ? 12020 : 12060; }

/// It allocates, so it is refused during a capture.
CUDASIM_EXPORT int cudnnCreate(void** handle) {
    HELD;
    if (!handle) return dnn_refuse(Dnn::null_pointer, "%s: no place for the handle", __func__);
    if (int refused = admit()) return dnn_status_of_driver(refused);
    if (refuse_while_capturing(__func__)) return dnn_status(Dnn::internal_error);
    *handle = dnn_handles.add(std::make_unique<DnnHandle>());
    return 0;
}

CUDASIM_EXPORT int cudnnDestroy(void* handle) {
    HELD;
    return dnn_handles.remove(handle) ? 0 : dnn_refuse(Dnn::bad_param, "%s: not a live handle", __func__);
}

CUDASIM_EXPORT int cudnnSetStream(void* handle, Stream* stream) {
    FIND(DnnHandle, h, dnn_handles, handle);
    if (!streams.find(stream)) return dnn_refuse(Dnn::bad_param, "%s: not a live stream", __func__);
    h->stream = stream;
    return 0;
}

CUDASIM_EXPORT int cudnnGetStream(void* handle, Stream** stream) {
    FIND(DnnHandle, h, dnn_handles, handle);
    if (!stream) return dnn_refuse(Dnn::null_pointer, "%s: no place for the stream", __func__);
    *stream = h->stream;
    return 0;
}
