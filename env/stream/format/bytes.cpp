#include "env/stream/format/bytes.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "env/core/error.hpp"

namespace infodiet {
namespace {

Error io_error(const std::string& path, std::string_view what) {
  return Error(ErrorCode::kIo, path, what);
}

std::string read_raw(const std::string& path, std::size_t cap) {
  std::error_code failed;
  const auto status = std::filesystem::status(path, failed);
  if (!std::filesystem::exists(status)) throw io_error(path, "there is no such file");
  if (!std::filesystem::is_regular_file(status)) throw io_error(path, "this is not a file");
  const std::uintmax_t size = std::filesystem::file_size(path, failed);
  if (failed) throw io_error(path, "cannot be read: " + failed.message());
  if (size > cap) throw io_error(path, fmt::format("{} bytes; at most {} are read", size, cap));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw io_error(path, fmt::format("cannot be opened: {}", std::strerror(errno)));
  std::string raw(size, '\0');
  file.read(raw.data(), static_cast<std::streamsize>(size));
  if (static_cast<std::uintmax_t>(file.gcount()) != size) {
    throw io_error(path, "could not be read to its end");
  }
  return raw;
}

bool has_gzip_magic(std::string_view raw) { return raw.substr(0, 2) == "\x1f\x8b"; }

/// Owns zlib's state, so that a throw frees it.
class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream, kGzipOnly) != Z_OK) {
      throw Error(ErrorCode::kInternal, "zlib", "inflateInit2 failed");
    }
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream); }

  z_stream stream = {};
};

// We drive inflate ourselves because gzread passes over two kinds of damage in silence: bytes after
// the last member, and a broken magic number (which it takes for plain text).
std::string unpack(const std::string& path, std::string_view raw, std::size_t cap) {
  Inflater inflater;
  z_stream& z = inflater.stream;
  std::string text;
  std::string chunk(std::size_t{1} << 18, '\0');
  std::size_t fed = 0;  // bytes of `raw` that zlib has been given
  for (;;) {
    // step 1: give zlib more, in portions its 32-bit counter can hold
    if (z.avail_in == 0 && fed < raw.size()) {
      const std::size_t portion = std::min(raw.size() - fed, std::size_t{1} << 30);
      // its interface takes a pointer to non-const for historical reasons and does not write to it
      z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data() + fed));
      z.avail_in = static_cast<uInt>(portion);
      fed += portion;
    }

    // step 2: keep what it makes of it
    z.next_out = reinterpret_cast<Bytef*>(chunk.data());
    z.avail_out = static_cast<uInt>(chunk.size());
    const int result = inflate(&z, Z_NO_FLUSH);
    const std::size_t produced = chunk.size() - z.avail_out;
    if (produced > cap - text.size()) {
      throw io_error(path,
                     fmt::format("unpacks to more than {} bytes, the most that is read", cap));
    }
    text.append(chunk, 0, produced);

    // step 3: end, or begin the next member, or go on
    const std::size_t consumed = fed - z.avail_in;
    if (result == Z_STREAM_END) {
      if (consumed == raw.size()) return text;
      if (!has_gzip_magic(raw.substr(consumed))) {
        throw io_error(path, fmt::format("{} bytes after the end of the gzip data: damaged, or two "
                                         "files joined by mistake; fetch or pack it again",
                                         raw.size() - consumed));
      }
      inflateReset(&z);
    } else if (result == Z_BUF_ERROR) {  // it had room, so it wants input
      if (fed == raw.size()) {
        throw io_error(path, "torn: the gzip data ends in the middle; fetch or pack it again");
      }
    } else if (result == Z_MEM_ERROR) {
      throw Error(ErrorCode::kInternal, path, "zlib ran out of memory");
    } else if (result != Z_OK) {
      throw io_error(path, fmt::format("damaged gzip data near byte {}: {}; fetch or pack it again",
                                       consumed, z.msg != nullptr ? z.msg : "no reason given"));
    }
  }
}

}  // namespace

std::string read_bytes(const std::string& path, std::size_t cap) {
  std::string raw = read_raw(path, cap);
  if (has_gzip_magic(raw)) return unpack(path, raw, cap);
  if (std::string_view(path).ends_with(".gz")) {
    throw io_error(
        path, raw.empty() ? "empty; expected gzip data" : "not gzip data, though its name says so");
  }
  return raw;
}

}  // namespace infodiet
