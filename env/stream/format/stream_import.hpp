#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "env/stream/format/problems.hpp"
#include "env/stream/format/stream_folder.hpp"

namespace infodiet {

// How logs that are not of our format become tables of it: which column is which, words to topics,
// dates to seconds, keys to dense ids.

/// Which column of ours is taken from which column of a file.
using ColumnMap = std::map<std::string, std::string>;

/// Columns of the tables that an import can fill. `item_id` may be any text there.
const std::vector<std::string>& importable_columns();
const std::vector<std::string>& importable_event_columns();

/// What to import, and how to read it.
struct ImportPlan {
  std::string items_file, events_file;  ///< events_file "": no events
  ColumnMap columns, event_columns;
  std::int64_t utc_offset = 0;  ///< s: local time is UTC plus this; for times without a zone
  std::int64_t per_second = 1;  ///< what times that are numbers count: 1000 for milliseconds
  StreamMeta meta;              ///< name, licence, source, attribution ... ; the rest is found out
};

/// Where a column came from, and how it was understood.
struct ImportedColumn {
  std::string table, column, from;
  std::size_t known = 0, rows = 0;
  std::string understood;
};

struct Import {
  StreamTables tables;
  std::vector<ImportedColumn> columns;
  std::vector<std::string> notes;  ///< what was decided and might surprise, a sentence each
};

/// Reads the files. What is wrong is told with file, line and column; the result is then of no use.
/// Items are sorted by arrival, rows of equal time keep their order; ids, users and sessions are
/// numbered from 0. The same files and plan give the same tables.
/// @throws Error kConfig if the plan names columns that the format lacks, or lacks the arrival
Import import_stream(const ImportPlan& plan, Problems& problems);

}  // namespace infodiet
