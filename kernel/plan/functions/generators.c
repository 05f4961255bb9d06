// SPDX-License-Identifier: Apache-2.0
// Functions that give several rows for one.
#include "kernel/plan/functions/bind.h"
#include "kernel/plan/functions/tables.h"

#define GENERATOR(name, min, max, signature, kind, arguments, summary)                             \
    {                                                                                              \
        name, FUNCTION_GENERATOR, min, max, signature, NULL, NULL, kind, NULL, arguments, summary, \
            NULL                                                                                   \
    }

const FunctionDefinition functions_generators[] = {
    GENERATOR("explode", 1, 1, "array|map -> void", GENERATE_EXPLODE, "collection",
              "A row for each element."),
    {"explode_outer", FUNCTION_GENERATOR, 1, 1, "array|map -> void", NULL, NULL, GENERATE_EXPLODE,
     NULL, "collection", "A row for each element, one of NULLs for an empty collection.",
     "explode"},
    GENERATOR("posexplode", 1, 1, "array|map -> void", GENERATE_POSEXPLODE, "collection",
              "A row for each element with its position."),
    {"posexplode_outer", FUNCTION_GENERATOR, 1, 1, "array|map -> void", NULL, NULL,
     GENERATE_POSEXPLODE, NULL, "collection",
     "A row for each element with its position, one of NULLs for an empty collection.",
     "posexplode"},
    GENERATOR("inline", 1, 1, "array<struct> -> void", GENERATE_INLINE, "structs",
              "A row for each struct."),
    {"inline_outer", FUNCTION_GENERATOR, 1, 1, "array<struct> -> void", NULL, NULL, GENERATE_INLINE,
     NULL, "structs", "A row for each struct, one of NULLs for an empty array.", "inline"},
    GENERATOR("stack", 2, 255, "int,any... -> void", GENERATE_STACK, "n, expr1, ...",
              "The expressions in n rows."),
    GENERATOR("json_tuple", 2, 255, "string,string... -> void", GENERATE_JSON_TUPLE,
              "json, key1, ...", "Fields of a JSON object as columns."),
    GENERATOR("variant_explode", 1, 1, "variant -> void", GENERATE_VARIANT_EXPLODE, "variant",
              "A row for each element or field of a variant."),
    {"variant_explode_outer", FUNCTION_GENERATOR, 1, 1, "variant -> void", NULL, NULL,
     GENERATE_VARIANT_EXPLODE, NULL, "variant",
     "A row for each element or field, one of NULLs when there is none.", "variant_explode"},
    {NULL, FUNCTION_GENERATOR, 0, 0, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
