#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "env/stream/format/picked_columns.hpp"
#include "env/stream/format/stream_import.hpp"

namespace infodiet {

/// Turns the cells of one imported file into columns of values, and tells what it could not read.
/// Rows stay in the order of the file. A column that was not asked for is unknown in every row.
class ImportCells {
 public:
  /// @param table  "items" or "events"
  ImportCells(const ImportPlan& plan, const std::string& table, const std::string& file,
              const ColumnMap& columns, Problems& problems);

  std::size_t rows() const { return picked_.rows(); }
  const std::vector<std::uint32_t>& lines() const { return picked_.lines; }
  bool has(const std::string& column) const { return columns_.contains(column); }

  std::vector<std::int64_t> times(const std::string& column, bool required);
  std::vector<std::int64_t> counts(const std::string& column);
  std::vector<double> numbers(const std::string& column, double low, double high);
  std::vector<std::int8_t> flags(const std::string& column);
  std::vector<std::string> texts(const std::string& column, bool required = false);

  /// Says of a column how it was understood.
  void understood(const std::string& column, const std::string& what);
  void complain(std::size_t row, const std::string& column, const std::string& what);

  const std::vector<ImportedColumn>& report() const { return report_; }
  /// Columns of the file that nothing was taken from.
  std::vector<std::string> unused() const;

 private:
  template <class Value, class Read>
  std::vector<Value> read(const std::string& column, bool required, const std::string& expected,
                          Value unknown, const Read& one);

  const ImportPlan& plan_;
  std::string table_;
  const ColumnMap& columns_;
  Problems& problems_;
  PickedColumns picked_;
  std::vector<ImportedColumn> report_;
};

}  // namespace infodiet
