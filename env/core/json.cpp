#include "env/core/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "env/core/error.hpp"
#include "env/core/text.hpp"

namespace infodiet {
namespace {

class Parser {
 public:
  Parser(std::string_view text, const std::string& shown_name)
      : rest_(text), shown_name_(shown_name) {}

  Json document() {
    Json value = any(0);
    skip_space();
    if (!rest_.empty()) fail("more text after the end of the value");
    return value;
  }

 private:
  static constexpr int kMaxDepth = 64;  // recursion must not run out of stack on a hostile file

  [[noreturn]] void fail(std::string_view what) const {
    throw Error(ErrorCode::kIo, fmt::format("{}:{}", shown_name_, line_), what);
  }

  void skip_space() {
    while (!rest_.empty() &&
           (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\r' || rest_[0] == '\n')) {
      if (rest_[0] == '\n') ++line_;
      rest_.remove_prefix(1);
    }
  }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  Json any(int depth) {
    skip_space();
    if (rest_.empty()) fail("the file ends where a value is wanted: it may be torn");
    if (depth > kMaxDepth) fail(fmt::format("nested more than {} levels deep", kMaxDepth));
    Json value;
    value.line = line_;
    const char first = rest_[0];
    if (first == '{') {
      object(value, depth);
    } else if (first == '[') {
      array(value, depth);
    } else if (first == '"') {
      value.kind = Json::Kind::kString;
      value.text = string();
    } else if (first == '-' || (first >= '0' && first <= '9')) {
      number(value);
    } else if (take("true")) {
      value.kind = Json::Kind::kBool;
      value.flag = true;
    } else if (take("false")) {
      value.kind = Json::Kind::kBool;
    } else if (!take("null")) {
      fail(fmt::format("expected a value, got {}", shown(rest_.substr(0, 12))));
    }
    return value;
  }

  void array(Json& value, int depth) {
    value.kind = Json::Kind::kArray;
    take("[");
    skip_space();
    if (take("]")) return;
    do {
      value.elements.push_back(any(depth + 1));
      skip_space();
    } while (take(","));
    if (!take("]")) fail("expected , or ] after an element");
  }

  void object(Json& value, int depth) {
    value.kind = Json::Kind::kObject;
    take("{");
    skip_space();
    if (take("}")) return;
    std::set<std::string> seen;  // a search of `keys` would take forever on a hostile file
    do {
      skip_space();
      if (!rest_.starts_with('"')) fail("expected a key in quotes");
      std::string key = string();
      if (!seen.insert(key).second) fail(fmt::format("key {} stands here twice", shown(key)));
      skip_space();
      if (!take(":")) fail(fmt::format("expected : after the key {}", shown(key)));
      value.elements.push_back(any(depth + 1));
      value.keys.push_back(std::move(key));
      skip_space();
    } while (take(","));
    if (!take("}")) fail("expected , or } after a member");
  }

  std::size_t digits(std::size_t from) const {
    std::size_t end = from;
    while (end < rest_.size() && rest_[end] >= '0' && rest_[end] <= '9') ++end;
    if (end == from) fail("expected a digit");
    return end;
  }

  void number(Json& value) {
    // step 1: how far it goes; JSON knows no plus sign, no leading 0, no bare dot
    const std::size_t begin = rest_[0] == '-' ? 1 : 0;
    std::size_t end = digits(begin);
    if (rest_[begin] == '0' && end > begin + 1) fail("a number that begins with 0");
    bool whole = true;
    if (end < rest_.size() && rest_[end] == '.') {
      whole = false;
      end = digits(end + 1);
    }
    if (end < rest_.size() && (rest_[end] == 'e' || rest_[end] == 'E')) {
      whole = false;
      ++end;
      if (end < rest_.size() && (rest_[end] == '+' || rest_[end] == '-')) ++end;
      end = digits(end);
    }

    // step 2: its value
    const std::string_view text = rest_.substr(0, end);
    value.kind = whole ? Json::Kind::kInteger : Json::Kind::kReal;
    const auto read = [&](auto& out) {
      if (std::from_chars(text.data(), text.data() + text.size(), out).ec != std::errc()) {
        fail(fmt::format("the number {} is out of range", shown(text)));
      }
    };
    if (whole) read(value.integer);
    read(value.real);
    rest_.remove_prefix(end);
  }

  std::string string() {
    std::string out;
    take("\"");
    for (;;) {
      const auto stop = std::find_if(rest_.begin(), rest_.end(), [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
      });
      if (stop == rest_.end() || *stop == '\n') fail("a string that does not end on its line");
      if (*stop != '"' && *stop != '\\') fail("a control character inside a string");
      const auto end = static_cast<std::size_t>(stop - rest_.begin());
      out += rest_.substr(0, end);
      rest_.remove_prefix(end);
      if (take("\"")) break;
      escape(out);
    }
    if (!is_utf8(out)) fail(fmt::format("the string {} is not UTF-8", shown(out)));
    return out;
  }

  void escape(std::string& out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    take("\\");
    if (rest_.empty()) fail("the file ends inside a string: it may be torn");
    const std::size_t letter = kLetters.find(rest_[0]);
    if (letter != std::string_view::npos) {
      out += kMeanings[letter];
      rest_.remove_prefix(1);
    } else if (rest_[0] == 'u') {
      unicode(out);
    } else {
      fail(fmt::format("unknown escape \\{}", rest_[0]));
    }
  }

  std::uint32_t hex4() {
    std::uint32_t code = 0;
    const std::string_view hex = rest_.substr(std::min<std::size_t>(1, rest_.size()), 4);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    if (hex.size() != 4 || hex[0] == '-' || error != std::errc() ||
        end != hex.data() + hex.size()) {
      fail("\\u wants four hexadecimal digits");
    }
    rest_.remove_prefix(5);
    return code;
  }

  void unicode(std::string& out) {
    std::uint32_t code = hex4();
    if (code >= 0xd800 && code < 0xdc00) {  // the first half of a pair
      if (!rest_.starts_with("\\u")) fail("half of a surrogate pair");
      rest_.remove_prefix(1);
      const std::uint32_t low = hex4();
      if (low < 0xdc00 || low > 0xdfff) fail("half of a surrogate pair");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code <= 0xdfff) {
      fail("half of a surrogate pair");
    }
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xc0 | code >> 6);
      put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
      put(0xe0 | code >> 12);
      put(0x80 | (code >> 6 & 0x3f));
      put(0x80 | (code & 0x3f));
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3f));
      put(0x80 | (code >> 6 & 0x3f));
      put(0x80 | (code & 0x3f));
    }
  }

  std::string_view rest_;
  const std::string& shown_name_;
  std::uint32_t line_ = 1;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? nullptr : &elements[static_cast<std::size_t>(found - keys.begin())];
}

Json parse_json(std::string_view text, const std::string& shown_name) {
  return Parser(text, shown_name).document();
}

}  // namespace infodiet
