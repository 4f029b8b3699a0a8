#include "env/core/tensors.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/complaint.hpp"
#include "tests/support/sample_checkpoint.hpp"

namespace infodiet::test {
namespace {

bool contains(const std::string& whole, const std::string& part) {
  return whole.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Tensor: values come back as the type they went in as, and as no other", "[core]") {
  const Tensor weight = tensor<float>("weight", {2, 2}, {1, 2, 3, 4});
  CHECK(weight.as<float>()[3] == 4);
  CHECK(complaint([&] { weight.as<double>(); }) == "state: tensor 'weight': it holds F32, not F64");
  CHECK(tensor<double>("one", {}, {7}).as<double>().size() == 1);
  CHECK(tensor<double>("none", {3, 0}, {}).as<double>().empty());
}

TEST_CASE("Tensor: a shape that the values do not fill is refused", "[core]") {
  CHECK(complaint([] {
          tensor<float>("w", {2, 3}, {1, 2, 3, 4});
        }) == "shape: tensor 'w': 4 values of F32 do not fill the shape (2, 3)");
  CHECK(contains(complaint([] { tensor<float>("w", {-1, -1}, {1}); }), "shape"));
  constexpr std::int64_t kMany = std::int64_t{1} << 32;
  CHECK(contains(complaint([] { tensor<float>("w", {kMany, kMany}, {}); }), "shape"));
  CHECK(bytes_of(Tensor::Type::kU8, std::vector<std::int64_t>{kMany, kMany}) == std::nullopt);
  CHECK(bytes_of(Tensor::Type::kU64, std::vector<std::int64_t>{kMany, 0, kMany}) == 0);
}

TEST_CASE("Tensors: what is asked for is there, of its type and shape, or an error names it",
          "[core]") {
  Tensors tensors;
  tensors.add(tensor<float>("w", {2, 3}, {1, 2, 3, 4, 5, 6}));
  CHECK(tensors.at<float>("w", {2, 3})[5] == 6);
  CHECK(tensors.find("x") == nullptr);
  CHECK(complaint([&] { tensors.at("x"); }) == "state: tensors: there is no tensor 'x' among 1");
  CHECK(complaint([&] {
          tensors.at<float>("w", {3, 2});
        }) == "state: tensor 'w': its shape is (2, 3), not (3, 2)");
  CHECK(complaint([&] {
          tensors.at<std::int32_t>("w", {2, 3});
        }) == "state: tensor 'w': it holds F32, not I32");
  CHECK(contains(complaint([&] { tensors.add(tensor<float>("w", {1}, {1})); }), "two with this"));
  Tensor torn = tensor<float>("torn", {2}, {1, 2});
  torn.data.pop_back();
  CHECK(contains(complaint([&] { tensors.add(torn); }), "shape: tensor 'torn'"));
  CHECK(tensors.all().size() == 1);
}

}  // namespace infodiet::test
