// What only moves or blanks elements.
//
// Bytes per element: 4 read, 4 written; in place hide_rows writes the hidden 4 alone. Floor: those bytes / bandwidth.
#include "common.cuh"

// y = x with the rows from the first hidden one on set to zero: an image is `shown` elements and then `hidden` ones. x may be y, and is
// then not copied.
KERNEL hide_rows(const float* x, float* y, int images, int shown, int hidden) {
  long long size = (long long)shown + hidden, count = images * size;
  bool copies = x != y;
  if (shown % 4 == 0 && hidden % 4 == 0) {
    for (long long i = thread_index(); i < count / 4; i += thread_count()) {
      if (4 * i % size >= shown) store4(y, i, zero4());
      else if (copies) store4(y, i, load4(x, i));
    }
    return;
  }
  for (long long i = thread_index(); i < count; i += thread_count()) {
    if (i % size >= shown) y[i] = 0.0f;
    else if (copies) y[i] = x[i];
  }
}

// y = x: what Pack needs for a gradient that was not computed in its place.
KERNEL copy_elements(const float* __restrict__ x, float* __restrict__ y, long long count) {
  long long vectors = count / 4;
  for (long long i = thread_index(); i < vectors; i += thread_count()) store4(y, i, load4(x, i));
  for (long long i = 4 * vectors + thread_index(); i < count; i += thread_count()) y[i] = x[i];
}
