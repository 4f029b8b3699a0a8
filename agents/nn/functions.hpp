#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "env/core/math.hpp"

// float takes the project's own functions, which are the same on every machine and fast; double,
// which tests of gradients use, takes the C library's, which are exact.

namespace infodiet::nn {

/// e^x; 0 for minus infinity.
inline float exponential(float x) { return exp_fast(x); }
inline double exponential(double x) { return std::exp(x); }

/// Absolute error below 1e-6 in float.
inline float hyperbolic_tangent(float x) { return 1.0f - 2.0f / (exp_fast(2.0f * x) + 1.0f); }
inline double hyperbolic_tangent(double x) { return std::tanh(x); }

/// sin(2 pi x): x in turns.
inline float sine_of_turn(float x) { return sin_turn(x); }
inline double sine_of_turn(double x) { return std::sin(2 * 3.141592653589793 * x); }

namespace lanes {

// Vectors of GCC and Clang: one operation on all of their numbers, each rounded as by itself. By
// reference, since how they are passed by value differs between processors.
#ifdef __AVX2__
constexpr std::size_t kBytes = 32;
#else
constexpr std::size_t kBytes = 16;
#endif
using Floats = float __attribute__((vector_size(kBytes)));
using Ints = std::int32_t __attribute__((vector_size(kBytes)));
constexpr std::ptrdiff_t kCount = kBytes / sizeof(float);

/// exp_fast of each, to the bit. GCC makes no vectors of exp_fast itself: to it a bound is
/// a branch.
inline void exponential(Floats& x) {
  x *= 1.44269504f;
  const Floats most = Floats{} + 127.0f, least = Floats{} - 126.0f;
  const Ints vanishes = x < least;
  x = x > most ? most : x;
  x = vanishes ? least : x;
  const Floats raised = x + 0.5f;
  Ints n = __builtin_convertvector(raised, Ints);    // towards 0
  n += __builtin_convertvector(n, Floats) > raised;  // true is -1: down
  const Floats f = x - __builtin_convertvector(n, Floats);
  Floats p = Floats{} + 1.54035304e-4f;
  p = p * f + 1.33335581e-3f;
  p = p * f + 9.61812911e-3f;
  p = p * f + 5.55041087e-2f;
  p = p * f + 2.40226507e-1f;
  p = p * f + 6.93147181e-1f;
  p = p * f + 1.0f;
  const Ints power = ((n + 127) << 23) & ~vanishes;
  x = p * (Floats)power;  // the bits, as a float
}

/// sin_turn of each, to the bit, for |x| < 2^31.
inline void sine_of_turn(Floats& x) {
  const Floats raised = x + 0.5f;
  Ints n = __builtin_convertvector(raised, Ints);    // towards 0
  n += __builtin_convertvector(n, Floats) > raised;  // true is -1: down
  x -= __builtin_convertvector(n, Floats);
  x = x > 0.25f ? 0.5f - x : x;
  x = x < -0.25f ? -0.5f - x : x;
  const Floats s = x * x;
  Floats p = Floats{} - 15.0946426f;
  p = p * s + 42.0586940f;
  p = p * s - 76.7058598f;
  p = p * s + 81.6052493f;
  p = p * s - 41.3417022f;
  p = p * s + 6.28318531f;
  x = p * x;
}

/// Changes n numbers in place: as many at once as there are lanes, or one by one if there are
/// fewer.
/// @param many  (Floats&), @param one  (float&): the same function, to the bit
template <class Many, class One>
void change(float* x, std::ptrdiff_t n, const Many& many, const One& one) {
  if (n < kCount) {
    for (std::ptrdiff_t i = 0; i < n; ++i) one(x[i]);
    return;
  }
  const auto result = [&many](const float* from, Floats& y) {
    std::memcpy(&y, from, sizeof y);
    many(y);
  };
  Floats last, some;  // the last may overlap with those before it: the same is written twice
  result(x + n - kCount, last);
  for (std::ptrdiff_t i = 0; i + kCount <= n; i += kCount) {
    result(x + i, some);
    std::memcpy(x + i, &some, sizeof some);
  }
  std::memcpy(x + n - kCount, &last, sizeof last);
}

}  // namespace lanes

/// e^(x - shift) for each of n numbers, in place.
inline void exponentials(float* x, std::ptrdiff_t n, float shift) {
  const auto many = [shift](lanes::Floats& y) {
    y -= shift;
    lanes::exponential(y);
  };
  lanes::change(x, n, many, [shift](float& y) { y = exponential(y - shift); });
}
inline void exponentials(double* x, std::ptrdiff_t n, double shift) {
  for (std::ptrdiff_t i = 0; i < n; ++i) x[i] = std::exp(x[i] - shift);
}

/// tanh x for each of n numbers, in place, with the bits of `hyperbolic_tangent`.
inline void hyperbolic_tangents(float* x, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < n; ++i) x[i] *= 2.0f;
  exponentials(x, n, 0.0f);
  for (std::ptrdiff_t i = 0; i < n; ++i) x[i] = 1.0f - 2.0f / (x[i] + 1.0f);
}
inline void hyperbolic_tangents(double* x, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < n; ++i) x[i] = std::tanh(x[i]);
}

/// sin(2 pi x) for each of n numbers, in place, with the bits of `sine_of_turn`.
inline void sines_of_turns(float* x, std::ptrdiff_t n) {
  const auto many = [](lanes::Floats& y) { lanes::sine_of_turn(y); };
  lanes::change(x, n, many, [](float& y) { y = sine_of_turn(y); });
}
inline void sines_of_turns(double* x, std::ptrdiff_t n) {
  for (std::ptrdiff_t i = 0; i < n; ++i) x[i] = sine_of_turn(x[i]);
}

}  // namespace infodiet::nn
