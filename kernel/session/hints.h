// SPDX-License-Identifier: Apache-2.0
// What an error message says beside the fact: the name that was probably meant.
#pragma once

#include "kernel/session/statement.h"

// Adds "Did you mean ...?" to errors about unknown tables and functions, where a name is near.
void hint_add(Session *session, Error *err);
