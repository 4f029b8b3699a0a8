#include "env/core/config/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "env/core/config/yaml_messages.hpp"
#include "env/core/config/yaml_text.hpp"

namespace infodiet {

namespace {

using Kind = YamlNode::Kind;

/// Thrown through the parser where a text cannot be read on; never leaves this file.
struct Broken {
  ConfigPlace place;
  std::string what;
};

/// Builds the tree from the parser's events, which show what its own tree hides: duplicate keys,
/// quotes, marks, merge keys.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::shared_ptr<const ConfigSource> source, std::size_t begin,
              ConfigProblems& problems)
      : source_(std::move(source)), begin_(begin), problems_(problems) {}

  const std::shared_ptr<const YamlNode>& root() const { return root_; }

  ConfigPlace place(const YAML::Mark& mark) const {
    const YAML::Mark start = mark.is_null() ? YAML::Mark() : mark;
    ConfigPlace place;
    place.source = source_;
    place.offset = std::min(begin_ + static_cast<std::size_t>(start.pos), source_->text.size());
    place.line = start.line + 1;
    place.column = start.column + 1 + (start.line == 0 ? static_cast<int>(begin_) : 0);
    return place;
  }

  /// Keys without ':', which yaml-cpp accepts. At the end of a broken list it also makes them up,
  /// so they are problems only where the text was read to its end.
  const std::vector<Broken>& keys_alone() const { return keys_alone_; }

  /// The innermost bracket or brace that is open, or null: what a broken flow form is about.
  const YamlNode* innermost() const { return open_.empty() ? nullptr : open_.back().node.get(); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto node = std::make_shared<YamlNode>();
    node->place = place(mark);
    const std::size_t written = written_null(source_->text, node->place.offset);
    if (written > 0) {
      node->kind = Kind::kNull;
      node->place.length = written;
    } else if (!open_.empty() && open_.back().has_key) {
      const ConfigPlace& key = open_.back().key_place;
      if (!has_colon(key, node->place))
        keys_alone_.push_back({key, "there is no ':' and value after this key"});
      node->place = key;  // the mark is that of the next token
    }
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) fail(place(mark), "an alias inside the value that it stands for");
    add(known->second, YAML::NullAnchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto node = std::make_shared<YamlNode>();
    node->kind = Kind::kScalar;
    node->text = value;
    node->place = place(mark);
    node->quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!node->quoted) check_tag(tag, node->place);
    const YamlExtent extent = yaml_extent(source_->text, node->place.offset, value);
    if (!extent.closed) fail(node->place, "this quote is never closed");
    node->place.length = extent.length;
    if (find_invalid_utf8(value) < value.size()) {
      // yaml-cpp makes single bytes of these two
      problems_.add(node->place,
                    "the escapes \\N and \\_ are not known here (write \\u0085, \\u00a0)");
      node->text.clear();
    }
    add(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(Kind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override {
    merge_keys(open_.back());
    end();
  }

 private:
  /// A list or map whose end has not come yet.
  struct Open {
    std::shared_ptr<YamlNode> node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    bool has_key = false;  // of a map: the next node is the value of `key`
    std::string key;
    bool key_quoted = false;
    ConfigPlace key_place;
    std::vector<YamlEntry> merges;             // `<<` keys
    std::map<std::string, ConfigPlace> first;  // where each key was first written
  };

  /// Ends the parse; `parse_yaml` reports it.
  [[noreturn]] static void fail(const ConfigPlace& at, const std::string& what) {
    throw Broken{at, what};
  }

  bool has_colon(const ConfigPlace& key, const ConfigPlace& value) const {
    const std::size_t begin = key.offset + key.length;
    return value.offset > begin &&
           source_->text.substr(begin, value.offset - begin).find(':') != std::string::npos;
  }

  void check_tag(const std::string& tag, const ConfigPlace& at) {
    if (tag.empty() || tag == "?") return;
    problems_.add(at, "tags such as " + quoted(tag) +
                          " are not used: remove it, the setting knows what it holds");
  }

  void start(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    Open open;
    open.node = std::make_shared<YamlNode>();
    open.node->kind = kind;
    open.node->place = place(mark);
    open.anchor = anchor;
    check_tag(tag, open.node->place);
    if (static_cast<int>(open_.size()) >= kMaxYamlDepth)
      fail(open.node->place, fmt::format("nested deeper than {} levels", kMaxYamlDepth));
    open_.push_back(std::move(open));
  }

  void end() {
    Open open = std::move(open_.back());
    open_.pop_back();
    add(std::move(open.node), open.anchor);
  }

  void add(std::shared_ptr<const YamlNode> node, YAML::anchor_t anchor) {
    if (++num_seen_ > 2 * kMaxYamlNodes) fail_size(node->place);  // keys and what is refused too
    if (anchor != YAML::NullAnchor) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& open = open_.back();
    if (open.node->kind == Kind::kList) {
      open.node->append({"", node->place, node, false});
      check_size(open);
      return;
    }
    if (!open.has_key) {
      take_key(open, *node);
      return;
    }
    open.has_key = false;
    add_value(open, std::move(node));
    check_size(open);
  }

  void take_key(Open& open, const YamlNode& node) {
    if (node.kind != Kind::kScalar) problems_.add(node.place, "a key must be a name");
    open.has_key = true;
    open.key = node.kind == Kind::kScalar ? node.text : "";
    open.key_quoted = node.quoted;
    open.key_place = node.place;
  }

  void add_value(Open& open, std::shared_ptr<const YamlNode> value) {
    const bool is_merge = open.key == "<<" && !open.key_quoted;
    const auto [first, is_new] = open.first.emplace(open.key, open.key_place);
    if (!is_new) {
      problems_.add(open.key_place, fmt::format("duplicate key {} (first written in line {})",
                                                quoted(open.key), first->second.line));
      return;
    }
    if (open.key.empty()) return;
    YamlEntry entry{open.key, open.key_place, std::move(value), false};
    if (is_merge) {
      open.merges.push_back(std::move(entry));
    } else {
      open.node->append(std::move(entry));
    }
  }

  /// `<<: *map` or `<<: [*map, *map]`: takes over the keys that are not written here; of a list the
  /// earlier map wins (https://yaml.org/type/merge.html).
  void merge_keys(Open& open) {
    for (const YamlEntry& merge : open.merges) {
      std::vector<std::shared_ptr<const YamlNode>> sources = {merge.value};
      if (merge.value->kind == Kind::kList) {
        sources.clear();
        for (const YamlEntry& element : merge.value->entries) sources.push_back(element.value);
      }
      for (const auto& from : sources) {
        if (from->kind != Kind::kMap) {
          problems_.add(merge.key_place,
                        "'<<' takes over a map or a list of maps, as in <<: *name");
          continue;
        }
        for (const YamlEntry& entry : from->entries) {
          if (open.first.emplace(entry.key, entry.key_place).second) open.node->append(entry);
        }
      }
    }
    check_size(open);
  }

  void check_size(const Open& open) {
    const int depth = static_cast<int>(open_.size()) + open.node->depth - 1;
    if (depth > kMaxYamlDepth)
      fail(open.node->place, fmt::format("nested deeper than {} levels", kMaxYamlDepth));
    std::size_t size = 0;
    for (const Open& level : open_) size += level.node->size;
    if (size > kMaxYamlNodes) fail_size(open.node->place);
  }

  [[noreturn]] static void fail_size(const ConfigPlace& at) {
    fail(at, fmt::format("more than {} values, aliases expanded", kMaxYamlNodes));
  }

  std::shared_ptr<const ConfigSource> source_;
  std::size_t begin_;
  ConfigProblems& problems_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::shared_ptr<const YamlNode>> anchors_;
  std::shared_ptr<const YamlNode> root_;
  std::size_t num_seen_ = 0;
  std::vector<Broken> keys_alone_;
};

}  // namespace

std::shared_ptr<const YamlNode> parse_yaml(const std::shared_ptr<const ConfigSource>& source,
                                           std::size_t begin, ConfigProblems& problems,
                                           bool& sound) {
  auto empty = std::make_shared<YamlNode>();
  empty->place.source = source;
  sound = check_yaml_text(source, begin, problems);
  if (!sound) return empty;

  TreeBuilder builder(source, begin, problems);
  const auto broken = [&](const ConfigPlace& place, const std::string& what) {
    problems.add(place, what);
    sound = false;
    return empty;
  };
  try {
    std::istringstream in(source->text.substr(begin));
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return empty;
    const auto root = builder.root();
    TreeBuilder rest(source, begin, problems);
    if (parser.HandleNextDocument(rest))
      return broken(rest.root() ? rest.root()->place : root->place,
                    "a second document begins here; a file holds one");
    for (const Broken& key : builder.keys_alone()) broken(key.place, key.what);
    return root;
  } catch (const Broken& e) {
    return broken(e.place, e.what);
  } catch (const YAML::Exception& e) {
    const YamlNode* open = builder.innermost();
    if (open != nullptr &&
        (e.msg == YAML::ErrorMsg::END_OF_MAP_FLOW || e.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW))
      return broken(open->place, "this bracket is not closed, or a ',' is missing after a value");
    return broken(builder.place(e.mark), explain_yaml_error(e.msg));
  }
}

}  // namespace infodiet
