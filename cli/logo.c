// SPDX-License-Identifier: Apache-2.0
#include "cli/logo.h"

// The assembler finds the files like includes: from the root.
#define EMBED(name, path)                                                                \
    __asm__(".section .rodata\n" #name "_start:\n.incbin \"" path "\"\n" #name "_end:\n" \
            ".byte 0\n.previous\n");                                                     \
    extern const char name##_start[] __attribute__((visibility("hidden")));              \
    extern const char name##_end[] __attribute__((visibility("hidden")))

EMBED(embedded_logo_svg, "share/jupyter/kernels/tarn/logo-svg.svg");
EMBED(embedded_logo_32, "share/jupyter/kernels/tarn/logo-32x32.png");
EMBED(embedded_logo_64, "share/jupyter/kernels/tarn/logo-64x64.png");

#define EMBEDDED(name) slice_of(name##_start, (size_t)(name##_end - name##_start))

Slice logo_svg(void) { return EMBEDDED(embedded_logo_svg); }

Slice logo_png(int pixels) {
    return pixels == 32 ? EMBEDDED(embedded_logo_32) : EMBEDDED(embedded_logo_64);
}
