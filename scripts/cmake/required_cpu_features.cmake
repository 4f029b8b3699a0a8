# Asks the compiler which processor features it takes for granted under this build's flags, and
# sets, for the processor check,
#   INFODIET_CPU_DEFINITIONS  INFODIET_NEEDS_<feature> for each
#   INFODIET_CPU_BASELINE     flags for the plainest processor of this kind
set(INFODIET_CPU_DEFINITIONS "")
set(INFODIET_CPU_BASELINE "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(INFODIET_CPU_BASELINE -march=x86-64 -mtune=generic)
  separate_arguments(flags NATIVE_COMMAND "${CMAKE_CXX_FLAGS}")
  if(INFODIET_ARCH)
    list(APPEND flags -march=${INFODIET_ARCH})
  endif()
  execute_process(COMMAND ${CMAKE_CXX_COMPILER} ${flags} -dM -E -x c++ /dev/null
                  OUTPUT_VARIABLE macros ERROR_VARIABLE trouble RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "The compiler refuses INFODIET_ARCH='${INFODIET_ARCH}': ${trouble}")
  endif()
  foreach(feature SSE3 SSSE3 SSE4_1 SSE4_2 POPCNT AVX AVX2 BMI BMI2 FMA F16C MOVBE LZCNT
          AVX512F AVX512BW AVX512CD AVX512DQ AVX512VL)
    if(macros MATCHES "#define __${feature}__ ")
      list(APPEND INFODIET_CPU_DEFINITIONS INFODIET_NEEDS_${feature})
    endif()
  endforeach()
endif()
