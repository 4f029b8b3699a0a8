#include "viz/raster/video.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "viz/raster/picture_file.hpp"

namespace infodiet::viz {
namespace {

namespace fs = std::filesystem;

bool is_on_path(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (::access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// A word as the shell that popen starts reads it back.
std::string shell_word(const std::string& word) {
  std::string out = "'";
  for (const char letter : word) {
    if (letter == '\'')
      out += "'\\''";
    else
      out.push_back(letter);
  }
  return out + "'";
}

}  // namespace

VideoWriter::VideoWriter(std::string file, VideoKind kind, int width, int height, int fps)
    : file_(std::move(file)),
      frame_bytes_(4 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
  if (!is_on_path("ffmpeg")) {
    throw Error(ErrorCode::kIo, file_,
                "videos are made by ffmpeg, which is not installed (apt-get install ffmpeg; a "
                "picture needs none: --png FILE)");
  }
  std::signal(SIGPIPE, SIG_IGN);  // a pipe that breaks is told by write()
  unfinished_ = unfinished_name(file_);
  std::string how;
  if (kind == VideoKind::kMp4) {
    // players want even sizes and 4:2:0
    how =
        "-vf 'pad=ceil(iw/2)*2:ceil(ih/2)*2' -c:v libx264 -preset veryfast -crf 20 -pix_fmt "
        "yuv420p -movflags +faststart -f mp4";
  } else {
    how =
        "-filter_complex '[0:v]scale=960:-1:flags=lanczos,split[a][b];[a]palettegen=max_colors="
        "128:stats_mode=diff[p];[b][p]paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle' "
        "-f gif";
  }
  const std::string command =
      fmt::format("ffmpeg -loglevel error -y -f rawvideo -pix_fmt rgba -s {}x{} -r {} -i - {} {}",
                  width, height, fps, how, shell_word(unfinished_));
  pipe_ = ::popen(command.c_str(), "w");
  if (pipe_ == nullptr)
    throw Error(ErrorCode::kIo, file_,
                std::string("ffmpeg does not start: ") + std::strerror(errno));
}

VideoWriter::~VideoWriter() {
  if (pipe_ == nullptr) return;
  close_pipe();
  std::error_code ignored;
  fs::remove(unfinished_, ignored);
}

/// @returns what was wrong; "" if nothing
std::string VideoWriter::close_pipe() {
  const int status = ::pclose(pipe_);
  pipe_ = nullptr;
  if (status == 0) return "";
  return WIFEXITED(status) ? fmt::format("ffmpeg ended with {}", WEXITSTATUS(status))
                           : "ffmpeg was ended";
}

void VideoWriter::write(std::span<const std::uint8_t> pixels) {
  if (pixels.size() != frame_bytes_) {
    throw Error(ErrorCode::kShape, file_,
                fmt::format("a frame of {} bytes (allowed: {})", pixels.size(), frame_bytes_));
  }
  if (std::fwrite(pixels.data(), 1, pixels.size(), pipe_) == pixels.size()) return;
  const std::string why = close_pipe();
  std::error_code ignored;
  fs::remove(unfinished_, ignored);
  throw Error(ErrorCode::kIo, file_,
              "the video broke off" + (why.empty() ? "" : ": " + why) +
                  " (what it said stands above; is there room on the disk?)");
}

void VideoWriter::finish() {
  const std::string why = close_pipe();
  if (why.empty()) {
    finish_file(unfinished_, file_);
    return;
  }
  std::error_code ignored;
  fs::remove(unfinished_, ignored);
  throw Error(ErrorCode::kIo, file_,
              "the video was not made: " + why + " (what it said stands above)");
}

}  // namespace infodiet::viz
