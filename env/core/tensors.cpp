#include "env/core/tensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "env/core/error.hpp"

namespace infodiet {
namespace {

struct TypeFacts {
  std::string_view name;
  std::size_t bytes;
};

constexpr TypeFacts kTypes[] = {  // in the order of Tensor::Type
    {"F32", 4}, {"F64", 8}, {"I32", 4}, {"I64", 8}, {"U8", 1}, {"U64", 8}};

const TypeFacts& facts_of(Tensor::Type type) { return kTypes[static_cast<std::size_t>(type)]; }

std::string place_of(const Tensor& tensor) { return fmt::format("tensor '{}'", tensor.name); }

}  // namespace

std::string_view name_of(Tensor::Type type) { return facts_of(type).name; }

std::size_t size_of(Tensor::Type type) { return facts_of(type).bytes; }

std::optional<Tensor::Type> type_named(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kTypes); ++i) {
    if (kTypes[i].name == name) return static_cast<Tensor::Type>(i);
  }
  return std::nullopt;
}

std::optional<std::size_t> bytes_of(Tensor::Type type, std::span<const std::int64_t> shape) {
  const auto below = [&](std::int64_t least) {
    return std::any_of(shape.begin(), shape.end(), [=](std::int64_t n) { return n < least; });
  };
  if (below(0)) return std::nullopt;
  if (below(1)) return 0;
  std::size_t bytes = size_of(type);
  for (const std::int64_t length : shape) {
    constexpr std::size_t kMost = std::numeric_limits<std::int64_t>::max();
    if (bytes > kMost / static_cast<std::size_t>(length)) return std::nullopt;
    bytes *= static_cast<std::size_t>(length);
  }
  return bytes;
}

std::string shape_text(std::span<const std::int64_t> shape) {
  if (shape.size() == 1) return fmt::format("({},)", shape[0]);
  return fmt::format("({})", fmt::join(shape, ", "));
}

void Tensor::require_type(Type wanted) const {
  if (type == wanted) return;
  throw Error(ErrorCode::kState, place_of(*this),
              fmt::format("it holds {}, not {}", name_of(type), name_of(wanted)));
}

void Tensor::require_filled() const {
  if (bytes_of(type, shape) == data.size()) return;
  throw Error(ErrorCode::kShape, place_of(*this),
              fmt::format("{} values of {} do not fill the shape {}", data.size() / size_of(type),
                          name_of(type), shape_text(shape)));
}

void Tensors::add(Tensor tensor) {
  tensor.require_filled();
  if (!place_.emplace(tensor.name, all_.size()).second)
    throw Error(ErrorCode::kState, place_of(tensor), "there are two with this name");
  all_.push_back(std::move(tensor));
}

const Tensor* Tensors::find(std::string_view name) const {
  const auto found = place_.find(name);
  return found == place_.end() ? nullptr : &all_[found->second];
}

const Tensor& Tensors::at(std::string_view name) const {
  if (const Tensor* tensor = find(name)) return *tensor;
  throw Error(ErrorCode::kState, "tensors",
              fmt::format("there is no tensor '{}' among {}", name, all_.size()));
}

void Tensors::require_shape(const Tensor& tensor, std::span<const std::int64_t> wanted) {
  if (std::vector(wanted.begin(), wanted.end()) == tensor.shape) return;
  throw Error(ErrorCode::kState, place_of(tensor),
              fmt::format("its shape is {}, not {}", shape_text(tensor.shape), shape_text(wanted)));
}

}  // namespace infodiet
