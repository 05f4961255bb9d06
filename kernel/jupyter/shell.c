// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/shell.h"
#include "kernel/jupyter/cell.h"
#include "kernel/jupyter/comm/comm.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

// "Run all" over a slow link is given this long to arrive after the failure of its first cell.
enum { ABORT_LATE_MICROS = 10 * 1000 * 1000, JOIN_WAIT_MS = 20 };

static bool is_type(const Request *request, const char *type) {
    return slice_equal_cstr(request->message.type, type);
}

static bool is_aborted(Shell *shell, const Request *request) {
    pthread_mutex_lock(&shell->lock);
    int64_t before = shell->abort_before_micros;
    bool aborted = request->serial <= shell->abort_serial ||
                   (before && request->sent_micros && request->sent_micros < before &&
                    request->received_micros - before < ABORT_LATE_MICROS);
    pthread_mutex_unlock(&shell->lock);
    return aborted;
}

void shell_abort_queue(Shell *shell) {
    pthread_mutex_lock(&shell->lock);
    shell->abort_serial = shell->last_serial;
    shell->abort_before_micros = message_now_micros();
    pthread_mutex_unlock(&shell->lock);
}

static void waker_clear(int waker) {
    uint64_t count;
    if (read(waker, &count, sizeof count) < 0) return;
}

static void answer_aborted(Shell *shell, const Request *request) {
    Slice parent = request->message.parts.header;
    publish_begin(&shell->kernel->publisher, parent, false);
    kernel_reply(shell->kernel, request, "execute_reply", SLICE("{\"status\":\"aborted\"}"),
                 SLICE_NONE);
    publish_end(&shell->kernel->publisher, parent, false);
}

static void request_run(Shell *shell, const Request *request) {
    if (is_type(request, "execute_request")) {
        if (is_aborted(shell, request)) answer_aborted(shell, request);
        else cell_execute(shell, request);
        return;
    }
    Slice parent = request->message.parts.header;
    publish_begin(&shell->kernel->publisher, parent, false);
    comm_receive(shell, request);
    publish_end(&shell->kernel->publisher, parent, false);
}

// The next request, waited for; NULL when the shell stops.
static Request *request_take(Shell *shell) {
    pthread_mutex_lock(&shell->lock);
    while (!shell->first && !shell->stopping) pthread_cond_wait(&shell->changed, &shell->lock);
    Request *request = shell->stopping ? NULL : shell->first;
    if (request) {
        shell->first = request->next;
        if (!shell->first) shell->last = NULL;
        shell->running = request;
        atomic_store(&shell->interrupted, false);
        waker_clear(shell->interrupt_waker);
    }
    pthread_mutex_unlock(&shell->lock);
    return request;
}

static void *shell_main(void *argument) {
    Shell *shell = argument;
    for (Request *request; (request = request_take(shell));) {
        request_run(shell, request);
        pthread_mutex_lock(&shell->lock);
        shell->running = NULL;
        pthread_mutex_unlock(&shell->lock);
        request_free(request);
    }
    return NULL;
}

Shell *shell_new(Kernel *kernel) {
    Shell *shell = xcalloc(1, sizeof *shell);
    shell->kernel = kernel;
    shell->interrupt_waker = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&shell->lock, NULL);
    pthread_cond_init(&shell->changed, NULL);
    if (pthread_create(&shell->thread, NULL, shell_main, shell) != 0) out_of_memory(0);
    return shell;
}

// Interrupts until the thread has ended: an interrupt between two statements would be lost.
static void thread_join(Shell *shell) {
    struct timespec until;
    do {
        shell_interrupt(shell);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += JOIN_WAIT_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
    } while (pthread_timedjoin_np(shell->thread, NULL, &until) != 0);
}

void shell_free(Shell *shell) {
    if (!shell) return;
    pthread_mutex_lock(&shell->lock);
    shell->stopping = true;
    pthread_cond_broadcast(&shell->changed);
    pthread_mutex_unlock(&shell->lock);
    thread_join(shell);
    while (shell->first) {
        Request *request = shell->first;
        shell->first = request->next;
        request_free(request);
    }
    request_free(shell->input);
    close(shell->interrupt_waker);
    pthread_cond_destroy(&shell->changed);
    pthread_mutex_destroy(&shell->lock);
    free(shell);
}

void shell_enqueue(Shell *shell, Request *request) {
    pthread_mutex_lock(&shell->lock);
    request->next = NULL;
    if (shell->last) shell->last->next = request;
    else shell->first = request;
    shell->last = request;
    shell->last_serial = request->serial;
    pthread_cond_signal(&shell->changed);
    pthread_mutex_unlock(&shell->lock);
}

void shell_interrupt(Shell *shell) {
    pthread_mutex_lock(&shell->lock);
    if (shell->running) {
        atomic_store(&shell->interrupted, true);
        uint64_t one = 1;
        if (write(shell->interrupt_waker, &one, sizeof one) < 0) {}
        pthread_cond_broadcast(&shell->changed);
    }
    if (shell->cell) cell_cancel(shell->cell);
    pthread_mutex_unlock(&shell->lock);
}

bool shell_is_executing(Shell *shell) {
    pthread_mutex_lock(&shell->lock);
    bool executing = shell->first || shell->running;
    pthread_mutex_unlock(&shell->lock);
    return executing;
}

void shell_tick(Shell *shell) {
    pthread_mutex_lock(&shell->lock);
    if (shell->cell) {
        // A cancel that came between two statements' starts would be lost: it is repeated.
        if (atomic_load(&shell->interrupted)) cell_cancel(shell->cell);
        else cell_show_progress(shell->cell);
    }
    pthread_mutex_unlock(&shell->lock);
}

void shell_request_input(Shell *shell, const MessageDraft *draft) {
    Kernel *kernel = shell->kernel;
    // The reply is looked at under the same lock, so it cannot overtake the id.
    pthread_mutex_lock(&shell->lock);
    request_free(shell->input);
    shell->input = NULL;
    shell->wants_input = true;
    message_send(&kernel->sender, kernel->sockets[PORT_STDIN], draft, shell->input_id);
    pthread_mutex_unlock(&shell->lock);
}

bool shell_give_input(Shell *shell, Request *reply) {
    pthread_mutex_lock(&shell->lock);
    Slice parent = message_text(reply->message.parent, "msg_id");
    bool wanted = shell->wants_input && !shell->input &&
                  (!parent.bytes || slice_equal_cstr(parent, shell->input_id));
    if (wanted) {
        shell->input = reply;
        pthread_cond_broadcast(&shell->changed);
    }
    pthread_mutex_unlock(&shell->lock);
    return wanted;
}

Request *shell_await_input(Shell *shell) {
    pthread_mutex_lock(&shell->lock);
    while (!shell->input && !atomic_load(&shell->interrupted) && !shell->stopping)
        pthread_cond_wait(&shell->changed, &shell->lock);
    Request *reply = shell->input;
    shell->input = NULL;
    shell->wants_input = false;
    pthread_mutex_unlock(&shell->lock);
    return reply;
}
