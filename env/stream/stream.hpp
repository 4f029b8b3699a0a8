#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "env/core/registry.hpp"

namespace infodiet {

inline constexpr double kMinutesPerDay = 1440;
inline constexpr int kMaxTopics = 32;
inline constexpr double kHalfLivesToExpiry = 8;  ///< then 0.4 % of an item's worth is left

/// One item of a stream, in one cache line.
struct alignas(64) Item {
  static constexpr int kTopics = 3;

  double arrival = 0;       ///< min since midnight, local time, of the stream's day 0
  double expiry = 0;        ///< min, same clock: when it leaves the stream for good
  float appeal = 0;         ///< z score: how strongly it attracts a choice
  float quality = 0;        ///< [0, 1]: worth of a minute of it, when fresh. Hidden from agents
  float length = 1;         ///< min to read it whole
  float half_life = 0;      ///< min
  float audience = 0;       ///< of a synthetic stream: how many people read it in the end
  float pace = 1;           ///< min in which half of those come; no agent sees it
  std::uint32_t story = 0;  ///< items of one story share it
  std::uint8_t num_topics = 0;
  std::uint8_t topic[kTopics] = {};
  float weight[kTopics] = {};  ///< of each topic; they sum to 1
};
static_assert(sizeof(Item) == 64);

/// Which part of a stream's time line episodes may start in.
enum class Part { kTrain, kTest, kAll };

/// @throws Error kConfig unless the name is "train", "test" or "all"
Part parse_part(std::string_view name);

/// What no item of a stream exceeds. 0: not known beforehand.
struct ItemBounds {
  float length = 0;     ///< min
  float half_life = 0;  ///< min
  double age = 0;       ///< min, when it leaves
};

/// A stream of items on a time line: constant once made, shared by all environments.
struct Stream {
  std::string name;
  std::string attribution;          ///< to print beside results; "" if none is due
  std::vector<std::string> topics;  ///< (T) names
  std::vector<Item> items;          ///< sorted by arrival; an item's id is its place here
  int first_day = 0;                ///< episodes start on a day in [first_day, end_day)
  int end_day = 0;                  ///< and no decision lies on or after midnight of end_day
  int first_weekday = 0;            ///< weekday of day 0; 0 = Monday
  bool appeal_is_public = false;    ///< whether an agent may see `appeal`: no, where it was
                                    ///< computed from what happened later
  /// From the settings, not from the items: the ranges in a spec come from here, so that the train
  /// and the test part have one spec and the first knows nothing of the second.
  ItemBounds most;
  std::vector<std::string> assumed;  ///< what the source lacks and the config supplied, for reports

  /// Reads of every item by all people, as times: those of item i stand, ascending, in
  /// read_time[read_begin[i] .. read_begin[i + 1]). Empty if the source has none.
  std::vector<double> read_time;
  std::vector<std::uint32_t> read_begin;
  /// Where the source recorded totals and not single reads: how many reads there were up to each
  /// `read_time`. Empty: each is one.
  std::vector<float> read_total;

  /// How many people have read the item up to `time`; never a figure of the future. 0 where the
  /// source recorded nothing.
  float popularity(std::uint32_t item, double time) const;
};

/// Makes a stream. A kind of stream is one file with a config and a `load`.
class StreamSource {
 public:
  static constexpr std::string_view kKind = "stream";

  virtual ~StreamSource() = default;

  /// @throws Error kIo for a file that is missing or broken, with file and line; kConfig for
  ///         settings that give no usable stream. Never returns something half-read.
  virtual Stream load() const = 0;
};

using StreamRegistry = Registry<StreamSource>;

}  // namespace infodiet
