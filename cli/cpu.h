// SPDX-License-Identifier: Apache-2.0
// The machine check: a build for newer processors says so instead of dying of SIGILL.
#pragma once

// Name of the first processor feature that this build needs and the machine lacks; NULL: it runs.
const char *cpu_missing_feature(void);
