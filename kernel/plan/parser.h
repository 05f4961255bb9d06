// SPDX-License-Identifier: Apache-2.0
// What plan/ and session/ need of a SQL parser; sql/ implements it, session wires it in.
//
// Views, defaults, constraints and generated columns are SQL text in metadata, so resolving asks
// upwards through this interface.
#pragma once

#include "kernel/column/time_zone.h"
#include "kernel/plan/unresolved.h"

typedef struct ParserOptions {
    bool ansi; // only for what the grammar depends on
    bool double_quoted_identifiers;
    bool enforce_reserved_keywords;
    bool legacy_interval; // spark.sql.legacy.interval.enabled: INTERVAL gives the calendar type
    bool legacy_identifier_clause; // IDENTIFIER('x') only where Spark 3.5 allows it
    bool legacy_exponent_decimal;  // 1e3 is a decimal
    bool legacy_bang_not;          // a ! IN (b): spark.sql.legacy.bangEqualsNot
    bool timestamp_ntz;            // TIMESTAMP is TIMESTAMP_NTZ (spark.sql.timestampType)
    const TimeZone *zone;          // of TIMESTAMP'...' literals; NULL: UTC
    // Value of a marker where the grammar wants a literal (a type's length, a LOCATION); name
    // empty: the `position`th ?. NULL or false: not given. Markers in expressions become
    // UEXPR_PARAMETER.
    bool (*parameter)(void *data, Slice name, uint32_t position, Value *value);
    void *parameter_data;
} ParserOptions;

typedef struct Parser {
    // One statement (a trailing ';' is allowed). Spans are offsets in `text`. Errors have their
    // span set (PARSE_SYNTAX_ERROR and the grammar's other classes).
    UCommand *(*statement)(Arena *arena, Slice text, const ParserOptions *options, Error *err);
    URel *(*query)(Arena *arena, Slice text, const ParserOptions *options, Error *err);
    UExpr *(*expression)(Arena *arena, Slice text, const ParserOptions *options, Error *err);
    // "a INT NOT NULL COMMENT 'x', b STRING" or a single type.
    const Type *(*type)(Arena *arena, Slice text, Error *err);
    // "a.`b c`": what IDENTIFIER(expr) names.
    bool (*name)(Arena *arena, Slice text, NameParts *name, Error *err);
} Parser;
