#pragma once

// The only file that starts threads. oneTBB everywhere but under ThreadSanitizer: it cannot see the
// synchronisation inside a libtbb that was not built with it and reports races that do not exist,
// so there we use std::thread (the suppressions that silence it hide real races too).
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#ifdef INFODIET_STD_THREADS
#include <vector>
#else
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>

#include <optional>
#endif

namespace infodiet {

/// A fixed number of threads that share out blocks of work. Results must not depend on who does
/// what: a block touches only its own rows and draws only its own random numbers.
class Workers {
 public:
  /// @param threads  0: as many as this process may use
  explicit Workers(int threads = 0)
      : threads_(threads > 0 ? threads : available())
#ifndef INFODIET_STD_THREADS
        ,
        arena_(threads_)
#endif
  {
#ifndef INFODIET_STD_THREADS
    // more threads than processors: without this oneTBB gives fewer and warns on stderr
    if (threads_ > available())
      more_.emplace(oneapi::tbb::global_control::max_allowed_parallelism,
                    static_cast<std::size_t>(threads_));
#endif
  }

  int threads() const { return threads_; }

  /// Calls `body(block)` once for each block in [0, blocks), in any order, and waits for all. What
  /// a body throws is thrown here, once every running body has ended.
  template <class Body>
  void for_each(int blocks, const Body& body) {
    if (threads_ == 1 || blocks == 1) {
      for (int block = 0; block < blocks; ++block) body(block);
      return;
    }
#ifdef INFODIET_STD_THREADS
    std::atomic<int> next = 0;
    std::exception_ptr error;
    std::mutex mutex;
    const auto work = [&] {
      try {
        for (int block = next++; block < blocks; block = next++) body(block);
      } catch (...) {
        next = blocks;
        const std::lock_guard lock(mutex);
        if (!error) error = std::current_exception();
      }
    };
    std::vector<std::thread> helpers;
    for (int i = 1; i < std::min(threads_, blocks); ++i) helpers.emplace_back(work);
    work();
    for (auto& helper : helpers) helper.join();
    if (error) std::rethrow_exception(error);
#else
    arena_.execute(
        [&] { oneapi::tbb::parallel_for(0, blocks, body, oneapi::tbb::simple_partitioner{}); });
#endif
  }

  /// The processors this process may run on (its affinity mask, as a cluster or container sets it).
  static int available() {
#ifdef INFODIET_STD_THREADS
    return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
#else
    return oneapi::tbb::this_task_arena::max_concurrency();
#endif
  }

 private:
  int threads_;
#ifndef INFODIET_STD_THREADS
  std::optional<oneapi::tbb::global_control> more_;
  oneapi::tbb::task_arena arena_;
#endif
};

}  // namespace infodiet
