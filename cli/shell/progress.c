// SPDX-License-Identifier: Apache-2.0
#include "cli/shell/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_MS = 500, STEP_MS = 100, BAR_WIDTH = 30 };

static void append_scaled(Text *out, uint64_t value, double base, const char *const *units) {
    double scaled = (double)value;
    size_t unit = 0;
    while (scaled >= base && units[unit + 1]) {
        scaled /= base;
        unit++;
    }
    text_printf(out, unit ? "%.1f %s" : "%.0f %s", scaled, units[unit]);
}

void progress_append_line(const Progress *progress, Text *out) {
    static const char *const counts[] = {"rows", "k rows", "M rows", "G rows", NULL};
    static const char *const sizes[] = {"B", "KB", "MB", "GB", "TB", NULL};
    if (progress->fraction >= 0) {
        int filled = (int)(progress->fraction * BAR_WIDTH);
        text_printf(out, "%3.0f %% [", progress->fraction * 100);
        text_append_repeat(out, '#', (size_t)filled);
        text_append_repeat(out, ' ', (size_t)(BAR_WIDTH - filled));
        text_append(out, SLICE("] "));
    }
    if (progress->rows) {
        append_scaled(out, progress->rows, 1000, counts);
        text_append(out, SLICE(", "));
    }
    if (progress->bytes) {
        append_scaled(out, progress->bytes, 1024, sizes);
        text_append(out, SLICE(", "));
    }
    if (progress->seconds_left >= 0) text_printf(out, "%.0f s left", progress->seconds_left);
    else text_printf(out, "%.1f s", (double)progress->elapsed_ns / 1e9);
}

static bool wait_ms(ProgressBar *bar, long ms) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ms * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&bar->lock);
    if (!bar->stop) pthread_cond_timedwait(&bar->wake, &bar->lock, &until);
    bool stop = bar->stop;
    pthread_mutex_unlock(&bar->lock);
    return !stop;
}

static void *draw(void *context) {
    ProgressBar *bar = context;
    bool drawn = false;
    AUTO(Text, line) = {0};
    for (long ms = FIRST_MS; wait_ms(bar, ms); ms = STEP_MS) {
        Progress progress = session_progress(bar->session);
        if (!progress.running) continue;
        text_reset(&line);
        text_append(&line, SLICE("\r\033[K"));
        progress_append_line(&progress, &line);
        fputs(text_cstr(&line), stderr);
        drawn = true;
    }
    if (drawn) fputs("\r\033[K", stderr);
    return NULL;
}

void progress_bar_start(ProgressBar *bar, const Session *session) {
    *bar = (ProgressBar){.session = session};
    Slice wished = session_setting(session, SLICE("tarn.progress"));
    if (!isatty(STDERR_FILENO) || !slice_equal_ignore_case(wished, SLICE("true"))) return;
    pthread_mutex_init(&bar->lock, NULL);
    pthread_cond_init(&bar->wake, NULL);
    bar->is_running = pthread_create(&bar->thread, NULL, draw, bar) == 0;
}

void progress_bar_stop(ProgressBar *bar) {
    if (!bar->is_running) return;
    pthread_mutex_lock(&bar->lock);
    bar->stop = true;
    pthread_cond_signal(&bar->wake);
    pthread_mutex_unlock(&bar->lock);
    pthread_join(bar->thread, NULL);
    pthread_mutex_destroy(&bar->lock);
    pthread_cond_destroy(&bar->wake);
    bar->is_running = false;
}
