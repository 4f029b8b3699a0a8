#pragma once

#include <string>
#include <vector>

#include "env/stream/format/stream_folder.hpp"

namespace infodiet {

/// A file of a recorded stream, to be written.
struct StreamFile {
  std::string name;  ///< within the folder: "items.csv"
  std::string text;
};

/// The tables as the files of a folder in the format infodiet-stream-1, so that reading these gives
/// the tables again, bit by bit: meta.json, and a plain CSV file for items and for events if there
/// are any. The other tables are not written.
std::vector<StreamFile> stream_files(const StreamTables& tables);

}  // namespace infodiet
