// What makes the library one of version 8.
#include "status.h"

extern const int cudasim::dnn_major = 8;
