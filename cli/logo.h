// SPDX-License-Identifier: Apache-2.0
// The kernel's logos, carried in the program: the files of share/jupyter/kernels/tarn.
#pragma once

#include "base/slice.h"

Slice logo_svg(void);
Slice logo_png(int pixels); // 32 or 64
