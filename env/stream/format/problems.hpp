#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace infodiet {

/// Collects what is wrong with the files of a stream, so that one reading names all of it.
class Problems {
 public:
  /// @param per_file  further problems of one file are counted but not kept
  explicit Problems(std::size_t per_file = 20) : per_file_(per_file) {}

  /// Adds a message that names its place by itself.
  void add(const std::string& file, std::string_view message);
  /// Adds "file:line: column: what".
  void add(const std::string& file, std::uint32_t line, std::string_view column,
           std::string_view what);

  bool none() const { return counts_.empty(); }
  /// All that were added, also those not kept.
  std::size_t count() const;
  std::size_t count(const std::string& file) const;
  /// In the order of adding, each with its place; last, for each file that had too many, how many
  /// were left out.
  std::vector<std::string> messages() const;
  /// @throws Error kIo that lists all messages, a line each, if there are any
  void throw_if_any() const;

 private:
  std::size_t per_file_;
  std::vector<std::string> kept_;
  std::map<std::string, std::size_t> counts_;  // by file
};

}  // namespace infodiet
