#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

// Exponential and logarithm of our own: the C library picks its kernels by the processor it finds,
// so its last bit differs between machines. These are plain arithmetic, inline, and faster.

namespace infodiet {

/// 2^x for any finite x. Relative error below 3e-7; 0 below 2^-126, and capped at 2^127.
///
/// Method: x = n + f with f in [-1/2, 1/2]; the polynomial is the Taylor series of 2^f, whose
/// first omitted term at |f| = 1/2 is (ln 2 / 2)^7 / 7! = 1.2e-7.
inline float exp2_fast(float x) {
  if (x < -126.0f) return 0.0f;
  if (x > 127.0f) x = 127.0f;
  const float n = std::floor(x + 0.5f);
  const float f = x - n;
  float p = 1.54035304e-4f;
  p = p * f + 1.33335581e-3f;
  p = p * f + 9.61812911e-3f;
  p = p * f + 5.55041087e-2f;
  p = p * f + 2.40226507e-1f;
  p = p * f + 6.93147181e-1f;
  p = p * f + 1.0f;
  return p * std::bit_cast<float>((static_cast<std::int32_t>(n) + 127) << 23);
}

inline float exp_fast(float x) { return exp2_fast(x * 1.44269504f); }

/// log2(x) for normal positive x. Absolute error below 3e-7 near 1, relative beyond.
///
/// Method: x = 2^n m with m in [sqrt(1/2), sqrt(2)), log(m) = 2 atanh(s), s = (m - 1) / (m + 1);
/// |s| < 0.1716, so the first omitted term is 2 s^11 / 11 < 7e-10.
inline float log2_fast(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(x);
  const std::uint32_t shifted = bits - 0x3f3504f3u;  // 0x3f3504f3 is sqrt(1/2)
  const float n = static_cast<float>(static_cast<std::int32_t>(shifted) >> 23);
  const float m = std::bit_cast<float>((shifted & 0x007fffffu) + 0x3f3504f3u);
  const float s = (m - 1.0f) / (m + 1.0f);
  const float s2 = s * s;
  float p = 0.320598898f;     // 2 / (9 ln 2)
  p = p * s2 + 0.412198583f;  // 2 / (7 ln 2)
  p = p * s2 + 0.577078016f;  // 2 / (5 ln 2)
  p = p * s2 + 0.961796694f;  // 2 / (3 ln 2)
  p = p * s2 + 2.88539008f;   // 2 / ln 2
  return n + p * s;
}

/// 1 - e^-x for x >= 0, to the last digits where x is small and the difference would lose them.
inline float one_minus_exp(float x) {
  if (x > 0.25f) return 1.0f - exp_fast(-x);
  // Taylor series; the first omitted term is below x 0.25^6 / 5040 = 5e-8 x
  return x * (1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6)))));
}

inline float log_fast(float x) { return log2_fast(x) * 0.693147181f; }

inline float sigmoid(float x) { return 1.0f / (1.0f + exp_fast(-x)); }

/// sin(2 pi x) for |x| < 2^20: x in turns. Absolute error below 5e-7.
inline float sin_turn(float x) {
  x -= std::floor(x + 0.5f);    // [-1/2, 1/2]
  if (x > 0.25f) x = 0.5f - x;  // sin(pi - a) = sin(a)
  if (x < -0.25f) x = -0.5f - x;
  const float s = x * x;  // Taylor series to the 11th power
  float p = -15.0946426f;
  p = p * s + 42.0586940f;
  p = p * s - 76.7058598f;
  p = p * s + 81.6052493f;
  p = p * s - 41.3417022f;
  p = p * s + 6.28318531f;
  return p * x;
}

/// The standard normal quantile of u in (0, 1), so that one uniform word gives one normal number.
/// Relative error about 1e-6.
///
/// Source: Wichura 1988, algorithm AS 241 (PPND7), doi:10.2307/2347330.
inline float normal_quantile(float u) {
  const float q = u - 0.5f;
  if (std::fabs(q) <= 0.425f) {
    const float r = 0.180625f - q * q;
    return q * (((59.109374720f * r + 159.29113202f) * r + 50.434271938f) * r + 3.3871327179f) /
           (((67.187563600f * r + 78.757757664f) * r + 17.895169469f) * r + 1.0f);
  }
  float r = std::sqrt(-log_fast(q < 0.0f ? u : 1.0f - u));
  float z = 0.0f;
  if (r <= 5.0f) {
    r -= 1.6f;
    z = (((0.17023821103f * r + 1.3067284816f) * r + 2.7568153900f) * r + 1.4234372777f) /
        ((0.12021132975f * r + 0.73700164250f) * r + 1.0f);
  } else {
    r -= 5.0f;
    z = (((0.017337203997f * r + 0.42868294337f) * r + 3.0812263860f) * r + 6.6579051150f) /
        ((0.012258202635f * r + 0.24197894225f) * r + 1.0f);
  }
  return q < 0.0f ? -z : z;
}

}  // namespace infodiet
