// SPDX-License-Identifier: Apache-2.0
#include "platform/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct Process {
    pid_t pid;
    int output[2];
    int descriptor; // pidfd
    bool ended;
    int status; // exit status once ended
};

// Our environment with `extra` behind it: getenv in the child finds the first of a name, so what
// is replaced is left out.
static char **environment_make(const char *const *extra) {
    size_t count = 0, extras = 0;
    while (environ[count]) count++;
    while (extra && extra[extras]) extras++;
    char **list = xcalloc(count + extras + 1, sizeof *list);
    size_t kept = 0;
    for (size_t i = 0; i < extras; i++) list[kept++] = (char *)(uintptr_t)extra[i];
    for (size_t i = 0; i < count; i++) {
        bool replaced = false;
        for (size_t j = 0; j < extras && !replaced; j++) {
            size_t name = (size_t)(strchrnul(extra[j], '=') - extra[j]) + 1;
            replaced = strncmp(environ[i], extra[j], name) == 0;
        }
        if (!replaced) list[kept++] = environ[i];
    }
    return list;
}

static void actions_fill(posix_spawn_file_actions_t *actions, const ProcessOptions *options,
                         const int out[2], const int error[2]) {
    posix_spawn_file_actions_init(actions);
    if (options->folder) posix_spawn_file_actions_addchdir_np(actions, options->folder);
    if (!options->pipes) return;
    posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(actions, out[1], 1);
    posix_spawn_file_actions_adddup2(actions, error[1], 2);
}

// A child starts with default handlers and nothing blocked, whatever this process set.
static void attributes_fill(posix_spawnattr_t *attributes) {
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_init(attributes);
    posix_spawnattr_setsigdefault(attributes, &all);
    posix_spawnattr_setsigmask(attributes, &none);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
                                             POSIX_SPAWN_SETSIGMASK);
}

static int spawn(const ProcessOptions *options, const int out[2], const int error[2], pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    actions_fill(&actions, options, out, error);
    attributes_fill(&attributes);
    char **environment = environment_make(options->environment);
    int number = posix_spawnp(pid, options->argv[0], &actions, &attributes,
                              (char *const *)(uintptr_t)options->argv, environment);
    free(environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return number;
}

static void close_both(const int pair[2]) {
    if (pair[0] >= 0) close(pair[0]);
    if (pair[1] >= 0) close(pair[1]);
}

Process *process_start(const ProcessOptions *options, Error *err) {
    int out[2] = {-1, -1}, error[2] = {-1, -1};
    if (options->pipes && (pipe2(out, O_CLOEXEC) != 0 || pipe2(error, O_CLOEXEC) != 0)) {
        error_io(err, "pipe", errno);
        close_both(out);
        return NULL;
    }
    pid_t pid = 0;
    int number = spawn(options, out, error, &pid);
    if (number) {
        error_io(err, options->argv[0], number);
        close_both(out);
        close_both(error);
        return NULL;
    }
    Process *process = xcalloc(1, sizeof *process);
    process->pid = pid;
    process->descriptor = (int)syscall(SYS_pidfd_open, pid, 0);
    if (process->descriptor >= 0) fcntl(process->descriptor, F_SETFD, FD_CLOEXEC);
    process->output[0] = out[0];
    process->output[1] = error[0];
    if (options->pipes) {
        close(out[1]);
        close(error[1]);
        fcntl(out[0], F_SETFL, O_NONBLOCK);
        fcntl(error[0], F_SETFL, O_NONBLOCK);
    }
    return process;
}

int process_output(const Process *process, int stream) { return process->output[stream]; }
int process_id(const Process *process) { return process->pid; }

void process_signal(const Process *process, int number) {
    if (!process->ended) kill(-process->pid, number);
}

int process_wait(Process *process, int timeout_ms) {
    if (process->ended) return process->status;
    if (timeout_ms >= 0 && process->descriptor >= 0) {
        struct pollfd wait = {.fd = process->descriptor, .events = POLLIN};
        if (poll(&wait, 1, timeout_ms) == 0) return -1;
    }
    int status = 0;
    while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR) {}
    process->ended = true;
    process->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return process->status;
}

void process_free(Process *process) {
    if (!process) return;
    if (!process->ended) {
        process_signal(process, SIGKILL);
        process_wait(process, -1);
    }
    for (int i = 0; i < 2; i++)
        if (process->output[i] >= 0) close(process->output[i]);
    if (process->descriptor >= 0) close(process->descriptor);
    free(process);
}
