#include "viz/panels/attention_map.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "viz/numbers.hpp"

namespace infodiet::viz {
namespace {

/// How hot a weight looks: its root, so that small ones can be told apart.
float heat_of(float weight) { return std::sqrt(std::min(1.0f, weight)); }

void draw_cell(const Scene& scene, Rect r, float weight, int head) {
  const bool is_dim = scene.model.head >= 0 && scene.model.head != head;
  const float heat = heat_of(weight);
  scene.canvas.round(r, 3, faded(theme::heat(heat), is_dim ? 0.35f : 1.0f));
  if (weight < 0.01f || r.w < 24) return;
  std::string text = number(double{weight});
  if (text.starts_with("0.")) text.erase(0, 1);
  scene.canvas.text({r.middle().x, r.middle().y + 3.8f}, text,
                    figures(10, faded(theme::on_heat(heat), is_dim ? 0.4f : 1.0f), Align::kCentre));
}

/// A row of the map: a key, or all that have no row of their own.
struct KeyRow {
  int key = -1;
  std::vector<float> weights;  ///< (heads)
};

std::vector<KeyRow> rows_of(const Snapshot& shot, const AttentionView& view, std::size_t most) {
  const Snapshot::Read& read = *view.read;
  const std::vector<float> means = view.weights(shot, -1);
  std::vector<int> keys(read.keys);
  std::iota(keys.begin(), keys.end(), 0);
  const bool all_fit = keys.size() <= most;
  if (!all_fit && most > 0) {  // those that are looked at most, as they stand
    std::stable_sort(keys.begin(), keys.end(), [&](int a, int b) { return means[a] > means[b]; });
    std::sort(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(most - 1));
  }
  std::vector<KeyRow> rows;
  KeyRow others{-1, std::vector<float>(read.heads, 0.0f)};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    KeyRow row{keys[i], {}};
    for (std::size_t h = 0; h < read.heads; ++h)
      row.weights.push_back(shot.weights(read, h, view.query)[keys[i]]);
    if (all_fit || i + 1 < most) {
      rows.push_back(std::move(row));
      continue;
    }
    for (std::size_t h = 0; h < read.heads; ++h) others.weights[h] += row.weights[h];
  }
  if (!all_fit) rows.push_back(std::move(others));
  return rows;
}

/// What a key is: an event of the history with what came of it, the context, a candidate.
void draw_key(const Scene& scene, const Snapshot& shot, const AttentionView& view,
              const KeyRow& row, std::size_t others, Rect r) {
  Canvas& canvas = scene.canvas;
  const Columns& columns = scene.model.columns;
  const float base = r.y + 13.5f;
  if (row.key < 0) {
    canvas.text({r.x, base}, fmt::format("{} others", others),
                words(10.5f, theme::kTextLow, Face::kRegular));
    return;
  }
  const Token token = shot.key_token(*view.read, static_cast<std::size_t>(row.key));
  if (token.kind == Token::kContext) {
    canvas.text({r.x, base}, "the moment", words(10.5f, theme::kTextMid));
    return;
  }
  const bool is_event = token.kind == Token::kEvent;
  const auto numbers = shot.row(is_event ? Snapshot::kHistory : Snapshot::kCandidates,
                                static_cast<std::size_t>(token.place));
  const TopicMix mix = columns.topics(numbers, is_event);
  if (mix.count > 0) topic_chip(canvas, {r.x, r.y + 2}, columns, mix.topic[0]);
  if (!is_event) {
    canvas.text({r.x + 30, base}, fmt::format("#{}", shot.item[token.place]),
                figures(10, theme::kTextMid));
    return;
  }
  const bool was_read = Columns::at(numbers, columns.event.clicked) > 0;
  // read: a full disc; passed over: an empty one
  const Point mark{r.x + 35, r.y + 9.5f};
  if (was_read)
    canvas.circle(mark, 4, theme::kGoodwill);
  else
    canvas.arc(mark, 3.4f, 0, 6.2832f, 1.3f, theme::kTextLow);
  const double since = double{Columns::at(numbers, columns.event.since)};
  std::string ago = since < 100    ? number(since, 0) + "m"
                    : since < 2880 ? number(since / 60, 1) + "h"
                                   : number(since / 1440, 1) + "d";
  canvas.text({r.x + 44, base}, ago, figures(10, theme::kTextMid));
  const float dwell = Columns::at(numbers, columns.event.dwell);
  if (was_read && dwell > 0 && r.w > 100) {
    canvas.text({r.right() - 6, base}, number(double{dwell}, 1),
                figures(10, theme::kGoodwill, Align::kRight));
  }
}

}  // namespace

std::string head_name(int head, float cell_width) {
  return (cell_width > 18 ? "H" : "") + std::to_string(head + 1);
}

void draw_candidate_cells(const Scene& scene, const Snapshot& shot, const AttentionView& attention,
                          const CandidateColumns& columns, int candidate, float y) {
  const Snapshot::Read& read = *attention.read;
  const int query = AttentionView::query_of(shot, read, candidate);
  if (query < 0) return;
  for (std::size_t h = 0; h < read.heads; ++h) {
    const auto weights = shot.weights(read, h, static_cast<std::size_t>(query));
    const float most = *std::max_element(weights.begin(), weights.end());
    const float x = columns.cells + columns.cell_width * static_cast<float>(h);
    draw_cell(scene, {x + 1, y, columns.cell_width - 2, CandidateColumns::kRow - 1}, most,
              static_cast<int>(h));
  }
}

void draw_attention_map(const Scene& scene, const Snapshot& shot, const AttentionView& attention,
                        const CandidateColumns& columns, Point from) {
  Canvas& canvas = scene.canvas;
  const Snapshot::Read& read = *attention.read;
  const int num_rows = columns.rows + 1;
  const auto rows = rows_of(shot, attention, static_cast<std::size_t>(std::max(2, num_rows)));
  const auto row_y = [&](std::size_t i) {
    return columns.top + CandidateColumns::kRow * static_cast<float>(i);
  };

  // step 1: where lines come from
  Point origin = from;
  if (!attention.by_candidate) {
    origin = {columns.right + (columns.keys - columns.right) * 0.36f,
              columns.top + CandidateColumns::kRow * static_cast<float>(rows.size()) * 0.5f};
    origin.y = std::min(origin.y, columns.top + CandidateColumns::kRow * 6);
  }

  // step 2: a line to whatever gets more than an even share
  const float even = 1 / static_cast<float>(read.keys);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].key < 0) continue;
    for (std::size_t h = 0; h < read.heads; ++h) {
      const int head = static_cast<int>(h);
      if (scene.model.head >= 0 && scene.model.head != head) continue;
      const float weight = rows[i].weights[h];
      if (weight <= even) continue;
      const float spread =
          scene.model.head >= 0
              ? 0
              : (static_cast<float>(h) - static_cast<float>(read.heads - 1) / 2) * 2.4f;
      const Point to{columns.keys - 6, row_y(i) + 9.5f + spread};
      const float reach = (to.x - origin.x) * 0.45f;
      const float strength = std::min(1.0f, 0.25f + weight * 1.4f);
      canvas.curve({origin.x, origin.y + spread * 0.5f}, {origin.x + reach, origin.y + spread},
                   {to.x - reach, to.y}, to, 0.9f + 6 * weight,
                   faded(theme::head(head), strength * 0.4f), faded(theme::head(head), strength));
    }
  }
  if (attention.by_candidate) {
    canvas.circle(origin, 3.5f, theme::kText);
  } else {
    canvas.circle(origin, 25, theme::kCard);
    canvas.arc(origin, 24.5f, 0, 6.2832f, 1.5f, theme::kAccent);
    canvas.text({origin.x, origin.y - 1}, "the",
                words(10.5f, theme::kTextMid, Face::kRegular, Align::kCentre));
    canvas.text({origin.x, origin.y + 10}, "context",
                words(10.5f, theme::kText, Face::kSemiBold, Align::kCentre));
  }

  // step 3: the rows
  const std::size_t named = rows.size() - (rows.empty() || rows.back().key >= 0 ? 0 : 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float y = row_y(i);
    draw_key(scene, shot, attention, rows[i], read.keys - named,
             {columns.keys, y, columns.key_width, CandidateColumns::kRow});
    for (std::size_t h = 0; h < read.heads; ++h) {
      const float x = columns.key_cells + columns.cell_width * static_cast<float>(h);
      draw_cell(scene, {x + 1, y, columns.cell_width - 2, CandidateColumns::kRow - 1},
                rows[i].weights[h], static_cast<int>(h));
    }
  }
}

}  // namespace infodiet::viz
