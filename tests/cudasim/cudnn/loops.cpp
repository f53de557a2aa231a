#include "loops.h"

#include <cmath>
#include <vector>

#include "../device/arithmetic.h"

namespace cudasim {

namespace {

using Numbers = std::vector<double>;

/// The elements of a tensor as [n][h][w][c], or of filters as [n = k][h][w][c]: their strides say where each is.
Numbers unpack(const void* data, bool bf16, Sizes4 size, Sizes4 stride, int bits) {
    Numbers out((size_t)size.n * size.h * size.w * size.c);
    size_t i = 0;
    for (int n = 0; n < size.n; n++)
        for (int h = 0; h < size.h; h++)
            for (int w = 0; w < size.w; w++)
                for (int c = 0; c < size.c; c++) {
                    float v = load(data, bf16, (int64_t)n * stride.n + (int64_t)h * stride.h + (int64_t)w * stride.w + (int64_t)c * stride.c);
                    out[i++] = bits == 23 ? v : round_to(v, bits);
                }
    return out;
}

/// Filters [k][h][w][c] as [h][w][c][k].
Numbers transposed(const Numbers& filters, Sizes4 size) {
    Numbers out(filters.size());
    size_t taps = (size_t)size.h * size.w;
    for (size_t k = 0; k < (size_t)size.n; k++)
        for (size_t t = 0; t < taps; t++)
            for (size_t c = 0; c < (size_t)size.c; c++) out[(t * size.c + c) * size.n + k] = filters[(k * taps + t) * size.c + c];
    return out;
}

/// sums[j] += factor * row[j].
inline void add_scaled(double* sums, double factor, const double* row, int count) {
    for (int j = 0; j < count; j++) sums[j] += factor * row[j];
}

struct Walk {
    const Problem& p;
    const ConvolutionDescriptor& c = *p.convolution;
    Sizes4 x = p.x->size, w = p.w->size, y = p.y->size;

    int tap_h(int r) const { return (c.mode == dnn_flips ? w.h - 1 - r : r) * c.dilation_h; }
    int tap_w(int s) const { return (c.mode == dnn_flips ? w.w - 1 - s : s) * c.dilation_w; }
    size_t x_at(int n, int h, int v) const { return (((size_t)n * x.h + h) * x.w + v) * x.c; }
    size_t y_at(int n, int h, int v) const { return (((size_t)n * y.h + h) * y.w + v) * y.c; }

    /// Calls f(r, s, image row, image column) for every tap of a result that meets the image.
    template <class F> void taps(int oh, int ow, F f) const {
        for (int r = 0; r < w.h; r++) {
            int ih = oh * c.stride_h - c.pad_h + tap_h(r);
            if (ih < 0 || ih >= x.h) continue;
            for (int s = 0; s < w.w; s++) {
                int iw = ow * c.stride_w - c.pad_w + tap_w(s);
                if (iw >= 0 && iw < x.w) f(r, s, ih, iw);
            }
        }
    }

    Numbers forward(const Numbers& images, const Numbers& filters) const {
        Numbers sums((size_t)y.n * y.h * y.w * y.c), by_tap = transposed(filters, w);
        for (int n = 0; n < y.n; n++)
            for (int oh = 0; oh < y.h; oh++)
                for (int ow = 0; ow < y.w; ow++)
                    taps(oh, ow, [&](int r, int s, int ih, int iw) {
                        const double *pixel = &images[x_at(n, ih, iw)], *rows = &by_tap[((size_t)r * w.w + s) * w.c * w.n];
                        for (int ci = 0; ci < w.c; ci++) add_scaled(&sums[y_at(n, oh, ow)], pixel[ci], rows + (size_t)ci * w.n, w.n);
                    });
        return sums;
    }

    Numbers backward_data(const Numbers& filters, const Numbers& results) const {
        Numbers sums((size_t)x.n * x.h * x.w * x.c);
        for (int n = 0; n < y.n; n++)
            for (int oh = 0; oh < y.h; oh++)
                for (int ow = 0; ow < y.w; ow++)
                    taps(oh, ow, [&](int r, int s, int ih, int iw) {
                        const double* result = &results[y_at(n, oh, ow)];
                        for (int k = 0; k < w.n; k++)
                            add_scaled(&sums[x_at(n, ih, iw)], result[k], &filters[(((size_t)k * w.h + r) * w.w + s) * w.c], w.c);
                    });
        return sums;
    }

    Numbers backward_filter(const Numbers& images, const Numbers& results) const {
        Numbers sums((size_t)w.n * w.h * w.w * w.c);
        for (int n = 0; n < y.n; n++)
            for (int oh = 0; oh < y.h; oh++)
                for (int ow = 0; ow < y.w; ow++)
                    taps(oh, ow, [&](int r, int s, int ih, int iw) {
                        const double *result = &results[y_at(n, oh, ow)], *pixel = &images[x_at(n, ih, iw)];
                        for (int k = 0; k < w.n; k++) add_scaled(&sums[(((size_t)k * w.h + r) * w.w + s) * w.c], result[k], pixel, w.c);
                    });
        return sums;
    }
};

}  // namespace

void run_loops(const Problem& p, const void* first, const void* second, void* to, float alpha, float beta, int bits, bool shaken, const Epilogue& epilogue) {
    Walk walk{p};
    bool bf16 = p.bf16();
    auto tensor = [&](const TensorDescriptor& d, const void* data) { return unpack(data, bf16, d.size, d.stride, bits); };
    auto filter = [&](const void* data) { return unpack(data, bf16, p.w->size, p.w->stride, bits); };
    bool forward = p.direction == Direction::forward, data = p.direction == Direction::backward_data;
    Numbers sums = forward ? walk.forward(tensor(*p.x, first), filter(second))
                 : data    ? walk.backward_data(filter(first), tensor(*p.y, second))
                           : walk.backward_filter(tensor(*p.x, first), tensor(*p.y, second));
    Sizes4 size = forward ? p.y->size : data ? p.x->size : p.w->size, stride = forward ? p.y->stride : data ? p.x->stride : p.w->stride;
    size_t i = 0;
    for (int n = 0; n < size.n; n++)
        for (int h = 0; h < size.h; h++)
            for (int w = 0; w < size.w; w++)
                for (int c = 0; c < size.c; c++) {
                    int64_t at = (int64_t)n * stride.n + (int64_t)h * stride.h + (int64_t)w * stride.w + (int64_t)c * stride.c;
                    float v = (float)(alpha * sums[i++]);
                    if (shaken && i % 3 == 0) v = std::nextafter(v, INFINITY);
                    if (beta != 0) v += beta * load(to, bf16, at);
                    if (epilogue.z_scale != 0) v += epilogue.z_scale * load(epilogue.z, bf16, at);
                    if (epilogue.bias) v += load(epilogue.bias, bf16, c);
                    if (epilogue.relu && v < 0) v = 0;
                    store(to, bf16, at, v);
                }
}

}  // namespace cudasim
