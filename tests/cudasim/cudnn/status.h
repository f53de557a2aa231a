// cudnnStatus_t. Version 9 renumbered it and split it up: this library speaks the numbers of the version whose name it has.
#pragma once
#include "../driver/abi.h"

namespace cudasim {

/// 8 or 9: which of the two libraries these files were linked into.
extern const int dnn_major;

enum class Dnn {
    success, not_initialized, alloc_failed, bad_param, null_pointer, size_insufficient, not_supported, not_supported_data_type,
    not_supported_layout, not_supported_shape, internal_error, execution_failed,
};

/// The number of a status in this library's version.
int dnn_status(Dnn status);

/// What a driver status is in cuDNN's words.
int dnn_status_of_driver(int driver_status);

/// The number of a status, with the reason kept for cudnnGetLastErrorString and the diagnostic.
int dnn_refuse(Dnn status, const char* format, ...) __attribute__((format(printf, 2, 3)));

/// The reason of the last refusal on this thread.
const char* dnn_last_error();

}  // namespace cudasim
