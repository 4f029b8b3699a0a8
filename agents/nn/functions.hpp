#pragma once

#include <cmath>

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

}  // namespace infodiet::nn
