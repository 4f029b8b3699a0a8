// Catch2 version 2 wants its main() compiled once; version 3 links its own.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include "tests/support/catch.hpp"
#endif
