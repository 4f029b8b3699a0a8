#include "env/core/parallel.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "env/core/error.hpp"
#include "tests/support/catch.hpp"

// Catch2's checks are not for several threads at once: bodies count, the test checks.

namespace infodiet::test {

TEST_CASE("Workers: every block is done once, for any number of threads and blocks", "[core]") {
  for (const int threads : {1, 2, 3, 8}) {
    Workers workers(threads);
    CHECK(workers.threads() == threads);
    for (const int blocks : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> done(static_cast<std::size_t>(blocks));
      workers.for_each(blocks, [&](int block) { ++done[block]; });
      for (const auto& count : done) CHECK(count == 1);
    }
  }
}

TEST_CASE("Workers: as many bodies run at once as there are threads, and no more", "[core]") {
  for (const int threads : {1, 2, 5}) {  // 5: often more than the machine has
    Workers workers(threads);
    std::atomic<int> running = 0, most = 0;
    workers.for_each(200, [&](int) {
      const int now = ++running;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      // late threads come, if late: 10 s on a machine that has other work
      for (int wait = 0; most < threads && wait < 2000; ++wait)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      --running;
    });
    CHECK(most == threads);
  }
}

TEST_CASE("Workers: what a body throws arrives, once every running body has ended", "[core]") {
  for (const int threads : {1, 2, 3}) {
    Workers workers(threads);
    std::atomic<int> running = 0;
    std::atomic<bool> thrown = false;
    const auto call = [&] {
      workers.for_each(100, [&](int block) {
        ++running;
        if (block == 3) {
          --running;
          thrown = true;
          throw Error(ErrorCode::kState, "block 3", "stops here");
        }
        std::this_thread::sleep_for(std::chrono::microseconds(100));
        --running;
      });
    };
    std::string what;
    try {
      call();
    } catch (const Error& error) {
      what = error.what();
    }
    CHECK(what == "block 3: stops here");
    CHECK(thrown);
    CHECK(running == 0);

    // and the workers are still good
    std::atomic<int> done = 0;
    workers.for_each(50, [&](int) { ++done; });
    CHECK(done == 50);
  }
}

TEST_CASE("Workers: a body may use the workers itself", "[core]") {
  for (const int threads : {1, 2, 3}) {
    Workers workers(threads);
    std::vector<std::atomic<int>> done(12 * 12);
    workers.for_each(12, [&](int outer) {
      workers.for_each(12, [&](int inner) { ++done[outer * 12 + inner]; });
    });
    for (const auto& count : done) CHECK(count == 1);
  }
}

TEST_CASE("Workers: 0 threads means as many as the process may use", "[core]") {
  CHECK(Workers::available() >= 1);
  CHECK(Workers(0).threads() == Workers::available());
  CHECK(Workers().threads() == Workers::available());
}

}  // namespace infodiet::test
