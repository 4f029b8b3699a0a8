#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace infodiet {

/// A named array: what an agent hands over to be kept in a file, and gets back.
struct Tensor {
  enum class Type { kF32, kF64, kI32, kI64, kU8, kU64 };

  std::string name;
  Type type = Type::kF32;
  std::vector<std::int64_t> shape;  ///< slowest axis first; () is one number
  std::vector<std::byte> data;      ///< row by row, as this machine writes numbers

  /// @throws Error kShape if `shape` is not the shape of that many values
  template <class T>
  static Tensor of(std::string name, std::vector<std::int64_t> shape, std::span<const T> values);

  /// The values.
  /// @throws Error kState, with the tensor's name, if they are of another type
  template <class T>
  std::span<const T> as() const;

  /// The type that holds values of type T.
  template <class T>
  static constexpr Type type_of();

 private:
  void require_type(Type wanted) const;
  void require_filled() const;

  friend class Tensors;
};

/// The type as files and messages call it: "F32".
std::string_view name_of(Tensor::Type type);
/// Bytes of one value.
std::size_t size_of(Tensor::Type type);
/// The type with this name, if there is one.
std::optional<Tensor::Type> type_named(std::string_view name);
/// Bytes of an array, if its lengths are not negative and some memory could hold it.
std::optional<std::size_t> bytes_of(Tensor::Type type, std::span<const std::int64_t> shape);
/// As numpy writes shapes: "(64, 32)".
std::string shape_text(std::span<const std::int64_t> shape);

/// Tensors in an order, each with a name of its own.
class Tensors {
 public:
  /// @throws Error kState if there is one with this name; kShape if its bytes are not what its
  ///         shape and type need
  void add(Tensor tensor);

  /// @returns null if there is none with this name; lent until the next `add`
  const Tensor* find(std::string_view name) const;
  /// @throws Error kState if there is none
  const Tensor& at(std::string_view name) const;
  /// The values of a tensor whose type and shape are known.
  /// @throws Error kState if there is none, or if it has another type or shape
  template <class T>
  std::span<const T> at(std::string_view name, const std::vector<std::int64_t>& shape) const {
    const Tensor& tensor = at(name);
    const std::span<const T> values = tensor.as<T>();
    require_shape(tensor, shape);
    return values;
  }

  const std::vector<Tensor>& all() const { return all_; }
  bool empty() const { return all_.empty(); }

 private:
  static void require_shape(const Tensor& tensor, std::span<const std::int64_t> wanted);

  std::vector<Tensor> all_;
  std::map<std::string, std::size_t, std::less<>> place_;  // in `all_`, by name
};

template <class T>
constexpr Tensor::Type Tensor::type_of() {
  if constexpr (std::is_same_v<T, float>) {
    return Type::kF32;
  } else if constexpr (std::is_same_v<T, double>) {
    return Type::kF64;
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    return Type::kI32;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return Type::kI64;
  } else if constexpr (std::is_same_v<T, std::uint8_t>) {
    return Type::kU8;
  } else {
    static_assert(std::is_same_v<T, std::uint64_t>, "no tensor holds values of this type");
    return Type::kU64;
  }
}

template <class T>
Tensor Tensor::of(std::string name, std::vector<std::int64_t> shape, std::span<const T> values) {
  Tensor tensor{std::move(name), type_of<T>(), std::move(shape), {}};
  const std::span<const std::byte> bytes = std::as_bytes(values);
  tensor.data.assign(bytes.begin(), bytes.end());
  tensor.require_filled();
  return tensor;
}

template <class T>
std::span<const T> Tensor::as() const {
  require_type(type_of<T>());
  // memory of a vector is aligned for every type there is
  return {reinterpret_cast<const T*>(data.data()), data.size() / sizeof(T)};
}

}  // namespace infodiet
