#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

// What stands in a TensorBoard event file, as bytes. A file is a list of records in TensorFlow's
// TFRecord framing; a record is one `Event` in the wire format of Protocol Buffers. Field numbers:
// event.proto, summary.proto and tensor.proto of github.com/tensorflow/tensorboard
// (tensorboard/compat/proto). Times are seconds since 1970.

namespace infodiet::tensorboard {

/// CRC-32C (Castagnoli; RFC 3720, appendix B.4).
std::uint32_t crc32c(std::string_view bytes);

/// A record: length, masked checksum of the length, the event, its masked checksum.
std::string framed(std::string_view event);

/// The first event of every file.
std::string file_version_event(double wall_time);

/// Says that a program started. TensorBoard takes the first in a folder for the beginning; at every
/// other it drops what it has read before of `step` and later.
std::string session_start_event(double wall_time, std::int64_t step);

/// One point of a curve.
struct Scalar {
  std::string_view tag;
  double value = 0;              ///< stored with single precision
  bool described = false;        ///< the first of its tag in a file: says how to show it
  std::string_view description;  ///< in Markdown
};
std::string scalars_event(double wall_time, std::int64_t step, std::span<const Scalar> scalars);

/// A page of the tab "Text".
std::string text_event(double wall_time, std::int64_t step, std::string_view tag,
                       std::string_view markdown);

/// A row of the tab "HParams", by which runs are sorted and compared.
struct Setting {
  std::string_view key;
  std::variant<bool, double, std::string_view> value;
};
/// @param group  runs of one group count as repetitions of one another; "": it stands alone
std::string settings_event(double wall_time, std::span<const Setting> settings,
                           std::string_view group = "");

}  // namespace infodiet::tensorboard
