#include "sim/plot/scale.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace infodiet {
namespace {

constexpr double kMargin = 0.03;  // of a tight axis, as a share of its length
constexpr double kSlack = 1e-9;   // rounding, in steps

/// 1, 2 or 5 times a power of ten, the smallest that is at least `least`.
double nice_step(double least) {
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1, 2, 5})
    if (factor * power >= least * (1 - kSlack)) return factor * power;
  return 10 * power;
}

std::string superscript(int number) {
  constexpr std::array kDigits = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out;
  for (const char c : std::to_string(number)) out += c == '-' ? "⁻" : kDigits[c - '0'];
  return out;
}

std::string with_minus(std::string text) {
  if (text.front() != '-') return text;
  text.replace(0, 1, "−");
  return text;
}

/// 250, 0.05, −3; from a million on, and below a ten-thousandth, 2×10⁶.
std::string tick_label(double value, double step) {
  if (value == 0) return "0";
  const double size = std::abs(value);
  if (size >= 1e6 * (1 - kSlack) || size < 1e-4 * (1 - kSlack)) {
    const int power = static_cast<int>(std::floor(std::log10(size) + kSlack));
    const std::string factor = fmt::format("{:.4g}", value / std::pow(10, power));
    if (factor == "1") return "10" + superscript(power);
    return with_minus(factor) + "×10" + superscript(power);
  }
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + kSlack)));
  return with_minus(fmt::format("{:.{}f}", value, decimals));
}

std::vector<Tick> linear_ticks(double low, double high, double step) {
  std::vector<Tick> ticks;
  const double first = std::ceil(low / step - kSlack), last = std::floor(high / step + kSlack);
  for (double i = first; i <= last; ++i) {
    const double value = i == 0 ? 0 : i * step;  // no -0
    ticks.push_back({value, tick_label(value, step)});
  }
  return ticks;
}

Scale linear_scale(double low, double high, ScaleEnds ends, int wanted) {
  if (!(high - low > 1e-12 * std::max(std::abs(low), std::abs(high)))) {
    const double room = low == 0 ? 1 : std::abs(low) / 2;
    low -= room;
    high += room;
  }
  if (ends == ScaleEnds::kOnTicks) {
    if (low > 0 && low < high / 2) low = 0;
    if (high < 0 && high > low / 2) high = 0;
  }
  const double step = nice_step((high - low) / wanted);
  Scale scale{false, low, high, {}};
  if (ends == ScaleEnds::kOnTicks) {
    scale.low = std::floor(low / step + kSlack) * step;
    scale.high = std::ceil(high / step - kSlack) * step;
  } else {
    scale.low -= kMargin * (high - low);
    scale.high += kMargin * (high - low);
  }
  scale.ticks = linear_ticks(scale.low, scale.high, step);
  return scale;
}

/// Every whole multiple of a power of ten from `low` to `high`, with labels on those whose factor
/// is asked for, in every `every`-th decade.
std::vector<Tick> log_ticks(double low, double high, const std::vector<int>& factors, int every) {
  std::vector<Tick> ticks;
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = static_cast<int>(std::ceil(std::log10(high)));
  for (int power = first; power <= last; ++power) {
    const double decade = std::pow(10, power);
    for (int factor = 1; factor <= 9; ++factor) {
      const double value = factor * decade;
      if (value < low * (1 - kSlack) || value > high * (1 + kSlack)) continue;
      const bool labelled =
          power % every == 0 && std::find(factors.begin(), factors.end(), factor) != factors.end();
      if (labelled || last - first <= 6)
        ticks.push_back({value, labelled ? tick_label(value, decade) : ""});
    }
  }
  return ticks;
}

Scale log_scale(double low, double high, ScaleEnds ends, int wanted) {
  if (!(high > low * (1 + 1e-9))) {
    low /= 2;
    high *= 2;
  }
  const double decades = std::log10(high) - std::log10(low);
  if (ends == ScaleEnds::kTight) {
    const double margin = std::pow(10, kMargin * decades);
    low /= margin;
    high *= margin;
  } else {
    // outwards to 1, 2 or 5 times a power of ten
    high = nice_step(high);
    low = 1 / nice_step(1 / low);
  }
  Scale scale{true, low, high, {}};
  const int every = std::max(1, static_cast<int>(std::ceil(decades / (wanted + 2))));
  const std::vector<int> factors = decades > 3   ? std::vector{1}
                                   : decades > 1 ? std::vector{1, 2, 5}
                                                 : std::vector{1, 2, 3, 5, 7};
  scale.ticks = log_ticks(low, high, factors, every);
  const auto labelled = std::count_if(scale.ticks.begin(), scale.ticks.end(),
                                      [](const Tick& tick) { return !tick.label.empty(); });
  if (labelled < 3) scale.ticks = linear_ticks(low, high, nice_step((high - low) / wanted));
  return scale;
}

}  // namespace

double Scale::place(double value) const {
  if (!log) return (value - low) / (high - low);
  if (!(value > 0)) return -1e3;
  // differences of logarithms: a ratio can be too large for a double
  return (std::log(value) - std::log(low)) / (std::log(high) - std::log(low));
}

Scale fitted_scale(double low, double high, bool log, ScaleEnds ends, int wanted) {
  const auto allowed = [log](double v) { return std::isfinite(v) && (!log || v > 0); };
  if (!allowed(low)) low = allowed(high) ? (log ? high / 10 : high - 1) : (log ? 1 : 0);
  if (!allowed(high)) high = log ? low * 10 : low + 1;
  if (low > high) std::swap(low, high);
  return log ? log_scale(low, high, ends, wanted) : linear_scale(low, high, ends, wanted);
}

}  // namespace infodiet
