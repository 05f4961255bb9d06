// SPDX-License-Identifier: Apache-2.0
// The patterns by which a function says its argument and result types.
//
//   signature = [pattern {"," pattern} ["..."]] "->" result     "..." repeats the last pattern
//   pattern   = choice {"|" choice}          the first that the argument is, else that it converts
//   to choice    = type name (string, int, decimal, timestamp, ...)
//             | numeric | integral | fractional | any | orderable | timestamps (with or without
//             zone) | ym | dt                      year-month and day-time interval of any units |
//             T                            one capital letter: equal letters get one common type |
//             array<pattern> | map<pattern,pattern> | array | map | struct | "(" pattern {","
//             pattern} ")=>" pattern   a lambda: its parameters and its result
//   result    = pattern without choices, then "?" always nullable or "!" never; without either:
//   nullable
//               when an argument is. decimal(18,2) gives precision and scale; "time", "decimal" and
//               letters take the type that the argument of that pattern got
// Arguments beyond min_args may be left out. Implicit conversions follow the session's rules.
#pragma once

#include "kernel/plan/function_registry.h"

enum { SIGNATURE_ARGS_MAX = 16, SIGNATURE_VARIABLES = 26 };

typedef enum PatternKind {
    PATTERN_TYPE, // type
    PATTERN_DECIMAL,
    PATTERN_TIME,
    PATTERN_NUMERIC,
    PATTERN_INTEGRAL,
    PATTERN_FRACTIONAL,
    PATTERN_ANY,
    PATTERN_ORDERABLE,
    PATTERN_TIMESTAMPS,
    PATTERN_INTERVAL_YM,
    PATTERN_INTERVAL_DT,
    PATTERN_VARIABLE, // variable
    PATTERN_ARRAY,    // children[0], none: any array
    PATTERN_MAP,
    PATTERN_STRUCT,
    PATTERN_LAMBDA, // children: parameters, then the result
    PATTERN_CHOICE, // children
} PatternKind;

typedef struct Pattern Pattern;
struct Pattern {
    PatternKind kind;
    const Type *type;
    int variable; // 0..25
    Pattern **children;
    uint32_t child_count;
};

typedef struct Signature {
    Pattern *args[SIGNATURE_ARGS_MAX];
    uint32_t arg_count;
    bool is_variadic;
    Pattern *result;
    bool always_nullable;
    bool never_nullable;
} Signature;

// Types that letters stand for, while one call is bound.
typedef struct Bindings {
    const Type *types[SIGNATURE_VARIABLES];
} Bindings;

// The signature is our own text: a mistake in it is an assertion.
void signature_parse(Arena *arena, const char *text, Signature *out);
const Pattern *signature_arg(const Signature *signature, uint32_t index);
// Whether the type is what the pattern asks for without conversion (letters: anything).
bool pattern_accepts(const Pattern *pattern, const Type *type);
// The type that an argument of type `from` converts to; `from` itself when accepted; NULL: none.
// Letters and lambdas answer `from`.
const Type *pattern_convert(Arena *arena, const Pattern *pattern, const Type *from, bool ansi,
                            bool is_foldable);
// Widens the letters of the pattern by the type; false: no common type.
bool pattern_unify(Arena *arena, const Pattern *pattern, const Type *type, bool ansi,
                   Bindings *bindings) MUST_CHECK;
// The pattern with letters replaced; NULL when it leaves the type open.
const Type *pattern_type(Arena *arena, const Pattern *pattern, const Bindings *bindings);
// As DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE's requiredType: "\"INT\"", "(\"INT\" or \"TINYINT\")".
void pattern_append_required(const Pattern *pattern, Text *out);
