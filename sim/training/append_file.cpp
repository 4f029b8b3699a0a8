#include "sim/training/append_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "env/core/error.hpp"

namespace infodiet {

AppendFile::AppendFile(std::filesystem::path file, Open how) : path_(std::move(file)) {
  const int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (how == Open::kNew ? O_EXCL : 0);
  descriptor_ = ::open(path_.c_str(), flags, 0666);
  if (descriptor_ < 0) fail("opening", errno);
  try {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      throw Error(ErrorCode::kState, path_.string(),
                  "another process is writing it (wait for it to end)");
    }
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) fail("opening", errno);
    size_ = static_cast<std::uint64_t>(status.st_size);
  } catch (const Error&) {
    ::close(descriptor_);
    throw;
  }
}

AppendFile::~AppendFile() { ::close(descriptor_); }

std::string AppendFile::read() const {
  std::string text(size_, '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got =
        ::pread(descriptor_, text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("reading", errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

void AppendFile::append(std::string_view piece) {
  int error = 0;
  for (std::string_view rest = piece; error == 0 && !rest.empty();) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (error != 0) {
    // should this fail too, the torn end is dropped when the run goes on
    if (::ftruncate(descriptor_, static_cast<off_t>(size_)) != 0) fail("writing", error);
    fail("writing", error);
  }
  size_ += piece.size();
}

void AppendFile::sync() {
  if (::fdatasync(descriptor_) != 0) fail("writing to disk", errno);
}

void AppendFile::cut(std::uint64_t size) {
  if (size >= size_) return;
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail("cutting back", errno);
  size_ = size;
}

void AppendFile::fail(const char* doing, int error) const {
  throw Error(ErrorCode::kIo, path_.string(),
              std::string(doing) + " failed: " + std::generic_category().message(error));
}

}  // namespace infodiet
