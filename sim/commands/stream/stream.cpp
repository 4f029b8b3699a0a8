#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/stream/format/stream_summary.hpp"
#include "env/stream/stream.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/stream/stream_source.hpp"
#include "sim/statistics.hpp"
#include "sim/table.hpp"

namespace infodiet {
namespace {

std::string describe(const Stream& stream) {
  std::string out = fmt::format("{}: {} items on {} topics\n", stream.name, stream.items.size(),
                                stream.topics.size());
  if (!stream.attribution.empty()) out += stream.attribution + '\n';
  if (stream.items.empty()) return out;

  const double days = stream.end_day - stream.first_day;
  const double first = stream.items.front().arrival / kMinutesPerDay;
  const double span = stream.items.back().arrival / kMinutesPerDay - first;
  const std::string arriving =
      span > 0 ? fmt::format("items arrive from day {:.1f} on, {:.1f} a day", first,
                             static_cast<double>(stream.items.size()) / span)
               : fmt::format("all items are there from day {:.1f} on", first);
  out += fmt::format("episodes lie in days {} to {} ({} days); {}\n", stream.first_day,
                     stream.end_day, days, arriving);
  out += fmt::format("agents {} see how strongly an item attracts\n\n",
                     stream.appeal_is_public ? "may" : "may not");

  constexpr double kShares[] = {0.1, 0.5, 0.9};
  Table quantiles({{"an item's", "", true}, {"unit", "", true}, {"10 %"}, {"median"}, {"90 %"}});
  const auto add = [&](const char* name, const char* unit, const auto& number_of) {
    std::vector<double> values;
    for (const Item& item : stream.items) values.push_back(number_of(item));
    std::sort(values.begin(), values.end());
    std::vector<std::string> row = {name, unit};
    for (const double share : kShares)
      row.push_back(fmt::format("{:.3g}", quantile(values, share)));
    quantiles.add_row(std::move(row));
  };
  add("length", "min", [](const Item& item) { return item.length; });
  add("half-life", "h", [](const Item& item) { return item.half_life / 60; });
  add("appeal", "z score", [](const Item& item) { return item.appeal; });
  add("quality", "value/min", [](const Item& item) { return item.quality; });
  add("stays for", "h", [](const Item& item) { return (item.expiry - item.arrival) / 60; });
  out += quantiles.text() + '\n';

  std::vector<double> weights(stream.topics.size());
  for (const Item& item : stream.items) {
    for (int i = 0; i < item.num_topics; ++i) weights.at(item.topic[i]) += item.weight[i];
  }
  Table topics({{"topic", "", true}, {"share of items"}});
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double share = weights[i] / static_cast<double>(stream.items.size());
    topics.add_row({stream.topics[i], fmt::format("{:.1f} %", 100 * share)});
  }
  out += topics.text();
  if (stream.assumed.empty()) return out;
  out += "\nAssumed, because the source does not say:\n";
  for (const std::string& what : stream.assumed) out += "  " + what + '\n';
  return out;
}

/// What a world takes for granted of every stream. @returns what is wrong, with the item
std::vector<std::string> broken_promises(const Stream& stream) {
  std::vector<std::string> wrong;
  const auto complain = [&wrong](std::size_t item, const std::string& what) {
    wrong.push_back(fmt::format("item {}: {}", item, what));
  };
  for (std::size_t i = 0; i < stream.items.size(); ++i) {
    const Item& item = stream.items[i];
    if (i > 0 && item.arrival < stream.items[i - 1].arrival) complain(i, "arrives before the last");
    if (!(item.expiry > item.arrival)) complain(i, "expires before it arrives");
    if (!(item.quality >= 0 && item.quality <= 1)) complain(i, "quality is outside [0, 1]");
    if (!(item.length > 0 && item.half_life > 0)) complain(i, "length or half-life is not above 0");
    if (!std::isfinite(item.appeal)) complain(i, "appeal is no number");
    double sum = 0;
    for (int k = 0; k < std::min<int>(item.num_topics, Item::kTopics); ++k) {
      sum += item.weight[k];
      if (item.topic[k] >= stream.topics.size()) complain(i, "has a topic that is not listed");
    }
    if (item.num_topics > Item::kTopics || (item.num_topics > 0 && std::abs(sum - 1) > 1e-4))
      complain(i, fmt::format("{} topic weights sum to {}, not 1", item.num_topics, sum));
  }
  return wrong;
}

struct StreamOptions {
  std::string source;
  std::vector<std::string> overrides;
  std::optional<double> utc_offset;
};

/// A recorded folder as it stands has no settings; an option that did nothing would deceive.
bool is_folder(const StreamOptions& options) {
  const bool recorded = is_recorded(options.source);
  if (recorded && !options.overrides.empty()) {
    throw Error(ErrorCode::kConfig, options.overrides.front(),
                "a recorded folder has no settings (leave it out, or look at the folder as a world "
                "plays it: infodiet stream info replay path=" +
                    shell_quoted(options.source) + " " + shell_quoted(options.overrides.front()) +
                    ")");
  }
  if (!recorded && options.utc_offset) {
    throw Error(ErrorCode::kConfig, "--utc-offset",
                "is for the folder of a recorded stream (a stream that a world plays has a setting "
                "for it: utc_offset)");
  }
  return recorded;
}

int info(const StreamOptions& options) {
  if (is_folder(options)) {
    SummaryOptions summary;
    summary.utc_offset = options.utc_offset.value_or(0);
    print(to_text(summarize(read_stream_folder(options.source), summary)));
  } else {
    print(describe(make_stream(options.source, options.overrides)));
  }
  return 0;
}

int check(const StreamOptions& options) {
  if (is_folder(options)) {
    check_stream_folder(options.source).throw_if_any();
    print(options.source + ": ok\n");
    return 0;
  }
  const Stream stream = make_stream(options.source, options.overrides);
  const std::vector<std::string> wrong = broken_promises(stream);
  if (!wrong.empty()) {
    constexpr std::size_t kShown = 20;
    std::string text = fmt::format("{} problems", wrong.size());
    for (std::size_t i = 0; i < std::min(kShown, wrong.size()); ++i) text += "\n  " + wrong[i];
    if (wrong.size() > kShown) text += "\n  ...";
    throw Error(ErrorCode::kIo, "stream " + stream.name, text);
  }
  print(fmt::format("{}: ok, {} items\n", stream.name, stream.items.size()));
  return 0;
}

}  // namespace

void add_stream(cli::Command& program) {
  cli::Command command =
      program.add_command("stream", "Look at the streams of items people consume");
  command.examples(
      "Examples: a recorded log; the stream of an experiment; a synthetic one\n"
      "  infodiet stream check streams/adressa\n"
      "  infodiet stream info configs/quickstart.yaml\n"
      "  infodiet stream info synthetic seed=3\n"
      "  infodiet stream calibrate streams/adressa half_life=300\n"
      "  infodiet stream import log.csv streams/mine --column t_arrive=time --dry-run");
  const auto options = std::make_shared<StreamOptions>();
  const auto add = [&](const char* name, const char* help, int (*run)(const StreamOptions&)) {
    cli::Command one = command.add_command(name, help);
    one.option("source", options->source,
               "the folder of a recorded stream, an experiment file, or a kind of stream "
               "(infodiet list streams)")
        .required();
    one.option("overrides", options->overrides,
               "key=value: sets a value of the experiment, or of the kind of stream");
    one.runs([options, run](const CommandLine&) { return run(*options); });
    return one;
  };
  cli::Command one =
      add("info", "Say what a stream is like: rates, topics, lengths, quality", info);
  one.option("--utc-offset", options->utc_offset,
             "hours local time is ahead of UTC, for a recorded stream")
      .value_name("H")
      .within(-14.0, 14.0);
  one.examples("Example:\n  infodiet stream info configs/quickstart.yaml");
  one = add("check", "Read a stream whole, and list all that is wrong with it", check);
  one.examples("Example:\n  infodiet stream check streams/adressa");
  add_stream_calibrate(command);
  add_stream_import(command);
}

}  // namespace infodiet
