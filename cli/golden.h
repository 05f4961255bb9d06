// SPDX-License-Identifier: Apache-2.0
// The golden format of `tarn sql`, for conformance runs against Spark's published answers.
#pragma once

#include "kernel/session/session.h"

// Statements cut at lines that start with "-- !query", each answered as Spark's test suite writes
// it. False: the output could not be written.
bool golden_run(Session *session, Slice text);
