// SPDX-License-Identifier: Apache-2.0
#include "kernel/sql/statement/statement.h"
static UCommand *later(Sql *s) {
    sql_fail_expected(s, "another statement");
    return sql_unsupported(s, sql_start(s), "later");
}
UCommand *sql_create_function(Sql *s, uint32_t start) {
    (void)start;
    return later(s);
}
UCommand *sql_alter(Sql *s) { return later(s); }
UCommand *sql_alter_table(Sql *s, uint32_t start, bool v) {
    (void)start;
    (void)v;
    return later(s);
}
UCommand *sql_insert(Sql *s, URel *with) {
    (void)with;
    return later(s);
}
UCommand *sql_multi_insert(Sql *s, URel *with) {
    (void)with;
    return later(s);
}
UCommand *sql_update(Sql *s, URel *with) {
    (void)with;
    return later(s);
}
UCommand *sql_delete(Sql *s, URel *with) {
    (void)with;
    return later(s);
}
UCommand *sql_merge(Sql *s, URel *with) {
    (void)with;
    return later(s);
}
UCommand *sql_maintenance(Sql *s) {
    (void)s;
    return NULL;
}
UCommand *sql_resource(Sql *s) {
    (void)s;
    return NULL;
}
UCommand *sql_script(Sql *s) { return later(s); }
UCommand *sql_clone(Sql *s, UCommand *command) {
    (void)s;
    (void)command;
    return NULL;
}
