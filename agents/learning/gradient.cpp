#include "agents/learning/gradient.hpp"

#include <algorithm>

namespace infodiet {

ShardedGradient::ShardedGradient(const PolicyNetwork<float>& network, const HiddenCritic* critic)
    : network_(network),
      critic_(critic),
      size_(network.table().size() + (critic != nullptr ? critic->table().size() : 0)),
      blocks_(size_ * kShards),
      scratch_(kShards),
      critic_scratch_(critic != nullptr ? kShards : 0) {
  for (auto& scratch : scratch_) scratch.fit(network);
}

GradientFigures ShardedGradient::compute(const Batch& batch, Workers& workers) {
  workers.for_each(kShards, [&](int index) { figures_[index] = shard(batch, index); });
  add_up(workers);
  GradientFigures all;
  for (const GradientFigures& figures : figures_) all.add(figures);
  return all;
}

GradientFigures ShardedGradient::shard(const Batch& batch, int index) {
  float* const gradients = blocks_.data() + static_cast<std::size_t>(index) * size_;
  std::fill_n(gradients, size_, 0.0f);
  DecisionScratch<float>& scratch = scratch_[index];
  const std::size_t count = batch.rows.size();
  const auto share = 1.0f / static_cast<float>(count);
  GradientFigures figures;
  for (std::size_t i = count * index / kShards; i < count * (index + 1) / kShards; ++i) {
    const std::uint32_t row = batch.rows[i];
    const InputRows used = batch.all.rows[row];
    batch.normaliser.apply(batch.all.record_of(row), used, scratch.record.data());
    const auto in = PolicyInput<float>::of(scratch.record.data(), network_.shape(), used.candidates,
                                           used.events);
    const auto slate = batch.all.slate_of(row);
    const auto shown =
        static_cast<std::size_t>(std::find(slate.begin(), slate.end(), kNothing) - slate.begin());
    const Sample<float> sample{
        (batch.advantages[row] - batch.advantage_mean) * batch.advantage_scale, batch.returns[row],
        batch.all.log_chance[row], batch.all.value[row],
        batch.outcomes.subspan(row * slate.size(), shown)};
    Verdict<float> now;
    const Judgement<float> judged =
        add_sample_gradient(network_, batch.parameters, batch.objective, in, batch.slate_min,
                            batch.slate_max, slate, sample, share, scratch, gradients, &now);
    figures.loss += double{judged.loss};
    figures.policy_loss += double{judged.policy_loss};
    double value_loss = double{judged.value_loss};
    if (critic_ != nullptr && batch.objective.acts) {
      const std::size_t network_size = network_.table().size();
      value_loss = critic_->add_gradient(batch.parameters + network_size, batch.all, row,
                                         sample.target - batch.all.owed[row], share,
                                         critic_scratch_[index], gradients + network_size);
    }
    figures.value_loss += value_loss;
    figures.forecast_loss += double{judged.forecast_loss};
    figures.entropy += double{now.entropy};
    figures.kl += double{judged.kl};
    figures.clipped += judged.clipped ? 1 : 0;
    figures.count += 1;
  }
  return figures;
}

void ShardedGradient::add_up(Workers& workers) {
  constexpr std::size_t kPiece = 4096;
  const int pieces = static_cast<int>((size_ + kPiece - 1) / kPiece);
  workers.for_each(pieces, [&](int piece) {
    const std::size_t begin = static_cast<std::size_t>(piece) * kPiece;
    const std::size_t end = std::min(size_, begin + kPiece);
    for (int apart = 1; apart < kShards; apart *= 2) {
      for (int to = 0; to + apart < kShards; to += 2 * apart) {
        float* const sum = blocks_.data() + static_cast<std::size_t>(to) * size_;
        const float* const more = blocks_.data() + static_cast<std::size_t>(to + apart) * size_;
        for (std::size_t i = begin; i < end; ++i) sum[i] += more[i];
      }
    }
  });
}

}  // namespace infodiet
