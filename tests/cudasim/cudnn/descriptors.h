// cuDNN's handle and descriptors. Sizes are named n, c, h, w whatever the layout; strides hold the layout.
#pragma once
#include <cstdint>

#include "../device/handles.h"
#include "../device/stream.h"
#include "status.h"

namespace cudasim {

enum : int { dnn_float = 0, dnn_double = 1, dnn_half = 2, dnn_bf16 = 9 };
enum : int { dnn_nchw = 0, dnn_nhwc = 1 };
enum : int { dnn_flips = 0, dnn_cross_correlation = 1 };
enum : int { dnn_default_math = 0, dnn_tensor_op_math = 1, dnn_allow_conversion = 2, dnn_fma_math = 3 };
enum : int { dnn_relu = 1, dnn_identity = 5 };

struct DnnHandle { Stream* stream = nullptr; };

struct Sizes4 {
    int n = 0, c = 0, h = 0, w = 0;
    bool operator==(const Sizes4&) const = default;
};

struct TensorDescriptor {
    int type = -1;
    Sizes4 size, stride;
    bool set() const { return type >= 0; }
    bool packed_nhwc() const;
    bool packed_nchw() const;
    int64_t elements() const;  // from the first to the last
};

/// A filter is k, c, h, w; its strides are those of its format.
struct FilterDescriptor {
    int type = -1, format = 0;
    Sizes4 size, stride;
    bool set() const { return type >= 0; }
};

struct ConvolutionDescriptor {
    int pad_h = 0, pad_w = 0, stride_h = 0, stride_w = 0, dilation_h = 0, dilation_w = 0;
    int mode = 0, compute = -1, math = dnn_default_math, groups = 1;
    bool set() const { return compute >= 0; }
};

struct ActivationDescriptor { int mode = -1, nan = 0; double coefficient = 0; };

extern Handles<DnnHandle> dnn_handles;
extern Handles<TensorDescriptor> tensor_descriptors;
extern Handles<FilterDescriptor> filter_descriptors;
extern Handles<ConvolutionDescriptor> convolution_descriptors;
extern Handles<ActivationDescriptor> activation_descriptors;

size_t bytes_of_type(int type);
size_t bytes_of(const TensorDescriptor& d);
size_t bytes_of(const FilterDescriptor& d);

}  // namespace cudasim
