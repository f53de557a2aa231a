#include "status.h"

#include <cstdarg>
#include <cstdio>
#include <string>

using namespace cudasim;

namespace {

struct DnnStatusRow { Dnn status; int in_8; const char* name_8; int in_9; const char* name_9; };

const DnnStatusRow dnn_statuses[] = {
    {Dnn::success, 0, "CUDNN_STATUS_SUCCESS", 0, "CUDNN_STATUS_SUCCESS"},
    {Dnn::not_initialized, 1, "CUDNN_STATUS_NOT_INITIALIZED", 1001, "CUDNN_STATUS_NOT_INITIALIZED"},
    {Dnn::alloc_failed, 2, "CUDNN_STATUS_ALLOC_FAILED", 4003, "CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED"},
    {Dnn::bad_param, 3, "CUDNN_STATUS_BAD_PARAM", 2000, "CUDNN_STATUS_BAD_PARAM"},
    {Dnn::null_pointer, 3, "CUDNN_STATUS_BAD_PARAM", 2002, "CUDNN_STATUS_BAD_PARAM_NULL_POINTER"},
    {Dnn::size_insufficient, 3, "CUDNN_STATUS_BAD_PARAM", 2006, "CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT"},
    {Dnn::not_supported, 9, "CUDNN_STATUS_NOT_SUPPORTED", 3000, "CUDNN_STATUS_NOT_SUPPORTED"},
    {Dnn::not_supported_shape, 9, "CUDNN_STATUS_NOT_SUPPORTED", 3002, "CUDNN_STATUS_NOT_SUPPORTED_SHAPE"},
    {Dnn::not_supported_data_type, 9, "CUDNN_STATUS_NOT_SUPPORTED", 3003, "CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE"},
    {Dnn::not_supported_layout, 9, "CUDNN_STATUS_NOT_SUPPORTED", 3004, "CUDNN_STATUS_NOT_SUPPORTED_LAYOUT"},
    {Dnn::internal_error, 4, "CUDNN_STATUS_INTERNAL_ERROR", 4000, "CUDNN_STATUS_INTERNAL_ERROR"},
    {Dnn::execution_failed, 8, "CUDNN_STATUS_EXECUTION_FAILED", 5000, "CUDNN_STATUS_EXECUTION_FAILED"},
};

thread_local std::string last_error;

}  // namespace

namespace cudasim {

int dnn_status(Dnn status) {
    for (const DnnStatusRow& row : dnn_statuses) if (row.status == status) return dnn_major == 8 ? row.in_8 : row.in_9;
    return -1;
}

int dnn_status_of_driver(int driver_status) {
    switch (driver_status) {
        case success: return 0;
        case not_initialized: case invalid_context: case context_is_destroyed: return dnn_status(Dnn::not_initialized);
        case out_of_memory: return dnn_status(Dnn::alloc_failed);
        default: return dnn_status(Dnn::execution_failed);
    }
}

int dnn_refuse(Dnn status, const char* format, ...) {
    char text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    last_error = text;
    diagnose("%s", text);
    return dnn_status(status);
}

const char* dnn_last_error() { return last_error.c_str(); }

}  // namespace cudasim

CUDASIM_EXPORT const char* cudnnGetErrorString(int status) {
    for (const DnnStatusRow& row : dnn_statuses) {
        if (dnn_major == 8 && row.in_8 == status) return row.name_8;
        if (dnn_major == 9 && row.in_9 == status) return row.name_9;
    }
    return "CUDNN_UNKNOWN_STATUS";
}
