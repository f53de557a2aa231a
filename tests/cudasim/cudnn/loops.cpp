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
                    float v =
                        load(data, bf16, (int64_t)n * stride.n + (int64_t)h * stride.h + (int64_t)w * stride.w + (int64_t)c * stride.c);
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

/// sums[j] += sum over i of factors[i] * rows[i][j], four rows at a time so that the sums are loaded and stored a quarter as often.
void add_rows(double* sums, int columns, const double* factors, int count, const double* rows, size_t stride) {
    int i = 0;
    for (; i + 4 <= count; i += 4, rows += 4 * stride) {
        double f0 = factors[i], f1 = factors[i + 1], f2 = factors[i + 2], f3 = factors[i + 3];
        const double *r0 = rows, *r1 = rows + stride, *r2 = r1 + stride, *r3 = r2 + stride;
        for (int j = 0; j < columns; j++) sums[j] = sums[j] + f0 * r0[j] + f1 * r1[j] + f2 * r2[j] + f3 * r3[j];
    }
    for (; i < count; i++, rows += stride)
        for (int j = 0; j < columns; j++) sums[j] += factors[i] * rows[j];
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
                        const double* rows = &by_tap[((size_t)r * w.w + s) * w.c * w.n];
                        add_rows(&sums[y_at(n, oh, ow)], w.n, &images[x_at(n, ih, iw)], w.c, rows, (size_t)w.n);
                    });
        return sums;
    }

    Numbers backward_data(const Numbers& filters, const Numbers& results) const {
        Numbers sums((size_t)x.n * x.h * x.w * x.c);
        for (int n = 0; n < y.n; n++)
            for (int oh = 0; oh < y.h; oh++)
                for (int ow = 0; ow < y.w; ow++)
                    taps(oh, ow, [&](int r, int s, int ih, int iw) {
                        const double* rows = &filters[((size_t)r * w.w + s) * w.c];
                        add_rows(&sums[x_at(n, ih, iw)], w.c, &results[y_at(n, oh, ow)], w.n, rows, (size_t)w.h * w.w * w.c);
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
                        for (int k = 0; k < w.n; k++)
                            add_rows(&sums[(((size_t)k * w.h + r) * w.w + s) * w.c], w.c, result + k, 1, pixel, 0);
                    });
        return sums;
    }
};

}  // namespace

void run_loops(const Problem& p, const void* first, const void* second, void* to, float alpha, float beta, int bits, bool shaken,
               const Epilogue& epilogue) {
    Walk walk{p};
    bool bf16 = p.bf16();
    auto images = [&](const void* from) { return unpack(from, bf16, p.x->size, p.x->stride, bits); };
    auto filters = [&](const void* from) { return unpack(from, bf16, p.w->size, p.w->stride, bits); };
    auto results = [&](const void* from) { return unpack(from, bf16, p.y->size, p.y->stride, bits); };
    Numbers sums;
    Sizes4 size, stride;
    switch (p.direction) {
        case Direction::forward:
            sums = walk.forward(images(first), filters(second));
            size = p.y->size, stride = p.y->stride;
            break;
        case Direction::backward_data:
            sums = walk.backward_data(filters(first), results(second));
            size = p.x->size, stride = p.x->stride;
            break;
        case Direction::backward_filter:
            sums = walk.backward_filter(images(first), results(second));
            size = p.w->size, stride = p.w->stride;
            break;
    }
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
