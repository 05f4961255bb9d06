// SPDX-License-Identifier: Apache-2.0
#include "kernel/lake/text/options.h"

static bool fail(const TableOption *option, const char *reason, Error *err) {
    error_set(err, ERR_INVALID_CONFIGURATION, "reason", reason);
    error_add(err, "confName", option->name);
    error_add(err, "confValue", option->value);
    return false;
}

static bool refuse(const TableOption *option, Error *err) {
    AUTO(Text, feature) = {0};
    text_printf(&feature, "the option %.*s = '%.*s' of text tables", SLICE_ARGS(option->name),
                SLICE_ARGS(option->value));
    return error_set(err, ERR_UNSUPPORTED_FEATURE, "feature", text_cstr(&feature));
}

static bool read_bool(const TableOption *option, bool *out, Error *err) {
    *out = slice_equal_ignore_case(option->value, SLICE("true"));
    return *out || slice_equal_ignore_case(option->value, SLICE("false")) ||
           fail(option, "it is neither true nor false", err);
}

// One byte: the character itself, or \t and its kin. Empty: none.
static bool read_character(const TableOption *option, char *out, Error *err) {
    static const char escapes[][2] = {{'t', '\t'}, {'n', '\n'}, {'r', '\r'},  {'b', '\b'},
                                      {'f', '\f'}, {'"', '"'},  {'\'', '\''}, {'\\', '\\'}};
    Slice s = option->value;
    *out = '\0';
    if (s.bytes == 0 || slice_equal(s, SLICE("\\u0000")) || slice_equal(s, SLICE("\\0")))
        return true;
    if (s.bytes == 1) {
        *out = s.data[0];
        return (unsigned char)*out < 0x80 || fail(option, "it is not one ASCII character", err);
    }
    for (size_t i = 0; s.bytes == 2 && s.data[0] == '\\' && i < COUNT_OF(escapes); i++)
        if (s.data[1] == escapes[i][0]) *out = escapes[i][1];
    return *out || fail(option, "it is not one ASCII character", err);
}

static bool read_mode(const TableOption *option, TextMode *mode, Error *err) {
    if (slice_equal_ignore_case(option->value, SLICE("PERMISSIVE"))) *mode = TEXT_MODE_PERMISSIVE;
    else if (slice_equal_ignore_case(option->value, SLICE("DROPMALFORMED"))) *mode = TEXT_MODE_DROP;
    else if (slice_equal_ignore_case(option->value, SLICE("FAILFAST"))) *mode = TEXT_MODE_FAIL;
    else return fail(option, "it is none of PERMISSIVE, DROPMALFORMED, FAILFAST", err);
    return true;
}

static bool read_encoding(const TableOption *option, Error *err) {
    static const char *const names[] = {"utf-8", "utf8", "us-ascii", "ascii"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (slice_equal_ignore_case(option->value, slice_from_cstr(names[i]))) return true;
    return refuse(option, err);
}

static bool read_zone(const TableOption *option, TextOptions *out, Error *err) {
    out->zone = time_zone_find(option->value, err);
    return out->zone != NULL;
}

static bool read_leniency(const TableOption *option, TextOptions *out, bool *known, Error *err) {
    static const struct {
        const char *name;
        uint32_t bit;
    } bits[] = {
        {"allowSingleQuotes", JSON_ALLOW_SINGLE_QUOTES},
        {"allowNonNumericNumbers", JSON_ALLOW_NON_NUMBERS},
        {"allowUnquotedControlChars", JSON_ALLOW_CONTROLS},
        {"allowUnquotedFieldNames", JSON_ALLOW_UNQUOTED_KEYS},
        {"allowNumericLeadingZeros", JSON_ALLOW_LEADING_ZEROS},
        {"allowComments", JSON_ALLOW_COMMENTS},
    };
    for (size_t i = 0; i < COUNT_OF(bits); i++) {
        if (!slice_equal_ignore_case(option->name, slice_from_cstr(bits[i].name))) continue;
        bool on;
        *known = true;
        if (!read_bool(option, &on, err)) return false;
        out->leniency = on ? out->leniency | bits[i].bit : out->leniency & ~bits[i].bit;
    }
    return true;
}

// Options of one kind: name and where its value goes.
typedef struct Place {
    const char *name;
    void *to;
} Place;

static void *find_place(const Place *places, size_t count, Slice name) {
    for (size_t i = 0; i < count; i++)
        if (slice_equal_ignore_case(name, slice_from_cstr(places[i].name))) return places[i].to;
    return NULL;
}

static bool read_option(const TableOption *option, TextOptions *out, Error *err) {
    bool ignored;
    const Place flags[] = {
        {"header", &out->header},
        {"inferSchema", &out->infer_schema},
        {"multiLine", &out->multi_line},
        {"wholeFile", &out->multi_line},
        {"ignoreLeadingWhiteSpace", &out->ignore_leading_space},
        {"ignoreTrailingWhiteSpace", &out->ignore_trailing_space},
        {"primitivesAsString", &out->primitives_as_string},
        {"prefersDecimal", &out->prefers_decimal},
        {"dropFieldIfAllNull", &out->drop_all_null},
        {"enforceSchema", &ignored},
    };
    const Place characters[] = {
        {"sep", &out->separator},   {"delimiter", &out->separator},
        {"quote", &out->quote},     {"escape", &out->escape},
        {"comment", &out->comment}, {"charToEscapeQuoteEscaping", &out->escape_escape},
    };
    const Place texts[] = {
        {"nullValue", &out->null_value},
        {"emptyValue", &out->empty_value},
        {"nanValue", &out->nan_value},
        {"positiveInf", &out->positive_infinity},
        {"negativeInf", &out->negative_infinity},
        {"columnNameOfCorruptRecord", &out->corrupt_column},
    };
    static const char *const refused[] = {"dateFormat", "timestampFormat", "timestampNTZFormat",
                                          "lineSep", "locale"};
    void *place = find_place(flags, COUNT_OF(flags), option->name);
    if (place) return read_bool(option, place, err);
    place = find_place(characters, COUNT_OF(characters), option->name);
    if (place) return read_character(option, place, err);
    place = find_place(texts, COUNT_OF(texts), option->name);
    if (place) {
        *(Slice *)place = option->value;
        return true;
    }
    if (slice_equal_ignore_case(option->name, SLICE("mode")))
        return read_mode(option, &out->mode, err);
    if (slice_equal_ignore_case(option->name, SLICE("encoding")) ||
        slice_equal_ignore_case(option->name, SLICE("charset")))
        return read_encoding(option, err);
    if (slice_equal_ignore_case(option->name, SLICE("timeZone")))
        return read_zone(option, out, err);
    for (size_t i = 0; i < COUNT_OF(refused); i++)
        if (slice_equal_ignore_case(option->name, slice_from_cstr(refused[i])))
            return refuse(option, err);
    bool known = false;
    return read_leniency(option, out, &known, err);
}

bool text_options_read(TextFormat format, const TableRequest *request, Arena *arena,
                       TextOptions *options, Error *err) {
    *options = (TextOptions){.format = format,
                             .corrupt_column = SLICE("_corrupt_record"),
                             .zone = request->zone ? request->zone : time_zone_utc(),
                             .separator = ',',
                             .quote = '"',
                             .escape = '\\',
                             .nan_value = SLICE("NaN"),
                             .positive_infinity = SLICE("Inf"),
                             .negative_infinity = SLICE("-Inf"),
                             .leniency = JSON_ALLOW_SINGLE_QUOTES | JSON_ALLOW_NON_NUMBERS};
    for (uint32_t i = 0; i < request->option_count; i++) {
        TableOption option = {arena_copy(arena, request->options[i].name),
                              arena_copy(arena, request->options[i].value)};
        if (!read_option(&option, options, err)) return false;
    }
    if (options->separator) return true;
    return error_set(err, ERR_INVALID_CONFIGURATION, "confName", "sep", "confValue", "", "reason",
                     "it is empty");
}
