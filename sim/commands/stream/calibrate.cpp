#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/stream/calibration/stream_shape.hpp"
#include "env/stream/format/calendar.hpp"
#include "env/stream/synthetic_stream.hpp"
#include "sim/commands/command.hpp"
#include "sim/commands/stream/stream_source.hpp"
#include "sim/statistics.hpp"
#include "sim/table.hpp"

namespace infodiet {
namespace {

struct CalibrateOptions {
  std::vector<std::string> words;  ///< folders, one experiment, key=value
  std::vector<double> utc_offsets;
  std::vector<std::string> from;
  int seeds = 5;
  bool markdown = false;
};

/// The words of the command line by what they are.
struct Inputs {
  std::vector<std::string> folders;
  std::string source = "synthetic";
  std::vector<std::string> settings;

  explicit Inputs(const std::vector<std::string>& words) {
    bool named = false;
    for (const std::string& word : words) {
      if (is_recorded(word)) {
        folders.push_back(word);
      } else if (word.find('=') != std::string::npos) {
        settings.push_back(word);
      } else if (named) {
        throw Error(
            ErrorCode::kConfig, word,
            "is no folder of a recorded stream, and the stream to compare with is already " +
                source + " (give folders, at most one experiment, and key=value)");
      } else {
        source = word;
        named = true;
      }
    }
    if (folders.empty()) {
      throw Error(ErrorCode::kConfig, "infodiet stream calibrate",
                  "names no folder of a recorded stream to compare with (docs/streams.md tells how "
                  "to get or make one)");
    }
  }
};

/// The values of an option for each folder: one for all, or one each.
template <class T>
std::vector<T> one_each(const char* option, const std::vector<T>& given, std::size_t folders,
                        const T& otherwise) {
  if (given.empty()) return std::vector<T>(folders, otherwise);
  if (given.size() == 1) return std::vector<T>(folders, given.front());
  if (given.size() == folders) return given;
  throw Error(ErrorCode::kConfig, option,
              fmt::format("is given {} times for {} folders (give it once, or once for each)",
                          given.size(), folders));
}

/// The stream under its own seed and those that follow. Whole time lines, whichever part is set.
std::vector<StreamShape> made_shapes(const Inputs& inputs, int seeds) {
  Choice choice = find_stream(inputs.source, inputs.settings);
  auto* config = dynamic_cast<SyntheticStream::Config*>(&choice.config());
  if (config == nullptr) {
    throw Error(ErrorCode::kConfig, inputs.source,
                "has a stream of the kind '" + choice.name() +
                    "', which no seed makes anew (name one whose world.stream is synthetic)");
  }
  config->part = "all";
  std::vector<StreamShape> shapes;
  for (int i = 0; i < seeds; ++i, ++config->seed) {
    const Stream stream = SyntheticStream(*config).load();
    shapes.push_back(shape_of(stream, {0, stream.end_day}));
  }
  return shapes;
}

std::string number(double value) { return std::isnan(value) ? "-" : fmt::format("{:.3g}", value); }

/// Rows of `distances` for several pairs. Means and deviations are NaN where a value is unknown.
class Pairs {
 public:
  void add(const StreamShape& a, const StreamShape& b) { pairs_.push_back(distances(a, b)); }

  const ShapeDistance& row(std::size_t i) const { return pairs_.front()[i]; }
  std::size_t rows() const { return pairs_.front().size(); }

  template <class Get>
  std::vector<double> over_pairs(std::size_t row, const Get& get) const {
    std::vector<double> values;
    for (const auto& pair : pairs_) values.push_back(get(pair[row]));
    return values;
  }
  std::vector<double> figures_b(std::size_t row) const {
    return over_pairs(row, [](const ShapeDistance& d) { return d.b; });
  }
  std::vector<double> values(std::size_t row) const {
    return over_pairs(row, [](const ShapeDistance& d) { return d.value; });
  }
  bool empty() const { return pairs_.empty(); }

 private:
  std::vector<std::vector<ShapeDistance>> pairs_;
};

Table compare(const StreamShape& recorded, const Pairs& halves,
              const std::vector<StreamShape>& made) {
  Pairs to_recorded, to_each_other;
  for (const StreamShape& shape : made) to_recorded.add(recorded, shape);
  for (std::size_t i = 1; i < made.size(); ++i) to_each_other.add(made[i - 1], made[i]);

  Table table({{"what", "", true},
               {"unit", "", true},
               {"recorded"},
               {"made"},
               {"distance"},
               {"sd"},
               {"between halves"},
               {"between seeds"},
               {"which distance", "", true}});
  for (std::size_t i = 0; i < to_recorded.rows(); ++i) {
    const ShapeDistance& row = to_recorded.row(i);
    const std::vector<double> values = to_recorded.values(i);
    const double sd = values.size() > 1 ? sample_sd(values) : StreamShape::kUnknown;
    const double noise =
        to_each_other.empty() ? StreamShape::kUnknown : mean(to_each_other.values(i));
    table.add_row({std::string(row.name), std::string(row.unit), number(row.a),
                   number(mean(to_recorded.figures_b(i))), number(mean(values)), number(sd),
                   number(halves.values(i).front()), number(noise), std::string(row.distance)});
  }
  return table;
}

std::string settings_of(const StreamShape& recorded) {
  std::string out = "Read off the record, one moment each:";
  std::size_t column = out.size();
  for (const auto& [key, value] : fitted_settings(recorded)) {
    const std::string setting = fmt::format("{}={:.3g}", key, value);
    const bool fits = column + 1 + setting.size() <= 100;
    out += (fits ? " " : "\n  ") + setting;
    column = (fits ? column + 1 : 2) + setting.size();
  }
  return out + "\n";
}

constexpr const char* kLegend =
    R"(recorded, made   the figure that says most, in its unit; made: mean over seeds
distance         between the recorded stream and a made one, mean over seeds; sd: over seeds
between halves   the same of the first half of the recorded days and the second: sampling noise
                 and drift; a smaller distance says little. -: not in the source
between seeds    of each made stream and the next, mean: sampling noise alone

ln ratio         of the two figures, without its sign: 0.1 is 10 %, 0.69 a factor of 2
W1               integral of |F - G| of the two distribution functions (Vallender 1974): how far
                 one must be moved, on average, to become the other. On a circle: of 24 hours,
                 where the last is beside the first (Rabin, Delon & Gousseau 2011)
KS               largest |F - G| (Smirnov 1948)
total variation  half the sum of |share - share| over topics by rank
variance / mean  of the items in a day or hour: 1 if Poisson with a constant rate
bursts           sum of (n' - n)^2 / sum of (n' + n), n' a week after n: 1 if Poisson with any
                 weekly rhythm; drift over months does not count (von Neumann et al. 1941)
wording          standard deviation of appeal within a story per overall, noise taken out
popularity       ln max(1, final count), centred on its median
topic clumping   probability that neighbours share their topic, less that of two at random
)";

int calibrate(const CalibrateOptions& options) {
  const Inputs inputs(options.words);
  const std::size_t folders = inputs.folders.size();
  const auto offsets = one_each("--utc-offset", options.utc_offsets, folders, 0.0);
  const auto dates = one_each<std::string>("--from", options.from, folders, "");
  const std::vector<StreamShape> made = made_shapes(inputs, options.seeds);
  std::string out;
  for (std::size_t i = 0; i < folders; ++i) {
    const StreamTables tables = read_stream_folder(inputs.folders[i]);
    const std::int64_t offset = std::llround(offsets[i] * kSecondsPerHour);
    const auto from = parse_date(dates[i]);
    if (!from && !dates[i].empty()) {
      throw Error(ErrorCode::kConfig, "--from",
                  "expected a date as YYYY-MM-DD, got '" + dates[i] + "'");
    }
    const DayRange days = from ? whole_days(tables, offset, *from) : whole_days(tables, offset);
    const std::int64_t middle = days.begin + (days.end - days.begin) / 2;
    const StreamShape recorded = shape_of(tables, offset, days);
    Pairs halves;
    halves.add(shape_of(tables, offset, {days.begin, middle}),
               shape_of(tables, offset, {middle, days.end}));
    out += fmt::format(
        "recorded: {}, {} items, {} to {}, UTC{:+g} h\nmade: {}, {} days, {} seeds\n\n",
        recorded.name, recorded.items, format_date(days.begin), format_date(days.end - 1),
        offsets[i], inputs.source, made.front().range.end, made.size());
    const Table table = compare(recorded, halves, made);
    out += options.markdown ? table.markdown() : table.text();
    out += '\n' + settings_of(recorded) + '\n';
  }
  print(out + kLegend);
  return 0;
}

}  // namespace

void add_stream_calibrate(cli::Command& command) {
  cli::Command one = command.add_command(
      "calibrate", "Say how far a synthetic stream is from recorded ones, distance by distance");
  const auto options = std::make_shared<CalibrateOptions>();
  one.option("words", options->words,
             "folders of recorded streams; an experiment whose stream is synthetic (else the "
             "defaults); key=value of the experiment, or of the kind of stream")
      .required();
  one.option("--utc-offset", options->utc_offsets,
             "hours local time is ahead of UTC; once for all folders, or once for each")
      .value_name("H")
      .one_at_a_time()  // what follows the one value is a folder
      .within(-14.0, 14.0);
  one.option("--from", options->from, "first local day to look at, YYYY-MM-DD; as above")
      .value_name("DATE")
      .one_at_a_time();
  one.option("--seeds", options->seeds,
             "how many streams are made: the seed of the stream, and those that follow")
      .within(1, 1000)
      .shows_default();
  one.flag("--markdown", options->markdown, "tables in Markdown");
  one.examples(
      "Examples:\n"
      "  infodiet stream calibrate streams/cofacts --utc-offset 8 --from 2019-07-01\n"
      "  infodiet stream calibrate streams/cofacts configs/streams/like_cofacts.yaml\n"
      "  infodiet stream calibrate streams/cofacts streams/adressa half_life=300 --seeds 10");
  one.runs([options](const CommandLine&) { return calibrate(*options); });
}

}  // namespace infodiet
