#pragma once

#include <cstdint>
#include <string>

#include "env/stream/replay_tables.hpp"
#include "env/stream/stream.hpp"

namespace infodiet {

/// Plays a recorded stream: the items of a folder in the format infodiet-stream-1, at the times at
/// which they came.
///
/// What happened after a moment is not known at that moment: a train part ends where the test part
/// begins and holds nothing from then on, popularity is counted up to the moment, and appeal, which
/// most sources compute from final counts, moves the person but is hidden from agents.
///
/// What the format or the source lacks comes from the config and is named in `Stream::assumed`.
class ReplayStream final : public StreamSource {
 public:
  struct Config : ConfigOf<Config> {
    std::string path;
    std::string part = "train";
    std::string split_date;
    double split_share = 0.7;
    double utc_offset = 0;
    std::string first_date;
    int warm_up = 3;
    std::string appeal = "hidden";
    ItemAssumptions assume;

    void fields(Fields& f) override;
    void check(const Complain& complain) const override;
  };

  explicit ReplayStream(const Config& config) : config_(config) {}

  Stream load() const override;

 private:
  /// Where the days of the log lie: day 0 is the local day of the first item.
  struct Days {
    std::int64_t whole = 0;  // how many
    double split = 0;        // min since midnight of day 0: where the test part begins
    std::string split_from;  // who says so
  };

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorCode::kConfig, "stream '" + config_.path + "'", what);
  }
  std::int64_t date(const char* field, const std::string& text) const;
  Days find_days(const StreamTables& tables, const ReplayClock& clock) const;
  void set_part(const ReplayClock& clock, const Days& days, Stream& out) const;
  void set_topics(const StreamTables& tables, ItemRange range, Stream& out) const;
  void state_assumptions(const StreamTables& tables, const ReplayClock& clock, const Days& days,
                         Stream& out) const;

  Config config_;
};

}  // namespace infodiet
