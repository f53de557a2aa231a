// What makes the library one of version 9, which alone remembers the last error's text.
#include <cstring>

#include "status.h"

extern const int cudasim::dnn_major = 9;

CUDASIM_EXPORT void cudnnGetLastErrorString(char* message, size_t size) {
    if (!message || size == 0) return;
    strncpy(message, cudasim::dnn_last_error(), size - 1);
    message[size - 1] = 0;
}
