// SPDX-License-Identifier: Apache-2.0
// A progress bar on standard error while a statement runs; shown after half a second.
#pragma once

#include "kernel/session/session.h"

#include <pthread.h>

typedef struct ProgressBar {
    const Session *session;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
    bool is_running;
} ProgressBar;

// Does nothing where standard error is no terminal.
void progress_bar_start(ProgressBar *bar, const Session *session);
void progress_bar_stop(ProgressBar *bar); // the line is cleared
// "  43 % [#########           ] 1.2 M rows, 120 MB, 3 s left"
void progress_append_line(const Progress *progress, Text *out);
