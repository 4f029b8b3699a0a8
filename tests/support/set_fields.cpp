#include "tests/support/set_fields.hpp"

#include "env/core/error.hpp"

namespace infodiet::test {
namespace {

/// Writes one number into the field of its name.
class SetNumber : public Fields {
 public:
  SetNumber(const std::string& name, double number) : name_(name), number_(number) {}
  bool found() const { return found_; }

  void operator()(const Field& field, int& value) override { set(field, value); }
  void operator()(const Field& field, std::uint64_t& value) override { set(field, value); }
  void operator()(const Field& field, float& value) override { set(field, value); }
  void operator()(const Field& field, double& value) override { set(field, value); }
  void operator()(const Field&, bool&) override {}
  void operator()(const Field&, std::string&) override {}
  void operator()(const Field&, std::vector<double>&) override {}
  void path(const Field&, std::string&) override {}
  void operator()(const Field&, Config&) override {}
  void operator()(const Field&, Choice&) override {}
  void operator()(const Field&, std::vector<Choice>&, const Choice&) override {}

 private:
  template <class Number>
  void set(const Field& field, Number& value) {
    if (field.name != name_) return;
    value = static_cast<Number>(number_);
    found_ = true;
  }

  std::string name_;
  double number_;
  bool found_ = false;
};

}  // namespace

Choice with_numbers(const Catalogue& catalogue, const std::string& name,
                    const std::vector<std::pair<std::string, double>>& numbers) {
  Choice choice(catalogue, name);
  for (const auto& [field, number] : numbers) {
    SetNumber set(field, number);
    choice.config().fields(set);
    if (!set.found())
      throw Error(ErrorCode::kConfig, name, "has no number field '" + field + "' (see its config)");
  }
  return choice;
}

}  // namespace infodiet::test
