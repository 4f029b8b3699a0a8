#include <algorithm>
#include <deque>

#include "tests/support/catch.hpp"
#include "tests/support/feed_fixtures.hpp"
#include "tests/support/sanitized.hpp"

namespace infodiet::test {

namespace {

/// The definition, taken word by word: search everything, every time.
std::vector<std::int32_t> offer_by_definition(const Stream& stream, const EpisodeKey& key,
                                              const std::deque<std::uint32_t>& last_reads,
                                              double time, int candidates) {
  std::vector<std::uint32_t> pool;
  for (std::uint32_t i = 0; i < stream.items.size(); ++i) {
    const Item& item = stream.items[i];
    const bool read = std::find(last_reads.begin(), last_reads.end(), i) != last_reads.end();
    if (item.arrival <= time && item.expiry > time && !read) pool.push_back(i);
  }
  std::vector<std::int32_t> offer;
  const std::size_t newest = std::min<std::size_t>(pool.size(), candidates / 2);
  for (std::size_t i = pool.size() - newest; i < pool.size(); ++i)
    offer.push_back(static_cast<std::int32_t>(pool[i]));
  pool.resize(pool.size() - newest);
  std::sort(pool.begin(), pool.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto hash_a = random_words(key, Purpose::kRetrieval, a)[0];
    const auto hash_b = random_words(key, Purpose::kRetrieval, b)[0];
    return hash_a != hash_b ? hash_a > hash_b : a > b;
  });
  for (std::size_t i = 0; i < pool.size() && offer.size() < static_cast<std::size_t>(candidates);
       ++i)
    offer.push_back(static_cast<std::int32_t>(pool[i]));
  std::sort(offer.begin(), offer.end());
  return offer;
}

/// Half-lives from minutes to days, so that items expire in another order than they arrive.
Stream mixed_stream(double gap, int days) {
  Stream stream = plain_stream(gap, days, 60, 0.5f, 0.8f);
  for (std::uint32_t i = 0; i < stream.items.size(); ++i) {
    Item& item = stream.items[i];
    const auto words = random_words({99, 0, 0}, Purpose::kStream, i);
    item.half_life = 5 + 300 * uniform_open(words[0]) * uniform_open(words[1]);
    item.expiry = item.arrival + 8 * static_cast<double>(item.half_life);
  }
  return stream;
}

}  // namespace

TEST_CASE("Retrieval: the lists kept up to date offer what a full search would", "[env][feed]") {
  struct Case {
    double gap;
    int candidates;
    float leave;
  };
  const Case it = GENERATE(Case{7, 8, 0.05f},   // ordinary
                           Case{0.7, 32, 0.f},  // a large pool, read without pause
                           Case{90, 12, 0.f},   // a pool smaller than the offer
                           Case{3, 2, 0.1f},    // the smallest offer
                           Case{5, 5, 0.01f});  // an odd one
  FeedConfig config;
  config.days = 4;
  config.candidates = it.candidates;
  config.slots = 2;
  config.person = eager_person();
  config.person.sessions.leave_after_reading = it.leave;
  config.person.attention.kappa = kInfinity;
  const auto stream = std::make_shared<const Stream>(mixed_stream(it.gap, 12));
  HandFeed feed(config, stream, {11, 3, 2});

  std::deque<std::uint32_t> last_reads;
  int compared = 0;
  int reads = 0;
  while (!feed.truncated() && compared < rounds(3000, 900)) {
    const FeedState& s = feed.state();
    const auto expected =
        offer_by_definition(*stream, s.key, last_reads, feed.stream_now(), it.candidates);
    const std::vector<std::int32_t> offered(feed.feed().candidates,
                                            feed.feed().candidates + s.num_candidates);
    REQUIRE(offered == expected);
    ++compared;

    // show two, from anywhere in the offer
    const int count = static_cast<int>(offered.size());
    const int first = count == 0 ? 0 : compared * 7 % count;
    std::vector<int> positions;
    if (count > 0) positions.push_back(first);
    if (count > 1) positions.push_back((first + 1) % count);
    feed.show(positions);
    for (std::size_t slot = 0; slot < positions.size(); ++slot) {
      if (feed.feedback(static_cast<int>(slot))[1] == 0) continue;
      last_reads.push_back(static_cast<std::uint32_t>(offered[positions[slot]]));
      if (last_reads.size() > kReadsRemembered) last_reads.pop_front();
      ++reads;
    }
  }
  CHECK(compared > 100);
  if (it.gap < 1) CHECK(reads > 2 * kReadsRemembered);  // so that reads are forgotten again
}

TEST_CASE("Retrieval: with repeats, what was read is offered again", "[env][feed]") {
  FeedConfig config;
  config.days = 1;
  config.candidates = 4;
  config.slots = 1;
  config.repeats = true;
  config.person = eager_person();
  config.person.attention.kappa = kInfinity;
  HandFeed feed(config, std::make_shared<const Stream>(plain_stream(1e5, 10, kInfinity, 1, 0.5f)));
  REQUIRE(feed.state().num_candidates == 1);
  for (int i = 0; i < 5; ++i) {
    feed.show_first(1);
    REQUIRE(feed.feedback(0)[1] == 1);
    REQUIRE(feed.state().num_candidates == 1);
  }
}

}  // namespace infodiet::test
