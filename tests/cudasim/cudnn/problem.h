// One convolution as its descriptors state it, whichever of the three is computed: images x, filters w and results y. In the gradients the
// same three stand for dx, dw and dy.
#pragma once
#include "descriptors.h"

namespace cudasim {

enum class Direction { forward, backward_data, backward_filter };

struct Problem {
    Direction direction;
    const TensorDescriptor* x;
    const FilterDescriptor* w;
    const TensorDescriptor* y;
    const ConvolutionDescriptor* convolution;

    int out_h() const;
    int out_w() const;
    double multiplications() const;
    bool bf16() const { return x->type == dnn_bf16; }
    bool nhwc() const { return w->format == dnn_nhwc; }
};

/// Finds the descriptors of handles and checks that they agree; BAD_PARAM where they contradict each other, NOT_SUPPORTED where cuDNN's
/// tables have no such combination for any algorithm.
int read_problem(const char* call, Direction direction, const void* x, const void* w, const void* y, const void* convolution,
                 Problem* problem);

}  // namespace cudasim
