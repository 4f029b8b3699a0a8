#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "env/stream/format/problems.hpp"

namespace infodiet {

/// Some columns of a CSV file that is not of our format, as text.
struct PickedColumns {
  std::string file;
  std::vector<std::string> header;   ///< all columns of the file
  std::vector<std::uint32_t> lines;  ///< (rows) the line each row begins on, counted from 1
  std::map<std::string, std::vector<std::string>> cells;  ///< by column, (rows) each

  std::size_t rows() const { return lines.size(); }
};

/// Reads the wanted columns of a table of comma-separated values with a header line. More is
/// allowed than in our own format: lines may end with CR LF, the last may have no end, a byte order
/// mark may stand first, and there may be other columns. Blanks around a field are dropped.
/// gzip and plain files are told apart by their content.
PickedColumns pick_columns(const std::string& file, const std::vector<std::string>& wanted,
                           Problems& problems);

}  // namespace infodiet
