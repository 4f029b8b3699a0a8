#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

namespace infodiet::viz {

enum class VideoKind { kMp4, kGif };

/// Sends frames through a pipe to ffmpeg. The file has its name only once it is finished; without
/// ffmpeg, or if it fails, there is an error and no file.
class VideoWriter {
 public:
  /// @throws Error kIo if ffmpeg is not installed or does not start
  VideoWriter(std::string file, VideoKind kind, int width, int height, int fps);
  ~VideoWriter();
  VideoWriter(const VideoWriter&) = delete;
  VideoWriter& operator=(const VideoWriter&) = delete;

  /// @param pixels  (height, width, 4)
  /// @throws Error kIo if ffmpeg went away; kShape if it is no frame of this video, which would
  ///         shift all that follow
  void write(std::span<const std::uint8_t> pixels);
  /// @throws Error kIo if ffmpeg says that it failed
  void finish();

 private:
  std::string close_pipe();

  std::string file_, unfinished_;
  std::size_t frame_bytes_;
  std::FILE* pipe_ = nullptr;
};

}  // namespace infodiet::viz
