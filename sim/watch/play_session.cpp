#include "sim/watch/play_session.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "sim/watch/masked_view.hpp"
#include "sim/watch/snapshot_maker.hpp"

namespace infodiet {
namespace {

BatchOptions one_person() {
  return {.autoreset = Autoreset::kDisabled, .tensors = true, .block_size = 1};
}

/// What an agent said of the candidates left to it, as said of all: those hidden have no score, no
/// forecast and no chance, and attention names candidates by where they stand among all.
void spread(Explanation& why, const MaskedView& view, std::size_t valid) {
  const auto places = view.places();
  for (std::vector<float>* numbers :
       {&why.scores, &why.chances, &why.click_chances, &why.worths, &why.lefts}) {
    if (numbers->size() != places.size()) continue;
    std::vector<float> all(valid, numbers == &why.chances ? 0.0f : StepRecord::kNone);
    for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = (*numbers)[i];
    *numbers = std::move(all);
  }
  for (AttentionRead& read : why.attention) {
    for (std::vector<std::string>* names : {&read.queries, &read.keys}) {
      for (std::string& name : *names) {
        const Token token = token_of(name);
        if (token.kind == Token::kCandidate && token.place < static_cast<int>(places.size()))
          name = fmt::format("candidate {}", places[token.place]);
      }
    }
  }
}

}  // namespace

PlaySession::PlaySession(std::shared_ptr<const World> world, const Agent& agent, EpisodeKey key)
    : world_(std::move(world)),
      agent_(&agent),
      key_(key),
      batch_(world_, 1, key.seed, one_person(), key.env),
      memory_(agent.memory_bytes()),
      hidden_(batch_.spec().hidden_features.size()),
      outcomes_(static_cast<std::size_t>(batch_.spec().candidates)) {
  begin(key);
}

void PlaySession::begin(EpisodeKey key) {
  key_ = key;
  batch_ = EnvBatch(world_, 1, key.seed, one_person(), key.env);
  for (std::uint32_t episode = 0; episode < key.episode; ++episode) batch_.reset_env(0);
  std::fill(memory_.begin(), memory_.end(), std::byte{});
  decision_ = 0;
  minutes_ = 0;
  ++take_;
  before_ = {};
}

void PlaySession::return_to(const Moment& moment) {
  batch_.restore(0, moment.env);
  memory_ = moment.memory;
  minutes_ = moment.minutes;
  decision_ = moment.decision;
  take_ = moment.take;
  before_ = {};
}

void PlaySession::play_by(const Agent& agent) {
  agent_ = &agent;
  memory_.assign(agent.memory_bytes(), std::byte{});
}

StepRecord PlaySession::step(Snapshot* into) {
  if (is_over()) throw Error(ErrorCode::kState, "play", "the episode is over (begin another)");
  return play({}, {}, into);
}

StepRecord PlaySession::again(std::span<const std::uint8_t> masked,
                              std::span<const std::int32_t> slate, Snapshot* into) {
  if (!can_decide_again())
    throw Error(ErrorCode::kState, "play", "there is no decision to be taken again");
  Moment stand = std::move(before_);
  stand.take = static_cast<std::uint8_t>(take_ + 1);  // another than what was played until now
  return_to(stand);
  try {
    return play(masked, slate, into);
  } catch (...) {
    return_to(stand);  // the agent may have been asked by then, and have learnt of it
    throw;
  }
}

StepRecord PlaySession::play(std::span<const std::uint8_t> masked,
                             std::span<const std::int32_t> slate, Snapshot* into) {
  const Spec& spec = batch_.spec();
  // an unwatched step cannot be taken again, and need not be kept
  before_ = into != nullptr ? moment() : Moment();
  StepRecord record;
  record.episode = key_.episode;
  record.decision = decision_;
  record.minutes = minutes_;
  record.take = take_;
  batch_.write_hidden(0, hidden_);
  std::copy_n(hidden_.begin(), std::min<std::size_t>(hidden_.size(), StepRecord::kMostPerson),
              record.person.begin());
  if (into != nullptr) {
    into->clear();
    into->key = key_;
  }
  decide(masked, slate, into, record);
  batch_.step_block(0);

  const Transitions came = batch_.transitions();
  for (std::size_t r = 0; r < came.reward.size() && r < record.rewards.size(); ++r)
    record.rewards[r] = came.reward[r];
  record.passed = came.minutes[0];
  for (int k = 0; k < spec.slots; ++k) {
    if (came.feedback[k * 4] > 0) ++record.shown;
    if (came.feedback[k * 4 + 1] > 0) ++record.clicked;
    record.read += came.feedback[k * 4 + 2];
  }
  if (is_over()) record.flags |= StepRecord::kEnded;
  minutes_ += double{came.minutes[0]};
  ++decision_;
  if (into != nullptr) {
    const auto room = into->add(Snapshot::kFeedback, static_cast<std::size_t>(spec.slots), 4);
    std::copy_n(came.feedback.begin(), room.size(), room.begin());
    into->step = record;
  }
  return record;
}

/// Asks the agent, or takes the slate that was picked, and writes down what was seen and why.
void PlaySession::decide(std::span<const std::uint8_t> masked, std::span<const std::int32_t> slate,
                         Snapshot* into, StepRecord& record) {
  const Spec& spec = batch_.spec();
  const Slates out = batch_.slates();
  std::optional<MaskedView> view;
  if (std::find(masked.begin(), masked.end(), 1) != masked.end()) {
    view.emplace(batch_.observations(), masked, spec);
    record.flags |= StepRecord::kMasked;
  }
  const Observations seen = view ? view->seen() : batch_.observations();
  Explanation why;
  if (into != nullptr) why = agent_->explain(seen, 0, memory_);
  agent_->act(seen, memory_, out);
  if (view) view->translate(out);
  if (!slate.empty()) {
    std::copy_n(slate.begin(), out.size(), out.begin());
    record.flags |= StepRecord::kByHand;
  }

  const Observations all = batch_.observations();
  const auto context_of = [&](Role role) {
    const int column = Spec::find(spec.context_features, role);
    return column >= 0 && !all.context.empty() ? all.context[column] : StepRecord::kNone;
  };
  record.hour = context_of(Role::kHour);
  record.weekday = context_of(Role::kWeekday);
  if (context_of(Role::kPush) > 0) record.flags |= StepRecord::kPush;
  if (into == nullptr) return;

  Snapshot& shot = *into;
  shot.step = record;
  write_seen(all, 0, spec, shot);
  if (view) spread(why, *view, shot.valid);
  write_explanation(why, shot);
  record = shot.step;
  std::copy_n(out.begin(), std::min<std::size_t>(out.size(), shot.slate.size()),
              shot.slate.begin());
  if (view) std::copy(masked.begin(), masked.begin() + shot.valid, shot.is_masked.begin());
  const auto hidden = shot.add(Snapshot::kHidden, 1, hidden_.size());
  std::copy_n(hidden_.begin(), hidden.size(), hidden.begin());
  if (!batch_.expected_outcomes(0, outcomes_)) return;
  const auto room = shot.add(Snapshot::kOutcomes, shot.valid, kNumOutcomeColumns);
  for (std::size_t i = 0; i * kNumOutcomeColumns < room.size(); ++i) {
    const ExpectedOutcome& o = outcomes_[i];
    const double row[] = {o.probability, o.value, o.minutes, o.attention, o.overload, o.net};
    for (std::size_t c = 0; c < kNumOutcomeColumns; ++c)
      room[i * kNumOutcomeColumns + c] = static_cast<float>(row[c]);
  }
}

}  // namespace infodiet
