#include "sim/training/tensorboard_events.hpp"

#include <array>
#include <cstring>
#include <type_traits>

namespace infodiet::tensorboard {
namespace {

/// Little-endian, whatever the machine.
template <class Integer>
void put_fixed(std::string& out, Integer value) {
  static_assert(std::is_unsigned_v<Integer>);
  for (unsigned shift = 0; shift < 8 * sizeof value; shift += 8)
    out += static_cast<char>(value >> shift & 0xffu);
}

/// A message of Protocol Buffers: fields in the order they are added.
class Message {
 public:
  /// Negative numbers take ten bytes, as the format wants.
  Message& integer(unsigned field, std::int64_t value) {
    key(field, 0);
    varint(static_cast<std::uint64_t>(value));
    return *this;
  }
  Message& real64(unsigned field, double value) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    key(field, 1);
    put_fixed(bytes_, bits);
    return *this;
  }
  Message& real32(unsigned field, float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    key(field, 5);
    put_fixed(bytes_, bits);
    return *this;
  }
  /// Text, bytes, or a message inside this one.
  Message& bytes(unsigned field, std::string_view value) {
    key(field, 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(unsigned field, const Message& value) { return bytes(field, value.bytes_); }

  const std::string& text() const { return bytes_; }

 private:
  void key(unsigned field, unsigned type) { varint(field << 3 | type); }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

Message event(double wall_time, std::int64_t step) {
  Message event;
  event.real64(1, wall_time);
  if (step != 0) event.integer(2, step);  // zero is what a missing number means
  return event;
}

enum DataClass { kImpliedClass = 0, kScalarClass = 1, kTensorClass = 2 };
enum DataType { kFloat = 1, kString = 7 };

/// SummaryMetadata: which of TensorBoard's plug-ins shows a tag, and what it is told besides.
Message metadata(std::string_view plugin, std::string_view content, std::string_view description,
                 DataClass data_class) {
  Message to_plugin = Message().bytes(1, plugin);
  if (!content.empty()) to_plugin.bytes(2, content);
  Message out = Message().message(1, to_plugin);
  if (!description.empty()) out.bytes(3, description);
  if (data_class != kImpliedClass) out.integer(4, data_class);
  return out;
}

/// The `Value` of struct.proto.
Message value_of(const std::variant<bool, double, std::string_view>& value) {
  Message out;
  if (const auto* number = std::get_if<double>(&value)) out.real64(2, *number);
  if (const auto* text = std::get_if<std::string_view>(&value)) out.bytes(3, *text);
  if (const auto* truth = std::get_if<bool>(&value)) out.integer(4, *truth ? 1 : 0);
  return out;
}

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ ((rest & 1u) != 0 ? 0x82F63B78u : 0u);
    table[byte] = rest;
  }
  return table;
}

/// TFRecord's mask: a checksum of data that hold their own checksums would be weak.
std::uint32_t masked(std::uint32_t crc) { return (crc >> 15 | crc << 17) + 0xa282ead8u; }

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  static constexpr std::array<std::uint32_t, 256> kTable = crc_table();
  std::uint32_t crc = ~0u;
  for (const char c : bytes) crc = crc >> 8 ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xffu];
  return ~crc;
}

std::string framed(std::string_view event) {
  std::string out;
  put_fixed(out, std::uint64_t{event.size()});
  put_fixed(out, masked(crc32c(out)));
  out += event;
  put_fixed(out, masked(crc32c(event)));
  return out;
}

std::string file_version_event(double wall_time) {
  return event(wall_time, 0)
      .bytes(3, "brain.Event:2")
      .message(10, Message().bytes(1, "infodiet"))
      .text();
}

std::string session_start_event(double wall_time, std::int64_t step) {
  constexpr int kStart = 1;
  return event(wall_time, step).message(7, Message().integer(1, kStart)).text();
}

std::string scalars_event(double wall_time, std::int64_t step, std::span<const Scalar> scalars) {
  Message summary;
  for (const Scalar& scalar : scalars) {
    Message value;
    value.bytes(1, scalar.tag).real32(2, static_cast<float>(scalar.value));
    if (scalar.described)
      value.message(9, metadata("scalars", "", scalar.description, kScalarClass));
    summary.message(1, value);
  }
  return event(wall_time, step).message(5, summary).text();
}

std::string text_event(double wall_time, std::int64_t step, std::string_view tag,
                       std::string_view markdown) {
  // the empty message is the shape of a single value
  const Message tensor = Message().integer(1, kString).message(2, Message()).bytes(8, markdown);
  const Message value =
      Message().bytes(1, tag).message(8, tensor).message(9, metadata("text", "", "", kTensorClass));
  return event(wall_time, step).message(5, Message().message(1, value)).text();
}

std::string settings_event(double wall_time, std::span<const Setting> settings,
                           std::string_view group) {
  Message session;  // SessionStartInfo
  for (const Setting& setting : settings) {
    session.message(1, Message().bytes(1, setting.key).message(2, value_of(setting.value)));
  }
  if (!group.empty()) session.bytes(4, group);
  session.real64(5, wall_time);
  const Message told = Message().message(3, session);
  // no numbers at all, in one dimension
  const Message tensor = Message().integer(1, kFloat).message(2, Message().message(2, Message()));
  const Message value = Message()
                            .bytes(1, "_hparams_/session_start_info")
                            .message(8, tensor)
                            .message(9, metadata("hparams", told.text(), "", kImpliedClass));
  return event(wall_time, 0).message(5, Message().message(1, value)).text();
}

}  // namespace infodiet::tensorboard
