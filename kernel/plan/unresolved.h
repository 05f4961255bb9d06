// SPDX-License-Identifier: Apache-2.0
// The unresolved plan: what a query says before any name is looked up.
//
// Its relations and expressions are Spark Connect's set (relations.proto, expressions.proto of
// Spark 4), so that SQL text and dataframe calls are two producers of one thing; what only SQL has
// (CTEs, named windows, lateral views, QUALIFY) and commands stand beside. Nodes live in the
// statement's arena and are not changed by resolution. Every node carries its origin.
//
// Operators are functions by name, as in Connect; is_operator tells that the operator (or special)
// syntax was written, which decides how Spark prints the column's name. SQL text gives these names:
//   = <=> < <= > >= (== is "=", !< is ">=", !> is "<="; a <> b is not(=(a, b)))
//   + - * / % & | ^ << >> >>>, "div" (a DIV b), unary "negative" "positive" "~"
//   and or not (long chains of and/or are balanced trees, as in Spark)
//   "between"(x, low, high), "in"(x, v...), "like"(x, pattern[, escape]), "ilike", "rlike",
//   "likeall", "likeany", "notlikeall", "notlikeany" (x, pattern...; ILIKE: "ilikeall", ...),
//   "isnull", "isnotnull", "isunknown", "isnotunknown"; x IS TRUE is <=>(x, true); NOT BETWEEN, NOT
//   IN, ... are not(...); a || b is "concat" without is_operator (a, b) is "struct" with
//   is_operator, STRUCT(a AS x) "struct" without; v:a.b[0] is ":"(v, 'a.b[0]') x COLLATE c is
//   "collate"(x, 'c') with is_operator EXTRACT(f FROM x) is "extract"('f', x); TRIM([BOTH] t FROM
//   s) "trim"(s, t), LEADING "ltrim", TRAILING "rtrim" with is_operator; SUBSTRING, OVERLAY,
//   POSITION (as "locate") plain calls; TIMESTAMPADD(unit, n, t), DATEADD and DATE_ADD of that
//   form: "timestampadd"('UNIT', n, t) with is_operator; TIMESTAMPDIFF(unit, a, b) and its kin
//   "timestampdiff"; CURRENT_DATE "current_date"()
#pragma once

#include "kernel/column/value.h"

typedef struct UExpr UExpr;
typedef struct URel URel;
typedef struct UCommand UCommand;

// a.b.c, each part unquoted
typedef struct NameParts {
    Slice *parts;
    uint32_t count;
} NameParts;

// Where a node came from. Dataframe calls use call_site instead of a span.
typedef struct Origin {
    Span span;
    Slice call_site; // "df.select(...) at cell 3, line 2"; empty for SQL
} Origin;

// --- expressions
// -------------------------------------------------------------------------------------

typedef enum UExprKind {
    UEXPR_LITERAL,
    UEXPR_ATTRIBUTE,       // name
    UEXPR_STAR,            // *, target.*, EXCEPT (...), REPLACE
    UEXPR_REGEX,           // colRegex
    UEXPR_FUNCTION,        // name(args)
    UEXPR_ALIAS,           // args[0] AS names
    UEXPR_CAST,            // args[0] to type
    UEXPR_EXTRACT,         // args[0][args[1]] or args[0].field (field literal string)
    UEXPR_UPDATE_FIELDS,   // withField / dropFields
    UEXPR_LAMBDA,          // names -> args[0]
    UEXPR_LAMBDA_VARIABLE, // name
    UEXPR_WINDOW,          // args[0] OVER window
    UEXPR_CASE,            // has_operand: args[0] compared; then when, then, ..., [else]
    UEXPR_SUBQUERY,        // scalar / EXISTS / IN (args: left side values) over query
    UEXPR_SORT_ORDER,      // args[0] with direction (in sort lists only)
    UEXPR_NAMED_ARGUMENT,  // name => args[0]
    UEXPR_PARAMETER,       // :name (name) or ? (position)
    UEXPR_DEFAULT,         // DEFAULT in VALUES and SET
    UEXPR_TABLE_ARGUMENT,  // TABLE(t) argument of a table function
    UEXPR_TEXT,            // expression given as SQL text (selectExpr): text
    UEXPR_IDENTIFIER,      // IDENTIFIER(args[0])
} UExprKind;

typedef enum SubqueryKind { SUBQUERY_SCALAR, SUBQUERY_EXISTS, SUBQUERY_IN } SubqueryKind;

typedef enum UCastMode {
    UCAST_DEFAULT, // by the session's ANSI setting
    UCAST_ANSI,
    UCAST_TRY,
    UCAST_LEGACY,
} UCastMode;

typedef enum NullOrder { NULLS_DEFAULT, NULLS_FIRST, NULLS_LAST } NullOrder;

typedef struct UFrameBound {
    enum {
        UBOUND_UNBOUNDED_PRECEDING,
        UBOUND_PRECEDING,
        UBOUND_CURRENT,
        UBOUND_FOLLOWING,
        UBOUND_UNBOUNDED_FOLLOWING
    } kind;
    UExpr *offset;
} UFrameBound;

typedef struct UWindow {
    Slice name;        // OVER w, or the base window of (w ORDER BY ...); empty: none
    bool is_reference; // OVER w: nothing else is set
    UExpr **partition;
    uint32_t partition_count;
    UExpr **order; // UEXPR_SORT_ORDER
    uint32_t order_count;
    bool has_frame;
    bool is_range; // RANGE instead of ROWS
    UFrameBound start, stop;
    Origin origin;
} UWindow;

struct UExpr {
    UExprKind kind;
    Origin origin;
    UExpr **args;
    uint32_t arg_count;
    NameParts name;   // ATTRIBUTE, FUNCTION, STAR's target, LAMBDA_VARIABLE, NAMED_ARGUMENT,
                      // PARAMETER
    int64_t plan_id;  // dataframe column of a certain relation (Connect), -1 none
    bool is_operator; // FUNCTION written as an operator or special syntax: printed so
    union {
        struct {
            Value value;
            Slice text; // as written (the int literal's digits decide decimals)
        } literal;
        struct {
            NameParts *except; // * EXCEPT (a, s.f)
            uint32_t except_count;
            UExpr **replace; // aliases
            uint32_t replace_count;
        } star;
        struct {
            bool distinct;
            bool ignore_nulls;
            bool respect_nulls;
            UExpr *identifier; // IDENTIFIER(expr)(args): then name is empty
            bool is_internal;  // may name functions outside the SQL registry (Connect)
            UExpr *filter;
            UExpr **within; // WITHIN GROUP (ORDER BY ...): UEXPR_SORT_ORDER
            uint32_t within_count;
        } function;
        struct {
            Slice *names; // one, or several for generators
            uint32_t count;
            Slice metadata; // JSON
        } alias;
        struct {
            const Type *type;
            UCastMode mode;
            bool is_double_colon;
        } cast;
        struct {
            Slice *names;
            uint32_t count;
        } lambda;
        struct {
            UWindow *window;
        } window;
        struct {
            bool has_operand;
            bool has_else;
        } case_when;
        struct {
            SubqueryKind kind;
            bool negated; // NOT IN, NOT EXISTS written so (SQL text gives not(...) instead)
            URel *query;
        } subquery;
        struct {
            bool descending;
            NullOrder nulls;
        } sort;
        struct {
            uint32_t position; // of ?
        } parameter;
        struct {
            Slice field; // dotted name
            bool drop;
        } update;
        struct {
            Slice text;
        } text;
        struct {
            URel *query; // TABLE(t) is a UREL_TABLE; args: PARTITION BY
            bool single_partition;
            UExpr **order; // UEXPR_SORT_ORDER
            uint32_t order_count;
        } table_argument;
    };
};

// --- relations
// ---------------------------------------------------------------------------------------

typedef enum URelKind {
    UREL_TABLE,       // name, options, time travel; delta.`path` is a name of two parts
    UREL_DATA_SOURCE, // spark.read.format(...).load(paths)
    UREL_PROJECT,     // exprs (SELECT without FROM: input is UREL_ONE_ROW)
    UREL_FILTER,      // condition
    UREL_HAVING,      // condition, over an AGGREGATE or a PROJECT input
    UREL_QUALIFY,
    UREL_JOIN,
    UREL_SET_OP,
    UREL_SORT, // ORDER BY (global) or SORT BY
    UREL_LIMIT,
    UREL_OFFSET,
    UREL_TAIL,
    UREL_AGGREGATE, // GROUP BY group, output exprs
    UREL_PIVOT,
    UREL_UNPIVOT,
    UREL_LOCAL,  // rows with a known schema (LocalRelation)
    UREL_VALUES, // VALUES rows of expressions
    UREL_ONE_ROW,
    UREL_SAMPLE,
    UREL_RANGE,          // spark.range
    UREL_SUBQUERY_ALIAS, // input AS name(columns)
    UREL_REPARTITION,    // DISTRIBUTE BY, CLUSTER BY, repartition(): no effect on rows
    UREL_TO_DF,          // toDF(names)
    UREL_WITH_COLUMNS,
    UREL_RENAME_COLUMNS,
    UREL_DROP_COLUMNS,
    UREL_DEDUPLICATE, // DISTINCT: no columns named
    UREL_HINT,
    UREL_TO_SCHEMA,
    UREL_TABLE_FUNCTION, // range(..), explode(..), ... in FROM; also LATERAL
    UREL_LATERAL_VIEW,   // LATERAL VIEW [OUTER] gen(..) t AS c
    UREL_WITH,           // CTEs around input
    UREL_NAMED_WINDOWS,  // WINDOW w AS (...) around input
    UREL_NA_FILL,
    UREL_NA_DROP,
    UREL_NA_REPLACE,
    UREL_STAT, // summary, describe, crosstab, cov, corr, approxQuantile, freqItems, sampleBy
    UREL_TRANSPOSE,
    UREL_AS_OF_JOIN,
    UREL_WATERMARK, // exprs[0] (maybe an alias) DELAY OF exprs[1]: no effect on a batch query
    UREL_TRANSFORM, // SELECT TRANSFORM(exprs) USING 'script'
    UREL_SQL,       // SQL text with arguments (Connect)
    UREL_COMMAND,   // rows of a command (SHOW TABLES in FROM is not allowed by SQL, Connect is)
} URelKind;

typedef enum UJoinKind {
    UJOIN_INNER,
    UJOIN_CROSS,
    UJOIN_LEFT,
    UJOIN_RIGHT,
    UJOIN_FULL,
    UJOIN_LEFT_SEMI,
    UJOIN_LEFT_ANTI,
} UJoinKind;

typedef enum UGroupKind {
    UGROUP_BY,
    UGROUP_ALL,
    UGROUP_ROLLUP,
    UGROUP_CUBE,
    UGROUP_SETS,
} UGroupKind;

typedef struct UOption {
    Slice name;  // dotted keys joined by "."
    Slice value; // data NULL: none; text of a literal
    UExpr *expr; // the value where it is an expression (also a literal); NULL: only text
} UOption;

// The pipe operator (|>) that made a node: some of its rules differ from the clause's.
typedef enum UPipe {
    UPIPE_NONE,
    UPIPE_SELECT,    // PROJECT
    UPIPE_EXTEND,    // PROJECT of *, exprs
    UPIPE_SET,       // PROJECT of * with one replacement, once per assignment
    UPIPE_DROP,      // PROJECT of * EXCEPT
    UPIPE_WHERE,     // FILTER
    UPIPE_AGGREGATE, // AGGREGATE, is_relation
    UPIPE_OTHER,
} UPipe;

typedef struct UCte {
    Slice name;
    Slice *columns;
    uint32_t column_count;
    URel *query;
    UExpr *max_level; // MAX RECURSION LEVEL; NULL: default
    Origin origin;
} UCte;

// t CHANGES FROM VERSION a TO VERSION b (bounds are literals or constant expressions)
typedef struct UChanges {
    bool is_timestamp;
    UExpr *start, *stop; // stop NULL: to the newest
    bool start_exclusive, stop_exclusive;
} UChanges;

// a JOIN b APPROX NEAREST count BY DISTANCE|SIMILARITY measure
typedef struct UNearest {
    bool exact;
    bool by_similarity;
    int64_t count;
    UExpr *measure;
} UNearest;

typedef struct UNamedWindow {
    Slice name;
    UWindow *window;
} UNamedWindow;

// One element of GROUP BY: a plain expression, or ROLLUP/CUBE/GROUPING SETS over lists of
// expressions.
typedef struct UGroupItem {
    UGroupKind kind; // UGROUP_BY: sets[0].exprs[0]
    struct UGroupSet {
        UExpr **exprs;
        uint32_t count;
    } * sets; // ROLLUP/CUBE: its elements; SETS: the sets (nested items flattened)
    uint32_t set_count;
    UExpr **given; // GROUP BY a, b GROUPING SETS (...): a, b
    uint32_t given_count;
} UGroupItem;

struct URel {
    URelKind kind;
    Origin origin;
    int64_t plan_id; // Connect's; -1 none
    UPipe pipe;
    URel *input; // or left
    URel *right;
    UExpr **exprs; // PROJECT, SORT, WITH_COLUMNS (aliases), AGGREGATE's output, function args
    uint32_t expr_count;
    union {
        struct {
            NameParts name;
            UExpr *identifier; // IDENTIFIER(expr) instead of name
            UOption *options;
            uint32_t option_count;
            UExpr *version;   // VERSION AS OF (literal) or @v1
            UExpr *timestamp; // TIMESTAMP AS OF
            bool is_stream;
            struct UChanges *changes; // CHANGES FROM ...; NULL: none
        } table;
        struct {
            Slice format;
            Slice *paths;
            uint32_t path_count;
            UOption *options;
            uint32_t option_count;
            const Type *schema; // NULL: infer
        } source;
        struct {
            UExpr *condition;
        } filter; // FILTER, HAVING, QUALIFY
        struct {
            UJoinKind kind;
            bool natural;
            bool lateral; // right side may refer to the left one
            UExpr *condition;
            Slice *using_columns;
            uint32_t using_count;
            struct UNearest *nearest; // APPROX|EXACT NEAREST n BY ...; NULL: none
        } join;
        struct {
            enum { USET_UNION, USET_INTERSECT, USET_EXCEPT } kind;
            bool all;
            bool by_name;
            bool allow_missing;
        } set_op;
        struct {
            bool is_global; // exprs: UEXPR_SORT_ORDER; ORDER BY ALL: is_all
            bool is_all;
        } sort;
        struct {
            UExpr *count; // LIMIT, OFFSET, TAIL
        } limit;
        struct {
            UGroupItem *items;
            uint32_t item_count;
            bool is_all;      // GROUP BY ALL
            bool is_relation; // dataframe groupBy().agg(): output is groups ++ exprs
        } aggregate;
        struct {
            UExpr **columns; // FOR (c, d): one or more
            uint32_t column_count;
            UExpr **values; // aliases, literals or rows; none: all distinct values
            uint32_t value_count;
            UExpr **groups; // dataframe: explicit; NULL: every other column
            uint32_t group_count;
        } pivot; // exprs: aggregates
        struct {
            bool include_nulls;
            Slice *value_names;
            uint32_t value_name_count;
            Slice name_column;
            UExpr ***sets;  // sets[s][i]: columns of one output row
            Slice *aliases; // per set, empty: none
            uint32_t set_count;
            UExpr **ids; // dataframe: explicit; NULL: every other column
            uint32_t id_count;
        } unpivot;
        struct {
            const Type *schema; // struct
            Value **rows;
            uint32_t row_count;
        } local;
        struct {
            UExpr ***rows; // rows[r][c]
            uint32_t row_count;
            uint32_t column_count;
            uint32_t *row_lengths; // all the same once parsed; NULL from Connect
        } values;
        struct {
            double lower, upper; // fractions; rows: see is_rows
            bool is_rows;
            int64_t rows;
            bool with_replacement;
            bool has_seed;
            int64_t seed;
            UExpr *count; // ROWS given by an expression
        } sample;
        struct {
            int64_t start, stop, step;
        } range;
        struct {
            Slice name;          // may be empty (anonymous subquery)
            NameParts qualifier; // SUBQUERY_ALIAS of a catalog table keeps it; usually count 0
            Slice *columns;
            uint32_t column_count;
        } alias;
        struct {
            Slice *names; // TO_DF, DROP, DEDUPLICATE, RENAME (old names)
            uint32_t count;
            Slice *new_names; // RENAME
            bool within_watermark;
        } columns;
        struct {
            NameParts name;
            bool lateral;
            bool outer;        // LATERAL VIEW OUTER
            UExpr *identifier; // IDENTIFIER(expr)(...) instead of name
            Slice table_alias; // LATERAL VIEW's
            Slice *column_aliases;
            uint32_t column_alias_count;
        } function; // TABLE_FUNCTION and LATERAL_VIEW; exprs are the arguments
        struct {
            UCte *ctes;
            uint32_t count;
            bool recursive;
            bool has_level; // some CTE has MAX RECURSION LEVEL
        } with;
        struct {
            UNamedWindow *windows;
            uint32_t count;
        } windows;
        struct {
            Slice name;
        } hint; // exprs: parameters
        struct {
            Slice kind; // "summary", "describe", "crosstab", "cov", ...
            Slice *columns;
            uint32_t column_count;
            Value *arguments;
            uint32_t argument_count;
        } stat; // STAT, NA_*
        struct {
            const Type *schema;
        } to_schema;
        struct {
            Slice text;
        } sql;
        struct {
            UCommand *command;
        } command;
        struct {
            Slice script;
            Slice *names;       // AS (a type, ...)
            const Type **types; // NULL entries: string
            uint32_t column_count;
        } transform;
    };
};

// --- commands
// ----------------------------------------------------------------------------------------

typedef enum UCommandKind {
    UCMD_QUERY, // query
    UCMD_CREATE_SCHEMA,
    UCMD_DROP_SCHEMA,
    UCMD_ALTER_SCHEMA,
    UCMD_CREATE_TABLE, // incl. REPLACE, AS query, LIKE
    UCMD_DROP_TABLE,
    UCMD_DROP_VIEW,
    UCMD_CREATE_VIEW, // incl. temporary and global temporary
    UCMD_ALTER_TABLE,
    UCMD_ALTER_VIEW,
    UCMD_SHOW,     // show.what
    UCMD_DESCRIBE, // describe.what
    UCMD_USE,
    UCMD_SET,
    UCMD_RESET,
    UCMD_SET_TIME_ZONE,
    UCMD_EXPLAIN,
    UCMD_DECLARE_VARIABLE,
    UCMD_SET_VARIABLE,
    UCMD_DROP_VARIABLE,
    UCMD_EXECUTE_IMMEDIATE,
    UCMD_CREATE_FUNCTION,
    UCMD_DROP_FUNCTION,
    UCMD_INSERT,
    UCMD_UPDATE,
    UCMD_DELETE,
    UCMD_MERGE,
    UCMD_TRUNCATE,
    UCMD_COPY_INTO,
    UCMD_OPTIMIZE,
    UCMD_VACUUM,
    UCMD_RESTORE,
    UCMD_CLONE,
    UCMD_CONVERT,
    UCMD_REORG,
    UCMD_GENERATE,
    UCMD_CACHE,
    UCMD_UNCACHE,
    UCMD_CLEAR_CACHE,
    UCMD_REFRESH,
    UCMD_ANALYZE,
    UCMD_COMMENT_ON,
    UCMD_MULTI_INSERT, // FROM t INSERT ... INSERT ...: statements
    UCMD_CALL,         // CALL name(arguments)
    UCMD_LOAD_DATA,
    UCMD_INSERT_DIRECTORY,
    UCMD_REPAIR,       // MSCK REPAIR TABLE
    UCMD_ADD_RESOURCE, // ADD JAR, FILE, ARCHIVE; LIST: show.what "JARS" ...
    UCMD_SCRIPT,       // BEGIN ... END
    UCMD_UNSUPPORTED,  // parsed (grammar has it), not executed: operation names it
} UCommandKind;

typedef enum UConstraintKind {
    UCONSTRAINT_CHECK,
    UCONSTRAINT_PRIMARY_KEY,
    UCONSTRAINT_UNIQUE,
    UCONSTRAINT_FOREIGN_KEY,
} UConstraintKind;

typedef struct UConstraint {
    Slice name; // empty: none given
    UConstraintKind kind;
    Slice check_sql; // source of the condition
    UExpr *check;
    Slice *columns;
    uint32_t column_count;
    NameParts target; // REFERENCES
    Slice *target_columns;
    uint32_t target_column_count;
    Slice characteristics; // "NOT ENFORCED RELY" as written
} UConstraint;

typedef struct UColumnDef {
    Slice name;
    const Type *type;
    bool not_null;
    Slice comment;
    Slice default_sql; // source text; empty: none
    Slice generated_sql;
    UExpr *default_expr;
    bool is_identity;
    bool identity_by_default; // BY DEFAULT instead of ALWAYS
    bool has_identity_start, has_identity_step;
    int64_t identity_start, identity_step;
    NameParts path; // ALTER TABLE: a.b.c (name is its last part)
    Slice position; // ALTER TABLE: "FIRST", or the column it stands AFTER; empty: none
    bool position_first;
    UConstraint *constraints; // written behind the column
    uint32_t constraint_count;
    Origin origin;
} UColumnDef;

typedef struct USetPair {
    NameParts target;
    UExpr *target_identifier; // IDENTIFIER(expr) instead
    UExpr *value;
} USetPair;

typedef struct UMergeClause {
    enum { UMERGE_MATCHED, UMERGE_NOT_MATCHED, UMERGE_NOT_MATCHED_BY_SOURCE } when;
    enum {
        UMERGE_UPDATE,
        UMERGE_UPDATE_ALL,
        UMERGE_DELETE,
        UMERGE_INSERT,
        UMERGE_INSERT_ALL
    } action;
    UExpr *condition;
    USetPair *sets; // UPDATE; INSERT: target column and value
    uint32_t set_count;
} UMergeClause;

struct UCommand {
    UCommandKind kind;
    Origin origin;
    NameParts name;         // of the object
    UExpr *name_identifier; // IDENTIFIER(expr) instead
    URel *query;            // QUERY, CTAS, view, INSERT source, EXPLAIN's (or statement)
    UCommand *statement;    // EXPLAIN of a command; script bodies use script
    Slice query_text;       // source of `query` as written (views keep it)
    URel *with;             // WITH before UPDATE, DELETE, MERGE: a UREL_WITH without input
    UCommand **statements;  // MULTI_INSERT
    uint32_t statement_count;
    uint32_t marker_count; // of ? in the whole text
    bool has_named_markers;
    bool if_not_exists;
    bool if_exists;
    bool or_replace;
    Slice comment;
    UOption *options; // OPTIONS (...)
    uint32_t option_count;
    UOption *properties; // TBLPROPERTIES / DBPROPERTIES / SET k=v pairs
    uint32_t property_count;
    union {
        struct {
            UColumnDef *columns;
            uint32_t column_count;
            Slice format; // USING; empty: default
            Slice location;
            Slice *partition_columns;
            uint32_t partition_count;
            UExpr **partition_transforms;
            uint32_t transform_count;
            NameParts *cluster_columns;
            uint32_t cluster_count;
            bool is_external;
            bool is_temporary;
            bool is_replace; // REPLACE TABLE: must exist
            NameParts like;  // CREATE TABLE LIKE
            UConstraint *constraints;
            uint32_t constraint_count;
            Slice *bucket_columns; // CLUSTERED BY (...) SORTED BY (...) INTO n BUCKETS
            uint32_t bucket_column_count;
            int64_t bucket_count;
            bool cluster_auto;            // CLUSTER BY AUTO
            Slice collation;              // DEFAULT COLLATION
            Slice row_format;             // source text of ROW FORMAT ...
            Slice stored_as;              // STORED AS x
            const Type **partition_types; // Hive's PARTITIONED BY (a INT): types of the columns
        } table;
        struct {
            UColumnDef *columns; // names and comments
            uint32_t column_count;
            bool is_temporary;
            bool is_global;
            Slice format;      // TEMP VIEW ... USING
            Slice schema_mode; // BINDING, COMPENSATION, TYPE EVOLUTION, EVOLUTION
            Slice collation;   // DEFAULT COLLATION
            bool is_materialized;
        } view;
        struct {
            Slice location;
            bool cascade;
            Slice what;      // SCHEMA, CATALOG
            Slice collation; // DEFAULT COLLATION
            Slice action;    // ALTER: "SET PROPERTIES", "UNSET PROPERTIES", "SET LOCATION", ...
        } schema;
        struct {
            Slice what;   // "CATALOGS" "SCHEMAS" "TABLES" "TABLE EXTENDED" "VIEWS" "COLUMNS"
                          // "PARTITIONS" "TBLPROPERTIES" "CREATE TABLE" "FUNCTIONS"
                          // "CURRENT SCHEMA" "VARIABLES" ...
            NameParts in; // FROM/IN
            UExpr *in_identifier; // IDENTIFIER(expr) instead
            Slice pattern;        // LIKE or bare pattern; data NULL: none
            Slice scope;          // USER, SYSTEM, ALL
            Slice property;       // TBLPROPERTIES (key)
            bool as_serde;
            bool extended;
            UOption *partition;
            uint32_t partition_count;
        } show;
        struct {
            Slice what; // "TABLE" "QUERY" "FUNCTION" "SCHEMA" "CATALOG" "DETAIL" "HISTORY"
            bool extended;
            bool as_json;
            NameParts column;
            UOption *partition;
            uint32_t partition_count;
            int64_t limit; // HISTORY LIMIT n; -1 none
        } describe;
        struct {
            Slice what; // USE: "CATALOG", "SCHEMA", ""
        } use;
        struct {
            Slice key; // SET: empty: list all (verbose: SET -v)
            Slice value;
            bool has_value;
            bool verbose;
        } set;
        struct {
            Slice mode; // "", EXTENDED, FORMATTED, CODEGEN, COST
        } explain;
        struct {
            NameParts *names;
            uint32_t count;
            const Type *type; // DECLARE; NULL: by default
            UExpr *value;     // default; SET VAR a = e
            Slice value_text; // source of value
            USetPair *sets;   // SET VAR with several
            uint32_t set_count;
            URel *query;     // SET VAR (a, b) = (query)
            bool is_default; // SET VAR a = DEFAULT: value is a UEXPR_DEFAULT
        } variable;
        struct {
            UExpr *text;
            NameParts *into;
            uint32_t into_count;
            UExpr **arguments; // maybe aliases
            uint32_t argument_count;
        } immediate;
        struct {
            UColumnDef *parameters;
            uint32_t parameter_count;
            const Type *returns;
            UColumnDef *returns_table;
            uint32_t returns_table_count;
            UExpr *body; // RETURN expr; or query
            Slice body_text;
            bool is_temporary;
            Slice class_name;
            bool is_table;  // RETURNS TABLE, with or without columns
            Slice language; // LANGUAGE x; empty: none
            bool has_deterministic, deterministic;
            bool has_data_access, reads_sql; // CONTAINS SQL, READS SQL DATA
            bool is_definer;                 // SQL SECURITY DEFINER
        } function;
        struct {
            bool overwrite;
            bool by_name;
            Slice *columns;
            uint32_t column_count;
            UOption *partition; // value data NULL: dynamic
            uint32_t partition_count;
            UExpr *replace_where;
            UExpr *replace_on;    // REPLACE ON condition
            Slice *replace_using; // REPLACE USING (a, b)
            uint32_t replace_using_count;
            Slice alias; // REPLACE ON needs one
            bool schema_evolution;
        } insert;
        struct {
            Slice path;
            bool is_local;
            bool overwrite; // LOAD DATA
            UOption *partition;
            uint32_t partition_count;
            Slice format;
        } load; // LOAD_DATA, INSERT_DIRECTORY, COPY_INTO, ADD_RESOURCE (format: JAR ...)
        struct {
            UExpr *condition;
            USetPair *sets;
            uint32_t set_count;
            Slice alias;
        } change; // UPDATE, DELETE
        struct {
            Slice alias;
            URel *source;
            UExpr *condition;
            UMergeClause *clauses;
            uint32_t clause_count;
            bool schema_evolution;
        } merge;
        struct {
            Slice action; // ALTER: "ADD COLUMNS", "RENAME TO", ... as grammar words
            UColumnDef *columns;
            uint32_t column_count;
            NameParts new_name;
            Slice text;
            Slice *column_actions; // ALTER COLUMN: "TYPE", "COMMENT", ... per column
            uint32_t column_action_count;
            NameParts *names; // DROP COLUMNS, CLUSTER BY
            uint32_t name_count;
            UConstraint *constraint; // ADD CONSTRAINT
            UOption **partitions;    // ADD/DROP PARTITION: specs
            uint32_t *partition_counts;
            uint32_t partition_count;
        } alter;
        struct {
            UExpr **arguments;
            uint32_t argument_count;
        } call;
        struct {
            bool noscan;
            bool all_columns;
            Slice *columns;
            uint32_t column_count;
            UOption *partition;
            uint32_t partition_count;
            bool is_tables; // ANALYZE TABLES [IN schema]
        } analyze;
        struct {
            bool lazy;
            Slice what; // REFRESH: "TABLE", "FUNCTION", "" (a path: text); COMMENT ON: "TABLE", ...
            Slice text; // REFRESH path
        } cache;        // CACHE, REFRESH, COMMENT_ON (comment; data NULL: IS NULL)
        struct {
            UExpr *condition;   // OPTIMIZE WHERE
            NameParts *columns; // ZORDER BY
            uint32_t column_count;
            UExpr *number; // RETAIN n HOURS, VERSION AS OF
            UExpr *timestamp;
            bool dry_run;
            bool full;
            NameParts source; // CLONE's
            bool deep;        // CLONE
            Slice mode;       // GENERATE, REORG (PURGE, ...), VACUUM (LITE, FULL)
            Slice location;   // CLONE
            bool no_statistics;
            UColumnDef *partition_columns; // CONVERT TO DELTA ... PARTITIONED BY
            uint32_t partition_column_count;
        } maintain;
        struct {
            struct UScript *script; // plan/script.h, later
        } script;
        Slice operation; // UNSUPPORTED: "CREATE INDEX"
    };
};
