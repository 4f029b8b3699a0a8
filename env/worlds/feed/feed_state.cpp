#include "env/worlds/feed/feed_state.hpp"

#include "env/metrics/read_diversity.hpp"

namespace infodiet {

FeedLayout FeedLayout::of(int topics, int history, int candidates) {
  FeedLayout layout;
  layout.topics = (topics + 7) / 8 * 8;
  layout.history = history;
  layout.candidates = candidates;
  layout.newest = candidates / 2;
  // twice what is needed, so that a full search is rare
  layout.ranked = 2 * candidates;

  std::size_t end = sizeof(FeedState);
  const auto place = [&end](std::size_t size) {
    const std::size_t begin = (end + 31) / 32 * 32;
    end = begin + size;
    return begin;
  };
  const std::size_t topic_bytes = sizeof(float) * layout.topics;
  layout.known = place(topic_bytes);
  layout.satiation = place(topic_bytes);
  layout.worth = place(topic_bytes);
  layout.interest = place(topic_bytes);
  layout.own_interest = place(topic_bytes);
  layout.topic_clicks = place(topic_bytes);
  layout.topic_shows = place(topic_bytes);
  layout.shown_topics = place(topic_bytes);
  layout.diversity = place(sizeof(float) * ReadDiversity(topics).size());
  layout.candidate_items = place(sizeof(std::int32_t) * candidates);
  layout.newest_items = place(sizeof(std::uint32_t) * (layout.newest + 1));
  layout.ranked_keys = place(sizeof(std::uint64_t) * layout.ranked);
  layout.events = place(sizeof(Event) * history);
  layout.reads = place(sizeof(std::uint32_t) * kReadsRemembered);
  layout.shown = place(sizeof(std::uint32_t) * kShownRemembered);
  layout.bytes = (end + 63) / 64 * 64;
  return layout;
}

}  // namespace infodiet
