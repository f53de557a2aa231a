// The three convolutions as loops, sums in double precision, with the channels innermost: images and results as [n][h][w][channel], filters
// as [h][w][from channel][to channel], copied so from whatever layout the descriptors state.
#pragma once
#include "problem.h"

namespace cudasim {

/// What is added to a result before it is stored, for the fused call.
struct Epilogue { const void* bias = nullptr; const void* z = nullptr; float z_scale = 0; bool relu = false; };

/// Computes one convolution; of first and second (in the order of the direction's call) into `to`.
void run_loops(const Problem& p, const void* first, const void* second, void* to, float alpha, float beta, int fraction_bits, bool shaken,
               const Epilogue& epilogue);

}  // namespace cudasim
