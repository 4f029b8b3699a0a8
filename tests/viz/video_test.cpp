#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "sim/record/replay_stage.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/viz/made_up.hpp"
#include "tests/viz/scenes.hpp"
#include "viz/camera.hpp"
#include "viz/headless.hpp"
#include "viz/raster/png.hpp"
#include "viz/recording.hpp"

namespace infodiet::test {
namespace {

namespace fs = std::filesystem;

constexpr int kWidth = 1280, kHeight = 720;
constexpr std::size_t kFrame = std::size_t{kWidth} * kHeight * 4;

/// In the place of ffmpeg a program that keeps the frames as they come.
class Frames {
 public:
  Frames() {
    const fs::path program = folder_.path() / "ffmpeg";
    std::ofstream(program) << "#!/bin/sh\nfor last; do :; done\nexec cat > \"$last\"\n";
    fs::permissions(program, fs::perms::owner_all);
    ::setenv("PATH", (folder_.path().string() + ":" + path_).c_str(), 1);
  }
  ~Frames() { ::setenv("PATH", path_.c_str(), 1); }

  std::string file(const char* name) const { return (folder_.path() / name).string(); }
  static std::string bytes(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::string path_ = std::getenv("PATH");
  TemporaryFolder folder_;
};

std::string text(std::span<const std::uint8_t> pixels) { return {pixels.begin(), pixels.end()}; }

/// What a frame must look like: so many decisions a second, and going on.
std::string shot_of(viz::Model& model, double per_second) {
  viz::Camera camera(kWidth, kHeight, 1);
  model.pace.is_playing = true;
  model.pace.wanted = model.pace.actual = per_second;
  return text(camera.shoot(model));
}

ViewRequest asked(int from, int to) {
  ViewRequest request;
  request.width = kWidth;
  request.height = kHeight;
  request.from = from;
  request.to = to;
  request.seconds = 0.25;
  return request;
}

}  // namespace

TEST_CASE("Videos: a live play is shown from one decision to another, as it grew", "[viz]") {
  const Frames frames;
  LiveStage stage(small_world(), "test", {player("{name: newest}"), player("{name: fill}")},
                  {1, 0, 0});
  ViewRequest request = asked(5, 8);
  request.gif = frames.file("a.gif");
  REQUIRE(viz::run_headless(stage, request) == 0);
  const std::string video = Frames::bytes(request.gif);
  REQUIRE(video.size() == 3 * kFrame);  // 12 a second
  for (const int decisions : {5, 8}) {
    Watched watched({player("{name: newest}"), player("{name: fill}")}, decisions);
    CHECK(video.substr(decisions == 5 ? 0 : 2 * kFrame, kFrame) ==
          shot_of(*watched.model, 3 / 0.25));
  }
}

TEST_CASE("Videos: without an end there are as many decisions as were asked for", "[viz]") {
  const Frames frames;
  LiveStage stage(small_world(), "test", {player("{name: newest}")}, {1, 0, 0});
  ViewRequest request = asked(20, 0);
  request.decisions = 6;
  request.mp4 = frames.file("a.mp4");
  REQUIRE(viz::run_headless(stage, request) == 0);
  const std::string video = Frames::bytes(request.mp4);
  REQUIRE(video.size() == 7 * kFrame);  // 30 a second
  Watched watched({player("{name: newest}")}, 25);
  CHECK(video.substr(6 * kFrame) == shot_of(*watched.model, 5 / 0.25));
}

TEST_CASE("Videos: decisions that are not there are refused, and no file is left", "[viz]") {
  const Frames frames;
  LiveStage stage(small_world(), "test", {player("{name: newest}")}, {1, 0, 0});
  for (const auto& [from, to] : {std::pair{50'000, 50'100}, {50'000, 0}, {9, 3}, {1, 50'000}}) {
    INFO(from << " to " << to);
    ViewRequest request = asked(from, to);
    request.mp4 = frames.file("a.mp4");
    CHECK(
        complaint([&] { viz::run_headless(stage, request); }).starts_with("config: --from, --to"));
    CHECK(!fs::exists(request.mp4));
  }
}

TEST_CASE("Videos: a picture beside one shows what was asked for, not the last frame", "[viz]") {
  const Frames frames;
  EpisodeFile file;
  file.info.spec = MadeUp::spec();
  file.log = MadeUp::episode(MadeUp::kByCandidate, 41);
  ReplayStage stage({file}, "e.idep", "");
  ViewRequest request = asked(3, 4);
  request.gif = frames.file("a.gif");
  request.png = frames.file("a.png");
  request.cursor = 0.25;
  request.pin = 2;
  REQUIRE(viz::run_headless(stage, request) == 0);
  ReplayStage again({file}, "e.idep", "");
  viz::Model model(again.info());
  viz::refresh(model, again);
  model.cursor = 10;
  const Snapshot& shot = *model.shot(0);
  model.pinned = {0, shot.item[viz::ranked(shot)[2]]};
  viz::Camera camera(kWidth, kHeight, 1);
  CHECK(Frames::bytes(request.png) == viz::png_of(camera.shoot(model), kWidth, kHeight));
  model.pinned = {};
  model.cursor = 2;
  CHECK(Frames::bytes(request.gif).substr(0, kFrame) == shot_of(model, 1 / 0.25));
}

TEST_CASE("Videos: what is no frame is refused", "[viz]") {
  const Frames frames;
  viz::VideoWriter video(frames.file("a.mp4"), viz::VideoKind::kMp4, 4, 2, 30);
  const std::vector<std::uint8_t> frame(4 * 2 * 4), other(4 * 2 * 4 + 4);
  CHECK(complaint([&] { video.write(frame); }) == "");
  CHECK(complaint([&] { video.write(other); }).ends_with("a frame of 36 bytes (allowed: 32)"));
}

TEST_CASE("Recording: frames come by the clock and have one size, whatever the window does",
          "[viz]") {
  const Frames frames;
  Watched watched({player("{name: newest}")}, 30);
  viz::Recording recording(frames.file("a.mp4"), viz::VideoKind::kMp4, 1281, kHeight, 1);
  for (int frame = 0; frame < 64; ++frame) recording.follow(*watched.model, 1 / 128.0);
  viz::Camera(640, 360, 0.5f).shoot(*watched.model);  // a picture of another size meanwhile
  recording.follow(*watched.model, 0.5);              // a slow frame stands for many
  recording.finish();
  CHECK(fs::file_size(recording.file()) == 31 * std::size_t{1281} * kHeight * 4);
}

}  // namespace infodiet::test
