#include "sim/checkpoint/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "env/core/config/config_json.hpp"
#include "env/core/error.hpp"
#include "env/core/json.hpp"
#include "env/core/text.hpp"

namespace infodiet {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they stand");

constexpr std::string_view kMetadata = "__metadata__";
constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMaxHeader = 100'000'000;  // as in the reference reader

std::string quoted(const std::string& text) {
  if (!is_utf8(text)) {
    throw Error(ErrorCode::kState, "safetensors",
                fmt::format("the text {} is not UTF-8 and cannot be written", shown(text)));
  }
  return json_string(text);
}

/// Where the values of one tensor lie.
struct Extent {
  std::size_t begin = 0, end = 0;
  Tensor tensor;  // without its data
};

class Reader {
 public:
  Reader(std::string_view bytes, const std::string& where) : where_(where) {
    // step 1: the header's length, which must not be trusted
    if (bytes.size() < kLengthBytes) fail(fmt::format("{} bytes are no file", bytes.size()));
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), kLengthBytes);
    bytes.remove_prefix(kLengthBytes);
    if (length > kMaxHeader) {
      fail(
          fmt::format("a header of {} bytes (at most {}); is it such a file?", length, kMaxHeader));
    }
    if (length > bytes.size()) {
      fail(fmt::format("torn: {} bytes of a header of {}", bytes.size(), length));
    }
    header_ = bytes.substr(0, length);
    values_ = bytes.substr(length);
    if (!header_.starts_with('{')) fail("the header does not begin with {");
  }

  SafetensorsFile file() {
    SafetensorsFile out;
    std::vector<Extent> extents;
    const Json root = parse_json(header_, where_ + ": header");
    for (std::size_t i = 0; i < root.keys.size(); ++i) {
      if (root.keys[i] == kMetadata) {
        out.metadata = metadata(root.elements[i]);
      } else {
        extents.push_back(extent(root.keys[i], root.elements[i]));
      }
    }
    // tensors without values lie between others, wherever the header has them
    std::stable_sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::size_t reached = 0;
    for (Extent& one : extents) {
      if (one.begin != reached) {
        fail(fmt::format("the values of tensor {} begin at byte {}, {} (expected: {})",
                         shown(one.tensor.name), one.begin,
                         one.begin < reached ? "inside those of another" : "after a gap", reached));
      }
      reached = one.end;
      const auto* from = reinterpret_cast<const std::byte*>(values_.data());
      one.tensor.data.assign(from + one.begin, from + one.end);
      out.tensors.add(std::move(one.tensor));
    }
    if (reached != values_.size())
      fail(fmt::format("{} bytes that belong to no tensor", values_.size() - reached));
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kIo, where_, "not a sound safetensors file: " + what);
  }

  std::map<std::string, std::string> metadata(const Json& json) const {
    if (json.kind != Json::Kind::kObject) fail("__metadata__ is no object");
    std::map<std::string, std::string> out;
    for (std::size_t i = 0; i < json.keys.size(); ++i) {
      if (json.elements[i].kind != Json::Kind::kString)
        fail(fmt::format("__metadata__ holds something else than a text: {}", shown(json.keys[i])));
      out.emplace(json.keys[i], json.elements[i].text);
    }
    return out;
  }

  const Json& member(const std::string& name, const Json& json, std::string_view key,
                     Json::Kind kind) const {
    const Json* found = json.find(key);
    if (found == nullptr || found->kind != kind) {
      fail(fmt::format("tensor {} has no {} {}", shown(name),
                       kind == Json::Kind::kArray ? "list" : "text", key));
    }
    return *found;
  }

  /// A list of whole numbers that are not negative.
  std::vector<std::int64_t> numbers(const std::string& name, const Json& json,
                                    std::string_view key) const {
    std::vector<std::int64_t> out;
    for (const Json& one : member(name, json, key, Json::Kind::kArray).elements) {
      if (one.kind != Json::Kind::kInteger || one.integer < 0) {
        fail(fmt::format("tensor {}: {} holds something else than whole numbers from 0 on",
                         shown(name), key));
      }
      out.push_back(one.integer);
    }
    return out;
  }

  Extent extent(const std::string& name, const Json& json) const {
    if (json.kind != Json::Kind::kObject) fail(fmt::format("{} is no object", shown(name)));
    if (json.keys.size() != 3) {
      fail(fmt::format("tensor {} has {} members (needed: dtype, shape, data_offsets)", shown(name),
                       json.keys.size()));
    }
    const std::string& dtype = member(name, json, "dtype", Json::Kind::kString).text;
    const std::optional<Tensor::Type> type = type_named(dtype);
    if (!type) {
      fail(fmt::format("tensor {} holds {} (known: F32, F64, I32, I64, U8, U64)", shown(name),
                       shown(dtype)));
    }
    Extent out;
    out.tensor.name = name;
    out.tensor.type = *type;
    out.tensor.shape = numbers(name, json, "shape");

    const std::vector<std::int64_t> offsets = numbers(name, json, "data_offsets");
    if (offsets.size() != 2 || offsets[0] > offsets[1] ||
        static_cast<std::size_t>(offsets[1]) > values_.size()) {
      fail(
          fmt::format("tensor {}: data_offsets {} (allowed: two, ascending, up to {}); is the "
                      "file torn?",
                      shown(name), shape_text(offsets), values_.size()));
    }
    out.begin = static_cast<std::size_t>(offsets[0]);
    out.end = static_cast<std::size_t>(offsets[1]);
    if (bytes_of(*type, out.tensor.shape) != out.end - out.begin) {
      fail(fmt::format("tensor {}: {} bytes for {} of shape {}", shown(name), out.end - out.begin,
                       dtype, shape_text(out.tensor.shape)));
    }
    return out;
  }

  const std::string& where_;
  std::string_view header_, values_;
};

}  // namespace

std::string to_safetensors(const Tensors& tensors,
                           const std::map<std::string, std::string>& metadata) {
  std::vector<const Tensor*> order;
  for (const Tensor& tensor : tensors.all()) order.push_back(&tensor);
  std::stable_sort(order.begin(), order.end(), [](const Tensor* a, const Tensor* b) {
    return size_of(a->type) > size_of(b->type);
  });

  std::string header;
  const auto add = [&](const std::string& entry) { header += (header.empty() ? "" : ",") + entry; };
  if (!metadata.empty()) {
    std::string texts;
    for (const auto& [key, text] : metadata)
      texts += (texts.empty() ? "" : ",") + quoted(key) + ':' + quoted(text);
    add(fmt::format("\"{}\":{{{}}}", kMetadata, texts));
  }
  std::size_t at = 0;
  for (const Tensor* tensor : order) {
    if (tensor->name == kMetadata) {
      throw Error(ErrorCode::kState, "safetensors",
                  fmt::format("no tensor may be called {} (choose another name)", kMetadata));
    }
    add(fmt::format(R"({}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})",
                    quoted(tensor->name), name_of(tensor->type), fmt::join(tensor->shape, ","), at,
                    at + tensor->data.size()));
    at += tensor->data.size();
  }
  header = '{' + header + '}';
  header.resize((header.size() + 7) / 8 * 8, ' ');

  std::string out(kLengthBytes, '\0');
  const std::uint64_t length = header.size();
  std::memcpy(out.data(), &length, kLengthBytes);
  out.reserve(kLengthBytes + header.size() + at);
  out += header;
  for (const Tensor* tensor : order)
    out.append(reinterpret_cast<const char*>(tensor->data.data()), tensor->data.size());
  return out;
}

SafetensorsFile read_safetensors(std::string_view bytes, const std::string& where) {
  return Reader(bytes, where).file();
}

}  // namespace infodiet
