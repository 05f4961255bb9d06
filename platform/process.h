// SPDX-License-Identifier: Apache-2.0
// Child processes: each in a process group of its own, its output read by the caller.
#pragma once

#include "base/error.h"

typedef struct Process Process;

typedef struct ProcessOptions {
    const char *const *argv;        // NULL-terminated; argv[0] is looked up on PATH
    const char *folder;             // NULL: the current one
    const char *const *environment; // "NAME=value" beside our own, NULL-terminated; may be NULL
    bool pipes;                     // stdout and stderr to process_output, /dev/null as stdin;
                                    // otherwise the child has our standard streams
} ProcessOptions;

Process *process_start(const ProcessOptions *options, Error *err) MUST_CHECK;
// Read ends, non-blocking: 0 is the child's stdout, 1 its stderr. -1 without pipes.
int process_output(const Process *process, int stream);
int process_id(const Process *process);
// Signals the whole group.
void process_signal(const Process *process, int number);
// Waits for the end. The exit status, 128 + signal when killed, or -1 when it still runs after
// timeout_ms (negative: for ever).
int process_wait(Process *process, int timeout_ms);
// Kills the group when the child still runs.
void process_free(Process *process);

AUTO_PTR_DEFINE(Process, process_free)
