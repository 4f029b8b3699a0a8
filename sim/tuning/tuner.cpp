#include "sim/tuning/tuner.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "env/core/config/config_writer.hpp"
#include "env/core/error.hpp"
#include "sim/eval_report.hpp"
#include "sim/evaluation.hpp"
#include "sim/tuning/learner_trials.hpp"

namespace infodiet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Seeds played together before their scores are written: enough for all threads to be busy, few
/// enough that little is lost with the process.
constexpr int kTasksPerThread = 8;

class Tuner {
 public:
  Tuner(const std::shared_ptr<const World>& world, const TuneTask& task, ScoreLog& log,
        Workers& workers, const std::atomic<bool>* cancel, const TuneProgress& progress)
      : world_(world),
        task_(task),
        log_(log),
        workers_(workers),
        cancel_(cancel),
        progress_(progress),
        contestants_(task.candidates.size()) {}

  TuneResult run() {
    TuneResult result;
    result.trials.resize(task_.candidates.size());
    std::vector<int> in_round(task_.plan.rounds.empty() ? 1 : task_.plan.rounds[0].candidates);
    for (std::size_t i = 0; i < in_round.size(); ++i) in_round[i] = static_cast<int>(i);

    std::vector<int> ranking = in_round;
    for (std::size_t i = 0; i < task_.plan.rounds.size(); ++i) {
      const TuneRound& round = task_.plan.rounds[i];
      in_round.assign(ranking.begin(), ranking.begin() + round.candidates);
      std::sort(in_round.begin(), in_round.end());  // of equals the first, whatever came before
      if (!play(std::to_string(i + 1), round, in_round)) {
        result.interrupted = true;
        return result;
      }
      std::vector<double> means;
      for (const int candidate : in_round) {
        TrialResult& trial = result.trials[candidate];
        const std::vector<double> more = scores(round, candidate);
        trial.scores.insert(trial.scores.end(), more.begin(), more.end());
        trial.means.push_back(mean(trial.scores));
        trial.days += days_of(round, candidate);
        result.days += days_of(round, candidate);
        means.push_back(trial.means.back());
      }
      const std::vector<int> order = best_of(means, round.candidates);
      // those that are out keep their places behind
      for (std::size_t place = 0; place < order.size(); ++place)
        ranking[place] = in_round[order[place]];
      best_ = means[order[0]];
      tell();
    }

    const int winner = ranking[0];
    std::vector<int> last = {0};
    if (winner != 0) last.push_back(winner);
    if (!play("recheck", task_.plan.recheck, last)) {
      result.interrupted = true;
      return result;
    }
    for (const int candidate : last) result.days += days_of(task_.plan.recheck, candidate);
    result.ranking = std::move(ranking);
    result.winner_again = scores(task_.plan.recheck, winner);
    result.defaults_again = scores(task_.plan.recheck, 0);
    return result;
  }

 private:
  std::uint64_t seed_of(const TuneRound& round, int seed) const {
    return task_.first_seed + static_cast<std::uint64_t>(round.first_seed + seed);
  }

  std::vector<double> scores(const TuneRound& round, int candidate) const {
    std::vector<double> out;
    for (int seed = 0; seed < round.seeds; ++seed)
      out.push_back(known(round, candidate, seed).score);
    return out;
  }

  double days_of(const TuneRound& round, int candidate) const {
    double days = 0;
    for (int seed = 0; seed < round.seeds; ++seed) days += known(round, candidate, seed).days;
    return days;
  }

  const SeedScore& known(const TuneRound& round, int candidate, int seed) const {
    return *log_.find(task_.agent, candidate, seed_of(round, seed));
  }

  /// Those of the candidates whose score on a seed is not known yet.
  std::vector<int> missing(const TuneRound& round, const std::vector<int>& candidates,
                           int seed) const {
    std::vector<int> out;
    for (const int candidate : candidates) {
      if (!log_.find(task_.agent, candidate, seed_of(round, seed))) out.push_back(candidate);
    }
    return out;
  }

  /// Plays what is missing of a round, some seeds at a time.
  /// @returns whether it came to its end
  bool play(const std::string& name, const TuneRound& round, const std::vector<int>& candidates) {
    if (task_.training) return train(name, round, candidates);
    std::vector<double> sums(candidates.size());
    for (int seed = 0; seed < round.seeds;) {
      const std::vector<int> players = missing(round, candidates, seed);
      const std::size_t wanted = static_cast<std::size_t>(kTasksPerThread * workers_.threads());
      int end = seed + 1;
      while (end < round.seeds && players.size() * static_cast<std::size_t>(end - seed) < wanted &&
             missing(round, candidates, end) == players)
        ++end;
      const int plays = (end - seed) * static_cast<int>(candidates.size());
      if (!players.empty() && !play_some(name, round, players, seed, end)) return false;
      played_ += plays;
      if (candidates.size() > 2) best_ = best_mean(round, candidates, seed, end, sums);
      tell();
      seed = end;
    }
    return true;
  }

  /// The same where each play is a training.
  bool train(const std::string& name, const TuneRound& round, const std::vector<int>& candidates) {
    std::vector<LearnerTrial> trials;
    std::vector<SeedScore> found;
    for (int seed = 0; seed < round.seeds; ++seed) {
      for (const int candidate : missing(round, candidates, seed)) {
        TrainPlan training = *task_.training;
        training.seed += seed_of(round, seed);
        trials.push_back({task_.candidates[candidate].agent, training, scoring_on(round, seed)});
        found.push_back({task_.agent, name, candidate, seed_of(round, seed)});
      }
    }
    played_ +=
        static_cast<double>(candidates.size()) * round.seeds - static_cast<double>(trials.size());
    const double before = played_ * task_.plan.play_cost();
    std::atomic<std::uint64_t> decisions = 0;
    const bool whole = score_learners(
        world_, trials, workers_, cancel_,
        [&](std::size_t trial, const LearnerScore& score) {
          found[trial].score = score.score;
          found[trial].days = score.days;
          log_.add(std::span(found).subspan(trial, 1));
        },
        [&](std::uint64_t more) {
          const std::uint64_t now = decisions += more;
          if (progress_) progress_(before + static_cast<double>(now), best_);
        });
    if (!whole) return false;
    played_ += static_cast<double>(trials.size());
    tell();
    return true;
  }

  /// How a candidate is scored on one seed of a round.
  EvalPlan scoring_on(const TuneRound& round, int seed) const {
    return {.first_seed = seed_of(round, seed), .envs = task_.plan.episodes};
  }

  bool play_some(const std::string& name, const TuneRound& round, const std::vector<int>& players,
                 int begin, int end) {
    std::vector<Contestant> contestants;
    for (const int candidate : players) contestants.push_back(contestant(candidate));
    EvalPlan plan = scoring_on(round, begin);
    plan.seeds = end - begin;
    const double plays_per_task = double{1} * static_cast<double>(players.size()) * plan.seeds /
                                  num_tasks(players.size(), plan);
    const Evaluation evaluation =
        evaluate(world_, contestants, plan, workers_, cancel_, [&](int done, int) {
          if (progress_) progress_((played_ + done * plays_per_task) * days(), best_);
        });
    const int measure = evaluation.find("score");
    std::vector<SeedScore> found;
    for (std::size_t i = 0; i < players.size(); ++i) {
      for (int seed = begin; seed < end; ++seed) {
        if (!evaluation.is_played(static_cast<int>(i), seed - begin)) continue;
        found.push_back({task_.agent, name, players[i], seed_of(round, seed),
                         evaluation.value(static_cast<int>(i), seed - begin, measure), days()});
      }
    }
    log_.add(found);
    return !evaluation.interrupted;
  }

  /// Agents are made when they are first needed: most never are, on a resumed run.
  const Contestant& contestant(int candidate) {
    Contestant& made = contestants_[candidate];
    if (made.agent == nullptr && made.yardstick == nullptr) {
      const Choice& settings = task_.candidates[candidate].agent;
      try {
        made = make_contestants({settings}, *world_).front();
      } catch (const Error& error) {
        throw Error(error.code(), write_value(settings), error.what());
      }
      made.label = fmt::format("{} #{}", task_.agent, candidate);
    }
    return made;
  }

  double days() const { return task_.plan.days_per_seed; }

  /// Adds what was played of a round, and says which mean is best by now.
  double best_mean(const TuneRound& round, const std::vector<int>& candidates, int begin, int end,
                   std::vector<double>& sums) const {
    for (std::size_t i = 0; i < sums.size(); ++i) {
      for (int seed = begin; seed < end; ++seed) sums[i] += known(round, candidates[i], seed).score;
    }
    return sums[best_of(sums, 1)[0]] / end;
  }
  void tell() const {
    if (progress_) progress_(played_ * task_.plan.play_cost(), best_);
  }

  const std::shared_ptr<const World>& world_;
  const TuneTask& task_;
  ScoreLog& log_;
  Workers& workers_;
  const std::atomic<bool>* cancel_;
  const TuneProgress& progress_;
  std::vector<Contestant> contestants_;  // (candidates)
  double played_ = 0;                    // plays: one candidate on one seed
  double best_ = kNaN;
};

}  // namespace

Interval TrialResult::interval() const { return mean_interval(scores, kReportLevel); }

TuneResult tune(const std::shared_ptr<const World>& world, const TuneTask& task, ScoreLog& log,
                Workers& workers, const std::atomic<bool>* cancel, const TuneProgress& progress) {
  return Tuner(world, task, log, workers, cancel, progress).run();
}

}  // namespace infodiet
