#pragma once

// Catch2 version 3 where it is installed, else version 2: the only file that knows the difference.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // version 2 has it at global scope
#else
#include <catch2/catch.hpp>
#endif
