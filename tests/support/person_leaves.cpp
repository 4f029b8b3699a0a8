#include "tests/support/person_leaves.hpp"

#include <fmt/format.h>

#include "env/core/error.hpp"

namespace infodiet::test {
namespace {

/// Goes through sections, keeping the way to each leaf.
class Walk : public Fields {
 public:
  void operator()(const Field& field, Config& section) override {
    const std::string outer = way_;
    way_ += std::string(field.name) + ".";
    section.fields(*this);
    way_ = outer;
  }
  void operator()(const Field& field, bool& value) override { other(field, value ? "true" : ""); }
  void operator()(const Field& field, std::string& value) override { other(field, value); }
  void path(const Field& field, std::string& value) override { other(field, value); }
  void operator()(const Field& field, int& value) override { number(field, value); }
  void operator()(const Field& field, std::uint64_t& value) override { number(field, value); }
  void operator()(const Field& field, float& value) override { number(field, value); }
  void operator()(const Field& field, double& value) override { number(field, value); }
  void operator()(const Field& field, std::vector<double>& values) override {
    other(field, fmt::format("{} numbers", values.size()));
  }
  void operator()(const Field& field, Choice&) override { other(field, "plug-in"); }
  void operator()(const Field& field, std::vector<Choice>&, const Choice&) override {
    other(field, "plug-ins");
  }

 protected:
  virtual void leaf(const Field& field, const std::string& key, double* value,
                    const std::string& text) = 0;

 private:
  void other(const Field& field, const std::string& text) {
    leaf(field, way_ + std::string(field.name), nullptr, text);
  }
  template <class Number>
  void number(const Field& field, Number& value) {
    auto wide = static_cast<double>(value);
    leaf(field, way_ + std::string(field.name), &wide, fmt::format("{}", value));
    value = static_cast<Number>(wide);
  }

  std::string way_;
};

class ListLeaves final : public Walk {
 public:
  std::vector<PersonSetting> leaves;

 private:
  void leaf(const Field& field, const std::string& key, double* value,
            const std::string& text) override {
    const bool word = value == nullptr;
    leaves.push_back({key, text, word ? 1 : field.low, word ? 0 : field.high});
  }
};

class FindNumber final : public Walk {
 public:
  FindNumber(const std::string& key, const double* value) : key_(key), value_(value) {}
  double found = 0;
  bool is_there = false;

 private:
  void leaf(const Field&, const std::string& key, double* value, const std::string&) override {
    if (key != key_ || value == nullptr) return;
    if (value_ != nullptr) *value = *value_;
    found = *value;
    is_there = true;
  }
  std::string key_;
  const double* value_;
};

double find(Person& person, const std::string& key, const double* value) {
  FindNumber visitor(key, value);
  person.fields(visitor);
  if (!visitor.is_there) throw Error(ErrorCode::kConfig, key, "a person has no such number");
  return visitor.found;
}

}  // namespace

std::vector<PersonSetting> leaves_of(const Person& person) {
  Person copy = person;  // fields are listed to be written, too
  ListLeaves list;
  copy.fields(list);
  return list.leaves;
}

void set_number(Person& person, const std::string& key, double value) { find(person, key, &value); }

double number_of(const Person& person, const std::string& key) {
  Person copy = person;
  return find(copy, key, nullptr);
}

std::vector<std::string> differences(const Person& a, const Person& b) {
  const std::vector<PersonSetting> ours = leaves_of(a);
  const std::vector<PersonSetting> theirs = leaves_of(b);
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i].text != theirs[i].text) keys.push_back(ours[i].key);
  }
  return keys;
}

}  // namespace infodiet::test
