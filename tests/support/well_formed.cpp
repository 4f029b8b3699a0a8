#include "tests/support/well_formed.hpp"

#include <cctype>
#include <set>
#include <vector>

namespace infodiet::test {
namespace {

bool is_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ':' || c == '_';
}

/// Whether what stands at an '&' is one of the entities that XML has.
bool is_entity(const std::string& text, std::size_t at) {
  for (const char* entity : {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"})
    if (text.compare(at, std::string(entity).size(), entity) == 0) return true;
  return false;
}

class Checker {
 public:
  explicit Checker(const std::string& text) : text_(text) {}

  std::string run() {
    if (text_.compare(0, 9, "<!DOCTYPE") == 0) at_ = text_.find('>') + 1;
    while (at_ < text_.size() && wrong_.empty()) {
      if (text_[at_] == '<')
        tag();
      else
        character("text");
    }
    if (wrong_.empty() && !open_.empty()) wrong_ = "<" + open_.back() + "> is not closed";
    if (wrong_.empty() && elements_ == 0) wrong_ = "no element";
    return wrong_;
  }

 private:
  char now() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void complain(const std::string& what) {
    if (wrong_.empty()) wrong_ = what + " at '" + text_.substr(at_, 40) + "'";
    at_ = text_.size();
  }

  void character(const std::string& where) {
    const auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '&' && !is_entity(text_, at_)) return complain("bare '&' in " + where);
    if (c == '<') return complain("bare '<' in " + where);
    if (c < 0x20 && c != '\n') return complain("control character in " + where);
    if (open_.empty() && c != '\n') return complain("text outside the element");
    ++at_;
  }

  std::string name() {
    const std::size_t begin = at_;
    while (is_name(now())) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  void tag() {
    ++at_;
    if (now() == '/') {
      ++at_;
      const std::string closed = name();
      if (open_.empty() || open_.back() != closed || now() != '>')
        return complain("</" + closed + "> closes nothing");
      open_.pop_back();
      ++at_;
      return;
    }
    const std::string opened = name();
    if (opened.empty()) return complain("no name in a tag");
    if (open_.empty() && elements_ > 0) return complain("a second root");
    ++elements_;
    open_.push_back(opened);
    std::set<std::string> attributes;
    while (now() == ' ' || now() == '\n') {
      ++at_;
      const std::string attribute = name();
      if (attribute.empty()) continue;
      if (!attributes.insert(attribute).second) return complain("twice " + attribute);
      if (now() != '=' || text_[++at_] != '"') return complain("no quotes");
      ++at_;
      while (at_ < text_.size() && now() != '"') character("an attribute");
      ++at_;
    }
    if (now() == '/') {
      open_.pop_back();
      ++at_;
    }
    if (now() != '>') return complain("no end of <" + opened + ">");
    ++at_;
  }

  const std::string& text_;
  std::size_t at_ = 0;
  std::vector<std::string> open_;
  int elements_ = 0;
  std::string wrong_;
};

}  // namespace

std::string not_well_formed(const std::string& text) { return Checker(text).run(); }

}  // namespace infodiet::test
