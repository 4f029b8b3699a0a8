#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace infodiet {

/// A file that grows piece by piece, each of them written whole or not at all as long as the
/// process lives. Of a process that was killed, the last piece may be torn.
class AppendFile {
 public:
  enum class Open {
    kNew,    ///< there must be no such file yet
    kExtend  ///< goes on where it ends; made if there is none
  };

  /// @throws Error kIo if it cannot be opened, kState if another process is writing it
  AppendFile(std::filesystem::path file, Open how);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// In bytes.
  std::uint64_t size() const { return size_; }
  std::string read() const;

  /// Hands a piece to the system, which keeps it though the process be killed. Where that fails,
  /// the file is as long as before.
  /// @throws Error kIo
  void append(std::string_view piece);

  /// Forces all pieces to disk, which keeps them though the power fail. Takes milliseconds.
  /// @throws Error kIo
  void sync();

  /// Drops what is behind the first `size` bytes.
  /// @throws Error kIo
  void cut(std::uint64_t size);

 private:
  [[noreturn]] void fail(const char* doing, int error) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

}  // namespace infodiet
