// Damages the files of a small recorded stream at random and reads them: whatever the damage, the
// reader gives a sound stream or refuses with an error of the caller's kind. Then the same with two
// files to be imported: what is accepted must give a folder without a fault. Run under sanitizers.
//
//   fuzz_stream [ITERATIONS] [FIRST]    iteration i is the same in every run

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "env/core/json.hpp"
#include "env/stream/format/stream_folder.hpp"
#include "env/stream/format/stream_import.hpp"
#include "env/stream/format/stream_summary.hpp"
#include "env/stream/format/stream_text.hpp"
#include "env/stream/replay_stream.hpp"
#include "tests/env/stream_fixture.hpp"
#include "tests/support/damage.hpp"

namespace infodiet::test {
namespace {

struct File {
  std::string name;
  std::string text;
};

std::vector<File> sound_files() {
  std::vector<File> files = {
      {"meta.json",
       "{\n \"format\": \"infodiet-stream-1\", \"name\": \"f\\u00fcnf \\ud83d\\ude00\",\n"
       " \"licence\": \"CC0\", \"source\": \"us\", \"attribution\": \"-\", \"tz\": \"UTC\",\n"
       " \"tz_audience\": \"Asia/Taipei\", \"topics\": [\"a\", \"b\", \"c\", \"d\"],\n"
       " \"n_items\": 24, \"rows\": {\"items\": 24}, \"t_first\": 1367366400,\n"
       " \"split_t\": 1368000000, \"base_ctr\": 1.5e-2, \"estimates\": [\"topic\"], \"x\": "
       "[[]]}\n"},
      {"items.csv",
       "item_id,t_arrive,topic,appeal,value,length_s,popularity,is_ad,t_expire,text\n"},
      {"item_topics.csv", "item_id,topic,weight\n0,1,0.5\n0,2,2\n7,3,1\n"},
      {"curve.csv", "t,item_id,rank,heat,reads\n1367366500,0,0,1.5,10\n1367376500,1,1,,20\n"},
      {"exposures.csv",
       "slate_id,t,user,pos,item_id,propensity,clicked,dwell_s\n0,1367366600,1,1,0,0.5,1,2.5\n"},
      {"arms.csv", "group_id,item_id,impressions,clicks\ng1,0,100,5\ng1,1,100,6\n"},
      {"events.csv",
       "t,user,session,item_id,action,dwell_s\n1367366600,1,,0,view,1\n1367366700,2,3,1,like,\n"},
  };
  for (int i = 0; i < 24; ++i) {
    files[1].text += std::to_string(i) + "," + std::to_string(1367366400 + i * 43200) + "," +
                     std::to_string(i % 4) + ",-0." + std::to_string(i) + ",1,30,5,0,,\"say \"\"" +
                     std::to_string(i) + "\"\", then\n go\"\n";
  }
  return files;
}

// what a reader may stumble over
const std::string kPieces[] = {"\"",
                               "\"\"",
                               ",",
                               "\n",
                               "\r\n",
                               "\\u",
                               "\\",
                               "{",
                               "[",
                               "]",
                               "}",
                               "nan",
                               "-inf",
                               "1e999",
                               "-1",
                               "9223372036854775807",
                               "-9223372036854775808",
                               "99999999999999999999",
                               "4e18",
                               "0x1",
                               "null",
                               "1367366400000",
                               std::string(1, '\0'),
                               "\xff",
                               "\xed\xa0\x80",
                               "\x1f\x8b\x08",
                               std::string(300, '[')};

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

void check_stream(const Stream& stream) {
  require(!stream.items.empty() || stream.end_day > stream.first_day, "no days");
  double last = 0;
  for (std::size_t i = 0; i < stream.items.size(); ++i) {
    const Item& item = stream.items[i];
    float sum = 0;
    for (int k = 0; k < item.num_topics; ++k) {
      require(item.topic[k] < stream.topics.size(), "topic out of range");
      sum += item.weight[k];
    }
    require(std::fabs(sum - 1) < 1e-5f, "weights do not sum to 1");
    require(item.arrival >= last && item.arrival < stream.end_day * kMinutesPerDay, "not sorted");
    require(item.expiry >= item.arrival && item.length > 0 && item.half_life > 0, "bad times");
    require(std::isfinite(item.appeal) && item.quality >= 0 && item.quality <= 1, "bad worth");
    require(item.story < stream.items.size(), "bad story");
    require(stream.popularity(static_cast<std::uint32_t>(i), last) >= 0, "bad popularity");
    last = item.arrival;
  }
}

/// Reads the folder in every way. @returns whether it was accepted
bool read_all(const std::string& folder, bool extreme) {
  const bool sound = check_stream_folder(folder).none();
  try {
    const StreamTables tables = read_stream_folder(folder);
    require(sound, "read though the check complains");
    to_text(summarize(tables, {.utc_offset = extreme ? 14.0 : 0.0}));
    ReplayStream::Config config;
    config.path = folder;
    config.part = "all";
    config.warm_up = 0;
    if (extreme) config.utc_offset = -11.75;
    check_stream(ReplayStream(config).load());
    return true;
  } catch (const Error& error) {
    require(error.code() == ErrorCode::kIo || error.code() == ErrorCode::kConfig,
            "an error that is not the caller's");
    require(error.code() == ErrorCode::kConfig || !sound, "refused though the check is content");
    return false;
  }
}

std::vector<File> foreign_files() {
  std::vector<File> files = {
      {"articles.csv", "\xef\xbb\xbfkey,when,section,score,worth,secs,count,ad,gone,title\r\n"},
      {"clicks.csv", "at,who,visit,key,what,secs\n"},
  };
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    files[0].text +=
        "k" + n + (i % 2 == 0 ? ",136736" + std::to_string(6400 + i) : ",2013-05-01 09:") +
        (i % 2 == 0 ? "" : std::to_string(10 + i) + ":00+02:00") + ",s" + std::to_string(i % 5) +
        ",-0." + n + ",1,30,5,no,,\"say \"\"" + n + "\"\", then\r\n go\"\r\n";
    files[1].text += "2013-05-02T0" + std::to_string(i % 10) + ":00Z,u" + std::to_string(i % 3) +
                     ",,k" + n + ",view,1.5\n";
  }
  return files;
}

/// Imports the two files, and reads what that gives. @returns whether they were accepted
bool import_all(const TempFolder& from) {
  ImportPlan plan;
  plan.items_file = from.file("articles.csv");
  plan.events_file = from.file("clicks.csv");
  plan.columns = {{"item_id", "key"},      {"t_arrive", "when"}, {"topic", "section"},
                  {"appeal", "score"},     {"value", "worth"},   {"length_s", "secs"},
                  {"popularity", "count"}, {"is_ad", "ad"},      {"t_expire", "gone"},
                  {"text", "title"}};
  plan.event_columns = {{"t", "at"},        {"user", "who"},    {"session", "visit"},
                        {"item_id", "key"}, {"action", "what"}, {"dwell_s", "secs"}};
  plan.meta.name = plan.meta.licence = plan.meta.source = plan.meta.attribution = "us";
  Problems problems;
  const Import made = import_stream(plan, problems);
  if (!problems.none()) {
    require(!problems.messages().empty(), "refused without a word");
    return false;
  }
  const TempFolder out;
  for (const StreamFile& file : stream_files(made.tables)) out.write(file.name, file.text);
  const Problems left = check_stream_folder(out.path());
  if (!left.none()) throw std::runtime_error("imported with a fault: " + left.messages()[0]);
  return true;
}

int fuzz_import(std::uint32_t iterations, std::uint32_t first) {
  const TempFolder folder;
  const std::vector<File> files = foreign_files();
  for (const File& file : files) folder.write(file.name, file.text);
  if (!import_all(folder)) {
    std::fprintf(stderr, "the undamaged files are not imported\n");
    return 1;
  }
  std::uint32_t accepted = 0;
  for (std::uint32_t i = first; i < first + iterations; ++i) {
    Dice dice(i);
    const File& file = files[dice.below(files.size())];
    std::string bytes = file.text;
    for (std::uint32_t n = 1 + dice.below(2) * dice.below(4); n > 0; --n)
      damage(bytes, dice, kPieces);
    folder.write(file.name, bytes);
    try {
      accepted += import_all(folder) ? 1 : 0;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "iteration %u, import of %s: %s\n", i, file.name.c_str(), error.what());
      return 1;
    }
    folder.write(file.name, file.text);
  }
  std::printf("%u damaged files to import: %u accepted, %u refused\n", iterations, accepted,
              iterations - accepted);
  return 0;
}

int fuzz(std::uint32_t iterations, std::uint32_t first) {
  const TempFolder folder;
  const std::vector<File> files = sound_files();
  for (const File& file : files) folder.write(file.name, file.text);
  if (!read_all(folder.path(), false)) {
    std::fprintf(stderr, "the undamaged folder is refused:\n%s\n",
                 check_stream_folder(folder.path()).messages()[0].c_str());
    return 1;
  }
  std::uint32_t accepted = 0;
  for (std::uint32_t i = first; i < first + iterations; ++i) {
    Dice dice(i);
    const File& file = files[dice.below(files.size())];
    const bool packed = file.name != "meta.json" && dice.below(3) == 0;
    const bool pack_first = packed && dice.below(2) == 0;
    std::string bytes = pack_first ? gzip_stored(file.text) : file.text;
    for (std::uint32_t n = 1 + dice.below(2) * dice.below(4); n > 0; --n)
      damage(bytes, dice, kPieces);
    if (packed && !pack_first) bytes = gzip_stored(bytes);
    if (packed) folder.remove(file.name);
    const std::string name = file.name + (packed ? ".gz" : "");
    folder.write(name, bytes);
    try {
      accepted += read_all(folder.path(), dice.below(2) == 0) ? 1 : 0;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "iteration %u, %s: %s\n", i, name.c_str(), error.what());
      return 1;
    }
    folder.remove(name);
    folder.write(file.name, file.text);
  }
  std::printf("%u damaged folders: %u accepted, %u refused\n", iterations, accepted,
              iterations - accepted);
  return 0;
}

}  // namespace
}  // namespace infodiet::test

int main(int argc, char** argv) {
  const auto number = [&](int i, unsigned long standard) {
    return static_cast<std::uint32_t>(i < argc ? std::strtoul(argv[i], nullptr, 10) : standard);
  };
  const std::uint32_t iterations = number(1, 2000), first = number(2, 0);
  const int failed = infodiet::test::fuzz(iterations, first);
  return failed != 0 ? failed : infodiet::test::fuzz_import(iterations, first);
}
