#include "env/stream/catalogue_stream.hpp"

#include <cstddef>
#include <cstdint>

#include "env/core/philox.hpp"

namespace infodiet {
namespace {

/// Deals topics out, one an item, so that counts stay as close to the shares as whole numbers can.
class TopicDealer {
 public:
  explicit TopicDealer(const std::vector<float>& shares) : shares_(shares), due_(shares.size()) {}

  std::uint8_t next() {
    std::size_t furthest = 0;
    for (std::size_t k = 0; k < due_.size(); ++k) {
      due_[k] += static_cast<double>(shares_[k]);
      // a margin, for shares that are equal but for rounding
      if (due_[k] > due_[furthest] + 1e-6) furthest = k;
    }
    due_[furthest] -= 1;
    return static_cast<std::uint8_t>(furthest);
  }

 private:
  const std::vector<float>& shares_;
  std::vector<double> due_;  // (T) items a topic is behind its share
};

}  // namespace

void CatalogueStream::Config::fields(Fields& f) {
  list_days(f, "Days on which episodes may start; the catalogue is the same in train and in test.");
  f({"items", "-", "How many there are, from the first moment to the last.", 1, kMostItems}, items);
  f({"mixed_topics", "", "Up to three topics an item; otherwise one each, dealt out by share."},
    mixed_topics);
  list_traits(f);
}

void CatalogueStream::Config::check(const Complain& complain) const { check_days(complain); }

Stream CatalogueStream::load() const {
  Stream out;
  out.name = "catalogue";
  config_.set_days(out.name, out);
  config_.set_topics(out);
  const double end = config_.days * kMinutesPerDay;
  out.most = {ItemTraits::most_length(config_), kForever, end};

  const ItemTraits traits(config_);
  TopicDealer dealer(traits.topic_shares());
  out.items.reserve(static_cast<std::size_t>(config_.items));
  for (int i = 0; i < config_.items; ++i) {
    const auto id = static_cast<std::uint32_t>(i);
    const EpisodeKey key{config_.seed, 0, 0};
    const StreamWords words = random_words(key, Purpose::kStream, id);
    const StreamWords more = random_words(key, Purpose::kStream, id, 1);
    const StreamWords topics = random_words(key, Purpose::kStream, id, 2);
    Item item;
    item.arrival = 0;
    item.expiry = end;
    item.half_life = kForever;
    item.story = id;
    if (config_.mixed_topics) {
      traits.set_topics(more, topics, item);
    } else {
      item.num_topics = 1;
      item.topic[0] = dealer.next();
      item.weight[0] = 1;
    }
    item.appeal = normal_of(words[0]);
    traits.set_quality(normal_of(words[1]), item);
    traits.set_length(words[2], item);
    traits.set_audience(words[3], item);
    item.pace = 1e-3f;  // min: all its readers have come before anybody looks
    out.items.push_back(item);
  }
  return out;
}

namespace {

const Registered<StreamRegistry, CatalogueStream> kCatalogue(
    "catalogue", "A fixed set of items that do not age, for worlds with repeats.");

}  // namespace
}  // namespace infodiet
