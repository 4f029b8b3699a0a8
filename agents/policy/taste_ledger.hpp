#pragma once

#include <array>

#include "agents/decision.hpp"

namespace infodiet {

/// What a person's responses have told of his tastes, topic by topic, since he was first met.
///
/// A history of some dozen items is a day or less; tastes are learned in weeks. And whether an item
/// is worth showing is asked of each candidate, while a network that puts one question to the whole
/// history answers for all of them at once. So books are kept by topic, and each candidate is told
/// what stands there for its own topics phi:
///
///   interest   logit P(chosen) = a + sum_t phi_t e_t          a, e_t ~ N(0, 1) about the usual
///   holding    ln share read   = c + sum_t phi_t w_t + noise  c, w_t ~ N(0, 1/4), noise ~ N(0, 1)
///   exposure   sum over items read of phi_t 2^-(age / h)      h = 2 h, 1 d, 4 d
///
/// Interest and holding are Gaussian beliefs, independent from topic to topic, moved by one step of
/// assumed-density filtering for each item shown: of an observation with slope r and information I
/// in u = sum_k x_k theta_k, and S = sum_k x_k^2 var_k,
///
///   mean_k += var_k x_k r / (1 + I S)     var_k -= (var_k x_k)^2 I / (1 + I S)
///
/// with, for a choice, n the chance that it was noticed by a person of average speed
/// (attention_ledger.hpp),
///
///   r = y ? 1 - p : -n p (1 - p) / (1 - n p)          I = n p (1 - p)^2 / (1 - n p)
///
/// - of a person in debt of attention a "no" says little - and r = y - u, I = 1 for a reading; an
/// item that was liked counts as read whole. Of late, a person may respond less than his tastes
/// would have it - he is tired, in debt of attention, or busy - and that is told of the person
/// himself:
///
///   response   sum (y - p) 2^-(age / h) / (1 + sum p (1 - p) 2^-(age / h))      h = 2 h, 1 d
///
/// one step from the belief towards what was seen, in logits. Tastes move, so doubt grows again:
/// what variance has lost comes back by half in twenty days. What a network makes of these numbers
/// is learned; the priors only say how fast they move.
///
/// Sources: one-step updates, Chapelle & Li 2011, "An empirical evaluation of Thompson sampling",
/// algorithm 3 (NeurIPS 24); appetite that comes back with time, Kapoor et al. 2015, "Just in time
/// recommendations", doi:10.1145/2684822.2685306. The choice of books is ours.
class TasteLedger {
 public:
  static constexpr std::array<float, 3> kHalfLives = {120, 1440, 5760};  ///< min
  /// Numbers for each candidate: mean and deviation of interest and of holding, exposures.
  static constexpr int kWidth = 4 + static_cast<int>(kHalfLives.size());
  static constexpr std::array<float, 2> kResponseHalfLives = {120, 1440};  ///< min
  /// Numbers for the person: mean of interest and of holding, responses.
  static constexpr int kPersonWidth = 2 + static_cast<int>(kResponseHalfLives.size());

  /// A belief about the person in general and about each topic. Variances are kept as what was lost
  /// of the first: zero bytes are a person nobody has met.
  struct Belief {
    static constexpr int kPerson = Columns::kMostTopics;
    std::array<float, Columns::kMostTopics + 1> mean, lost;
  };
  struct Memory {
    Belief interest, holding;
    std::array<std::array<float, Columns::kMostTopics>, kHalfLives.size()> exposure;
    /// Sums over items shown: of y - p, and of p (1 - p).
    struct Response {
      float more, information;
    };
    std::array<Response, kResponseHalfLives.size()> response;
  };

  explicit TasteLedger(const Columns& columns);

  /// Whether the world tells what books need: topics, and what was chosen.
  bool possible() const { return possible_; }

  /// Books what came of the last decision. Once at each decision.
  /// @param passed   minutes since the last one; negative at the first, where nothing is booked
  /// @param noticed  n, when it was shown
  void update(const Decision& now, double passed, float noticed, Memory& memory) const;

  /// Writes what is known of a candidate: (kWidth).
  void write(const Memory& memory, const float* candidate, float* out) const;

  /// Writes what is known of the person: (kPersonWidth).
  static void write_person(const Memory& memory, float* out);

 private:
  bool possible_;
  int topics_, first_topic_, first_topic_of_event_;
};

}  // namespace infodiet
