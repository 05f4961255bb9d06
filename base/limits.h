// SPDX-License-Identifier: Apache-2.0
// Every limit of the program: unit, value and why. Each has a test at it and one past it.
#pragma once

enum {
    // Rows of a batch: a vector of 8-byte values fills half of a usual L1 cache (DESIGN.md).
    LIMIT_BATCH_ROWS = 2048,
    // Nesting of expressions, types, queries and JSON: recursion stays far from the stack's end.
    LIMIT_NESTING_DEPTH = 500,
    // Operators of equal precedence in a row (a + b + ..., UNION ...): they nest to the left, and
    // what walks the tree recurses.
    LIMIT_OPERATOR_CHAIN = 2000,
    // EXECUTE IMMEDIATE inside EXECUTE IMMEDIATE: a text that names itself must end.
    LIMIT_EXECUTE_IMMEDIATE_DEPTH = 32,
    // Bytes of one SQL text.
    LIMIT_SQL_BYTES = 16 << 20,
    // Worker threads of one process.
    LIMIT_THREADS = 256,
    // Bytes of one commit of a Delta log: a commit is read whole, and two million files fit.
    LIMIT_DELTA_COMMIT_BYTES = 1 << 30,
    // Frames of one Jupyter message: identities, six of the protocol and buffers.
    LIMIT_WIRE_FRAMES = 1024,
    // Bytes of one frame: a peer that announces more is disconnected.
    LIMIT_WIRE_FRAME_BYTES = 256 << 20,
    // Published messages that wait for one slow reader; what comes then is not sent to it.
    LIMIT_WIRE_QUEUE = 100000,
    // Signatures remembered to refuse replayed messages.
    LIMIT_WIRE_REPLAY = 65536,
    // Bytes of a cell's output kept in the history.
    LIMIT_HISTORY_OUTPUT_BYTES = 65536,
    // Bytes of one record of a text file (a line, a JSON document): it is held in memory.
    LIMIT_TEXT_RECORD_BYTES = 1 << 30,
};
