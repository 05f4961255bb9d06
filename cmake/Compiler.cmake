# SPDX-License-Identifier: Apache-2.0
# Language, warnings, baseline and sanitizers. `tarn_options` is for every target, `tarn_strict`
# adds the conversion warnings that tests are spared.
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_C_FLAGS_RELEASE "-O3")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g -fno-omit-frame-pointer")

set(TARN_SANITIZE "" CACHE STRING "sanitizers, as -fsanitize= takes them")
option(TARN_FUZZ "link tests/fuzz with libFuzzer (clang only)" OFF)
set(TARN_ARCH "" CACHE STRING "-march= value; empty: x86-64-v3, or the compiler's own elsewhere")

# The floor is AVX2 and BMI2 (every x86 server since 2015); cli/cpu.c, itself built for any x86-64,
# says so on an older machine before anything else runs.
if(NOT TARN_ARCH AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
  set(TARN_ARCH x86-64-v3)
endif()

# Compiled results are shared between working copies: paths are relative to the root.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
                                CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

add_library(tarn_options INTERFACE)
target_include_directories(tarn_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(tarn_options INTERFACE _GNU_SOURCE TARN_VERSION="${PROJECT_VERSION}")
target_compile_options(tarn_options INTERFACE
  -Wall -Wextra -Wshadow -Wstrict-prototypes -Wold-style-definition -Wmissing-prototypes
  -Wundef -Wpointer-arith -Wwrite-strings -Wvla -Wimplicit-fallthrough -Wformat=2
  -Wno-format-nonliteral -Werror -fno-math-errno -fno-trapping-math -ffp-contract=off
  -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(TARN_ARCH)
  target_compile_options(tarn_options INTERFACE -march=${TARN_ARCH})
endif()
if(TARN_SANITIZE)
  target_compile_options(tarn_options INTERFACE -fsanitize=${TARN_SANITIZE}
                         -fno-sanitize-recover=all)
  target_link_options(tarn_options INTERFACE -fsanitize=${TARN_SANITIZE})
endif()
target_link_options(tarn_options INTERFACE -Wl,--as-needed -Wl,-z,relro -Wl,-z,now)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(tarn_options INTERFACE -ffunction-sections -fdata-sections)
  target_link_options(tarn_options INTERFACE -Wl,--gc-sections -Wl,-O1)
endif()

add_library(tarn_strict INTERFACE)
target_compile_options(tarn_strict INTERFACE -Wconversion)
if(CMAKE_C_COMPILER_ID MATCHES "Clang")
  # ASSERT(!"what cannot be") is an idiom here, and so is overflow |= __builtin_add_overflow(…).
  target_compile_options(tarn_strict INTERFACE -Wno-string-conversion
                         -Wno-bitwise-instead-of-logical)
elseif(TARN_SANITIZE)
  # gcc's checks widen small integers before -Wconversion looks at them.
  target_compile_options(tarn_strict INTERFACE -Wno-conversion)
endif()
