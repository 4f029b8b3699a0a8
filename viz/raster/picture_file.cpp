#include "viz/raster/picture_file.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "env/core/error.hpp"
#include "viz/raster/png.hpp"

namespace infodiet::viz {

namespace fs = std::filesystem;

std::string unfinished_name(const std::string& file) {
  const fs::path path(file);
  std::error_code failed;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), failed);
  if (failed) {
    throw Error(ErrorCode::kIo, path.parent_path().string(),
                "the folder cannot be made: " + failed.message());
  }
  const std::string name = ".tmp-" + std::to_string(::getpid()) + "-" + path.filename().string();
  return (path.parent_path() / name).string();
}

void finish_file(const std::string& unfinished, const std::string& file) {
  std::error_code failed;
  fs::rename(unfinished, file, failed);
  if (!failed) return;
  std::error_code ignored;
  fs::remove(unfinished, ignored);
  throw Error(ErrorCode::kIo, file, "cannot be written: " + failed.message());
}

void write_png(const std::string& file, std::span<const std::uint8_t> pixels, int width,
               int height) {
  const std::string bytes = png_of(pixels, width, height);
  const std::string unfinished = unfinished_name(file);
  {
    std::ofstream out(unfinished, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) {
      std::error_code ignored;
      fs::remove(unfinished, ignored);
      throw Error(ErrorCode::kIo, file, "cannot be written (is there room and permission?)");
    }
  }
  finish_file(unfinished, file);
}

}  // namespace infodiet::viz
