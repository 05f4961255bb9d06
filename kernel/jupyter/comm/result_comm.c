// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/comm/result_comm.h"
#include "kernel/jupyter/comm/comm.h"

void result_comm_opened(Shell *shell, Slice parent, Slice comm_id, Slice result_id) {
    (void)result_id;
    comm_send(shell->kernel, parent, "comm_close", comm_id, SLICE_NONE);
}

void result_comm_asked(Shell *shell, Slice parent, Slice comm_id, Slice result_id,
                       const json_t *data) {
    (void)data;
    result_comm_opened(shell, parent, comm_id, result_id);
}
