#include "viz/headless.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "viz/camera.hpp"
#include "viz/raster/picture_file.hpp"
#include "viz/raster/video.hpp"

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

/// First and last decision of a video, counted from 0.
struct Range {
  int first = 0, last = 0;
};

/// @throws Error kConfig if there are no such decisions
Range range_of(const Model& model, const ViewRequest& request) {
  const int there = model.sides.empty() ? 0 : model.sides[0].log.size();
  const int to = request.to > 0        ? request.to
                 : model.is_recorded() ? there
                                       : std::min(there, request.from + request.decisions - 1);
  if (request.from > to || to > there) {
    throw Error(ErrorCode::kConfig, "--from, --to",
                request.to > 0 || there < request.from
                    ? fmt::format("{} to {} (there are decisions 1 to {})", request.from,
                                  request.to > 0 ? std::to_string(to) : "the end", there)
                    : "there is no decision");
  }
  return {request.from - 1, to - 1};
}

/// A live play as it grew, from what was kept of the whole. A recording lies open from its
/// beginning, and only the cursor moves.
class Growth {
 public:
  explicit Growth(Model& model) : model_(model), given_(model.sides.size(), 0) {
    for (Side& side : model.sides) {
      whole_.push_back(side.log);
      if (!model.is_recorded()) side.log.clear();
    }
  }
  /// What was known when a decision of the first side was through.
  void until(int decision) {
    if (model_.is_recorded()) {
      model_.cursor = decision;
      return;
    }
    const StepRecord& last = whole_[0].records()[decision];
    const double minutes = last.minutes + double{last.passed};
    for (std::size_t side = 0; side < whole_.size(); ++side) {
      const auto records = whole_[side].records();
      for (int& next = given_[side]; next < static_cast<int>(records.size()); ++next) {
        if (side == 0 ? next > decision : records[next].minutes >= minutes) break;
        model_.sides[side].log.put(*whole_[side].at(next));
      }
    }
  }

 private:
  Model& model_;
  std::vector<EpisodeLog> whole_;
  std::vector<int> given_;  // decisions, by side
};

void write_video(Model& model, const ViewRequest& request, Camera& camera) {
  const bool is_gif = !request.gif.empty();
  const int fps = is_gif ? 12 : 30;
  const int frames = std::max(1, static_cast<int>(request.seconds * fps));
  const bool has_people = !model.sides.empty();
  const Range range = has_people ? range_of(model, request) : Range{};
  Growth growth(model);
  VideoWriter video(is_gif ? request.gif : request.mp4, is_gif ? VideoKind::kGif : VideoKind::kMp4,
                    camera.width(), camera.height(), fps);
  model.pace.is_playing = true;
  model.pace.is_over = false;
  model.pace.wanted = model.pace.actual = (range.last - range.first) / request.seconds;
  for (int frame = 0; frame < frames; ++frame) {
    const std::int64_t passed =
        std::int64_t{range.last - range.first} * frame / std::max(1, frames - 1);
    if (has_people) growth.until(range.first + static_cast<int>(passed));
    video.write(camera.shoot(model));
  }
  video.finish();
}

}  // namespace

void refresh(Model& model, Stage& stage) {
  for (int side = 0; side < static_cast<int>(model.sides.size()); ++side)
    stage.fetch(side, model.sides[side].log);
  model.pace = stage.pace();
}

void choose_screen(Model& model, const ViewRequest& request) {
  model.head = request.head;
  if (request.screen.empty()) return;
  const std::string screens[] = {"live", "replay", "compare", "train"};
  const auto found = std::find(std::begin(screens), std::end(screens), request.screen);
  if (found == std::end(screens)) {
    throw Error(ErrorCode::kConfig, "--screen",
                "'" + request.screen + "' (allowed: live, replay, compare, train)");
  }
  model.screen = static_cast<Screen>(found - std::begin(screens));
}

void find_place(Model& model, const ViewRequest& request) {
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
    if (request.pin < static_cast<int>(order.size()))
      model.pinned = {0, shot->item[order[request.pin]]};
  }
}

int run_headless(Stage& stage, const ViewRequest& request) {
  const double scale = request.scale > 0 ? request.scale : 1;
  Camera camera(static_cast<int>(std::lround(request.width * scale)),
                static_cast<int>(std::lround(request.height * scale)), static_cast<float>(scale));
  Model model(stage.info());
  if (request.train) request.train(model.train);
  choose_screen(model, request);
  const bool has_video = !request.gif.empty() || !request.mp4.empty();
  stage.advance(!has_video       ? request.decisions
                : request.to > 0 ? request.to
                                 : request.from + request.decisions - 1);
  refresh(model, stage);
  if (!request.png.empty()) {
    find_place(model, request);
    write_png(request.png, camera.shoot(model), camera.width(), camera.height());
    model.cursor = -1;
    model.pinned = {};
  }
  if (has_video) write_video(model, request, camera);
  return 0;
}

}  // namespace infodiet::viz
