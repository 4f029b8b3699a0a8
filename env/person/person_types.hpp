#pragma once

#include <array>
#include <string_view>

#include "env/core/fields.hpp"

namespace infodiet {

struct Person;

/// A kind of person: how he differs from the one that the settings describe.
struct PersonType {
  std::string_view name;
  std::string_view summary;
  void (*apply)(Person& person);
};

inline constexpr int kNumPersonTypes = 7;

/// The kinds there are. Their traits are ours, as factors on the settings, so that a setting that
/// is neutral stays so.
extern const std::array<PersonType, kNumPersonTypes> kPersonTypes;

/// What share of people is of which kind. The kind is drawn with the person and hidden from agents.
/// Shares are relative: 1 and 1 are half and half. Neutral, and the default: all are typical.
struct PersonTypes : ConfigOf<PersonTypes> {
  std::array<double, kNumPersonTypes> share = {1};

  void fields(Fields& f) override;
  void check(const Complain& complain) const override;

  /// @param uniform  in (0, 1)
  int draw(double uniform) const;
};

}  // namespace infodiet
