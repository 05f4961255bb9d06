// SPDX-License-Identifier: Apache-2.0
// Comparisons: template instances by physical type, and a slow path for nested types.
//
// NaN equals NaN and is above all numbers; strings compare bytewise.
#include "kernel/exec/functions/kernel.h"

#define FLOAT_EQ(a, b) (((a) == (b)) | (((a) != (a)) & ((b) != (b))))
#define FLOAT_LT(a, b) (((a) < (b)) | (((b) != (b)) & ((a) == (a))))

#define T int8_t
#define NAME eq_i8
#define TEST(a, b) ((a) == (b))
#include "kernel/exec/functions/compare.inc"
#define T int8_t
#define NAME ne_i8
#define TEST(a, b) ((a) != (b))
#include "kernel/exec/functions/compare.inc"
#define T int8_t
#define NAME lt_i8
#define TEST(a, b) ((a) < (b))
#include "kernel/exec/functions/compare.inc"
#define T int8_t
#define NAME le_i8
#define TEST(a, b) ((a) <= (b))
#include "kernel/exec/functions/compare.inc"
#define T int8_t
#define NAME gt_i8
#define TEST(a, b) ((a) > (b))
#include "kernel/exec/functions/compare.inc"
#define T int8_t
#define NAME ge_i8
#define TEST(a, b) ((a) >= (b))
#include "kernel/exec/functions/compare.inc"
#define T int16_t
#define NAME eq_i16
#define TEST(a, b) ((a) == (b))
#include "kernel/exec/functions/compare.inc"
#define T int16_t
#define NAME ne_i16
#define TEST(a, b) ((a) != (b))
#include "kernel/exec/functions/compare.inc"
#define T int16_t
#define NAME lt_i16
#define TEST(a, b) ((a) < (b))
#include "kernel/exec/functions/compare.inc"
#define T int16_t
#define NAME le_i16
#define TEST(a, b) ((a) <= (b))
#include "kernel/exec/functions/compare.inc"
#define T int16_t
#define NAME gt_i16
#define TEST(a, b) ((a) > (b))
#include "kernel/exec/functions/compare.inc"
#define T int16_t
#define NAME ge_i16
#define TEST(a, b) ((a) >= (b))
#include "kernel/exec/functions/compare.inc"
#define T int32_t
#define NAME eq_i32
#define TEST(a, b) ((a) == (b))
#include "kernel/exec/functions/compare.inc"
#define T int32_t
#define NAME ne_i32
#define TEST(a, b) ((a) != (b))
#include "kernel/exec/functions/compare.inc"
#define T int32_t
#define NAME lt_i32
#define TEST(a, b) ((a) < (b))
#include "kernel/exec/functions/compare.inc"
#define T int32_t
#define NAME le_i32
#define TEST(a, b) ((a) <= (b))
#include "kernel/exec/functions/compare.inc"
#define T int32_t
#define NAME gt_i32
#define TEST(a, b) ((a) > (b))
#include "kernel/exec/functions/compare.inc"
#define T int32_t
#define NAME ge_i32
#define TEST(a, b) ((a) >= (b))
#include "kernel/exec/functions/compare.inc"
#define T int64_t
#define NAME eq_i64
#define TEST(a, b) ((a) == (b))
#include "kernel/exec/functions/compare.inc"
#define T int64_t
#define NAME ne_i64
#define TEST(a, b) ((a) != (b))
#include "kernel/exec/functions/compare.inc"
#define T int64_t
#define NAME lt_i64
#define TEST(a, b) ((a) < (b))
#include "kernel/exec/functions/compare.inc"
#define T int64_t
#define NAME le_i64
#define TEST(a, b) ((a) <= (b))
#include "kernel/exec/functions/compare.inc"
#define T int64_t
#define NAME gt_i64
#define TEST(a, b) ((a) > (b))
#include "kernel/exec/functions/compare.inc"
#define T int64_t
#define NAME ge_i64
#define TEST(a, b) ((a) >= (b))
#include "kernel/exec/functions/compare.inc"
#define T Int128
#define NAME eq_i128
#define TEST(a, b) ((a) == (b))
#include "kernel/exec/functions/compare.inc"
#define T Int128
#define NAME ne_i128
#define TEST(a, b) ((a) != (b))
#include "kernel/exec/functions/compare.inc"
#define T Int128
#define NAME lt_i128
#define TEST(a, b) ((a) < (b))
#include "kernel/exec/functions/compare.inc"
#define T Int128
#define NAME le_i128
#define TEST(a, b) ((a) <= (b))
#include "kernel/exec/functions/compare.inc"
#define T Int128
#define NAME gt_i128
#define TEST(a, b) ((a) > (b))
#include "kernel/exec/functions/compare.inc"
#define T Int128
#define NAME ge_i128
#define TEST(a, b) ((a) >= (b))
#include "kernel/exec/functions/compare.inc"
#define T float
#define NAME eq_f32
#define TEST(a, b) FLOAT_EQ(a, b)
#include "kernel/exec/functions/compare.inc"
#define T float
#define NAME ne_f32
#define TEST(a, b) !FLOAT_EQ(a, b)
#include "kernel/exec/functions/compare.inc"
#define T float
#define NAME lt_f32
#define TEST(a, b) FLOAT_LT(a, b)
#include "kernel/exec/functions/compare.inc"
#define T float
#define NAME le_f32
#define TEST(a, b) !FLOAT_LT(b, a)
#include "kernel/exec/functions/compare.inc"
#define T float
#define NAME gt_f32
#define TEST(a, b) FLOAT_LT(b, a)
#include "kernel/exec/functions/compare.inc"
#define T float
#define NAME ge_f32
#define TEST(a, b) !FLOAT_LT(a, b)
#include "kernel/exec/functions/compare.inc"
#define T double
#define NAME eq_f64
#define TEST(a, b) FLOAT_EQ(a, b)
#include "kernel/exec/functions/compare.inc"
#define T double
#define NAME ne_f64
#define TEST(a, b) !FLOAT_EQ(a, b)
#include "kernel/exec/functions/compare.inc"
#define T double
#define NAME lt_f64
#define TEST(a, b) FLOAT_LT(a, b)
#include "kernel/exec/functions/compare.inc"
#define T double
#define NAME le_f64
#define TEST(a, b) !FLOAT_LT(b, a)
#include "kernel/exec/functions/compare.inc"
#define T double
#define NAME gt_f64
#define TEST(a, b) FLOAT_LT(b, a)
#include "kernel/exec/functions/compare.inc"
#define T double
#define NAME ge_f64
#define TEST(a, b) !FLOAT_LT(a, b)
#include "kernel/exec/functions/compare.inc"
#define T StringView
#define NAME eq_text
#define TEST(a, b) string_view_equal(&(a), &(b))
#include "kernel/exec/functions/compare.inc"
#define T StringView
#define NAME ne_text
#define TEST(a, b) !string_view_equal(&(a), &(b))
#include "kernel/exec/functions/compare.inc"
#define T StringView
#define NAME lt_text
#define TEST(a, b) (string_view_compare(&(a), &(b)) < 0)
#include "kernel/exec/functions/compare.inc"
#define T StringView
#define NAME le_text
#define TEST(a, b) (string_view_compare(&(a), &(b)) <= 0)
#include "kernel/exec/functions/compare.inc"
#define T StringView
#define NAME gt_text
#define TEST(a, b) (string_view_compare(&(a), &(b)) > 0)
#include "kernel/exec/functions/compare.inc"
#define T StringView
#define NAME ge_text
#define TEST(a, b) (string_view_compare(&(a), &(b)) >= 0)
#include "kernel/exec/functions/compare.inc"

// Nested values and intervals, row by row.
static bool compare_slow(const Vector *args, uint32_t row, CompareOp op) {
    int order = vector_compare_rows(&args[0], row, &args[1], row);
    switch (op) {
    case COMPARE_EQ: return order == 0;
    case COMPARE_NE: return order != 0;
    case COMPARE_LT: return order < 0;
    case COMPARE_LE: return order <= 0;
    case COMPARE_GT: return order > 0;
    default: return order >= 0;
    }
}

static bool slow(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)err;
    CompareOp op = frame->call->function->comparison;
    for (ROWS_EACH(rows, i, r)) ((uint8_t *)out->data)[r] = compare_slow(args, r, op);
    return true;
}

static bool null_safe(CallFrame *frame, const Vector *args, Rows rows, Vector *out, Error *err) {
    (void)frame, (void)err;
    for (ROWS_EACH(rows, i, r))
        ((uint8_t *)out->data)[r] = vector_compare_rows(&args[0], r, &args[1], r) == 0;
    return true;
}

typedef struct Comparison {
    const char *sign;
    ScalarFunction by_type[PHYSICAL_COUNT];
} Comparison;

#define KERNEL(op, sign, kernel_name, cheap)                                            \
    {                                                                                   \
        .comparison = COMPARE_##op, .name = (sign), .kernel = (kernel_name),            \
        .nulls = NULLS_STRICT, .runs_on_nulls = (cheap), .is_cheap_on_dictionary = true \
    }

static const Comparison COMPARISONS[] = {
    {"=",
     {
         [PHYSICAL_BOOL] = KERNEL(EQ, "=", eq_i8, true),
         [PHYSICAL_INT8] = KERNEL(EQ, "=", eq_i8, true),
         [PHYSICAL_INT16] = KERNEL(EQ, "=", eq_i16, true),
         [PHYSICAL_INT32] = KERNEL(EQ, "=", eq_i32, true),
         [PHYSICAL_INT64] = KERNEL(EQ, "=", eq_i64, true),
         [PHYSICAL_INT128] = KERNEL(EQ, "=", eq_i128, true),
         [PHYSICAL_FLOAT] = KERNEL(EQ, "=", eq_f32, true),
         [PHYSICAL_DOUBLE] = KERNEL(EQ, "=", eq_f64, true),
         [PHYSICAL_STRING] = KERNEL(EQ, "=", eq_text, false),
         [PHYSICAL_INTERVAL] = KERNEL(EQ, "=", slow, false),
         [PHYSICAL_LIST] = KERNEL(EQ, "=", slow, false),
         [PHYSICAL_MAP] = KERNEL(EQ, "=", slow, false),
         [PHYSICAL_STRUCT] = KERNEL(EQ, "=", slow, false),
     }},
    {"!=",
     {
         [PHYSICAL_BOOL] = KERNEL(NE, "!=", ne_i8, true),
         [PHYSICAL_INT8] = KERNEL(NE, "!=", ne_i8, true),
         [PHYSICAL_INT16] = KERNEL(NE, "!=", ne_i16, true),
         [PHYSICAL_INT32] = KERNEL(NE, "!=", ne_i32, true),
         [PHYSICAL_INT64] = KERNEL(NE, "!=", ne_i64, true),
         [PHYSICAL_INT128] = KERNEL(NE, "!=", ne_i128, true),
         [PHYSICAL_FLOAT] = KERNEL(NE, "!=", ne_f32, true),
         [PHYSICAL_DOUBLE] = KERNEL(NE, "!=", ne_f64, true),
         [PHYSICAL_STRING] = KERNEL(NE, "!=", ne_text, false),
         [PHYSICAL_INTERVAL] = KERNEL(NE, "!=", slow, false),
         [PHYSICAL_LIST] = KERNEL(NE, "!=", slow, false),
         [PHYSICAL_MAP] = KERNEL(NE, "!=", slow, false),
         [PHYSICAL_STRUCT] = KERNEL(NE, "!=", slow, false),
     }},
    {"<",
     {
         [PHYSICAL_BOOL] = KERNEL(LT, "<", lt_i8, true),
         [PHYSICAL_INT8] = KERNEL(LT, "<", lt_i8, true),
         [PHYSICAL_INT16] = KERNEL(LT, "<", lt_i16, true),
         [PHYSICAL_INT32] = KERNEL(LT, "<", lt_i32, true),
         [PHYSICAL_INT64] = KERNEL(LT, "<", lt_i64, true),
         [PHYSICAL_INT128] = KERNEL(LT, "<", lt_i128, true),
         [PHYSICAL_FLOAT] = KERNEL(LT, "<", lt_f32, true),
         [PHYSICAL_DOUBLE] = KERNEL(LT, "<", lt_f64, true),
         [PHYSICAL_STRING] = KERNEL(LT, "<", lt_text, false),
         [PHYSICAL_INTERVAL] = KERNEL(LT, "<", slow, false),
         [PHYSICAL_LIST] = KERNEL(LT, "<", slow, false),
         [PHYSICAL_MAP] = KERNEL(LT, "<", slow, false),
         [PHYSICAL_STRUCT] = KERNEL(LT, "<", slow, false),
     }},
    {"<=",
     {
         [PHYSICAL_BOOL] = KERNEL(LE, "<=", le_i8, true),
         [PHYSICAL_INT8] = KERNEL(LE, "<=", le_i8, true),
         [PHYSICAL_INT16] = KERNEL(LE, "<=", le_i16, true),
         [PHYSICAL_INT32] = KERNEL(LE, "<=", le_i32, true),
         [PHYSICAL_INT64] = KERNEL(LE, "<=", le_i64, true),
         [PHYSICAL_INT128] = KERNEL(LE, "<=", le_i128, true),
         [PHYSICAL_FLOAT] = KERNEL(LE, "<=", le_f32, true),
         [PHYSICAL_DOUBLE] = KERNEL(LE, "<=", le_f64, true),
         [PHYSICAL_STRING] = KERNEL(LE, "<=", le_text, false),
         [PHYSICAL_INTERVAL] = KERNEL(LE, "<=", slow, false),
         [PHYSICAL_LIST] = KERNEL(LE, "<=", slow, false),
         [PHYSICAL_MAP] = KERNEL(LE, "<=", slow, false),
         [PHYSICAL_STRUCT] = KERNEL(LE, "<=", slow, false),
     }},
    {">",
     {
         [PHYSICAL_BOOL] = KERNEL(GT, ">", gt_i8, true),
         [PHYSICAL_INT8] = KERNEL(GT, ">", gt_i8, true),
         [PHYSICAL_INT16] = KERNEL(GT, ">", gt_i16, true),
         [PHYSICAL_INT32] = KERNEL(GT, ">", gt_i32, true),
         [PHYSICAL_INT64] = KERNEL(GT, ">", gt_i64, true),
         [PHYSICAL_INT128] = KERNEL(GT, ">", gt_i128, true),
         [PHYSICAL_FLOAT] = KERNEL(GT, ">", gt_f32, true),
         [PHYSICAL_DOUBLE] = KERNEL(GT, ">", gt_f64, true),
         [PHYSICAL_STRING] = KERNEL(GT, ">", gt_text, false),
         [PHYSICAL_INTERVAL] = KERNEL(GT, ">", slow, false),
         [PHYSICAL_LIST] = KERNEL(GT, ">", slow, false),
         [PHYSICAL_MAP] = KERNEL(GT, ">", slow, false),
         [PHYSICAL_STRUCT] = KERNEL(GT, ">", slow, false),
     }},
    {">=",
     {
         [PHYSICAL_BOOL] = KERNEL(GE, ">=", ge_i8, true),
         [PHYSICAL_INT8] = KERNEL(GE, ">=", ge_i8, true),
         [PHYSICAL_INT16] = KERNEL(GE, ">=", ge_i16, true),
         [PHYSICAL_INT32] = KERNEL(GE, ">=", ge_i32, true),
         [PHYSICAL_INT64] = KERNEL(GE, ">=", ge_i64, true),
         [PHYSICAL_INT128] = KERNEL(GE, ">=", ge_i128, true),
         [PHYSICAL_FLOAT] = KERNEL(GE, ">=", ge_f32, true),
         [PHYSICAL_DOUBLE] = KERNEL(GE, ">=", ge_f64, true),
         [PHYSICAL_STRING] = KERNEL(GE, ">=", ge_text, false),
         [PHYSICAL_INTERVAL] = KERNEL(GE, ">=", slow, false),
         [PHYSICAL_LIST] = KERNEL(GE, ">=", slow, false),
         [PHYSICAL_MAP] = KERNEL(GE, ">=", slow, false),
         [PHYSICAL_STRUCT] = KERNEL(GE, ">=", slow, false),
     }},
};

static const ScalarFunction NULL_SAFE = {
    .comparison = COMPARE_NULL_SAFE_EQ, .name = "<=>", .kernel = null_safe, .nulls = NULLS_HANDLED};

static const ScalarFunction *select_comparison(const ScalarQuery *query) {
    const char *sign = strcmp(query->name, "==") == 0 ? "=" : query->name;
    PhysicalType physical = type_physical(query->types[0]);
    if (physical == PHYSICAL_VOID) physical = PHYSICAL_BOOL; // always null
    for (size_t i = 0; i < COUNT_OF(COMPARISONS); i++)
        if (strcmp(COMPARISONS[i].sign, sign) == 0) {
            const ScalarFunction *function = &COMPARISONS[i].by_type[physical];
            return function->kernel ? function : NULL;
        }
    return NULL;
}

const ScalarEntry scalars_comparison[] = {
    {"=", NULL, select_comparison},   {"==", NULL, select_comparison},
    {"!=", NULL, select_comparison},  {"<", NULL, select_comparison},
    {"<=", NULL, select_comparison},  {">", NULL, select_comparison},
    {">=", NULL, select_comparison},  {"<=>", &NULL_SAFE, NULL},
    {"equal_null", &NULL_SAFE, NULL}, {NULL, NULL, NULL},
};
