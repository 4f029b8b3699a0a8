#include "viz/headless.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "env/core/error.hpp"
#include "viz/raster/cpu_raster.hpp"
#include "viz/raster/picture_file.hpp"
#include "viz/raster/video.hpp"
#include "viz/screens/screen.hpp"
#include "viz/theme.hpp"

namespace infodiet::viz {
namespace {

/// The last decision of a kind; -1 if there was none.
int find_moment(const Model& model, const std::string& moment) {
  const auto records = model.sides[0].log.records();
  for (int i = static_cast<int>(records.size()) - 1; i >= 0; --i) {
    const StepEvents events = events_of(model, records, i);
    const int lost = model.columns.person.overload;
    if ((moment == "overload" && lost >= 0 && records[i].person[lost] > 0.05f &&
         records[i].shown > 0) ||
        (moment == "nothing" && events.nothing) || (moment == "push" && events.push) ||
        (moment == "read" && records[i].clicked > 0))
      return i;
  }
  return -1;
}

}  // namespace

void refresh(Model& model, Stage& stage) {
  for (int side = 0; side < static_cast<int>(model.sides.size()); ++side)
    stage.fetch(side, model.sides[side].log);
  model.pace = stage.pace();
}

void apply(Model& model, const ViewRequest& request) {
  model.head = request.head;
  const std::string screens[] = {"live", "replay", "compare", "train"};
  const auto found = std::find(std::begin(screens), std::end(screens), request.screen);
  if (!request.screen.empty()) {
    if (found == std::end(screens)) {
      throw Error(ErrorCode::kConfig, "--screen",
                  "'" + request.screen + "' (allowed: live, replay, compare, train)");
    }
    model.screen = static_cast<Screen>(found - std::begin(screens));
  }
  if (model.sides.empty()) return;
  if (request.cursor >= 0) {
    model.cursor = static_cast<int>(
        std::lround(std::min(1.0, request.cursor) * (model.sides[0].log.size() - 1)));
  }
  if (!request.moment.empty()) {
    const std::string moments[] = {"overload", "nothing", "push", "read"};
    if (std::find(std::begin(moments), std::end(moments), request.moment) == std::end(moments)) {
      throw Error(ErrorCode::kConfig, "--moment",
                  "'" + request.moment + "' (allowed: overload, nothing, push, read)");
    }
    const int moment = find_moment(model, request.moment);
    if (moment < 0) {
      throw Error(ErrorCode::kConfig, "--moment",
                  "there is none of the kind '" + request.moment + "' among " +
                      std::to_string(model.sides[0].log.size()) +
                      " decisions (try more --decisions, or another run.seed)");
    }
    model.cursor = moment;
  }
  const Snapshot* const shot = model.shot(0);
  if (request.pin >= 0 && shot != nullptr) {
    const std::vector<int> order = ranked(*shot);
    if (request.pin < static_cast<int>(order.size())) model.pinned = order[request.pin];
  }
}

int run_headless(Stage& stage, const ViewRequest& request) {
  Model model(stage.info());
  GlyphAtlas atlas;
  Canvas canvas(atlas);
  std::vector<Hit> hits;
  const double scale = request.scale > 0 ? request.scale : 1;
  const int width = static_cast<int>(std::lround(request.width * scale));
  const int height = static_cast<int>(std::lround(request.height * scale));
  CpuRaster raster(width, height);
  const auto draw = [&] {
    canvas.begin(static_cast<float>(request.width), static_cast<float>(request.height),
                 static_cast<float>(scale));
    draw_screen(canvas, model, hits);
    raster.draw(canvas, theme::kGround);
  };
  if (request.train) request.train(model.train);
  if (model.sides.empty() || request.gif.empty() || !request.png.empty()) {
    if (!model.sides.empty() && request.mp4.empty() && request.gif.empty())
      stage.advance(request.decisions);
  }
  refresh(model, stage);
  apply(model, request);
  if (!request.png.empty()) {
    draw();
    write_png(request.png, raster.pixels(), width, height);
  }
  for (const auto& [file, kind] :
       {std::pair{request.mp4, VideoKind::kMp4}, std::pair{request.gif, VideoKind::kGif}}) {
    if (file.empty()) continue;
    const int fps = kind == VideoKind::kGif ? 12 : 30;
    const int frames = std::max(1, static_cast<int>(request.seconds * fps));
    VideoWriter video(file, kind, width, height, fps);
    double played = 0;
    const double per_frame = static_cast<double>(request.decisions) / frames;
    model.pace.is_playing = true;
    for (int frame = 0; frame < frames; ++frame) {
      const int before = static_cast<int>(played);
      played += per_frame;
      if (stage.info().mode == "replay") {
        const int size = model.sides[0].log.size();
        model.cursor = std::min(size - 1, frame * size / frames);
      } else if (static_cast<int>(played) > before) {
        stage.advance(static_cast<int>(played) - before);
        refresh(model, stage);
        if (request.head >= 0) model.head = request.head;
      }
      model.pace.is_playing = true;
      draw();
      video.write(raster.pixels());
    }
    video.finish();
  }
  return 0;
}

}  // namespace infodiet::viz
