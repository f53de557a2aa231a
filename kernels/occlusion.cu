// Pixels hidden by masks, and images mirrored and shifted, each image by a number of its own out of device memory: one captured step
// serves a whole epoch.
//
// Bytes per element: 4 read, 4 written, and a byte of mask per pixel, which stays in the caches. Floor: those bytes / bandwidth.
#include "common.cuh"

// y = x where an image's mask is not 0, else 0; with hide_seen the other way round. Numbers outside their tables cannot be reported from
// here and give NaN, which the loss then shows. size is that of one image.
KERNEL hide_pixels(
    const float* x, const unsigned char* __restrict__ masks, const int* __restrict__ which, const int* __restrict__ cursor, float* y,
    int hide_seen, int batch, int stored, int numbers, int channels, int size) {
  int pixels = size / channels;
  long long count = (long long)batch * size;
  for (long long i = thread_index(); i < count; i += thread_count()) {
    long long image = i / size, place = *cursor + image;
    int mask = place < 0 || place >= numbers ? -1 : which[place];
    if (mask < 0 || mask >= stored) {
      y[i] = __int_as_float(0x7fc00000);
    } else {
      bool hidden = (masks[(long long)mask * pixels + (i % size) / channels] == 0) != (hide_seen != 0);
      y[i] = hidden ? 0.0f : x[i];
    }
  }
}

DEVICE int clamped(int value, int last) { return value < 0 ? 0 : value > last ? last : value; }

// A move holds a bit for mirroring and, 128 higher than they are, the shifts down in its second byte and to the right in its third.
KERNEL move_images(
    const float* __restrict__ x, const int* __restrict__ moves, const int* __restrict__ cursor, float* __restrict__ y,
    int batch, int numbers, int height, int width, int channels) {
  int size = height * width * channels;
  long long count = (long long)batch * size;
  for (long long i = thread_index(); i < count; i += thread_count()) {
    long long image = i / size, place = *cursor + image;
    if (place < 0 || place >= numbers) {
      y[i] = __int_as_float(0x7fc00000);
      continue;
    }
    int move = moves[place], within = (int)(i % size);
    int channel = within % channels, column = within / channels % width, row = within / channels / width;
    row = clamped(row + ((move >> 8) & 255) - 128, height - 1);
    column = clamped(column + ((move >> 16) & 255) - 128, width - 1);
    if (move & 1) column = width - 1 - column;
    y[i] = x[image * size + (row * width + column) * channels + channel];
  }
}
