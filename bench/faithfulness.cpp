// Whether what a policy looks at is what it decides by.
//
//   faithfulness RUN [--seeds N] [--seed S] [--episodes N] [--share P] [--threads N] [--json FILE]
//
// Plays what a training has made (RUN: its folder) on the days its world is evaluated on, N
// episodes of other people for each seed, S, S + 1, ... At a random share P of the decisions it
// asks the policy what it looks at, takes away the event of the history that is looked at most, and
// measures how far the decision moves; then does the same with one of the other events, drawn at
// random. If attention told nothing of what matters, the two would move it alike.
//
//   weight    of an event: mean over layers, heads and those who ask, these being the context and
//             the candidates, from whom the decision is read; events that ask are left out. In
//             `pooled` the context alone asks. Of a candidate: likewise, but for what it makes of
//             itself; only in `transformer` are candidates looked at
//   moves     total variation between the chances of all first choices, nothing being one: the gate
//             of the first slot times the softmax of scores. Without a candidate: between the
//             chances of the others and of nothing, before (scaled up to 1) and after; so that it
//             cannot be chosen any more does not count
//   taken     from what attention is given, and from nothing else: estimates and memory are made of
//             all (PolicyGradient::explain_without)
//
// Means over the decisions of a seed; then the mean over seeds, and of the difference top - random
// within seeds, with 95 % intervals (sim/statistics.hpp). Of several that are looked at alike the
// top is drawn at random, so a run with `score: uniform` is the control: it must show no
// difference. Decisions with fewer than two events (candidates), or in which one of the two taken
// is chosen for certain, are left out. A seed that is left with none is null in `per_seed`, which
// has a place for each seed. The same bits on any number of threads.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agents/learning/policy_gradient.hpp"
#include "bench/looked_at.hpp"
#include "env/core/error.hpp"
#include "env/core/parallel.hpp"
#include "env/core/philox.hpp"
#include "env/env_batch.hpp"
#include "sim/experiment.hpp"
#include "sim/json_writer.hpp"
#include "sim/statistics.hpp"
#include "sim/training/trained_policy.hpp"
#include "sim/whole_files.hpp"

namespace infodiet {
namespace {

struct Options {
  std::string run, json;
  std::uint64_t seed = 1;
  int seeds = 10, episodes = 32, threads = 0;
  double share = 0.1;
};

template <class T>
void read_number(std::string_view word, std::string_view text, T low, T high, T& value) {
  T read{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (error != std::errc{} || end != text.data() + text.size() || !(read >= low && read <= high))
    throw Error(ErrorCode::kConfig, std::string(word),
                fmt::format("'{}' (allowed: {} to {})", text, low, high));
  value = read;
}

Options read_options(std::span<char* const> words) {
  Options options;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (!word.starts_with("--") && options.run.empty()) {
      options.run = word;
      continue;
    }
    const std::string_view value = i + 1 < words.size() ? words[++i] : "";
    if (word == "--seeds")
      read_number(word, value, 1, 10'000, options.seeds);
    else if (word == "--seed")
      read_number(word, value, std::uint64_t{0}, ~std::uint64_t{0}, options.seed);
    else if (word == "--episodes")
      read_number(word, value, 1, 1'000'000, options.episodes);
    else if (word == "--threads")
      read_number(word, value, 0, 4096, options.threads);
    else if (word == "--share")
      read_number(word, value, 0.0, 1.0, options.share);
    else if (word == "--json" && !value.empty())
      options.json = value;
    else
      throw Error(ErrorCode::kConfig, std::string(word),
                  "is not understood (faithfulness RUN [--seeds N] [--seed S] [--episodes N] "
                  "[--share P] [--threads N] [--json FILE])");
  }
  if (options.run.empty())
    throw Error(ErrorCode::kConfig, "faithfulness",
                "needs the folder of a run of `infodiet train`");
  return options;
}

/// Of the row that is looked at most, and of another.
struct Pair {
  double top = 0, random = 0;
};

/// What was measured over some decisions, in sums.
struct Sums {
  double decisions = 0;
  Pair moved, weight;

  void add(const Sums& more) {
    decisions += more.decisions;
    moved.top += more.moved.top;
    moved.random += more.moved.random;
    weight.top += more.weight.top;
    weight.random += more.weight.random;
  }
};
using SumsByPart = std::array<Sums, kNumParts>;

/// How far the decision moves without one row.
double moved(const PolicyGradient& policy, const Observations& seen, int env,
             std::span<const std::byte> memory, const Spec& spec, Part part, int row,
             const std::vector<double>& before) {
  const std::span<const int> place(&row, 1);
  const Unseen unseen = part == kHistory ? Unseen{{}, place} : Unseen{place, {}};
  const auto after = first_choice(policy.explain_without(seen, env, memory, unseen), spec);
  return total_variation(part == kHistory ? before : others(before, row), after);
}

/// One decision.
void look(const PolicyGradient& policy, const Observations& seen, int env,
          std::span<const std::byte> memory, const Spec& spec, SumsByPart& into) {
  const Explanation why = policy.explain(seen, env, memory);
  if (why.scores.empty()) return;  // there is nothing to decide
  const std::vector<double> before = first_choice(why, spec);
  const DecisionKey& key = seen.key[env];
  for (const Part part : {kHistory, kCandidates}) {
    const std::vector<double> weights = weights_of(why, part);
    if (weights.size() < 2) continue;
    const auto words = random_words(key.episode, Purpose::kBootstrap, key.decision, 1 + part);
    const int top = highest(weights, words[0]);
    auto other =
        static_cast<int>(uniform_below(words[1], static_cast<std::uint32_t>(weights.size() - 1)));
    if (other >= top) ++other;
    if (part == kCandidates && std::max(before[top], before[other]) >= 1)
      continue;  // or nothing else
    into[part].add({1,
                    {moved(policy, seen, env, memory, spec, part, top, before),
                     moved(policy, seen, env, memory, spec, part, other, before)},
                    {weights[top], weights[other]}});
  }
}

constexpr int kBlock = 8;  // environments played together as one task

/// An episode each of some people of one seed.
SumsByPart play(const std::shared_ptr<const World>& world, const PolicyGradient& policy,
                const Options& options, int seed, int first_env) {
  const int envs = std::min(kBlock, options.episodes - first_env);
  EnvBatch batch(world, envs, options.seed + static_cast<std::uint64_t>(seed),
                 {.autoreset = Autoreset::kDisabled, .tensors = true, .block_size = envs},
                 static_cast<std::uint32_t>(first_env));
  const std::size_t bytes = policy.memory_bytes();
  std::vector<std::byte> memory(bytes * static_cast<std::size_t>(envs));
  SumsByPart sums;
  for (int running = envs; running > 0;) {
    const Observations seen = batch.observations();
    for (int env = 0; env < envs; ++env) {
      const DecisionKey& key = seen.key[env];
      const auto words = random_words(key.episode, Purpose::kBootstrap, key.decision, 0);
      if (batch.ended()[env] != 0 || double{uniform_open(words[0])} >= options.share) continue;
      look(policy, seen, env, std::span(memory).subspan(env * bytes, bytes), batch.spec(), sums);
    }
    policy.act(seen, memory, batch.slates());
    batch.step_block(0);
    running -= static_cast<int>(batch.finished(0).size());
  }
  return sums;
}

/// What was found of one part: of each seed, NaN of one without decisions.
struct Found {
  std::vector<double> decisions, top, random, difference, weight_top, weight_random;

  explicit Found(const std::vector<SumsByPart>& seeds, Part part) {
    for (const SumsByPart& seed : seeds) {
      const Sums& sums = seed[part];
      const double count =
          sums.decisions > 0 ? sums.decisions : std::numeric_limits<double>::quiet_NaN();
      decisions.push_back(count);
      top.push_back(sums.moved.top / count);
      random.push_back(sums.moved.random / count);
      difference.push_back(top.back() - random.back());
      weight_top.push_back(sums.weight.top / count);
      weight_random.push_back(sums.weight.random / count);
    }
  }
};

/// Of seeds that had decisions.
std::vector<double> known(std::vector<double> per_seed) {
  std::erase_if(per_seed, [](double value) { return std::isnan(value); });
  return per_seed;
}

void write(JsonWriter& json, const char* name, const std::vector<double>& per_seed) {
  const Interval interval = mean_interval(known(per_seed));
  json.begin_object(name).member("mean", interval.estimate);
  json.member("low", interval.low).member("high", interval.high);
  json.begin_array("per_seed");
  for (const double value : per_seed) json.element(value);
  json.end().end();
}

void write(JsonWriter& json, const char* name, const Found& found) {
  json.begin_object(name);
  write(json, "decisions", found.decisions);
  write(json, "top", found.top);
  write(json, "random", found.random);
  write(json, "difference", found.difference);
  write(json, "weight_top", found.weight_top);
  write(json, "weight_random", found.weight_random);
  json.end();
}

void print(const char* name, const Found& found) {
  const auto text = [](const std::vector<double>& per_seed) {
    const Interval i = mean_interval(known(per_seed));
    return fmt::format("{:.4f} [{:.4f}, {:.4f}]", i.estimate, i.low, i.high);
  };
  const std::vector<double> counts = known(found.decisions);
  double decisions = 0;
  for (const double count : counts) decisions += count;
  fmt::print(
      "{}: {:.0f} decisions of {} seeds; weight of the top {:.3f}, of a random other {:.3f}\n",
      name, decisions, counts.size(), mean(known(found.weight_top)),
      mean(known(found.weight_random)));
  fmt::print("  without the top           {}\n", text(found.top));
  fmt::print("  without a random other    {}\n", text(found.random));
  fmt::print("  difference, within seeds  {}\n", text(found.difference));
}

int run(const Options& options) {
  const auto file = std::filesystem::path(options.run) / "config.yaml";
  const auto world = make_world(load_experiment(file.string()).world);
  const auto agent = load_policy(checkpoint_of(options.run), world->spec());
  const auto* const policy = dynamic_cast<const PolicyGradient*>(agent.get());
  if (policy == nullptr)
    throw Error(ErrorCode::kConfig, options.run, "its agent has no policy network to be asked");

  const int blocks = (options.episodes - 1) / kBlock + 1;
  std::vector<SumsByPart> tasks(static_cast<std::size_t>(options.seeds * blocks));
  Workers(options.threads).for_each(options.seeds * blocks, [&](int task) {
    tasks[task] = play(world, *policy, options, task / blocks, task % blocks * kBlock);
  });
  std::vector<SumsByPart> seeds(static_cast<std::size_t>(options.seeds));
  for (int task = 0; task < options.seeds * blocks; ++task)
    for (int part = 0; part < kNumParts; ++part) seeds[task / blocks][part].add(tasks[task][part]);

  JsonWriter json;
  json.begin_object().member("run", options.run).member("first_seed", options.seed);
  json.member("seeds", options.seeds).member("episodes", options.episodes);
  json.member("share", options.share);
  for (const Part part : {kHistory, kCandidates}) {
    const Found found(seeds, part);
    if (known(found.top).empty()) {
      fmt::print("{}: never looked at\n", kPartNames[part]);
      continue;
    }
    print(kPartNames[part], found);
    write(json, kPartNames[part], found);
  }
  json.end();
  if (!options.json.empty()) write_whole(options.json, json.text());
  return 0;
}

}  // namespace
}  // namespace infodiet

int main(int argc, char** argv) {
  try {
    return infodiet::run(infodiet::read_options({argv, static_cast<std::size_t>(argc)}));
  } catch (const infodiet::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
