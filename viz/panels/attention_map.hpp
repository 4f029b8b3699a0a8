#pragma once

#include "viz/panels/candidate_columns.hpp"
#include "viz/widgets.hpp"

namespace infodiet::viz {

/// A head over its cells: "H3", or "3" where they are narrow.
std::string head_name(int head, float cell_width);

/// What is looked at, one row each, with the exact weight of every head; and lines to whatever gets
/// more than an even share. Weights of what has no row are summed in the last one, so that every
/// column sums to 1.
/// @param from  where the lines come from, if candidates ask for themselves
void draw_attention_map(const Scene& scene, const Snapshot& shot, const AttentionView& attention,
                        const CandidateColumns& columns, Point from);

/// Of one candidate that asks for itself, head by head: the largest weight it gives to anything.
void draw_candidate_cells(const Scene& scene, const Snapshot& shot, const AttentionView& attention,
                          const CandidateColumns& columns, int candidate, float y);

}  // namespace infodiet::viz
