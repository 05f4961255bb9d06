// SPDX-License-Identifier: Apache-2.0
// Digests, session functions and errors on purpose, URLs.
#include "base/text.h"
#include "kernel/plan/functions/scalar.h"

static Expr *bind_typeof(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)definition, (void)err;
    AUTO(Text, name) = {0};
    type_append_catalog(context->args[0]->type, &name);
    const SqlText *text = bind_text(context);
    Expr *literal =
        expr_literal(context->arena, value_string(arena_copy(context->arena, text_slice(&name))));
    literal->text = text;
    return literal;
}

static Expr *bind_hash(const FunctionDefinition *definition, BindContext *context, Error *err) {
    (void)err;
    bind_text(context);
    return bind_scalar(definition, context, NULL,
                       type_of(definition->variant == 'x' ? TYPE_BIGINT : TYPE_INT), false);
}

// assert_true(condition[, message]): the message says the condition when it is left out.
static Expr *bind_assert(const FunctionDefinition *definition, BindContext *context, Error *err) {
    if (context->arg_count == 1) {
        Expr **args = ARENA_ARRAY(context->arena, Expr *, 2);
        args[0] = context->args[0];
        Slice condition = expr_pretty(context->arena, args[0]);
        args[1] = expr_literal(context->arena,
                               value_string(arena_printf(context->arena, "'%.*s' is not true!",
                                                         SLICE_ARGS(condition))));
        context->args = args;
        context->arg_count = 2;
    }
    bind_text(context);
    if (!bind_arg(context, 0, "boolean", err) || !bind_arg(context, 1, "string", err)) return NULL;
    return bind_scalar(definition, context, NULL, type_of(TYPE_VOID), true);
}

#define SESSION(name, display, summary) SCALAR_AS(name, display, 0, 0, "-> string!", "", summary)

const FunctionDefinition functions_session[] = {
    SCALAR("crc32", 1, 1, "binary -> bigint", "expr", "CRC-32 of the bytes."),
    SCALAR_BY("hash", 1, 255, 'h', bind_hash, "expr, ...", "A 32-bit hash of the values."),
    SCALAR("md5", 1, 1, "binary -> string", "expr", "MD5 of the bytes in hex."),
    SCALAR("sha", 1, 1, "binary -> string", "expr", "SHA-1 of the bytes in hex."),
    SCALAR("sha1", 1, 1, "binary -> string", "expr", "SHA-1 of the bytes in hex."),
    SCALAR("sha2", 2, 2, "binary,int -> string?", "expr, bitLength", "SHA-2 of the bytes in hex."),
    SCALAR_BY("xxhash64", 1, 255, 'x', bind_hash, "expr, ...", "A 64-bit hash of the values."),
    SCALAR_BY("typeof", 1, 1, 0, bind_typeof, "expr", "The type's name."),
    SCALAR_BY("assert_true", 1, 2, 0, bind_assert, "expr[, message]",
              "Fails where the condition is not true."),
    SCALAR("raise_error", 1, 1, "string -> void?", "message", "Fails with the message."),
    SESSION("current_catalog", NULL, "The current catalog."),
    SESSION("current_database", "current_schema", "The current schema."),
    SESSION("current_schema", NULL, "The current schema."),
    SESSION("current_user", NULL, "Who runs the statement."),
    SESSION("session_user", NULL, "Who runs the statement."),
    SESSION("user", NULL, "Who runs the statement."),
    SESSION("version", NULL, "The program's version."),
    SESSION("uuid", NULL, "A random UUID."),
    SESSION("input_file_name", NULL, "The file that the row comes from."),
    SCALAR("input_file_block_start", 0, 0, "-> bigint!", "", "Start of the file's part, -1."),
    SCALAR("input_file_block_length", 0, 0, "-> bigint!", "", "Length of the file's part, -1."),
    SCALAR_AS("spark_partition_id", "SPARK_PARTITION_ID", 0, 0, "-> int!", "", "Always 0."),
    SCALAR("monotonically_increasing_id", 0, 0, "-> bigint!", "", "Numbers that grow."),
    SCALAR("url_encode", 1, 1, "string -> string", "str", "Percent-encoded for a form."),
    SCALAR("url_decode", 1, 1, "string -> string", "str", "Percent-decoded."),
    SCALAR("try_url_decode", 1, 1, "string -> string?", "str", "Percent-decoded, or NULL."),
    SCALAR("parse_url", 2, 3, "string,string,string -> string?", "url, part[, key]",
           "A part of a URL."),
    SCALAR("try_parse_url", 2, 3, "string,string,string -> string?", "url, part[, key]",
           "A part of a URL, or NULL."),
    SCALAR_END,
};
