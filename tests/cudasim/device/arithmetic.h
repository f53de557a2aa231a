// What precision does to operands: TF32 keeps 10 bits of a float's fraction, bf16 keeps 7. Sums are kept in double precision, so that they
// are right to more than any order of summation in single precision would be.
#pragma once
#include <cstdint>
#include <cstring>

namespace cudasim {

/// Rounds a float to fewer bits of fraction, to the nearest, ties to even; what is not a number or infinite stays.
inline float round_to(float value, int bits) {
    uint32_t u;
    memcpy(&u, &value, sizeof u);
    if ((u & 0x7F800000u) == 0x7F800000u) return value;
    int cut = 23 - bits;
    u += (1u << (cut - 1)) - 1 + (u >> cut & 1);
    u &= ~0u << cut;
    memcpy(&value, &u, sizeof u);
    return value;
}

inline float to_tf32(float value) { return round_to(value, 10); }
inline float to_bf16(float value) { return round_to(value, 7); }

inline float from_bf16_bits(uint16_t bits) {
    uint32_t u = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &u, sizeof u);
    return value;
}

inline uint16_t to_bf16_bits(float value) {
    value = to_bf16(value);
    uint32_t u;
    memcpy(&u, &value, sizeof u);
    if (value != value) return 0x7FFF;
    return (uint16_t)(u >> 16);
}

/// Elements as the libraries' data types name them, read as floats and written from them.
inline float load(const void* data, bool bf16, int64_t index) {
    return bf16 ? from_bf16_bits(((const uint16_t*)data)[index]) : ((const float*)data)[index];
}

inline void store(void* data, bool bf16, int64_t index, float value) {
    if (bf16) ((uint16_t*)data)[index] = to_bf16_bits(value);
    else ((float*)data)[index] = value;
}

}  // namespace cudasim
