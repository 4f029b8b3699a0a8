#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

#include "env/stream/stream.hpp"

namespace infodiet {

/// How diverse the items somebody read are, from sums of fixed size, so that a person's whole
/// reading fits into a flat record and no list of items need be kept.
///
/// An item is the unit vector u of its topic weights; cos(i, j) = u_i . u_j. With n items read,
/// s = sum_i u_i and S = sum_i u_i u_i^T (T x T):
///
///   intra-list diversity  D = 2 / (n (n - 1)) sum_{i<j} (1 - cos(i, j))
///                           = 1 - (|s|^2 - n) / (n (n - 1))          |u_i| = 1
///   Vendi score           exp(-sum_k l_k ln l_k), l = eigenvalues of K / n, K_ij = cos(i, j)
///                         those of S / n are the same, but for zeros
///
/// The object itself is constant; the sums lie in memory of the caller, all zeros to begin with:
/// n, the topic weights (T), s (T), and the lower triangle of S row by row (T (T + 1) / 2).
///
/// Sources: intra-list diversity, Smyth & McClave 2001, doi:10.1007/3-540-44593-5_25; Vendi score,
/// Friedman & Dieng 2023, "The Vendi score: a diversity evaluation metric for machine learning",
/// arXiv:2210.02410.
class ReadDiversity {
 public:
  /// @param topics  T, 1 to kMaxTopics
  explicit ReadDiversity(int topics) : topics_(static_cast<std::size_t>(topics)) {
    assert(topics >= 1 && topics <= kMaxTopics);
  }

  /// How many floats the sums take: 169 for 16 topics.
  std::size_t size() const { return 1 + 2 * topics_ + topics_ * (topics_ + 1) / 2; }

  /// Counts an item as read. One without a topic has no direction and is left out.
  /// @param topic   numbers of its topics, each below T and at most once
  /// @param weight  of each, >= 0
  void add(std::span<float> sums, std::span<const std::uint8_t> topic,
           std::span<const float> weight) const;

  /// n, exact up to 2^24.
  double count(std::span<const float> sums) const { return static_cast<double>(sums[0]); }

  /// Summed weights of the topics read (T); see env/metrics/shares.hpp for what to make of them.
  std::span<const float> topic_weights(std::span<const float> sums) const {
    return sums.subspan(1, topics_);
  }

  /// In [0, 1]: 0 if all items are alike, 1 if no two share a topic. NaN below two items.
  double intra_list_diversity(std::span<const float> sums) const;

  /// How many items that have nothing in common would be as diverse: from 1 to min(n, T). Equal to
  /// e^H of the topic shares where every item has one topic. NaN if nothing was read.
  double vendi_score(std::span<const float> sums) const;

 private:
  std::size_t topics_;
};

}  // namespace infodiet
