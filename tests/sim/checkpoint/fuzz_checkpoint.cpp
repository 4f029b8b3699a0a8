// Damages the files of a checkpoint at random and reads it: it is refused with an error of the
// caller's kind, or it is what was written. Then the same with a file of tensors that no checksum
// guards: what is accepted must be sound. Run under sanitizers.
//
//   fuzz_checkpoint [ITERATIONS] [FIRST]    iteration i is the same in every run
//   fuzz_checkpoint --write FOLDER          writes the checkpoint that safetensors_check.py reads

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "sim/checkpoint/checkpoint.hpp"
#include "sim/checkpoint/safetensors.hpp"
#include "sim/whole_files.hpp"
#include "tests/env/stream_fixture.hpp"
#include "tests/support/damage.hpp"
#include "tests/support/sample_checkpoint.hpp"

namespace infodiet::test {
namespace {

const std::string kPieces[] = {"\"",
                               ",",
                               " ",
                               "\n",
                               "{",
                               "}",
                               "[",
                               "]",
                               ":",
                               "\\u0000",
                               "null",
                               "-1",
                               "0",
                               "1e3",
                               "0.5",
                               "4294967296",
                               "9223372036854775807",
                               "18446744073709551616",
                               "\"F32\"",
                               "\"BF16\"",
                               "\"__metadata__\":{}",
                               "\"shape\":[]",
                               "\"data_offsets\":[0,0]",
                               std::string(1, '\0'),
                               std::string(8, '\xff'),
                               std::string(300, '[')};

void require(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(what);
}

void damage_some(std::string& bytes, Dice& dice) {
  for (std::uint32_t n = 1 + dice.below(2) * dice.below(4); n > 0; --n)
    damage(bytes, dice, kPieces);
}

/// @returns whether the checkpoint was accepted
bool read_damaged(const std::string& path, const Checkpoint& written) {
  try {
    const Checkpoint read = read_checkpoint(path, true);
    require(same(read, written), "a changed checkpoint was accepted");
    return true;
  } catch (const Error& error) {
    require(error.code() == ErrorCode::kIo, "an error that is not the file's");
    return false;
  }
}

/// @returns whether the file was accepted
bool read_damaged(const std::string& bytes) {
  try {
    const SafetensorsFile file = read_safetensors(bytes, "file");
    std::size_t values = 0;
    for (const Tensor& one : file.tensors.all()) values += one.data.size();
    require(values < bytes.size(), "values out of nowhere");
    const std::string again = to_safetensors(file.tensors, file.metadata);
    const SafetensorsFile second = read_safetensors(again, "file");
    require(same(second.tensors, file.tensors) && second.metadata == file.metadata,
            "it changes when written again");
    return true;
  } catch (const Error& error) {
    require(error.code() == ErrorCode::kIo, "an error that is not the file's");
    return false;
  }
}

int fuzz(std::uint32_t iterations, std::uint32_t first) {
  const TempFolder folder;
  const Checkpoint checkpoint = sample_checkpoint(123456);
  const std::string path = write_checkpoint(folder.path(), checkpoint).string();
  require(read_damaged(path, checkpoint), "the undamaged checkpoint is refused");
  const std::string names[] = {"policy.safetensors", "training.safetensors", "checkpoint.json"};
  const std::string tensors = read_whole(path + "/" + names[0]);
  require(read_damaged(tensors), "the undamaged tensors are refused");

  std::uint32_t whole = 0, sound = 0;
  for (std::uint32_t i = first; i < first + iterations; ++i) {
    Dice dice(i);
    const std::string name = "000000123456/" + names[dice.below(std::size(names))];
    const std::string before = read_whole(folder.file(name));
    std::string bytes = before, bare = tensors;
    damage_some(bytes, dice);
    damage_some(bare, dice);
    folder.write(name, bytes);
    try {
      whole += read_damaged(path, checkpoint) ? 1 : 0;
      sound += read_damaged(bare) ? 1 : 0;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "iteration %u, %s: %s\n", i, name.c_str(), error.what());
      return 1;
    }
    folder.write(name, before);
  }
  std::printf("%u damaged checkpoints: %u mean the same, the others refused\n", iterations, whole);
  std::printf("%u damaged files of tensors: %u sound, the others refused\n", iterations, sound);
  // were none sound, or all, the damage would test nothing
  return iterations < 1000 || (sound > 0 && sound < iterations && whole < iterations) ? 0 : 1;
}

int run(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--write") {
    write_checkpoint(argv[2], sample_checkpoint(123456));
    return 0;
  }
  const auto number = [&](int i, unsigned long standard) {
    return static_cast<std::uint32_t>(i < argc ? std::strtoul(argv[i], nullptr, 10) : standard);
  };
  return fuzz(number(1, 3000), number(2, 0));
}

}  // namespace
}  // namespace infodiet::test

int main(int argc, char** argv) {
  try {
    return infodiet::test::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz_checkpoint: %s\n", error.what());
    return 1;
  }
}
