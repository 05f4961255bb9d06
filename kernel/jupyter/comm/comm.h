// SPDX-License-Identifier: Apache-2.0
// Comms: conversations that a front end opens beside cells. `tarn.result` is the one target.
#pragma once

#include "kernel/jupyter/shell.h"

CommTable *comm_table_new(void);
void comm_table_free(CommTable *table);
// comm_open, comm_msg or comm_close, on a shell's thread.
void comm_receive(Shell *shell, const Request *request);
void comm_info_reply(Kernel *kernel, const Request *request);
// Sends a comm message of ours (`type` comm_msg or comm_close); data is a JSON object.
void comm_send(Kernel *kernel, Slice parent, const char *type, Slice comm_id, Slice data);
