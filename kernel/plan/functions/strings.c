// SPDX-License-Identifier: Apache-2.0
// Functions of text and of bytes.
#include "kernel/plan/functions/predicates.h"
#include "kernel/plan/functions/scalar.h"

// All binary: binary. All arrays: an array of their common element. Else text.
static Expr *bind_concat(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    bool binary = context->arg_count > 0, array = false;
    for (uint32_t i = 0; i < context->arg_count; i++) {
        binary = binary && context->args[i]->type->id == TYPE_BINARY;
        array = array || context->args[i]->type->id == TYPE_ARRAY;
    }
    const Type *type = type_of(binary ? TYPE_BINARY : TYPE_STRING);
    if (array) {
        type = coerce_common_of(context->arena, context->args, context->arg_count, context->ansi);
        if (!type) return bind_fail_data_types(context, err);
    }
    for (uint32_t i = 0; i < context->arg_count; i++) {
        if (!array && !binary && !bind_arg(context, i, "string", err)) return NULL;
        if (array) bind_cast(context, i, type);
    }
    if (context->arg_count == 0) {
        Expr *empty = expr_literal(context->arena, value_string(SLICE("")));
        empty->text = bind_text(context);
        return empty;
    }
    return bind_scalar(definition, context, NULL, type, bind_any_nullable(context));
}

static Expr *bind_concat_ws(const FunctionDefinition *definition, BindContext *context,
                            Error *err) {
    bind_text(context);
    for (uint32_t i = 0; i < context->arg_count; i++)
        if (!bind_arg(context, i, i ? "array<string>|string" : "string", err)) return NULL;
    return bind_scalar(definition, context, NULL, type_of(TYPE_STRING), context->args[0]->nullable);
}

// TRIM's two-argument form names the characters first; btrim names them last.
static Expr *bind_trim(const FunctionDefinition *definition, BindContext *context, Error *err) {
    static const char *const WORDS[] = {['t'] = "BOTH", ['l'] = "LEADING", ['r'] = "TRAILING"};
    Arena *arena = context->arena;
    Expr **args = context->args;
    if (context->arg_count == 2 && context->is_operator) { // the form's arguments: text, characters
        context->text = sql_text_format(arena, "TRIM($ @ FROM @)", WORDS[definition->variant],
                                        expr_text(arena, args[1]), expr_text(arena, args[0]));
    } else if (context->arg_count == 2) {
        Expr *characters = args[0];
        context->text = sql_text_format(arena, "TRIM($ @ FROM @)", WORDS[definition->variant],
                                        expr_text(arena, characters), expr_text(arena, args[1]));
        args[0] = args[1];
        args[1] = characters;
    } else {
        bind_text(context);
    }
    for (uint32_t i = 0; i < context->arg_count; i++)
        if (!bind_arg(context, i, "string", err)) return NULL;
    return bind_scalar(definition, context, NULL, type_of(TYPE_STRING), bind_any_nullable(context));
}

// locate(needle, text[, start]) prints its start even when it was left out.
static Expr *bind_locate(const FunctionDefinition *definition, BindContext *context, Error *err) {
    static const char *const PATTERNS[] = {"string", "string", "int"};
    if (context->arg_count == 2) {
        Expr **args = ARENA_ARRAY(context->arena, Expr *, 3);
        args[0] = context->args[0];
        args[1] = context->args[1];
        args[2] = expr_literal(context->arena, value_int(TYPE_INT, 1));
        context->args = args;
        context->arg_count = 3;
    }
    bind_text(context);
    for (uint32_t i = 0; i < 3; i++)
        if (!bind_arg(context, i, PATTERNS[i], err)) return NULL;
    return bind_scalar(definition, context, NULL, type_of(TYPE_INT), bind_any_nullable(context));
}

// A call that prints an argument that was left out: its default as a literal of the variant's kind.
static Expr *bind_with_default(const FunctionDefinition *definition, BindContext *context,
                               Error *err) {
    uint32_t most = definition->max_args;
    if (context->arg_count < most) {
        Expr **args = ARENA_ARRAY(context->arena, Expr *, most);
        for (uint32_t i = 0; i < context->arg_count; i++) args[i] = context->args[i];
        Value value = value_int(TYPE_INT, definition->variant);
        if (definition->variant == ' ') {
            value = value_string(SLICE(" "));
            if (context->args[0]->type->id == TYPE_BINARY)
                return bind_by_signature(definition, context, err);
        }
        args[most - 1] = expr_literal(context->arena, value);
        context->args = args;
        context->arg_count = most;
    }
    return bind_by_signature(definition, context, err);
}

#define DEFAULTED(name, min, max, value, signature, arguments, summary)                   \
    {                                                                                     \
        name, FUNCTION_SCALAR, min, max, signature, NULL, NULL, value, bind_with_default, \
            arguments, summary, NULL                                                      \
    }

static Expr *bind_elt(const FunctionDefinition *definition, BindContext *context, Error *err) {
    bind_text(context);
    bool binary = true;
    for (uint32_t i = 1; i < context->arg_count; i++)
        binary = binary && context->args[i]->type->id == TYPE_BINARY;
    for (uint32_t i = 0; i < context->arg_count; i++)
        if (!bind_arg(context, i, i == 0 ? "int" : binary ? "binary" : "string", err)) return NULL;
    return bind_scalar(definition, context, NULL, type_of(binary ? TYPE_BINARY : TYPE_STRING),
                       true);
}

const FunctionDefinition functions_strings[] = {
    SCALAR("ascii", 1, 1, "string -> int", "str", "Code point of the first character."),
    SCALAR("base64", 1, 1, "binary -> string", "bin", "The bytes in base 64."),
    SCALAR("bit_length", 1, 1, "string|binary -> int", "expr", "Number of bits."),
    SCALAR("btrim", 1, 2, "string,string -> string", "str[, characters]",
           "Without spaces, or the characters, at both ends."),
    SCALAR("char", 1, 1, "bigint -> string", "expr", "The character of a code."),
    SCALAR("chr", 1, 1, "bigint -> string", "expr", "The character of a code."),
    SCALAR("char_length", 1, 1, "string|binary -> int", "expr", "Number of characters."),
    SCALAR("character_length", 1, 1, "string|binary -> int", "expr", "Number of characters."),
    SCALAR_BY("concat", 0, 255, 0, bind_concat, "expr1, expr2, ...",
              "The values one behind the other."),
    SCALAR_BY("||", 0, 255, 0, bind_concat, "expr1, expr2", "The values one behind the other."),
    SCALAR_BY("concat_ws", 1, 255, 0, bind_concat_ws, "separator[, str | array, ...]",
              "The texts with the separator between; NULLs are left out."),
    SCALAR("contains", 2, 2, "string,string -> boolean", "left, right",
           "Whether right is within left."),
    OVERLOAD("contains", 2, 2, "binary,binary -> boolean"),
    SCALAR("conv", 3, 3, "string,int,int -> string?", "num, from_base, to_base",
           "A number in another base."),
    SCALAR_BY("elt", 2, 255, 0, bind_elt, "n, input1, input2, ...", "The nth of the inputs."),
    SCALAR("endswith", 2, 2, "string,string -> boolean", "left, right",
           "Whether left ends with right."),
    OVERLOAD("endswith", 2, 2, "binary,binary -> boolean"),
    SCALAR("find_in_set", 2, 2, "string,string -> int", "str, list",
           "Position in a list with commas, 0: none."),
    SCALAR("hex", 1, 1, "bigint -> string", "expr", "The value in hexadecimal digits."),
    OVERLOAD("hex", 1, 1, "binary -> string"),
    OVERLOAD("hex", 1, 1, "string -> string"),
    SCALAR("initcap", 1, 1, "string -> string", "str", "First letters of words in upper case."),
    SCALAR("instr", 2, 2, "string,string -> int", "str, substr", "Position of substr, 0: none."),
    SCALAR("lcase", 1, 1, "string -> string", "str", "In lower case."),
    SCALAR("left", 2, 2, "string,int -> string", "str, len", "The first characters."),
    OVERLOAD("left", 2, 2, "binary,int -> binary"),
    SCALAR("len", 1, 1, "string|binary -> int", "expr", "Number of characters, or of bytes."),
    SCALAR("length", 1, 1, "string|binary -> int", "expr", "Number of characters, or of bytes."),
    SCALAR("levenshtein", 2, 3, "string,string,int -> int", "str1, str2[, threshold]",
           "Edit distance of two texts."),
    SCALAR_BY("locate", 2, 3, 0, bind_locate, "substr, str[, pos]",
              "Position of substr at or after pos, 0: none."),
    SCALAR_BY("position", 2, 3, 0, bind_locate, "substr, str[, pos]",
              "Position of substr at or after pos, 0: none."),
    SCALAR("lower", 1, 1, "string -> string", "str", "In lower case."),
    DEFAULTED("lpad", 2, 3, ' ', "string,int,string -> string", "str, len[, pad]",
              "Filled up at the left to a length, or cut."),
    OVERLOAD("lpad", 2, 3, "binary,int,binary -> binary"),
    SCALAR_BY("ltrim", 1, 2, 'l', bind_trim, "[characters, ]str", "Without spaces at the left."),
    SCALAR("luhn_check", 1, 1, "string -> boolean", "str", "Whether the digits pass Luhn's check."),
    SCALAR("mask", 1, 5, "string,string,string,string,string -> string",
           "input[, upperChar, lowerChar, digitChar, otherChar]", "With characters replaced."),
    SCALAR("octet_length", 1, 1, "string|binary -> int", "expr", "Number of bytes."),
    DEFAULTED("overlay", 3, 4, -1, "string,string,int,int -> string", "input, replace, pos[, len]",
              "With a part replaced."),
    OVERLOAD("overlay", 3, 4, "binary,binary,int,int -> binary"),
    SCALAR("quote", 1, 1, "string -> string", "str", "In single quotes."),
    SCALAR("repeat", 2, 2, "string,int -> string", "str, n", "The text n times."),
    SCALAR("replace", 2, 3, "string,string,string -> string", "str, search[, replace]",
           "With every occurrence replaced."),
    SCALAR("right", 2, 2, "string,int -> string", "str, len", "The last characters."),
    DEFAULTED("rpad", 2, 3, ' ', "string,int,string -> string", "str, len[, pad]",
              "Filled up at the right to a length, or cut."),
    OVERLOAD("rpad", 2, 3, "binary,int,binary -> binary"),
    SCALAR_BY("rtrim", 1, 2, 'r', bind_trim, "[characters, ]str", "Without spaces at the right."),
    SCALAR("sentences", 1, 3, "string,string,string -> array<array<string>>",
           "str[, lang, country]", "The text as sentences of words."),
    SCALAR("soundex", 1, 1, "string -> string", "str", "Soundex code of the text."),
    SCALAR("space", 1, 1, "int -> string", "n", "n spaces."),
    SCALAR("split_part", 3, 3, "string,string,int -> string", "str, delimiter, partNum",
           "The nth part between delimiters."),
    SCALAR("startswith", 2, 2, "string,string -> boolean", "left, right",
           "Whether left starts with right."),
    OVERLOAD("startswith", 2, 2, "binary,binary -> boolean"),
    DEFAULTED("substr", 2, 3, 2147483647, "string,int,int -> string", "str, pos[, len]",
              "A part of the text."),
    OVERLOAD("substr", 2, 3, "binary,int,int -> binary"),
    DEFAULTED("substring", 2, 3, 2147483647, "string,int,int -> string", "str, pos[, len]",
              "A part of the text."),
    OVERLOAD("substring", 2, 3, "binary,int,int -> binary"),
    SCALAR("substring_index", 3, 3, "string,string,int -> string", "str, delim, count",
           "What stands before the count-th delimiter."),
    SCALAR("to_binary", 1, 2, "string,string -> binary?", "str[, fmt]",
           "Bytes from hex, base64 or UTF-8 text."),
    SCALAR("translate", 3, 3, "string,string,string -> string", "input, from, to",
           "With characters replaced one by one."),
    SCALAR_BY("trim", 1, 2, 't', bind_trim, "[characters, ]str", "Without spaces at both ends."),
    SCALAR("try_to_binary", 1, 2, "string,string -> binary?", "str[, fmt]",
           "As to_binary, NULL where that fails."),
    SCALAR("ucase", 1, 1, "string -> string", "str", "In upper case."),
    SCALAR("unbase64", 1, 1, "string -> binary", "str", "Bytes from base 64."),
    SCALAR("unhex", 1, 1, "string -> binary?", "str", "Bytes from hexadecimal digits."),
    SCALAR("upper", 1, 1, "string -> string", "str", "In upper case."),
    SCALAR("is_valid_utf8", 1, 1, "string -> boolean", "str", "Whether the text is valid UTF-8."),
    SCALAR("make_valid_utf8", 1, 1, "string -> string", "str", "With malformed bytes replaced."),
    SCALAR("validate_utf8", 1, 1, "string -> string", "str", "The text, if it is valid UTF-8."),
    SCALAR("try_validate_utf8", 1, 1, "string -> string?", "str",
           "The text, or NULL if it is not valid UTF-8."),
    SCALAR("encode", 2, 2, "string,string -> binary", "str, charset",
           "The text's bytes in a character set."),
    {"decode", FUNCTION_SCALAR, 2, 255, "binary,string -> string", NULL, NULL, 0, bind_decode,
     "bin, charset | expr, search, result[, ...][, default]",
     "The text of bytes in a character set, or the result of the first equal search.", NULL},
    {"printf", FUNCTION_SCALAR, 1, 255, "string,any... -> string", NULL, NULL, 0, NULL,
     "strfmt, obj, ...", "Text by a printf format.", NULL},
    {"format_string", FUNCTION_SCALAR, 1, 255, "string,any... -> string", NULL, NULL, 0, NULL,
     "strfmt, obj, ...", "Text by a printf format.", NULL},
    SCALAR("format_number", 2, 2, "numeric,int -> string", "expr, d",
           "With d decimals and thousands separated."),
    OVERLOAD("format_number", 2, 2, "numeric,string -> string"),
    {"like", FUNCTION_SCALAR, 2, 3, NULL, NULL, NULL, 'l', bind_like, "str, pattern[, escape]",
     "Whether the text is like a pattern of % and _.", NULL},
    {"ilike", FUNCTION_SCALAR, 2, 3, NULL, NULL, NULL, 'i', bind_like, "str, pattern[, escape]",
     "As like, whatever the case.", NULL},
    {"rlike", FUNCTION_SCALAR, 2, 2, NULL, NULL, NULL, 'r', bind_like, "str, regexp",
     "Whether the regular expression is found.", NULL},
    {"regexp", FUNCTION_SCALAR, 2, 2, NULL, NULL, NULL, 'r', bind_like, "str, regexp",
     "Whether the regular expression is found.", NULL},
    {"regexp_like", FUNCTION_SCALAR, 2, 2, NULL, NULL, NULL, 'r', bind_like, "str, regexp",
     "Whether the regular expression is found.", NULL},
    SCALAR("regexp_count", 2, 2, "string,string -> int", "str, regexp", "Number of matches."),
    DEFAULTED("regexp_extract", 2, 3, 1, "string,string,int -> string", "str, regexp[, idx]",
              "A group of the first match."),
    DEFAULTED("regexp_extract_all", 2, 3, 1, "string,string,int -> array<string>",
              "str, regexp[, idx]", "A group of every match."),
    DEFAULTED("regexp_instr", 2, 3, 0, "string,string,int -> int", "str, regexp",
              "Position of the first match, 0: none."),
    DEFAULTED("regexp_replace", 3, 4, 1, "string,string,string,int -> string",
              "str, regexp, rep[, position]", "With every match replaced."),
    SCALAR("regexp_substr", 2, 2, "string,string -> string?", "str, regexp", "The first match."),
    DEFAULTED("split", 2, 3, -1, "string,string,int -> array<string>", "str, regex[, limit]",
              "The parts between matches."),
    SCALAR_BY("nullifzero", 1, 1, 'n', bind_zero, "expr", "NULL where the value is 0."),
    SCALAR_BY("zeroifnull", 1, 1, 'z', bind_zero, "expr", "0 where the value is NULL."),
    SCALAR_END,
};
