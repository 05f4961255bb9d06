// SPDX-License-Identifier: Apache-2.0
// Built for any x86-64 (see cmake/Rooms.cmake), so that it can run where the rest cannot.
#include "cli/cpu.h"

#include <stddef.h>

const char *cpu_missing_feature(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("popcnt")) return "POPCNT";
    if (!__builtin_cpu_supports("avx2")) return "AVX2";
    if (!__builtin_cpu_supports("bmi2")) return "BMI2";
    if (!__builtin_cpu_supports("fma")) return "FMA";
#endif
    return NULL;
}
