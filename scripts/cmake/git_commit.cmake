# Writes a header that names the commit the sources are at. Run at every build:
#   cmake -DSOURCE=<source folder> -DOUTPUT=<header> -P git_commit.cmake
# The header is touched only when its content changes, so nothing is compiled again without need.
# Outside a checkout of this project (a source archive, perhaps inside another repository), the
# commit is "unknown".
set(commit "unknown")
set(dirty "false")
find_package(Git QUIET)
if(GIT_FOUND)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --show-toplevel HEAD
                  WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE failed
                  OUTPUT_VARIABLE answer ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT failed)
    string(REPLACE "\n" ";" answer "${answer}")
    list(GET answer 0 top)
    file(REAL_PATH ${SOURCE} source)
    file(REAL_PATH ${top} top)
    if(top STREQUAL source)
      list(GET answer 1 commit)
      # files git does not know count too: folders of plug-ins are globbed
      execute_process(COMMAND ${GIT_EXECUTABLE} --no-optional-locks status --porcelain
                      WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE changes ERROR_QUIET)
      if(changes)
        set(dirty "true")
      endif()
    endif()
  endif()
endif()

set(content "#pragma once

namespace infodiet {

inline constexpr const char* kGitCommit = \"${commit}\";
inline constexpr bool kGitDirty = ${dirty};

}  // namespace infodiet
")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL content)
  file(WRITE ${OUTPUT} "${content}")
endif()
