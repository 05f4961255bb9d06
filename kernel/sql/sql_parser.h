// SPDX-License-Identifier: Apache-2.0
// The room's door: the parser of Spark's SQL dialect behind plan/'s interface.
#pragma once

#include "kernel/plan/parser.h"

const Parser *sql_parser(void);
