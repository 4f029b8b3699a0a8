#pragma once

#include "sim/record/view_request.hpp"
#include "viz/model.hpp"

namespace infodiet::viz {

/// Writes the pictures that were asked for, drawn by the processor.
int run_headless(Stage& stage, const ViewRequest& request);

/// Takes over what is new on the stage.
void refresh(Model& model, Stage& stage);

/// The screen and the head of attention that a request wants.
/// @throws Error kConfig if there is no such screen
void choose_screen(Model& model, const ViewRequest& request);

/// The decision and the candidate that a picture is to show.
/// @throws Error kConfig if there is no such moment
void find_place(Model& model, const ViewRequest& request);

}  // namespace infodiet::viz
