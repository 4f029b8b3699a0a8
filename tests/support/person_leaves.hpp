#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "env/person/person.hpp"

namespace infodiet::test {

/// One number or word of a person's settings, whatever section it stands in.
struct PersonSetting {
  std::string key;   ///< "attention.kappa"
  std::string text;  ///< its value, exactly
  double low, high;  ///< what is allowed; high < low for a word
};

/// All of them, in the order in which they are listed.
std::vector<PersonSetting> leaves_of(const Person& person);

/// Writes one number. @throws Error kConfig if there is none of that key
void set_number(Person& person, const std::string& key, double value);
double number_of(const Person& person, const std::string& key);

/// Keys whose values differ.
std::vector<std::string> differences(const Person& a, const Person& b);

}  // namespace infodiet::test
