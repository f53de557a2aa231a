#include "algorithms.h"

#include <algorithm>

namespace cudasim {

namespace {

/// What an algorithm is, whatever its number in a direction.
enum class Kind { direct, gemm, explicit_gemm, atomic, atomic_planes, never, fft, fft_tiling, winograd, winograd_nonfused };

struct Algorithm { const char* name; Kind kind; };

/// The algorithms of a direction, by their numbers.
const std::vector<Algorithm>& algorithms(Direction direction) {
    static const std::vector<Algorithm> forward = {
        {"IMPLICIT_GEMM", Kind::direct}, {"IMPLICIT_PRECOMP_GEMM", Kind::gemm}, {"GEMM", Kind::explicit_gemm}, {"DIRECT", Kind::never},
        {"FFT", Kind::fft}, {"FFT_TILING", Kind::fft_tiling}, {"WINOGRAD", Kind::winograd}, {"WINOGRAD_NONFUSED", Kind::winograd_nonfused}};
    static const std::vector<Algorithm> data = {
        {"ALGO_0", Kind::atomic}, {"ALGO_1", Kind::gemm}, {"FFT", Kind::fft}, {"FFT_TILING", Kind::fft_tiling},
        {"WINOGRAD", Kind::winograd}, {"WINOGRAD_NONFUSED", Kind::winograd_nonfused}};
    static const std::vector<Algorithm> filter = {
        {"ALGO_0", Kind::atomic}, {"ALGO_1", Kind::gemm}, {"FFT", Kind::fft}, {"ALGO_3", Kind::atomic_planes},
        {"WINOGRAD", Kind::never}, {"WINOGRAD_NONFUSED", Kind::winograd_nonfused}, {"FFT_TILING", Kind::fft_tiling}};
    return direction == Direction::forward ? forward : direction == Direction::backward_data ? data : filter;
}

Kind kind_of(Direction direction, int algorithm) { return algorithms(direction)[(size_t)algorithm].kind; }

bool tensor_cores(Kind kind) { return kind == Kind::gemm || kind == Kind::winograd_nonfused; }

bool unit_steps(const ConvolutionDescriptor& c) { return c.stride_h == 1 && c.stride_w == 1 && c.dilation_h == 1 && c.dilation_w == 1; }

/// The reason why a kind of algorithm cannot do a convolution, or null.
const char* obstacle(const Problem& p, Kind kind) {
    const ConvolutionDescriptor& c = *p.convolution;
    bool square3 = p.w->size.h == 3 && p.w->size.w == 3, square5 = p.w->size.h == 5 && p.w->size.w == 5;
    bool gemm_like = kind == Kind::direct || kind == Kind::gemm || kind == Kind::atomic;
    if (kind == Kind::never) return "is not implemented";
    if (p.nhwc() && !gemm_like) return "takes no NHWC";
    if (p.bf16() && !gemm_like) return "takes no bfloat16";
    bool dilated = c.dilation_h != 1 || c.dilation_w != 1;
    if (dilated && !gemm_like) return "takes no dilation";
    if (p.direction == Direction::backward_filter && dilated && kind == Kind::atomic) return "takes no dilation";
    switch (kind) {
        case Kind::fft:
            if (!unit_steps(c)) return "needs stride 1";
            if (p.x->size.h + 2 * c.pad_h > 256 || p.x->size.w + 2 * c.pad_w > 256) return "takes padded images up to 256";
            return c.pad_h < p.w->size.h && c.pad_w < p.w->size.w ? nullptr : "needs padding less than the filters";
        case Kind::fft_tiling:
            if (!unit_steps(c)) return "needs stride 1";
            if (p.w->size.h > 32 || p.w->size.w > 32) return "takes filters up to 32";
            return c.pad_h < p.w->size.h && c.pad_w < p.w->size.w ? nullptr : "needs padding less than the filters";
        case Kind::winograd: return unit_steps(c) && square3 ? nullptr : "needs stride 1 and filters of 3x3";
        case Kind::winograd_nonfused: return unit_steps(c) && (square3 || square5) ? nullptr : "needs stride 1 and filters of 3x3 or 5x5";
        default: return nullptr;
    }
}

/// Relative cost of a multiplication.
double cost(const Problem& p, Kind kind, bool with_tensor_cores) {
    double saved = p.w->size.h == 5 ? 2.8 : 2.25;
    switch (kind) {
        case Kind::gemm: return with_tensor_cores ? 0.2 : 1;
        case Kind::atomic: case Kind::atomic_planes: return 1.2;
        case Kind::direct: return 1.5;
        case Kind::explicit_gemm: return 1.8;
        case Kind::winograd: return 1 / saved + 0.2;
        case Kind::winograd_nonfused: return (with_tensor_cores ? 0.25 : 1) / saved + 0.1;
        default: return 2.5;
    }
}

}  // namespace

int algorithm_count(Direction direction) { return (int)algorithms(direction).size(); }

const char* algorithm_name(Direction direction, int algorithm) { return algorithms(direction)[(size_t)algorithm].name; }

int check_algorithm(const char* call, const Problem& p, int algorithm) {
    if (algorithm < 0 || algorithm >= algorithm_count(p.direction))
        return dnn_refuse(Dnn::bad_param, "%s: there is no algorithm %d", call, algorithm);
    const char* name = algorithm_name(p.direction, algorithm);
    if (settings.refuse_algorithms >> algorithm & 1) return dnn_refuse(Dnn::not_supported, "%s: %s is refused, as planned", call, name);
    const char* reason = obstacle(p, kind_of(p.direction, algorithm));
    return reason ? dnn_refuse(Dnn::not_supported, "%s: %s %s", call, name, reason) : 0;
}

size_t workspace_bytes(const Problem& p, int algorithm) {
    auto aligned = [](double bytes) { return ((size_t)bytes + 255) / 256 * 256; };
    double taps = (double)p.w->size.c * p.w->size.h * p.w->size.w, results = (double)p.y->size.h * p.y->size.w;
    double filters = taps * p.w->size.n;
    double tiles = (double)p.y->size.n * ((p.y->size.h + 3) / 4) * ((p.y->size.w + 3) / 4) * 36;
    switch (kind_of(p.direction, algorithm)) {
        case Kind::gemm: return p.direction == Direction::forward ? aligned(4 * taps + 4 * results) : aligned(4 * filters + 4096);
        case Kind::explicit_gemm: return aligned(4 * taps * results);
        case Kind::winograd_nonfused: return aligned(4 * (36.0 * p.w->size.n * p.w->size.c + tiles * (p.w->size.n + p.w->size.c)));
        case Kind::fft:
        case Kind::fft_tiling:
            return aligned(8.0 * 32 * 17 * (p.x->size.n * p.x->size.c + p.w->size.n * p.w->size.c + p.y->size.n * p.y->size.c));
        default: return 0;
    }
}

bool deterministic(Direction direction, int algorithm) {
    Kind kind = kind_of(direction, algorithm);
    return kind != Kind::atomic && kind != Kind::atomic_planes;
}

int fraction_bits(const Problem& p, int algorithm) {
    bool tf32 = !p.bf16() && p.convolution->math != dnn_fma_math && settings.compute_capability >= 80;
    return tf32 && tensor_cores(kind_of(p.direction, algorithm)) ? 10 : 23;
}

std::vector<Performance> rank_algorithms(const Problem& p, size_t workspace_limit) {
    std::vector<Performance> able, unable;
    for (int algorithm = 0; algorithm < algorithm_count(p.direction); algorithm++) {
        Kind kind = kind_of(p.direction, algorithm);
        int status = check_algorithm("algorithm search", p, algorithm);
        if (status != 0) {
            unable.push_back({algorithm, status, -1, 0, 0, dnn_default_math, {}});
            continue;
        }
        size_t memory = workspace_bytes(p, algorithm);
        auto add = [&](int math, bool with_tensor_cores) {
            float time = (float)(1e-9 * p.multiplications() * cost(p, kind, with_tensor_cores) + 0.002);
            int fits = memory <= workspace_limit ? 0 : dnn_status(Dnn::alloc_failed);
            (fits == 0 ? able : unable)
                .push_back({algorithm, fits, fits == 0 ? time : -1, memory, deterministic(p.direction, algorithm), math, {}});
        };
        bool tensor = tensor_cores(kind) && p.convolution->math != dnn_fma_math;
        // Where tensor cores may be used, an algorithm is offered with them and without.
        if (tensor) add(p.bf16() || p.convolution->math != dnn_default_math ? dnn_tensor_op_math : dnn_default_math, true);
        add(dnn_fma_math, false);
    }
    std::stable_sort(able.begin(), able.end(), [](auto& a, auto& b) { return a.milliseconds < b.milliseconds; });
    able.insert(able.end(), unable.begin(), unable.end());
    return able;
}

}  // namespace cudasim
