#pragma once

#include <algorithm>
#include <cmath>

#include "viz/canvas/geometry.hpp"
#include "viz/reading.hpp"

namespace infodiet::viz {

/// Where the columns of the candidates' table stand: what there is room for, and what the agent has
/// to say. A width of 0: left out.
struct CandidateColumns {
  static constexpr float kRow = 20, kHead = 18;

  float title = 0, title_width = 0;
  float facts = 0, facts_width = 0;        ///< length and age
  float worth = 0, worth_width = 0;        ///< expected value and overload, from the hidden state
  float forecast = 0, forecast_width = 0;  ///< what the agent expects: chance of a click, worth
  float chance = 0, chance_width = 0;      ///< policy, or what it ranks by
  float cells = 0, cell_width = 0;         ///< heads, of candidates that ask for themselves
  float right = 0;                         ///< the table ends here
  float keys = 0, key_width = 0;           ///< what is looked at ...
  float key_cells = 0;                     ///< ... and how much, by head
  float top = 0;                           ///< of the first row
  int rows = 0;                            ///< that fit above the row of silence

  /// What an agent has to say of a decision.
  struct Says {
    int heads = 0;
    bool by_candidate = false;  ///< candidates ask by themselves
    bool outcomes = false, forecasts = false;
  };

  static CandidateColumns of(Rect r, Says says) {
    CandidateColumns c;
    const bool is_wide = r.w > 760, has_keys = says.heads > 0;
    const float h = static_cast<float>(says.heads);
    float right = r.right();
    if (has_keys) {
      // cells share what words and numbers leave
      const float others = (is_wide ? 512.0f : 340.0f) + (says.forecasts ? kForecast + 8 : 0);
      const float each = (r.w - others) / (says.by_candidate ? 2 * h : h);
      c.cell_width = std::clamp(std::floor(each), 11.0f, 31.0f);
      c.key_cells = right - h * c.cell_width;
      c.key_width = is_wide ? 104.0f : 90.0f;
      c.keys = c.key_cells - c.key_width;
      right = c.keys - (says.by_candidate ? (is_wide ? 58.0f : 40.0f) : (is_wide ? 150.0f : 90.0f));
      if (says.by_candidate) {
        c.cells = right - h * c.cell_width;
        right = c.cells;
      }
    }
    c.right = right + (says.by_candidate ? h * c.cell_width : 0);
    // the chance's bar goes first, where room is short
    c.chance_width = !has_keys ? 140.0f
                     : is_wide ? (says.forecasts ? 84.0f : 100.0f)
                               : (says.forecasts ? 44.0f : 78.0f);
    c.chance = right - c.chance_width - 8;
    right = c.chance - 8;
    if (says.forecasts) {
      c.forecast_width = kForecast;
      c.forecast = right - c.forecast_width;
      right = c.forecast - 8;
    }
    if (says.outcomes && (is_wide || !has_keys)) {
      c.worth_width = has_keys ? 54.0f : 90.0f;
      c.worth = right - c.worth_width;
      right = c.worth - 10;
    }
    if (is_wide || !has_keys) {
      c.facts_width = 80;
      c.facts = right - c.facts_width;
      right = c.facts - 8;
    }
    c.title = r.x + 54;
    c.title_width = right - c.title;
    c.top = r.y + kHead;
    c.rows = static_cast<int>((r.h - kHead - kRow - 4) / kRow);
    return c;
  }

 private:
  static constexpr float kForecast = 72;
};

}  // namespace infodiet::viz
