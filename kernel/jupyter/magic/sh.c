// SPDX-License-Identifier: Apache-2.0
// %sh: the rest of the cell in the shell, its output as it comes.
#include "kernel/jupyter/magic/magic.h"
#include "platform/process.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

enum { READ_BYTES = 16384, FLUSH_MS = 50, LOOK_MS = 200, KILL_AFTER_MS = 2000 };

// Everything that is there now; false at the end of the stream.
static bool stream_drain(Cell *cell, int descriptor, StreamName name) {
    char bytes[READ_BYTES];
    ssize_t got;
    while ((got = read(descriptor, bytes, sizeof bytes)) > 0)
        cell_write(cell, name, slice_of(bytes, (size_t)got));
    return got < 0;
}

// Reads both streams to their ends; false when interrupted, with the group told to end.
static bool streams_relay(Cell *cell, Process *process) {
    struct pollfd waits[] = {
        {.fd = process_output(process, 0), .events = POLLIN},
        {.fd = process_output(process, 1), .events = POLLIN},
        {.fd = cell->shell->interrupt_waker, .events = POLLIN},
    };
    while (waits[0].fd >= 0 || waits[1].fd >= 0) {
        int ready = poll(waits, COUNT_OF(waits), cell->stream.bytes ? FLUSH_MS : LOOK_MS);
        if (ready == 0) cell_flush(cell);
        // What the script left running in the background may hold the streams for ever.
        if (ready == 0 && process_wait(process, 0) >= 0) return true;
        if (cell_is_interrupted(cell)) {
            process_signal(process, SIGINT);
            return false;
        }
        for (int i = 0; i < 2; i++)
            if (waits[i].revents && !stream_drain(cell, waits[i].fd, (StreamName)i))
                waits[i].fd = -1;
    }
    return true;
}

// The group gets SIGINT first, as at a terminal, then what it cannot refuse.
static bool stop(Cell *cell, Process *process, Error *err) {
    if (process_wait(process, KILL_AFTER_MS) < 0) process_signal(process, SIGKILL);
    for (int i = 0; i < 2; i++) stream_drain(cell, process_output(process, i), (StreamName)i);
    return error_set(err, ERR_CANCELLED);
}

bool magic_sh(Cell *cell, const MagicCall *call, Error *err) {
    AUTO(Text, script) = {0};
    text_append(&script, call->words);
    if (call->words.bytes) text_append_char(&script, '\n');
    text_append(&script, call->body);
    const char *argv[] = {"/bin/sh", "-c", text_cstr(&script), NULL};
    ProcessOptions options = {.argv = argv, .pipes = true};
    AUTO_PTR(Process, process) = process_start(&options, err);
    if (!process) return false;
    if (!streams_relay(cell, process)) return stop(cell, process, err);
    int status;
    while ((status = process_wait(process, FLUSH_MS)) < 0)
        if (cell_is_interrupted(cell)) {
            process_signal(process, SIGINT);
            return stop(cell, process, err);
        }
    if (status == 0) return true;
    error_set(err, ERR_PROCESS_FAILED);
    error_add_format(err, "status", "%d", status);
    return false;
}
