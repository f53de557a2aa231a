// A batch of images out of the stored bytes: y[b, i] = pixels[order[cursor + b], i] / 255. Cursor and order lie in device memory, so that
// one captured step serves a whole epoch. Divided, not multiplied by 1/255, which rounds differently for some bytes.
//
// Bytes per element: 1 read, 4 written. Floor: 5 bytes x elements / bandwidth; an H100's 3 TB/s gather 32 x 32 x 32 x 3 in 0.2 us,
// so a launch of its own costs more than its work.
#include "common.cuh"

// An image's number comes from memory. One outside the stored images cannot be reported from here; it gives NaN, which the loss then
// shows, and reads nothing that is not ours.
DEVICE const unsigned char* stored_image(
    const unsigned char* pixels, const int* order, const int* cursor, int image, int stored, int ordered, int size) {
  long long place = (long long)*cursor + image;
  if (place < 0 || place >= ordered) return nullptr;
  int number = order[place];
  return number < 0 || number >= stored ? nullptr : pixels + (long long)number * size;
}

DEVICE float4 fractions(unsigned bytes) {
  return make_float4(
      (float)(bytes & 255u) / 255.0f, (float)((bytes >> 8) & 255u) / 255.0f, (float)((bytes >> 16) & 255u) / 255.0f,
      (float)(bytes >> 24) / 255.0f);
}

// blockIdx.y counts images in steps of gridDim.y; size is the number of bytes of one image.
KERNEL gather_images(
    const unsigned char* __restrict__ pixels, const int* __restrict__ order, const int* __restrict__ cursor, float* __restrict__ y,
    int batch, int stored, int ordered, int size) {
  for (int image = blockIdx.y; image < batch; image += gridDim.y) {
    const unsigned char* from = stored_image(pixels, order, cursor, image, stored, ordered, size);
    float* to = y + (long long)image * size;
    // Images of a multiple of four bytes all start at such a multiple: then four bytes are read and 16 written together.
    int vectors = size % 4 == 0 ? size / 4 : 0;
    for (long long i = thread_index(); i < vectors; i += thread_count()) {
      float nan = __int_as_float(0x7fc00000);
      store4(to, i, from ? fractions(reinterpret_cast<const unsigned*>(from)[i]) : make_float4(nan, nan, nan, nan));
    }
    for (long long i = 4LL * vectors + thread_index(); i < size; i += thread_count())
      to[i] = from ? (float)from[i] / 255.0f : __int_as_float(0x7fc00000);
  }
}
