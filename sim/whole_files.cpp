#include "sim/whole_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <random>
#include <system_error>

#include <fmt/format.h>

#include "env/core/error.hpp"

namespace infodiet {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& doing, int error) {
  throw Error(ErrorCode::kIo, file.string(),
              doing + " failed: " + std::generic_category().message(error));
}

/// A file descriptor that is closed again whatever happens.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags, mode_t mode = 0666)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

/// @returns 0, or what went wrong
int write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

/// Makes a file and forces its content to disk. @returns 0, or what went wrong
int write_new(const fs::path& file, std::string_view content) {
  const Descriptor out(file, O_WRONLY | O_CREAT | O_EXCL);
  if (!out.is_open()) return errno;
  const int error = write_all(out.number(), content);
  return error == 0 && ::fsync(out.number()) != 0 ? errno : error;
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Forces the names in a folder to disk. Not every file system can; one that cannot says so.
void sync_names(const fs::path& folder) {
  const Descriptor handle(folder, O_RDONLY | O_DIRECTORY);
  if (handle.is_open()) ::fsync(handle.number());
}

/// A name beside `path`: renaming is atomic within one file system only.
fs::path name_beside(const fs::path& path, std::string_view prefix) {
  return folder_of(path) /
         fmt::format("{}{}-{}-{}", prefix, path.filename().string(), ::getpid(), fresh_id());
}

void remove_quietly(const fs::path& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

/// Gives `made` the name `folder`; what had that name before is deleted.
/// @returns 0, or what went wrong
int put_in_place(const fs::path& made, const fs::path& folder) {
  if (::rename(made.c_str(), folder.c_str()) == 0) return 0;
  if (errno != ENOTEMPTY && errno != EEXIST) return errno;
  if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) != 0) {
    // the file system cannot swap: for a moment there is neither
    if (errno != EINVAL && errno != ENOSYS) return errno;
    remove_whole_folder(folder);
    return ::rename(made.c_str(), folder.c_str()) == 0 ? 0 : errno;
  }
  sync_names(folder_of(folder));  // before what was there goes
  remove_quietly(made);
  return 0;
}

}  // namespace

std::string fresh_id() {
  constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
  std::random_device entropy;
  const std::uint32_t bits = entropy();
  std::string id;
  for (int i = 0; i < 5; ++i) id += kDigits[bits >> (5 * i) & 31u];
  return id;
}

void write_whole(const fs::path& file, std::string_view content) {
  const fs::path temporary = name_beside(file, kUnfinished);
  if (const int error = write_new(temporary, content); error != 0) {
    ::unlink(temporary.c_str());
    fail(file, "writing", error);
  }
  if (::rename(temporary.c_str(), file.c_str()) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    fail(file, "renaming into place", error);
  }
  sync_names(folder_of(file));
}

void write_whole_folder(const fs::path& folder, std::span<const FileText> files) {
  const fs::path parent = folder_of(folder), temporary = name_beside(folder, kUnfinished);
  std::error_code failed;
  if (fs::create_directories(parent, failed)) sync_names(folder_of(parent));
  if (!failed) fs::create_directory(temporary, failed);
  if (failed) fail(folder, "making the folder", failed.value());
  for (const FileText& file : files) {
    if (const int error = write_new(temporary / file.name, file.content); error != 0) {
      remove_quietly(temporary);
      fail(folder / file.name, "writing", error);
    }
  }
  sync_names(temporary);
  if (const int error = put_in_place(temporary, folder); error != 0) {
    remove_quietly(temporary);
    fail(folder, "renaming into place", error);
  }
  sync_names(parent);
}

void remove_whole_folder(const fs::path& folder) {
  fs::path doomed = folder;
  // a name like these is out of sight already
  if (!folder.filename().string().starts_with(kUnfinished)) {
    doomed = name_beside(folder, kUnfinished);
    if (::rename(folder.c_str(), doomed.c_str()) != 0) fail(folder, "removing", errno);
    sync_names(folder_of(folder));
  }
  std::error_code failed;
  fs::remove_all(doomed, failed);
  if (failed) fail(folder, "removing", failed.value());
}

std::string read_whole(const fs::path& file) {
  const Descriptor in(file, O_RDONLY);
  if (!in.is_open()) fail(file, "reading", errno);
  std::string content;
  std::string chunk(std::size_t{1} << 20, '\0');
  for (;;) {
    const ssize_t got = ::read(in.number(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(file, "reading", errno);
    if (got == 0) return content;
    content.append(chunk, 0, static_cast<std::size_t>(got));
  }
}

}  // namespace infodiet
