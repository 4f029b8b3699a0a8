#pragma once

#include <string>

#include "env/stream/format/problems.hpp"
#include "env/stream/format/stream_folder.hpp"

namespace infodiet {

/// Reads meta.json of a recorded stream. Fields it does not know are ignored, as the format wants;
/// those it knows must be of their type, and the required ones must be there.
void read_stream_meta(const std::string& path, StreamMeta& meta, Problems& problems);

}  // namespace infodiet
