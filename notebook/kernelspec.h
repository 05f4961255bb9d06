// SPDX-License-Identifier: Apache-2.0
// Kernelspecs: the folders that tell Jupyter how to start a kernel.
#pragma once

#include "notebook/message.h"

typedef struct Kernelspec {
    Text folder;  // where kernel.json lies
    json_t *root; // kernel.json
} Kernelspec;

// Looks on the Jupyter path: JUPYTER_PATH, the user's data folder, sys.prefix of the active
// virtual environment, /usr/local/share/jupyter, /usr/share/jupyter.
bool kernelspec_find(Kernelspec *spec, Slice name, Error *err) MUST_CHECK;
void kernelspec_deinit(Kernelspec *spec);
AUTO_DEFINE(Kernelspec, kernelspec_deinit)

// Jupyter's data folder of this user.
bool kernelspec_user_folder(Text *path, Error *err) MUST_CHECK;
// argv with {connection_file} and {resource_dir} filled in, in the arena, NULL-terminated.
const char **kernelspec_argv(const Kernelspec *spec, const char *connection_file, Arena *arena,
                             Error *err) MUST_CHECK;
// "NAME=value" of its env, in the arena, NULL-terminated.
const char **kernelspec_environment(const Kernelspec *spec, Arena *arena);
bool kernelspec_interrupts_by_message(const Kernelspec *spec);
