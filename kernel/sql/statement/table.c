// SPDX-License-Identifier: Apache-2.0
// CREATE TABLE and REPLACE TABLE: columns, constraints, clauses, AS, LIKE, CLONE.
#include "kernel/sql/statement/statement.h"

// --- columns
// -----------------------------------------------------------------------------------------

enum ColumnOption {
    OPTION_NOT_NULL,
    OPTION_DEFAULT,
    OPTION_GENERATED,
    OPTION_COMMENT,
    OPTION_COUNT
};

static void column_once(Sql *s, uint32_t start, const UColumnDef *column, bool *seen,
                        ErrorCode duplicate, const char *option) {
    if (*seen)
        sql_fail(s, start, duplicate, "columnName", sql_cstr(s, column->name), "optionName",
                 option);
    *seen = true;
}

// IDENTITY [(START WITH n INCREMENT BY m)]
static void identity(Sql *s, UColumnDef *column, uint32_t start, bool by_default) {
    column->is_identity = true;
    column->identity_by_default = by_default;
    column->identity_start = column->identity_step = 1;
    if (column->type && !type_is(column->type, TYPE_BIGINT) && !type_is(column->type, TYPE_INT)) {
        AUTO(Text, type) = {0};
        type_append_sql(column->type, &type);
        Slice quoted = arena_printf(s->arena, "\"%s\"", text_cstr(&type));
        sql_fail(s, start, ERR_IDENTITY_COLUMNS_UNSUPPORTED_DATA_TYPE, "dataType",
                 sql_cstr(s, quoted));
    }
    if (!sql_accept(s, TOKEN_LEFT_PAREN)) return;
    while (sql_is_word(s, WORD_START) || sql_is_word(s, WORD_INCREMENT)) {
        bool is_start = sql_is_word(s, WORD_START);
        sql_advance(s);
        sql_expect_word(s, is_start ? WORD_WITH : WORD_BY);
        bool negative = sql_accept(s, TOKEN_MINUS);
        int64_t value = sql_integer(s);
        bool *has = is_start ? &column->has_identity_start : &column->has_identity_step;
        if (*has)
            sql_fail(s, start, ERR_IDENTITY_COLUMNS_DUPLICATED_SEQUENCE_GENERATOR_OPTION,
                     "sequenceGeneratorOption", is_start ? "START" : "STEP");
        *has = true;
        *(is_start ? &column->identity_start : &column->identity_step) = negative ? -value : value;
        (void)sql_accept(s, TOKEN_COMMA);
    }
    sql_expect(s, TOKEN_RIGHT_PAREN);
    if (column->has_identity_step && column->identity_step == 0)
        sql_fail(s, start, ERR_IDENTITY_COLUMNS_ILLEGAL_STEP);
}

// GENERATED ALWAYS AS (expression) | GENERATED ALWAYS|BY DEFAULT AS IDENTITY
static void generated(Sql *s, UColumnDef *column, uint32_t start) {
    sql_advance(s);
    bool by_default = sql_accept_words(s, WORD_BY, WORD_DEFAULT);
    if (!by_default) sql_expect_word(s, WORD_ALWAYS);
    sql_expect_word(s, WORD_AS);
    if (sql_accept_word(s, WORD_IDENTITY)) {
        identity(s, column, start, by_default);
        return;
    }
    sql_expect(s, TOKEN_LEFT_PAREN);
    uint32_t expr_start = sql_start(s);
    (void)sql_expression(s);
    column->generated_sql = sql_text_from(s, expr_start);
    sql_expect(s, TOKEN_RIGHT_PAREN);
}

static bool at_inline_constraint(const Sql *s) {
    Word word = sql_word(s);
    return word == WORD_CHECK || word == WORD_UNIQUE || word == WORD_CONSTRAINT ||
           word == WORD_REFERENCES || sql_are_words(s, WORD_PRIMARY, WORD_KEY) ||
           sql_are_words(s, WORD_FOREIGN, WORD_KEY);
}

static bool column_option(Sql *s, UColumnDef *column, bool *seen, uint32_t start,
                          ErrorCode duplicate) {
    if (sql_accept_words(s, WORD_NOT, WORD_NULL)) {
        column->not_null = true;
        column_once(s, start, column, &seen[OPTION_NOT_NULL], duplicate, "NOT NULL");
    } else if (sql_accept_word(s, WORD_DEFAULT)) {
        uint32_t expr_start = sql_start(s);
        column->default_expr = sql_expression(s);
        column->default_sql = sql_text_from(s, expr_start);
        column_once(s, start, column, &seen[OPTION_DEFAULT], duplicate, "DEFAULT");
    } else if (sql_is_word(s, WORD_GENERATED)) {
        generated(s, column, start);
        column_once(s, start, column, &seen[OPTION_GENERATED], duplicate, "GENERATED ALWAYS AS");
    } else if (sql_accept_word(s, WORD_COMMENT)) {
        column->comment = sql_string(s);
        column_once(s, start, column, &seen[OPTION_COMMENT], duplicate, "COMMENT");
    } else if (at_inline_constraint(s)) {
        UConstraint constraint = sql_constraint(s);
        ARENA_PUSH(s->arena, column->constraints, column->constraint_count, constraint);
    } else {
        return false;
    }
    return true;
}

UColumnDef sql_column_definition(Sql *s, ErrorCode duplicate) {
    uint32_t start = sql_start(s);
    UColumnDef column = {0};
    column.path = sql_name_parts(s);
    column.name = column.path.count ? column.path.parts[column.path.count - 1] : SLICE("");
    column.type = sql_type(s);
    bool seen[OPTION_COUNT] = {0};
    while (column_option(s, &column, seen, start, duplicate)) continue;
    column.origin = sql_origin(s, start);
    return column;
}

// --- constraints
// -------------------------------------------------------------------------------------

bool sql_at_constraint(const Sql *s) {
    Word next = sql_word_at(s, 1);
    switch (sql_word(s)) {
    case WORD_CONSTRAINT: {
        Word kind = sql_word_at(s, 2);
        return kind == WORD_CHECK || kind == WORD_PRIMARY || kind == WORD_FOREIGN ||
               kind == WORD_UNIQUE;
    }
    case WORD_PRIMARY:
    case WORD_FOREIGN: return next == WORD_KEY;
    case WORD_CHECK:
    case WORD_UNIQUE: return sql_is_at(s, 1, TOKEN_LEFT_PAREN);
    default: return false;
    }
}

static void constraint_target(Sql *s, UConstraint *constraint) {
    sql_expect_word(s, WORD_REFERENCES);
    constraint->target = sql_name_parts(s);
    if (sql_is(s, TOKEN_LEFT_PAREN)) {
        SliceList columns = sql_identifier_list(s);
        constraint->target_columns = columns.items;
        constraint->target_column_count = columns.count;
    }
    // MATCH FULL, ON UPDATE NO ACTION, ON DELETE NO ACTION
    while (sql_is_word(s, WORD_ON) ||
           slice_equal_ignore_case(token_text(s->text, *sql_peek(s)), SLICE("MATCH"))) {
        bool on = sql_is_word(s, WORD_ON);
        sql_advance(s);
        sql_advance(s);
        if (on && sql_accept_word(s, WORD_NO)) sql_advance(s);
    }
}

// [NOT] ENFORCED, [NO]RELY, NOT VALID, ...
static void constraint_characteristics(Sql *s, UConstraint *constraint, uint32_t start) {
    uint32_t text_start = sql_start(s);
    bool enforced = false, any = false;
    for (;;) {
        Slice text = token_text(s->text, *sql_peek(s));
        if (sql_are_words(s, WORD_NOT, WORD_ENFORCED)) {
            sql_advance(s);
            sql_advance(s);
        } else if (sql_accept_word(s, WORD_ENFORCED)) {
            enforced = true;
        } else if (sql_is_word(s, WORD_RELY) || sql_is_word(s, WORD_NORELY) ||
                   slice_equal_ignore_case(text, SLICE("DEFERRABLE"))) {
            sql_advance(s);
        } else if (slice_equal_ignore_case(text, SLICE("INITIALLY"))) {
            sql_advance(s);
            sql_advance(s);
        } else {
            break;
        }
        any = true;
    }
    if (any) constraint->characteristics = sql_text_from(s, text_start);
    if (enforced && constraint->kind != UCONSTRAINT_CHECK)
        sql_fail(s, start, ERR_UNSUPPORTED_CONSTRAINT_CHARACTERISTIC, "characteristic", "ENFORCED",
                 "constraintType",
                 constraint->kind == UCONSTRAINT_PRIMARY_KEY   ? "PRIMARY KEY"
                 : constraint->kind == UCONSTRAINT_FOREIGN_KEY ? "FOREIGN KEY"
                                                               : "UNIQUE");
}

UConstraint sql_constraint(Sql *s) {
    uint32_t start = sql_start(s);
    UConstraint constraint = {0};
    if (sql_accept_word(s, WORD_CONSTRAINT)) constraint.name = sql_checked_identifier(s);
    if (sql_accept_word(s, WORD_CHECK)) {
        sql_expect(s, TOKEN_LEFT_PAREN);
        uint32_t expr_start = sql_start(s);
        constraint.check = sql_expression(s);
        constraint.check_sql = sql_text_from(s, expr_start);
        sql_expect(s, TOKEN_RIGHT_PAREN);
    } else {
        bool foreign = false;
        if (sql_accept_words(s, WORD_PRIMARY, WORD_KEY)) constraint.kind = UCONSTRAINT_PRIMARY_KEY;
        else if (sql_accept_word(s, WORD_UNIQUE)) constraint.kind = UCONSTRAINT_UNIQUE;
        else if (sql_is_word(s, WORD_REFERENCES)) foreign = true;
        else if (sql_accept_words(s, WORD_FOREIGN, WORD_KEY)) foreign = true;
        else sql_fail_expected(s, "CHECK, PRIMARY KEY, UNIQUE or FOREIGN KEY");
        if (sql_is(s, TOKEN_LEFT_PAREN)) {
            SliceList columns = sql_identifier_list(s);
            constraint.columns = columns.items;
            constraint.column_count = columns.count;
        }
        if (foreign) {
            constraint.kind = UCONSTRAINT_FOREIGN_KEY;
            constraint_target(s, &constraint);
        }
    }
    constraint_characteristics(s, &constraint, start);
    return constraint;
}

static void table_elements(Sql *s, UCommand *command) {
    sql_expect(s, TOKEN_LEFT_PAREN);
    do {
        if (sql_at_constraint(s)) {
            UConstraint constraint = sql_constraint(s);
            ARENA_PUSH(s->arena, command->table.constraints, command->table.constraint_count,
                       constraint);
        } else {
            UColumnDef column =
                sql_column_definition(s, ERR_CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE);
            ARENA_PUSH(s->arena, command->table.columns, command->table.column_count, column);
        }
    } while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
}

// --- clauses
// -----------------------------------------------------------------------------------------

typedef enum TableClause {
    CLAUSE_NONE,
    CLAUSE_OPTIONS,
    CLAUSE_PARTITIONED,
    CLAUSE_SKEWED,
    CLAUSE_CLUSTER,
    CLAUSE_BUCKETS,
    CLAUSE_ROW_FORMAT,
    CLAUSE_STORED,
    CLAUSE_LOCATION,
    CLAUSE_COMMENT,
    CLAUSE_COLLATION,
    CLAUSE_PROPERTIES,
    CLAUSE_COUNT
} TableClause;

static const char *const clause_names[CLAUSE_COUNT] = {
    "",           "OPTIONS",      "PARTITIONED BY",    "SKEWED BY",
    "CLUSTER BY", "CLUSTERED BY", "ROW FORMAT",        "STORED AS/BY",
    "LOCATION",   "COMMENT",      "DEFAULT COLLATION", "TBLPROPERTIES"};

// A column name, a column with its type (Hive), or a transform such as bucket(16, a).
static void partition_field(Sql *s, UCommand *command, bool *columns, bool *transforms) {
    bool call = sql_is_at(s, 1, TOKEN_LEFT_PAREN) && sql_is_identifier(s, sql_peek(s));
    UExpr *expr;
    const Type *type = NULL;
    Slice name = SLICE("");
    if (call) {
        expr = sql_primary(s);
    } else {
        uint32_t start = sql_start(s);
        expr = sql_expr_new(s, UEXPR_ATTRIBUTE, start);
        expr->name = sql_name_parts(s);
        expr->origin = sql_origin(s, start);
        if (expr->name.count) name = expr->name.parts[expr->name.count - 1];
        if (!sql_is(s, TOKEN_COMMA) && !sql_is(s, TOKEN_RIGHT_PAREN)) {
            type = sql_type(s);
            if (sql_accept_words(s, WORD_NOT, WORD_NULL)) { /* said for the schema only */
            }
            if (sql_accept_word(s, WORD_COMMENT)) (void)sql_string(s);
        }
    }
    *columns |= type != NULL;
    *transforms |= type == NULL;
    uint32_t index = command->table.partition_count;
    uint32_t again = index;
    ARENA_PUSH(s->arena, command->table.partition_types, again, type);
    if (!call && expr->name.count == 1)
        ARENA_PUSH(s->arena, command->table.partition_columns, command->table.partition_count,
                   name);
    ARENA_PUSH(s->arena, command->table.partition_transforms, command->table.transform_count, expr);
}

static void partitioned_by(Sql *s, UCommand *command, uint32_t start) {
    bool columns = false, transforms = false;
    sql_expect(s, TOKEN_LEFT_PAREN);
    do partition_field(s, command, &columns, &transforms);
    while (sql_accept(s, TOKEN_COMMA));
    sql_expect(s, TOKEN_RIGHT_PAREN);
    if (columns && transforms)
        sql_fail(s, start, ERR_LEGACY_0035, "message",
                 "PARTITION BY: Cannot mix partition expressions and partition columns");
}

static void cluster_by(Sql *s, UCommand *command) {
    if (sql_accept_word(s, WORD_AUTO)) {
        command->table.cluster_auto = true;
    } else if (!sql_accept_word(s, WORD_NONE)) {
        NamePartsList list = sql_name_list(s);
        command->table.cluster_columns = list.items;
        command->table.cluster_count = list.count;
    }
}

static void clustered_by(Sql *s, UCommand *command) {
    SliceList columns = sql_identifier_list(s);
    command->table.bucket_columns = columns.items;
    command->table.bucket_column_count = columns.count;
    if (sql_accept_word(s, WORD_SORTED)) {
        sql_expect_word(s, WORD_BY);
        sql_expect(s, TOKEN_LEFT_PAREN);
        do {
            (void)sql_identifier(s);
            if (!sql_accept_word(s, WORD_ASC)) (void)sql_accept_word(s, WORD_DESC);
        } while (sql_accept(s, TOKEN_COMMA));
        sql_expect(s, TOKEN_RIGHT_PAREN);
    }
    sql_expect_word(s, WORD_INTO);
    command->table.bucket_count = sql_integer(s);
    sql_expect_word(s, WORD_BUCKETS);
}

static void skewed_by(Sql *s, uint32_t start) {
    (void)sql_identifier_list(s);
    sql_expect_word(s, WORD_ON);
    sql_expect(s, TOKEN_LEFT_PAREN);
    (void)sql_expression_list(s);
    sql_expect(s, TOKEN_RIGHT_PAREN);
    if (sql_accept_words(s, WORD_STORED, WORD_AS)) sql_expect_word(s, WORD_DIRECTORIES);
    sql_fail(s, start, ERR_LEGACY_0035, "message", "CREATE TABLE ... SKEWED BY");
}

static void stored_as(Sql *s, UCommand *command, uint32_t start) {
    if (sql_accept_word(s, WORD_BY)) {
        (void)sql_string(s);
        if (sql_accept_words(s, WORD_WITH, WORD_SERDEPROPERTIES)) (void)sql_property_list(s);
        sql_fail(s, start, ERR_INVALID_STATEMENT_OR_CLAUSE, "operation", "STORED BY");
        return;
    }
    sql_expect_word(s, WORD_AS);
    uint32_t text_start = sql_start(s);
    if (sql_accept_word(s, WORD_INPUTFORMAT)) {
        (void)sql_string(s);
        sql_expect_word(s, WORD_OUTPUTFORMAT);
        (void)sql_string(s);
        command->table.stored_as = sql_text_from(s, text_start);
    } else {
        command->table.stored_as = sql_identifier(s);
    }
}

static TableClause table_clause(Sql *s, UCommand *command, uint32_t start) {
    if (sql_accept_word(s, WORD_OPTIONS)) {
        UOptionList list = sql_option_list(s);
        command->options = list.items;
        command->option_count = list.count;
        return CLAUSE_OPTIONS;
    }
    if (sql_accept_words(s, WORD_PARTITIONED, WORD_BY)) {
        partitioned_by(s, command, start);
        return CLAUSE_PARTITIONED;
    }
    if (sql_accept_words(s, WORD_SKEWED, WORD_BY)) {
        skewed_by(s, start);
        return CLAUSE_SKEWED;
    }
    if (sql_accept_words(s, WORD_CLUSTER, WORD_BY)) {
        cluster_by(s, command);
        return CLAUSE_CLUSTER;
    }
    if (sql_accept_words(s, WORD_CLUSTERED, WORD_BY)) {
        clustered_by(s, command);
        return CLAUSE_BUCKETS;
    }
    if (sql_are_words(s, WORD_ROW, WORD_FORMAT)) {
        uint32_t text_start = sql_start(s);
        sql_row_format(s);
        command->table.row_format = sql_text_from(s, text_start);
        return CLAUSE_ROW_FORMAT;
    }
    if (sql_accept_word(s, WORD_STORED)) {
        stored_as(s, command, start);
        return CLAUSE_STORED;
    }
    if (sql_is_word(s, WORD_LOCATION)) {
        command->table.location = sql_location(s);
        return CLAUSE_LOCATION;
    }
    if (sql_accept_word(s, WORD_COMMENT)) {
        command->comment = sql_string(s);
        return CLAUSE_COMMENT;
    }
    if (sql_accept_words(s, WORD_DEFAULT, WORD_COLLATION)) {
        command->table.collation = sql_collation_name(s, sql_start(s));
        return CLAUSE_COLLATION;
    }
    if (sql_accept_word(s, WORD_TBLPROPERTIES)) {
        UOptionList list = sql_property_list(s);
        command->properties = list.items;
        command->property_count = list.count;
        return CLAUSE_PROPERTIES;
    }
    return CLAUSE_NONE;
}

// STORED AS x with ROW FORMAT DELIMITED wants a text format.
static void check_row_format(Sql *s, const UCommand *command, uint32_t start) {
    Slice stored = command->table.stored_as, row = command->table.row_format;
    if (!stored.bytes || !row.bytes) return;
    static const char *const serde_formats[] = {"sequencefile", "textfile", "rcfile"};
    bool delimited = slice_find(row, SLICE("SERDE"), 0) == SIZE_MAX &&
                     slice_find(row, SLICE("serde"), 0) == SIZE_MAX;
    bool input_format = slice_find_char(stored, '\'', 0) != SIZE_MAX;
    bool fits = input_format || (delimited && slice_equal_ignore_case(stored, SLICE("textfile")));
    for (size_t i = 0; !delimited && i < COUNT_OF(serde_formats); i++)
        fits |= slice_equal_ignore_case(stored, slice_from_cstr(serde_formats[i]));
    if (!fits) {
        Slice message = arena_printf(s->arena, "ROW FORMAT %s is incompatible with '%.*s'",
                                     delimited ? "DELIMITED" : "SERDE", SLICE_ARGS(stored));
        sql_fail(s, start, ERR_LEGACY_0035, "message", sql_cstr(s, message));
    }
}

static void table_clauses(Sql *s, UCommand *command, uint32_t start) {
    bool seen[CLAUSE_COUNT] = {0};
    for (;;) {
        TableClause clause = table_clause(s, command, start);
        if (clause == CLAUSE_NONE) break;
        if (seen[clause])
            sql_fail(s, start, ERR_DUPLICATE_CLAUSES, "clauseName", clause_names[clause]);
        seen[clause] = true;
    }
    if (seen[CLAUSE_CLUSTER] && seen[CLAUSE_PARTITIONED])
        sql_fail(s, start, ERR_SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED);
    if (seen[CLAUSE_CLUSTER] && seen[CLAUSE_BUCKETS])
        sql_fail(s, start, ERR_SPECIFY_CLUSTER_BY_WITH_BUCKETING_IS_NOT_ALLOWED);
    if (command->table.format.bytes && (seen[CLAUSE_ROW_FORMAT] || seen[CLAUSE_STORED])) {
        Slice message = arena_printf(s->arena, "CREATE TABLE ... USING ... %s",
                                     seen[CLAUSE_STORED] ? "STORED AS" : "ROW FORMAT");
        sql_fail(s, start, ERR_INVALID_STATEMENT_OR_CLAUSE, "operation", sql_cstr(s, message));
    }
    check_row_format(s, command, start);
}

UCommand *sql_create_table(Sql *s, uint32_t start) {
    UCommand *command = sql_command_new(s, UCMD_CREATE_TABLE, start);
    (void)sql_accept_word(s, WORD_GLOBAL);
    command->table.is_temporary =
        sql_accept_word(s, WORD_TEMPORARY) || sql_accept_word(s, WORD_TEMP);
    command->table.is_external = sql_accept_word(s, WORD_EXTERNAL);
    sql_expect_word(s, WORD_TABLE);
    command->if_not_exists = sql_if_not_exists(s);
    sql_object_name(s, command);
    if (sql_accept_word(s, WORD_LIKE)) command->table.like = sql_name_parts(s);
    UCommand *clone = sql_clone(s, command);
    if (clone) return clone;
    bool elements = sql_is(s, TOKEN_LEFT_PAREN) && !sql_starts_query(s, 1);
    if (elements && !command->table.like.count) table_elements(s, command);
    if (sql_accept_word(s, WORD_USING)) {
        NameParts format = sql_name_parts(s);
        command->table.format = format.count ? format.parts[format.count - 1] : SLICE("");
    }
    table_clauses(s, command, start);
    bool as = sql_accept_word(s, WORD_AS);
    if (as || sql_starts_query(s, 0)) sql_command_query(s, command);
    return command;
}
