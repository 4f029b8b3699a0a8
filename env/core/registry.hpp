#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "env/core/error.hpp"
#include "env/core/fields.hpp"

namespace infodiet {

/// The plug-ins of one kind (worlds, streams, agents ...), as far as configuration goes: their
/// names, what they are, and a config with its defaults.
class Catalogue {
 public:
  struct Entry {
    std::string summary;
    std::function<std::unique_ptr<Config>()> make_config;
  };

  /// @param kind  what the plug-ins are, for messages: "agent"
  explicit Catalogue(std::string kind) : kind_(std::move(kind)) {}

  const std::string& kind() const { return kind_; }
  const std::map<std::string, Entry>& entries() const { return entries_; }
  bool contains(const std::string& name) const { return entries_.contains(name); }

  /// @throws Error kConfig for an unknown name; kInternal if two plug-ins took one name
  const Entry& at(const std::string& name) const {
    if (!twice_.empty())
      throw Error(ErrorCode::kInternal, "registry", "two " + kind_ + "s are named " + twice_);
    const auto found = entries_.find(name);
    if (found != entries_.end()) return found->second;
    std::string known;
    for (const auto& [key, entry] : entries_) known += (known.empty() ? "" : ", ") + key;
    throw Error(ErrorCode::kConfig, "",
                "unknown " + kind_ + " '" + name + "' (known: " + known + ")");
  }

 protected:
  void add(const std::string& name, Entry entry) {
    if (!entries_.emplace(name, std::move(entry)).second) twice_ = name;
  }

 private:
  std::string kind_;
  std::map<std::string, Entry> entries_;
  std::string twice_;  // remembered, not thrown: registration runs before main
};

/// A plug-in's name together with that plug-in's own settings.
class Choice {
 public:
  Choice(const Catalogue& catalogue, std::string name) : catalogue_(&catalogue) {
    select(std::move(name));
  }
  Choice(const Choice& other)
      : catalogue_(other.catalogue_),
        name_(other.name_),
        config_(other.config_ ? other.config_->clone() : nullptr) {}
  Choice(Choice&&) = default;
  Choice& operator=(const Choice& other) { return *this = Choice(other); }
  Choice& operator=(Choice&&) = default;
  ~Choice() = default;

  /// Picks another plug-in, with its defaults. An unknown name is kept, with no config: `make`
  /// refuses it, and the reader of a file reports it with its place.
  void select(std::string name) {
    name_ = std::move(name);
    config_ = catalogue_->contains(name_) ? catalogue_->at(name_).make_config() : nullptr;
  }

  const Catalogue& catalogue() const { return *catalogue_; }
  const std::string& name() const { return name_; }
  bool known() const { return config_ != nullptr; }
  Config& config() { return *config_; }
  const Config& config() const { return *config_; }

 private:
  const Catalogue* catalogue_;
  std::string name_;
  std::unique_ptr<Config> config_;
};

/// The plug-ins of one interface and how to make them.
///
/// Entries come from `Registered` objects at namespace scope in each plug-in's own file. They run
/// before main(); the registry lives inside a function so that it exists before the first of them.
/// @tparam Interface  has `static constexpr std::string_view kKind`
/// @tparam Args       what a plug-in's constructor takes after its config
template <class Interface, class... Args>
class Registry : public Catalogue {
 public:
  using Make = std::function<std::unique_ptr<Interface>(const Config&, Args...)>;

  static Registry& instance() {
    static Registry registry;
    return registry;
  }

  void add(const std::string& name, Entry entry, Make make) {
    Catalogue::add(name, std::move(entry));
    makers_.emplace(name, std::move(make));
  }

  /// @throws Error kConfig if the choice names no known plug-in
  std::unique_ptr<Interface> make(const Choice& choice, Args... args) const {
    at(choice.name());
    return makers_.at(choice.name())(choice.config(), args...);
  }

 private:
  Registry() : Catalogue(std::string(Interface::kKind)) {}
  std::map<std::string, Make> makers_;
};

/// Puts `Plugin` into a registry: `const Registered<AgentRegistry, Never> kNever("never", "...")`.
/// `Plugin` has a nested `Config` and is made from one (and from the registry's further arguments).
template <class RegistryType, class Plugin>
struct Registered;

template <class Interface, class... Args, class Plugin>
struct Registered<Registry<Interface, Args...>, Plugin> {
  Registered(const std::string& name, const std::string& summary) {
    using PluginConfig = typename Plugin::Config;
    Registry<Interface, Args...>::instance().add(
        name, {summary, [] { return std::make_unique<PluginConfig>(); }},
        [](const Config& config, Args... args) -> std::unique_ptr<Interface> {
          return std::make_unique<Plugin>(static_cast<const PluginConfig&>(config), args...);
        });
  }
};

}  // namespace infodiet
