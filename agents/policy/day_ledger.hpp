#pragma once

#include <array>

#include "agents/decision.hpp"

namespace infodiet {

/// When a person's days begin and end, and when he looks by himself.
///
/// A platform sees nobody rise, but it sees when somebody may first be met and is last met on a
/// day. That tells kinds of people apart before anything was shown to them - early risers have less
/// attention to spare - and a history of some dozen items does not reach back to the morning. For a
/// day that is cut at 4 h, when hardly anybody is met, hours since then:
///
///   rose      the first decision's          retired   the last decision's, of a day that is over
///   mean_n += (x_n - mean_(n-1)) / min(n, 7)          over the days met
///
/// A look is a decision that is no push, ten minutes or more after the last such. Looks are counted
/// by parts of the day of two hours from 6 h on, and divided by one more than the days since he was
/// first met; both fade by half in a week. Who looks on the way to work is told so from who is
/// early.
///
/// Sources: sleep and wake times from phone use, Cuttone et al. 2017, "SensibleSleep",
/// doi:10.1371/journal.pone.0169901. The averages are ours.
class DayLedger {
 public:
  static constexpr int kParts = 8;
  /// Today's and the usual hour of rising, the usual hour of retiring, ln(1 + days met), and looks.
  static constexpr int kWidth = 4 + kParts;
  static constexpr double kCut = 4 * 60;  ///< min of the day

  /// Zero bytes are a person nobody has met.
  struct Memory {
    double last;                      ///< the last decision [min since the cut]
    float rose;                       ///< today [h since the cut]
    float usual_rose;                 ///< [h since the cut]
    float retired_from_23h;           ///< the usual hour of retiring [h after 23 h]
    std::uint32_t days;               ///< met, today among them
    float since_look;                 ///< [min]
    float lived;                      ///< days since he was first met, fading
    std::array<float, kParts> looks;  ///< fading
  };

  explicit DayLedger(const Columns& columns)
      : possible_(columns.context.hour >= 0 && columns.context.weekday >= 0) {}

  /// Whether the world tells what books need: the hour and the day.
  bool possible() const { return possible_; }

  /// Books that the person was met. Once at each decision.
  /// @param passed  minutes since the last one; negative at the first
  void update(const Decision& now, double passed, Memory& memory) const;

  /// Writes what is known: (kWidth); hours from 7 h and 23 h.
  static void write(const Memory& memory, float* out);

 private:
  bool possible_;
};

}  // namespace infodiet
