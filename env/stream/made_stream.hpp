#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "env/core/fields.hpp"
#include "env/core/math.hpp"
#include "env/core/philox.hpp"
#include "env/stream/stream.hpp"

namespace infodiet {

// What streams that are made from a seed have in common: their days, and what their items are like.
// A setting that means the same in two kinds of stream is one setting.

/// The time line of a made stream, and the part of it in which episodes start.
struct MadeDays {
  std::uint64_t seed = 1;
  std::string part = "train";
  int days = 120;
  double split_share = 0.7;
  int warm_up = 10;
  int first_weekday = 0;

  void list_days(Fields& f, std::string_view part_help = "Days on which episodes may start.");
  void check_days(const Complain& complain) const;
  /// Sets first_day, end_day and first_weekday.
  /// @throws Error kConfig naming the kind of stream, if no day is left for the part
  void set_days(const std::string& kind, Stream& out) const;
};

/// How the items of a made stream are spread over topics, worth, length and readers.
struct TraitSettings {
  int topics = 16;
  double topic_concentration = 0.5;
  double quality_mean = 0.5;
  double quality_spread = 1;
  double appeal_quality_correlation = -0.2;
  double length = 2;
  double length_spread = 0.8;
  double audience = 300;
  double audience_spread = 1.48;
  double audience_appeal = 0.6;
  std::string appeal = "public";

  void list_traits(Fields& f);
  /// Names the topics and says whether appeal is public.
  void set_topics(Stream& out) const;
};

/// Four random words of a stream.
using StreamWords = std::array<std::uint32_t, 4>;

inline float normal_of(std::uint32_t word) { return normal_quantile(uniform_open(word)); }

/// No number of `normal_of` is larger: the quantile of 1 - 2^-33 is 6.34.
inline constexpr float kMostNormal = 6.5f;

/// sqrt(1 - x^2): what is left for an independent part, so that variances sum to 1.
inline float independent_part(double x) {
  return static_cast<float>(std::sqrt(std::max(0.0, 1 - x * x)));
}

/// Draws what an item is like:
///
///   topics    main topic k with probability ~ k^-concentration, up to two others
///   quality   q = sigmoid(m + spread * L), m such that E q = quality_mean,
///             L = rho a + sqrt(1 - rho^2) Y                                     ~ N(0, 1)
///   length    exp(ln length + length_spread Z), within 0.1 and 30 min
///   audience  exp(ln audience + audience_spread (c a + sqrt(1 - c^2) Z))
///
/// with a the item's appeal and Y, Z standard normal.
class ItemTraits {
 public:
  static constexpr double kShortest = 0.1, kLongest = 30;  ///< min to read

  explicit ItemTraits(const TraitSettings& settings);

  /// No item is longer.
  static float most_length(const TraitSettings& settings);

  /// (T) of each topic; they sum to 1.
  const std::vector<float>& topic_shares() const { return topic_shares_; }

  /// Half of the items have one topic, .35 two and .15 three; a further topic weighs .2 to .6 of
  /// the main one. Uses a[1..3] and b[0..2].
  void set_topics(const StreamWords& a, const StreamWords& b, Item& item) const;

  /// For an item that has its appeal. @param apart  Y: standard normal
  void set_quality(float apart, Item& item) const;
  void set_length(std::uint32_t word, Item& item) const;
  /// For an item that has its appeal.
  void set_audience(std::uint32_t word, Item& item) const;

 private:
  std::uint8_t draw_topic(std::uint32_t word, const Item& item) const;

  TraitSettings settings_;
  std::vector<float> topic_shares_;
  float quality_centre_;
};

}  // namespace infodiet
