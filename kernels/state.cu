// A step's small state, changed in place by one thread: counters, and the loss summed over an epoch as a double.
//
// Floor: a launch.
#include "common.cuh"

KERNEL increment(int* counter, int by) {
  if (thread_index() == 0) *counter += by;
}

KERNEL accumulate(double* sum, const float* term, float weight) {
  if (thread_index() == 0) *sum += (double)*term * (double)weight;
}
