#include "sim/checkpoint/checkpoint.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/checkpoint/safetensors.hpp"
#include "sim/whole_files.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/sample_checkpoint.hpp"
#include "tests/support/temporary_folder.hpp"

namespace infodiet::test {
namespace {

namespace fs = std::filesystem;

bool contains(const std::string& whole, const std::string& part) {
  return whole.find(part) != std::string::npos;
}

/// A file of tensors with this header and these values.
std::string file_of(const std::string& header, const std::string& values = "") {
  std::string out;
  for (int i = 0; i < 8; ++i) out += static_cast<char>(header.size() >> (8 * i) & 0xff);
  return out + header + values;
}

std::string refusal(const std::string& bytes) {
  return complaint([&] { read_safetensors(bytes, "a.safetensors"); });
}

std::string read_refusal(const fs::path& path, bool with_training = true) {
  return complaint([&] { read_checkpoint(path, with_training); });
}

void overwrite(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder))
    out.push_back(entry.path().filename().string());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("safetensors: tensors and metadata come back with all their bits", "[sim][checkpoint]") {
  const Tensors tensors = sample_tensors();
  const std::map<std::string, std::string> metadata = {{"a", "\"\\\n\xc3\xbc"}, {"", ""}};
  const std::string bytes = to_safetensors(tensors, metadata);
  const SafetensorsFile file = read_safetensors(bytes, "a.safetensors");
  CHECK(same(file.tensors, tensors));
  CHECK(file.metadata == metadata);
  CHECK(to_safetensors(file.tensors, file.metadata) == bytes);
  CHECK(read_safetensors(to_safetensors({}, {}), "a").tensors.empty());
}

TEST_CASE("safetensors: a file is laid out as the format says", "[sim][checkpoint]") {
  Tensors tensors;
  tensors.add(tensor<std::uint8_t>("b", {3}, {65, 66, 67}));
  tensors.add(tensor<float>("w", {1, 2}, {1, -2}));
  const std::string header =
      R"({"__metadata__":{"k":"v"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  CHECK(to_safetensors(tensors, {{"k", "v"}}) ==
        file_of(padded, std::string("\0\0\x80\x3f\0\0\0\xc0", 8) + "ABC"));
}

TEST_CASE("safetensors: what another program may write is read", "[sim][checkpoint]") {
  const std::string header =
      R"({ "z": {"shape": [], "data_offsets": [2, 3], "dtype": "U8"},
           "none": {"data_offsets": [2, 2], "dtype": "F64", "shape": [7, 0]},
           "a": {"dtype": "U8", "shape": [2, 1], "data_offsets": [0, 2]} }  )";
  const SafetensorsFile file = read_safetensors(file_of(header, "ABC"), "a");
  REQUIRE(file.tensors.all().size() == 3);
  CHECK(file.tensors.all()[0].name == "a");  // by the place of the values
  CHECK(file.tensors.at<std::uint8_t>("a", {2, 1})[1] == 'B');
  CHECK(file.tensors.at<std::uint8_t>("z", {})[0] == 'C');
  CHECK(file.tensors.at<double>("none", {7, 0}).empty());
  CHECK(file.metadata.empty());
}

TEST_CASE("safetensors: each way of being wrong is refused by name", "[sim][checkpoint]") {
  const auto one = [](const std::string& entry) { return "{\"w\":" + entry + "}"; };
  const std::string sound = R"({"dtype":"U8","shape":[4],"data_offsets":[0,4]})";
  CHECK(refusal(file_of(one(sound), "abcd")) == "");

  CHECK(contains(refusal("1234567"), "io: a.safetensors: not a sound safetensors file: 7 bytes"));
  CHECK(contains(refusal(std::string(8, '\0')), "does not begin with {"));
  CHECK(contains(refusal(std::string(8, '\xff') + "{}"), "at most 100000000"));
  CHECK(contains(refusal(file_of(one(sound), "abcd").substr(0, 30)), "torn: 22 bytes"));
  CHECK(contains(refusal(file_of(" {}")), "does not begin with {"));
  CHECK(contains(refusal(file_of("{]")), "a.safetensors: header:1:"));
  CHECK(contains(refusal(file_of("{}", "x")), "1 bytes that belong to no tensor"));
  CHECK(contains(refusal(file_of(one(sound), "abc")), "is the file torn?"));
  CHECK(contains(refusal(file_of(one(sound), "abcde")), "1 bytes that belong to no tensor"));
  CHECK(contains(refusal(file_of("{\"w\":" + sound + ",\"w\":" + sound + "}", "abcd")), "twice"));
  CHECK(contains(refusal(file_of("{\"w\":" + sound + ",\"v\":" + sound + "}", "abcd")),
                 "inside those of another"));
  CHECK(
      contains(refusal(file_of(one(R"({"dtype":"U8","shape":[2],"data_offsets":[2,4]})"), "abcd")),
               "after a gap"));
  CHECK(contains(refusal(file_of(R"({"__metadata__":{"a":1}})")), "else than a text: 'a'"));
  CHECK(contains(refusal(file_of(R"({"__metadata__":[]})")), "__metadata__ is no object"));

  const std::vector<std::pair<std::string, std::string>> entries = {
      {R"(7)", "'w' is no object"},
      {R"({"dtype":"U8","shape":[4]})", "2 members"},
      {R"({"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":1})", "4 members"},
      {R"({"dtype":"U8","shape":[4],"offsets":[0,4]})", "no list data_offsets"},
      {R"({"dtype":8,"shape":[4],"data_offsets":[0,4]})", "no text dtype"},
      {R"({"dtype":"BF16","shape":[2],"data_offsets":[0,4]})", "holds 'BF16' (known: F32,"},
      {R"({"dtype":"U8","shape":4,"data_offsets":[0,4]})", "no list shape"},
      {R"({"dtype":"U8","shape":[-4],"data_offsets":[0,4]})", "whole numbers from 0 on"},
      {R"({"dtype":"U8","shape":[4.0],"data_offsets":[0,4]})", "whole numbers from 0 on"},
      {R"({"dtype":"U8","shape":[5],"data_offsets":[0,4]})", "4 bytes for U8 of shape (5,)"},
      {R"({"dtype":"F32","shape":[4],"data_offsets":[0,4]})", "4 bytes for F32"},
      {R"({"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]})", "0 bytes for U8"},
      {R"({"dtype":"U8","shape":[4],"data_offsets":[4,0]})", "data_offsets (4, 0)"},
      {R"({"dtype":"U8","shape":[4],"data_offsets":[0,4,4]})", "data_offsets (0, 4, 4)"},
      {R"({"dtype":"U8","shape":[4],"data_offsets":[0,99]})", "data_offsets (0, 99)"},
      {R"({"dtype":"U8","shape":[4],"data_offsets":[0,18446744073709551620]})", "out of range"}};
  for (const auto& [entry, said] : entries) {
    INFO(entry);
    CHECK(contains(refusal(file_of(one(entry), "abcd")), said));
  }
}

TEST_CASE("safetensors: what could not be read back is not written", "[sim][checkpoint]") {
  Tensors reserved, broken;
  reserved.add(tensor<float>("__metadata__", {1}, {1}));
  broken.add(tensor<float>("\xff", {1}, {1}));
  CHECK(contains(complaint([&] { to_safetensors(reserved, {}); }), "no tensor may be called"));
  CHECK(contains(complaint([&] { to_safetensors(broken, {}); }), "'\\xff' is not UTF-8"));
  CHECK(contains(complaint([&] { to_safetensors({}, {{"a", "\xff"}}); }), "is not UTF-8"));
}

TEST_CASE("checkpoint: what was written is read, with and without what training needs",
          "[sim][checkpoint]") {
  const TemporaryFolder folder;
  const fs::path all = folder.path() / "checkpoints";
  Checkpoint written = sample_checkpoint(123456);
  const fs::path path = write_checkpoint(all, written);
  CHECK(path == all / "000000123456");
  CHECK(names_in(path) ==
        std::vector<std::string>{"checkpoint.json", "policy.safetensors", "training.safetensors"});
  CHECK(same(read_checkpoint(path, true), written));
  CHECK(read_checkpoint(path, false).training.empty());
  CHECK(same(read_checkpoint(path, false).policy, written.policy));

  fs::rename(path, folder.path() / "elsewhere");  // its name is no part of it
  CHECK(same(read_checkpoint(folder.path() / "elsewhere", true), written));

  for (const double none :
       {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    written.score = none;
    CHECK(read_checkpoint(write_checkpoint(all, written), true).score == std::nullopt);
  }
}

TEST_CASE("checkpoint: one with as many decisions replaces the one that was there",
          "[sim][checkpoint]") {
  const TemporaryFolder folder;
  Checkpoint written = sample_checkpoint(7);
  write_checkpoint(folder.path(), written);
  written.policy = {};
  written.training = {};
  const fs::path path = write_checkpoint(folder.path(), written);
  CHECK(same(read_checkpoint(path, false), written));
  CHECK(names_in(folder.path()) == std::vector<std::string>{"000000000007"});
  CHECK(names_in(path) == std::vector<std::string>{"checkpoint.json", "policy.safetensors"});
  CHECK(contains(read_refusal(path), "state: " + path.string() + "/training.safetensors: "));
}

TEST_CASE("checkpoint: what could not be read back is not written", "[sim][checkpoint]") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::function<void(Checkpoint&)>& change) {
    Checkpoint checkpoint = sample_checkpoint(1);
    change(checkpoint);
    return complaint([&] { write_checkpoint(folder.path(), checkpoint); });
  };
  CHECK(contains(refused([](Checkpoint& c) { c.agent_yaml = "\xff"; }), "the agent's YAML"));
  CHECK(contains(refused([](Checkpoint& c) { c.notes["a"] = "\xff"; }), "the note 'a'"));
  CHECK(contains(refused([](Checkpoint& c) { c.notes[""] = "a"; }), "has no name"));
  CHECK(contains(refused([](Checkpoint& c) { c.decisions = 1'000'000'000'000; }), "12 digits"));
  CHECK(names_in(folder.path()).empty());
}

TEST_CASE("checkpoint: damage is found, and told with the file and the cure", "[sim][checkpoint]") {
  const TemporaryFolder folder;
  const fs::path path = write_checkpoint(folder.path(), sample_checkpoint(5));
  const std::string cure = "(use another checkpoint)";
  for (const std::string name : {"policy.safetensors", "training.safetensors"}) {
    const fs::path file = path / name;
    const std::string sound = content(file);
    overwrite(file, sound.substr(0, sound.size() - 1));
    CHECK(contains(read_refusal(path), "io: " + file.string() + ": "));
    CHECK(contains(read_refusal(path), "torn or changed"));
    std::string flipped = sound;
    flipped.back() = static_cast<char>(flipped.back() ^ 1);
    overwrite(file, flipped);
    CHECK(contains(read_refusal(path), "checksum is wrong"));
    CHECK(contains(read_refusal(path), cure));
    fs::remove(file);
    CHECK(contains(read_refusal(path), "missing " + cure));
    CHECK((read_refusal(path, false) == "") == (name[0] == 't'));
    overwrite(file, sound);
  }
  CHECK(read_refusal(path) == "");

  const fs::path file = path / "checkpoint.json";
  const std::string sound = content(file);
  const std::string place = "io: " + file.string();
  for (const auto& [what, with] :
       std::map<std::string, std::string>{{"\"decisions\": 5", "\"decisions\": 6"},
                                          {"\"score\": 5.1", "\"score\": 5.2"},
                                          {"\"score\": 5.1", "\"score\": null"},
                                          {"fedcba", "fedcbb"},
                                          {"3.0e-4", "3.0e-3"},
                                          {"synthetic", "synthetix"},
                                          {"\"version\": \"", "\"version\": \"9"},
                                          {"\"bytes\": ", "\"bytes\": 1"}}) {
    INFO(what);
    overwrite(file, replaced(sound, what, with));
    CHECK(contains(read_refusal(path, false), place + ": it was changed or damaged"));
  }
  for (const auto& [what, said] :
       std::map<std::string, std::string>{{"\"score\"", "'score' is missing"},
                                          {"\"decisions\": 5", "'decisions' is missing"},
                                          {"\"format\": ", "describes no checkpoint"}}) {
    overwrite(file,
              replaced(sound, what, "\"other\": 1, \"x\"" + what.substr(what.rfind('"') + 1)));
    CHECK(contains(read_refusal(path), said));
  }
  overwrite(file, replaced(sound, "infodiet-checkpoint-1", "infodiet-checkpoint-2"));
  CHECK(contains(read_refusal(path), "'infodiet-checkpoint-2' is not known"));
  CHECK(contains(read_refusal(path), "read it with the version that wrote it"));
  overwrite(file, replaced(sound, "infodiet-checkpoint-1", "infodiet-run-1"));
  CHECK(contains(read_refusal(path), "describes no checkpoint"));
  overwrite(file, sound.substr(0, sound.size() / 2));
  CHECK(contains(read_refusal(path), place + ":"));
  overwrite(file, sound + " \n");
  CHECK(read_refusal(path) == "");
  fs::remove(file);
  CHECK(contains(read_refusal(path), "name a folder such as checkpoints/000000123456"));
  CHECK(contains(read_refusal(folder.path() / "nowhere"), "there is no such file"));
}

}  // namespace infodiet::test
