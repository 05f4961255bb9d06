// SPDX-License-Identifier: Apache-2.0
#include "kernel/plan/functions/signature.h"

#include "base/text.h"
#include "kernel/plan/coercion.h"

// --- parsing
// ---------------------------------------------------------------------------------------

typedef struct Reader {
    Arena *arena;
    const char *at;
} Reader;

static void reader_space(Reader *reader) {
    while (*reader->at == ' ') reader->at++;
}

static bool reader_take(Reader *reader, const char *token) {
    reader_space(reader);
    size_t bytes = strlen(token);
    if (strncmp(reader->at, token, bytes) != 0) return false;
    reader->at += bytes;
    return true;
}

static Slice reader_word(Reader *reader) {
    reader_space(reader);
    const char *start = reader->at;
    while ((*reader->at >= 'a' && *reader->at <= 'z') || *reader->at == '_') reader->at++;
    return slice_of(start, (size_t)(reader->at - start));
}

static int reader_number(Reader *reader) {
    int number = 0;
    reader_space(reader);
    while (*reader->at >= '0' && *reader->at <= '9') number = number * 10 + (*reader->at++ - '0');
    return number;
}

static Pattern *pattern_parse(Reader *reader);

static void pattern_add(Reader *reader, Pattern *pattern, Pattern *child) {
    ARENA_PUSH(reader->arena, pattern->children, pattern->child_count, child);
}

static const struct {
    const char *word;
    PatternKind kind;
} PATTERN_WORDS[] = {
    {"numeric", PATTERN_NUMERIC},
    {"integral", PATTERN_INTEGRAL},
    {"fractional", PATTERN_FRACTIONAL},
    {"any", PATTERN_ANY},
    {"orderable", PATTERN_ORDERABLE},
    {"timestamps", PATTERN_TIMESTAMPS},
    {"ym", PATTERN_INTERVAL_YM},
    {"dt", PATTERN_INTERVAL_DT},
    {"array", PATTERN_ARRAY},
    {"map", PATTERN_MAP},
    {"struct", PATTERN_STRUCT},
    {"decimal", PATTERN_DECIMAL},
    {"time", PATTERN_TIME},
};

static const struct {
    const char *word;
    TypeId id;
} TYPE_WORDS[] = {
    {"void", TYPE_VOID},         {"boolean", TYPE_BOOLEAN},
    {"tinyint", TYPE_TINYINT},   {"smallint", TYPE_SMALLINT},
    {"int", TYPE_INT},           {"bigint", TYPE_BIGINT},
    {"float", TYPE_FLOAT},       {"double", TYPE_DOUBLE},
    {"string", TYPE_STRING},     {"binary", TYPE_BINARY},
    {"date", TYPE_DATE},         {"timestamp", TYPE_TIMESTAMP},
    {"interval", TYPE_INTERVAL}, {"timestamp_ntz", TYPE_TIMESTAMP_NTZ},
    {"variant", TYPE_VARIANT},
};

static void pattern_from_word(Pattern *pattern, Slice word) {
    for (size_t i = 0; i < COUNT_OF(PATTERN_WORDS); i++) {
        if (!slice_equal_cstr(word, PATTERN_WORDS[i].word)) continue;
        pattern->kind = PATTERN_WORDS[i].kind;
        return;
    }
    for (size_t i = 0; i < COUNT_OF(TYPE_WORDS); i++) {
        if (!slice_equal_cstr(word, TYPE_WORDS[i].word)) continue;
        pattern->kind = PATTERN_TYPE;
        pattern->type = type_of(TYPE_WORDS[i].id);
        return;
    }
    static const struct {
        const char *word;
        IntervalUnit start, stop;
    } INTERVALS[] = {
        {"days", UNIT_DAY, UNIT_DAY},
        {"year_to_month", UNIT_YEAR, UNIT_MONTH},
        {"day_to_second", UNIT_DAY, UNIT_SECOND},
        {"hour_to_second", UNIT_HOUR, UNIT_SECOND},
    };
    for (size_t i = 0; i < COUNT_OF(INTERVALS); i++) {
        if (!slice_equal_cstr(word, INTERVALS[i].word)) continue;
        pattern->kind = PATTERN_TYPE;
        pattern->type = type_interval(INTERVALS[i].start, INTERVALS[i].stop);
        return;
    }
    ASSERT(!"a known word in a function signature");
}

static void pattern_parse_lambda(Reader *reader, Pattern *pattern) {
    pattern->kind = PATTERN_LAMBDA;
    do pattern_add(reader, pattern, pattern_parse(reader));
    while (reader_take(reader, ","));
    ASSERT(reader_take(reader, ")=>"));
    pattern_add(reader, pattern, pattern_parse(reader));
}

static Pattern *pattern_parse_one(Reader *reader) {
    Pattern *pattern = ARENA_NEW(reader->arena, Pattern);
    reader_space(reader);
    if (reader_take(reader, "(")) {
        pattern_parse_lambda(reader, pattern);
        return pattern;
    }
    if (*reader->at >= 'A' && *reader->at <= 'Z') {
        pattern->kind = PATTERN_VARIABLE;
        pattern->variable = *reader->at++ - 'A';
        return pattern;
    }
    pattern_from_word(pattern, reader_word(reader));
    if (pattern->kind == PATTERN_DECIMAL && reader_take(reader, "(")) {
        int precision = reader_number(reader);
        ASSERT(reader_take(reader, ","));
        pattern->kind = PATTERN_TYPE;
        pattern->type = type_decimal(precision, reader_number(reader));
        ASSERT(reader_take(reader, ")"));
    }
    bool nests = pattern->kind == PATTERN_ARRAY || pattern->kind == PATTERN_MAP;
    if (nests && reader_take(reader, "<")) {
        do pattern_add(reader, pattern, pattern_parse(reader));
        while (reader_take(reader, ","));
        ASSERT(reader_take(reader, ">"));
    }
    return pattern;
}

static Pattern *pattern_parse(Reader *reader) {
    Pattern *first = pattern_parse_one(reader);
    reader_space(reader);
    if (*reader->at != '|') return first;
    Pattern *choice = ARENA_NEW(reader->arena, Pattern);
    choice->kind = PATTERN_CHOICE;
    pattern_add(reader, choice, first);
    while (reader_take(reader, "|")) pattern_add(reader, choice, pattern_parse_one(reader));
    return choice;
}

void signature_parse(Arena *arena, const char *text, Signature *out) {
    *out = (Signature){0};
    Reader reader = {arena, text};
    while (!reader_take(&reader, "->")) {
        ASSERT(out->arg_count < SIGNATURE_ARGS_MAX);
        out->args[out->arg_count++] = pattern_parse(&reader);
        if (reader_take(&reader, "...")) out->is_variadic = true;
        reader_take(&reader, ",");
    }
    out->result = pattern_parse_one(&reader);
    out->always_nullable = reader_take(&reader, "?");
    out->never_nullable = reader_take(&reader, "!");
    reader_space(&reader);
    ASSERT(*reader.at == 0);
}

const Pattern *signature_arg(const Signature *signature, uint32_t index) {
    if (index < signature->arg_count) return signature->args[index];
    return signature->is_variadic ? signature->args[signature->arg_count - 1] : NULL;
}

// --- matching
// --------------------------------------------------------------------------------------

static bool accepts_nested(const Pattern *pattern, const Type *type, TypeId id) {
    if (type->id != id) return false;
    for (uint32_t i = 0; i < pattern->child_count && i < type->field_count; i++)
        if (!pattern_accepts(pattern->children[i], type->fields[i].type)) return false;
    return true;
}

static bool accepts_choice(const Pattern *pattern, const Type *type) {
    for (uint32_t i = 0; i < pattern->child_count; i++)
        if (pattern_accepts(pattern->children[i], type)) return true;
    return false;
}

bool pattern_accepts(const Pattern *pattern, const Type *type) {
    switch (pattern->kind) {
    case PATTERN_TYPE:
        if (pattern->type->id == TYPE_STRING) return type_is_text(type);
        return type_equal(pattern->type, type);
    case PATTERN_DECIMAL: return type->id == TYPE_DECIMAL;
    case PATTERN_TIME: return type->id == TYPE_TIME;
    case PATTERN_NUMERIC: return type_is_numeric(type);
    case PATTERN_INTEGRAL: return type_is_integer(type);
    case PATTERN_FRACTIONAL: return type_is_numeric(type) && !type_is_integer(type);
    case PATTERN_ANY:
    case PATTERN_VARIABLE:
    case PATTERN_LAMBDA: return true;
    case PATTERN_ORDERABLE: return type_is_orderable(type);
    case PATTERN_TIMESTAMPS: return type->id == TYPE_TIMESTAMP || type->id == TYPE_TIMESTAMP_NTZ;
    case PATTERN_INTERVAL_YM: return type->id == TYPE_INTERVAL_YEAR_MONTH;
    case PATTERN_INTERVAL_DT: return type->id == TYPE_INTERVAL_DAY_TIME;
    case PATTERN_ARRAY: return accepts_nested(pattern, type, TYPE_ARRAY);
    case PATTERN_MAP: return accepts_nested(pattern, type, TYPE_MAP);
    case PATTERN_STRUCT: return type->id == TYPE_STRUCT;
    case PATTERN_CHOICE: return accepts_choice(pattern, type);
    }
    return false;
}

// The type that a NULL or a foreign type becomes when the pattern names a family.
static const Type *pattern_default(Arena *arena, const Pattern *pattern) {
    const Type *nothing = type_of(TYPE_VOID);
    switch (pattern->kind) {
    case PATTERN_TYPE: return pattern->type;
    case PATTERN_DECIMAL: return type_decimal(38, 18);
    case PATTERN_TIME: return type_time(6);
    case PATTERN_NUMERIC:
    case PATTERN_FRACTIONAL: return type_of(TYPE_DOUBLE);
    case PATTERN_INTEGRAL: return type_of(TYPE_INT);
    case PATTERN_TIMESTAMPS: return type_of(TYPE_TIMESTAMP);
    case PATTERN_INTERVAL_YM: return type_interval(UNIT_YEAR, UNIT_MONTH);
    case PATTERN_INTERVAL_DT: return type_interval(UNIT_DAY, UNIT_SECOND);
    case PATTERN_ARRAY:
        return type_array(
            arena, pattern->child_count ? pattern_default(arena, pattern->children[0]) : nothing,
            true);
    case PATTERN_MAP:
        if (!pattern->child_count) return type_map(arena, nothing, nothing, true);
        return type_map(arena, pattern_default(arena, pattern->children[0]),
                        pattern_default(arena, pattern->children[1]), true);
    case PATTERN_STRUCT: return type_struct(arena, NULL, 0);
    case PATTERN_CHOICE: return pattern_default(arena, pattern->children[0]);
    default: return nothing;
    }
}

static const Type *convert_family(const Pattern *pattern, const Type *from, bool ansi,
                                  bool is_foldable) {
    (void)is_foldable;
    bool text = type_is_text(from);
    switch (pattern->kind) {
    case PATTERN_NUMERIC:
    case PATTERN_FRACTIONAL:
        if (text || (pattern->kind == PATTERN_FRACTIONAL && type_is_integer(from)))
            return type_of(TYPE_DOUBLE);
        return NULL;
    case PATTERN_INTEGRAL: return text && ansi ? type_of(TYPE_BIGINT) : NULL;
    case PATTERN_DECIMAL:
        if (text) return type_decimal(38, 18);
        return type_is_numeric(from) ? coerce_decimal_for(from) : NULL;
    case PATTERN_TIMESTAMPS: return text || from->id == TYPE_DATE ? type_of(TYPE_TIMESTAMP) : NULL;
    case PATTERN_TIME: return text ? type_time(6) : NULL;
    case PATTERN_INTERVAL_YM: return text ? type_interval(UNIT_YEAR, UNIT_MONTH) : NULL;
    case PATTERN_INTERVAL_DT: return text ? type_interval(UNIT_DAY, UNIT_SECOND) : NULL;
    default: return NULL;
    }
}

static const Type *convert_nested(Arena *arena, const Pattern *pattern, const Type *from, bool ansi,
                                  bool is_foldable) {
    bool is_array = pattern->kind == PATTERN_ARRAY;
    if (from->id != (is_array ? TYPE_ARRAY : TYPE_MAP)) return NULL;
    const Type *parts[2] = {NULL, NULL};
    for (uint32_t i = 0; i < pattern->child_count; i++) {
        parts[i] =
            pattern_convert(arena, pattern->children[i], from->fields[i].type, ansi, is_foldable);
        if (!parts[i]) return NULL;
    }
    if (is_array) return type_array(arena, parts[0], from->fields[0].nullable);
    return type_map(arena, parts[0], parts[1], from->fields[1].nullable);
}

// Among alternatives a number is only widened.
static bool narrows(const Pattern *choice, const Type *from) {
    if (choice->kind != PATTERN_TYPE || !type_is_numeric(from)) return false;
    const Type *to = choice->type;
    if (!type_is_numeric(to) || to->id == TYPE_DOUBLE) return false;
    const Type *wider = coerce_tightest(NULL, from, to, false);
    return !wider || !type_equal(wider, to);
}

const Type *pattern_convert(Arena *arena, const Pattern *pattern, const Type *from, bool ansi,
                            bool is_foldable) {
    if (pattern_accepts(pattern, from)) return from;
    if (pattern->kind == PATTERN_CHOICE) {
        for (uint32_t i = 0; i < pattern->child_count; i++) {
            bool text = !ansi && !is_foldable && type_is_text(from) &&
                        pattern->children[i]->kind == PATTERN_TYPE &&
                        type_is_integer(pattern->children[i]->type);
            if (text || narrows(pattern->children[i], from)) continue;
            const Type *to = pattern_convert(arena, pattern->children[i], from, ansi, is_foldable);
            if (to) return to;
        }
        return NULL;
    }
    if (from->id == TYPE_VOID) return pattern_default(arena, pattern);
    if (pattern->kind == PATTERN_TYPE)
        return coerce_is_implicit(from, pattern->type, ansi, is_foldable) ? pattern->type : NULL;
    if (pattern->kind == PATTERN_ARRAY || pattern->kind == PATTERN_MAP)
        return convert_nested(arena, pattern, from, ansi, is_foldable);
    return convert_family(pattern, from, ansi, is_foldable);
}

// --- letters
// ---------------------------------------------------------------------------------------

bool pattern_unify(Arena *arena, const Pattern *pattern, const Type *type, bool ansi,
                   Bindings *bindings) {
    if (pattern->kind == PATTERN_VARIABLE) {
        const Type **bound = &bindings->types[pattern->variable];
        *bound = *bound ? coerce_common(arena, *bound, type, ansi) : type;
        return *bound != NULL;
    }
    if (pattern->kind != PATTERN_ARRAY && pattern->kind != PATTERN_MAP) return true;
    if (!type_is_nested(type)) return true;
    for (uint32_t i = 0; i < pattern->child_count && i < type->field_count; i++)
        if (!pattern_unify(arena, pattern->children[i], type->fields[i].type, ansi, bindings))
            return false;
    return true;
}

const Type *pattern_type(Arena *arena, const Pattern *pattern, const Bindings *bindings) {
    switch (pattern->kind) {
    case PATTERN_TYPE: return pattern->type;
    case PATTERN_VARIABLE: return bindings->types[pattern->variable];
    case PATTERN_ARRAY: {
        if (!pattern->child_count) return NULL;
        const Type *element = pattern_type(arena, pattern->children[0], bindings);
        return element ? type_array(arena, element, true) : NULL;
    }
    case PATTERN_MAP: {
        if (!pattern->child_count) return NULL;
        const Type *key = pattern_type(arena, pattern->children[0], bindings);
        const Type *value = pattern_type(arena, pattern->children[1], bindings);
        return key && value ? type_map(arena, key, value, true) : NULL;
    }
    default: return NULL;
    }
}

// --- messages
// --------------------------------------------------------------------------------------

static const char *pattern_family(const Pattern *pattern) {
    switch (pattern->kind) {
    case PATTERN_DECIMAL: return "DECIMAL";
    case PATTERN_TIME: return "TIME";
    case PATTERN_NUMERIC: return "NUMERIC";
    case PATTERN_INTEGRAL: return "INTEGRAL";
    case PATTERN_FRACTIONAL: return "FRACTIONAL";
    case PATTERN_TIMESTAMPS: return "(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)";
    case PATTERN_INTERVAL_YM: return "INTERVAL YEAR TO MONTH";
    case PATTERN_INTERVAL_DT: return "INTERVAL DAY TO SECOND";
    case PATTERN_ARRAY: return "ARRAY";
    case PATTERN_MAP: return "MAP";
    case PATTERN_STRUCT: return "STRUCT";
    default: return "ANY";
    }
}

static void pattern_append_name(const Pattern *pattern, Text *out) {
    if (pattern->kind == PATTERN_TYPE) {
        type_append_sql(pattern->type, out);
        return;
    }
    text_append_cstr(out, pattern_family(pattern));
    bool names_element = pattern->kind == PATTERN_ARRAY && pattern->child_count &&
                         pattern->children[0]->kind != PATTERN_VARIABLE &&
                         pattern->children[0]->kind != PATTERN_ANY;
    if (!names_element) return;
    text_append_char(out, '<');
    pattern_append_name(pattern->children[0], out);
    text_append_char(out, '>');
}

void pattern_append_required(const Pattern *pattern, Text *out) {
    if (pattern->kind != PATTERN_CHOICE) {
        text_append_char(out, '"');
        pattern_append_name(pattern, out);
        text_append_char(out, '"');
        return;
    }
    text_append_char(out, '(');
    for (uint32_t i = 0; i < pattern->child_count; i++) {
        if (i) text_append_cstr(out, " or ");
        pattern_append_required(pattern->children[i], out);
    }
    text_append_char(out, ')');
}
