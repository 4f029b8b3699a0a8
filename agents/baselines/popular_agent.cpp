#include "agents/agent.hpp"
#include "agents/serving.hpp"

namespace infodiet {
namespace {

/// What most people have read up to now, first: the same for everybody. In a world that does not
/// tell, the last candidates.
class PopularAgent final : public Agent {
 public:
  struct Config : ConfigOf<Config> {
    Serving serving;

    void fields(Fields& f) override { serving.fields(f); }
    std::string variant() const override { return serving.variant(); }
  };

  PopularAgent(const Config& config, const Spec& spec) : config_(config), columns_(spec) {}

  bool reads_tensors() const override { return true; }

  void act(const Observations& seen, std::span<std::byte>, Slates slates) const override {
    const auto room = [this](const Decision& now) { return config_.serving.room(now); };
    serve_best(seen, columns_, slates, room,
               [this](const Decision& now, float* out) { popularity(now, out); });
  }

  Explanation explain(const Observations& seen, int env,
                      std::span<const std::byte>) const override {
    return explain_best(seen, env, columns_, "popularity",
                        [this](const Decision& now, float* out) { popularity(now, out); });
  }

 private:
  void popularity(const Decision& now, float* out) const {
    for (int i = 0; i < now.valid(); ++i)
      out[i] = number(now.candidate(i), columns_.candidate.popularity, static_cast<float>(i));
  }

  Config config_;
  Columns columns_;
};

const Registered<AgentRegistry, PopularAgent> kPopular(
    "popular", "What most people have read so far, first: the same for everybody.");

}  // namespace
}  // namespace infodiet
