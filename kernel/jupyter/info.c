// SPDX-License-Identifier: Apache-2.0
#include "kernel/jupyter/info.h"

void kernel_info_reply(Kernel *kernel, const Request *request) {
    kernel_reply(kernel, request, "kernel_info_reply",
                 SLICE("{\"status\":\"ok\","
                       "\"protocol_version\":\"" MESSAGE_PROTOCOL_VERSION "\","
                       "\"implementation\":\"tarn\","
                       "\"implementation_version\":\"" TARN_VERSION "\","
                       "\"banner\":\"Tarn " TARN_VERSION
                       ": SQL over open lakehouse tables. %help lists the magics.\","
                       "\"language_info\":{\"name\":\"sql\",\"version\":\"" TARN_VERSION "\","
                       "\"mimetype\":\"text/x-sql\",\"file_extension\":\".sql\","
                       "\"pygments_lexer\":\"sql\",\"codemirror_mode\":\"sql\","
                       "\"nbconvert_exporter\":\"script\"},"
                       "\"help_links\":[{\"text\":\"Spark SQL reference\",\"url\":"
                       "\"https://spark.apache.org/docs/latest/sql-ref.html\"}],"
                       "\"supported_features\":[\"kernel subshells\"]}"),
                 SLICE_NONE);
}

void info_connect_reply(Kernel *kernel, const Request *request) {
    const int *ports = kernel->connection.ports;
    AUTO(Text, content) = {0};
    text_printf(&content,
                "{\"status\":\"ok\",\"shell_port\":%d,\"iopub_port\":%d,\"stdin_port\":%d,"
                "\"control_port\":%d,\"hb_port\":%d}",
                ports[PORT_SHELL], ports[PORT_IOPUB], ports[PORT_STDIN], ports[PORT_CONTROL],
                ports[PORT_HEARTBEAT]);
    kernel_reply(kernel, request, "connect_reply", text_slice(&content), SLICE_NONE);
}
