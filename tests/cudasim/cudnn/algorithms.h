// Which algorithm can do which convolution, with which workspace, arithmetic and determinism: cuDNN's tables of supported combinations,
// of which the narrower reading is taken where they are unclear. Times are made up, the same on every run.
#pragma once
#include <vector>

#include "problem.h"

namespace cudasim {

/// cudnnConvolutionFwdAlgoPerf_t and its two likes.
struct Performance {
    int algorithm, status;
    float milliseconds;
    size_t memory;
    int determinism, math, reserved[3];
};
static_assert(sizeof(Performance) == 48);

int algorithm_count(Direction direction);
const char* algorithm_name(Direction direction, int algorithm);

/// 0 where an algorithm can do a convolution; else the refusal's status.
int check_algorithm(const char* call, const Problem& p, int algorithm);

size_t workspace_bytes(const Problem& p, int algorithm);
bool deterministic(Direction direction, int algorithm);

/// Bits of fraction that operands keep: 10 where a float convolution may use tensor cores and does, else 23.
int fraction_bits(const Problem& p, int algorithm);

/// All algorithms, fastest first and those that cannot do it last. With a limit, those that need more workspace are ALLOC_FAILED.
std::vector<Performance> rank_algorithms(const Problem& p, size_t workspace_limit);

}  // namespace cudasim
