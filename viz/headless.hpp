#pragma once

#include "sim/record/view_request.hpp"
#include "viz/model.hpp"

namespace infodiet::viz {

/// Writes the pictures that were asked for, drawn by the processor.
int run_headless(Stage& stage, const ViewRequest& request);

/// Takes over what is new on the stage.
void refresh(Model& model, Stage& stage);

/// Brings the model to where a request wants it: screen, head, pin, moment.
/// @throws Error kConfig if there is no such screen or moment
void apply(Model& model, const ViewRequest& request);

}  // namespace infodiet::viz
