// What cuBLAS and cuDNN do alike: they check their operands against live memory when the work runs, and put the work into a stream.
#pragma once
#include <string>
#include <vector>

#include "capture.h"

namespace cudasim {

/// A stretch of device memory that a library call reads or writes.
struct Operand { const char* name; const void* address; size_t bytes; };

/// Puts a library's work into a stream. When it runs its operands are looked up first: one that is not all in live memory is an
/// ILLEGAL_ADDRESS.
int submit_library(Stream& stream, const std::string& call, std::vector<Operand> operands, std::function<void()> work);

}  // namespace cudasim
