# SPDX-License-Identifier: Apache-2.0
"""Requests and replies as a stock client sees them."""
import json
import os
import re
import signal
import time
from datetime import datetime, timedelta, timezone
from queue import Empty

from jupyter_client.jsonutil import json_default

from kernels import PATIENCE, KernelCase


class Execution(KernelCase):
    def test_busy_and_idle_stand_around_everything(self):
        _, outputs = self.run_cell("%echo hi")
        self.assertEqual([t for t, _ in outputs], ["status", "execute_input", "stream", "status"])
        self.assertEqual(outputs[0][1]["execution_state"], "busy")
        self.assertEqual(outputs[1][1]["code"], "%echo hi")

    def test_counts_only_what_is_stored(self):
        first, _ = self.run_cell("%echo a")
        unstored, _ = self.run_cell("%echo b", store_history=False)
        second, _ = self.run_cell("%echo c")
        failed, _ = self.run_cell("%nosuch")
        self.assertEqual(unstored["execution_count"], first["execution_count"])
        self.assertEqual(second["execution_count"], first["execution_count"] + 1)
        self.assertEqual(failed["execution_count"], first["execution_count"] + 2)

    def test_silent_shows_nothing(self):
        reply, outputs = self.run_cell("%echo a", silent=True)
        self.assertEqual(reply["status"], "ok")
        self.assertEqual([t for t, _ in outputs], ["status", "status"])

    def test_an_error_is_in_the_reply_and_once_on_iopub(self):
        reply, outputs = self.run_cell("%nosuch")
        self.assertEqual(reply["status"], "error")
        self.assertEqual(reply["ename"], "INVALID_MAGIC")
        errors = [c for t, c in outputs if t == "error"]
        self.assertEqual(len(errors), 1)
        self.assertEqual(errors[0]["traceback"], reply["traceback"])

    def test_streams_keep_their_names_and_order(self):
        _, outputs = self.run_cell("%echo a\n%echo -e b\n%echo c")
        self.assertEqual([(c["name"], c["text"]) for t, c in outputs if t == "stream"],
                         [("stdout", "a\n"), ("stderr", "b\n"), ("stdout", "c\n")])

    def test_a_flood_of_output_arrives_whole(self):
        _, outputs = self.run_cell("%sh seq 1 200000")
        lines = self.text_of(outputs).splitlines()
        self.assertEqual(len(lines), 200000)
        self.assertEqual(lines[-1], "200000")
        self.assertLess(len(outputs), 300)

    def test_shell_output_comes_while_it_runs(self):
        message_id = self.client.execute("%sh echo one; sleep 1; echo two")
        start = time.monotonic()
        while True:
            message = self.client.get_iopub_msg(timeout=5)
            if message["msg_type"] == "stream":
                break
        self.assertLess(time.monotonic() - start, 0.8 * PATIENCE)
        self.outputs(message_id)

    def test_what_a_script_leaves_running_does_not_hold_the_cell(self):
        start = time.monotonic()
        reply, outputs = self.run_cell("%sh sleep 20 & echo started")
        self.assertEqual((reply["status"], self.text_of(outputs)), ("ok", "started\n"))
        self.assertLess(time.monotonic() - start, 5 * PATIENCE)

    def test_bytes_that_are_not_utf8_are_mended(self):
        _, outputs = self.run_cell(r"%sh printf 'a\377b'")
        self.assertEqual(self.text_of(outputs), "a\ufffdb")

    def test_a_failing_command_is_an_error(self):
        reply, _ = self.run_cell("%sh exit 7")
        self.assertEqual(reply["ename"], "PROCESS_FAILED")
        self.assertIn("7", reply["evalue"])

    def test_clear_output(self):
        _, outputs = self.run_cell("%echo a\n%clear -w\n%echo b")
        self.assertIn(("clear_output", {"wait": True}), outputs)

    def test_the_pager_gets_help(self):
        reply, _ = self.run_cell("%help")
        self.assertEqual([p["source"] for p in reply["payload"]], ["page"])
        text = reply["payload"][0]["data"]["text/plain"]
        for name in ("%%sql", "%md", "%sh", "%fs", "%run", "%set", "%profile", "%chart",
                     "%export", "%help"):
            self.assertIn(name, text)

    def test_markdown(self):
        _, outputs = self.run_cell("%md\n# Title\n*text*")
        data = [c for t, c in outputs if t == "display_data"][0]["data"]
        self.assertEqual(data["text/markdown"], "# Title\n*text*")

    def test_files(self):
        self.run_cell("%sh mkdir -p d && printf '1\\n2\\n3\\n' > d/a.txt")
        _, outputs = self.run_cell("%fs ls d")
        self.assertRegex(self.text_of(outputs), r"\s6  a\.txt")
        _, outputs = self.run_cell("%fs head d/a.txt 2")
        self.assertEqual(self.text_of(outputs), "1\n2\n")
        self.run_cell("%fs cp d/a.txt d/b.txt")
        self.assertTrue(os.path.exists(os.path.join(self.folder, "d", "b.txt")))
        reply, _ = self.run_cell("%fs rm d")
        self.assertEqual(reply["ename"], "INVALID_MAGIC")
        self.run_cell("%fs rm -r d")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "d")))
        reply, _ = self.run_cell("%fs head nothing")
        self.assertEqual(reply["ename"], "IO_ERROR")

    def test_another_notebook_runs_here(self):
        def notebook(*sources):
            return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
                {"cell_type": kind, "id": str(i), "metadata": {}, "source": source,
                 **({"outputs": [], "execution_count": None} if kind == "code" else {})}
                for i, (kind, source) in enumerate(sources)]}
        with open(os.path.join(self.folder, "other.ipynb"), "w") as file:
            json.dump(notebook(("markdown", "%echo no"), ("code", "%echo first"),
                               ("code", ["%echo se", "cond\n", "%nosuch"]),
                               ("code", "%echo never")), file)
        reply, outputs = self.run_cell("%run other.ipynb")
        self.assertEqual(self.text_of(outputs), "first\nsecond\n")
        self.assertEqual(reply["ename"], "INVALID_MAGIC")
        with open(os.path.join(self.folder, "self.ipynb"), "w") as file:
            json.dump(notebook(("code", "%run self.ipynb")), file)
        reply, _ = self.run_cell("%run self.ipynb")
        self.assertIn("deeply", reply["evalue"])

    def test_reply_metadata_tells_start_reads_and_writes(self):
        message_id = self.client.execute("%echo a")
        metadata = self.reply(message_id)["metadata"]
        self.assertEqual(metadata["tarn"], {"reads": [], "writes": []})
        datetime.fromisoformat(metadata["started"].replace("Z", "+00:00"))
        self.outputs(message_id)

    def test_versions_and_unique_ids(self):
        message_id = self.client.execute("%echo a")
        reply = self.reply(message_id)
        self.assertEqual(reply["header"]["version"], "5.5")
        ids = [m["header"]["msg_id"] for m in self.outputs(message_id)] + [reply["msg_id"]]
        self.assertEqual(len(ids), len(set(ids)))

    def test_topics(self):
        message_id = self.client.execute("%echo a")
        self.outputs(message_id)
        self.reply(message_id)


class Requests(KernelCase):
    def test_kernel_info_on_both_channels(self):
        message_id = self.client.kernel_info()
        shell = self.reply(message_id)["content"]
        control = self.control("kernel_info_request")["content"]
        self.assertEqual(shell, control)
        self.assertEqual(shell["protocol_version"], "5.5")
        self.assertEqual(shell["language_info"]["name"], "sql")
        self.assertIn("kernel subshells", shell["supported_features"])

    def test_unknown_types_are_answered_by_busy_and_idle_only(self):
        message_id = self.shell_send("made_up_request", {"x": 1})
        states = [m["content"]["execution_state"] for m in self.outputs(message_id)]
        self.assertEqual(states, ["busy", "idle"])
        self.assertEqual(self.run_cell("%echo alive")[0]["status"], "ok")

    def test_unknown_fields_are_ignored(self):
        message_id = self.shell_send("execute_request", dict(
            self.execute_content("%echo hi"), future={"a": [1]}))
        self.assertEqual(self.reply(message_id)["content"]["status"], "ok")

    def test_odd_contents(self):
        for content in ({}, {"code": None}, {"code": 5}, {"code": "%echo x", "silent": "yes"},
                        {"code": "", "user_expressions": []}):
            message_id = self.shell_send("execute_request", content)
            self.assertIn(self.reply(message_id)["content"]["status"], ("ok", "error"))
        for kind in ("complete", "inspect", "is_complete", "history", "comm_info"):
            message_id = self.shell_send(kind + "_request", {"code": 3, "cursor_pos": "a", "n": {}})
            self.assertEqual(self.reply(message_id)["content"]["status"],
                             "complete" if kind == "is_complete" else "ok")

    def test_usage(self):
        usage = self.control("usage_request")["content"]
        self.assertEqual(usage["pid"], self.manager.provisioner.pid)
        self.assertGreater(usage["kernel_memory"], 1 << 20)
        self.assertIn("available", usage["host_virtual_memory"])

    def test_connect_and_debug(self):
        message_id = self.shell_send("connect_request", {})
        self.assertEqual(self.reply(message_id)["content"]["shell_port"], self.client.shell_port)
        debug = self.control("debug_request", {"type": "request", "seq": 1, "command": "x"})
        self.assertFalse(debug["content"]["success"])

    def test_completion_counts_code_points(self):
        message_id = self.client.complete("-- 🦆é\n%ec", 9)
        content = self.reply(message_id)["content"]
        self.assertEqual(content["matches"], ["echo"])
        self.assertEqual((content["cursor_start"], content["cursor_end"]), (7, 9))
        types = content["metadata"]["_jupyter_types_experimental"]
        self.assertEqual(types[0]["text"], "echo")
        self.assertEqual((types[0]["start"], types[0]["end"]), (7, 9))

    def test_inspection_of_a_magic(self):
        message_id = self.client.inspect("%chart bar", 3)
        content = self.reply(message_id)["content"]
        self.assertTrue(content["found"])
        self.assertIn("%chart", content["data"]["text/plain"])

    def test_heartbeat_answers_while_busy(self):
        message_id = self.client.execute("%sh sleep 1.5")
        self.client.hb_channel.unpause()
        time.sleep(1.2)
        self.assertTrue(self.client.hb_channel.is_beating())
        self.outputs(message_id)

    def test_input(self):
        message_id = self.client.execute("%input --password city 'Which city?'", allow_stdin=True)
        request = self.client.get_stdin_msg(timeout=5)
        self.assertEqual(request["content"], {"prompt": "'Which city?'", "password": True})
        self.client.input("Łódź")
        reply = self.reply(message_id)["content"]
        self.assertIn(reply.get("ename", ""), ("", "UNSUPPORTED_FEATURE"))

    def test_a_reply_to_another_request_is_not_taken(self):
        message_id = self.client.execute("%input x", allow_stdin=True)
        request = self.client.get_stdin_msg(timeout=5)
        for parent, value in ((dict(request["header"], msg_id="other"), "wrong"),
                              (request["header"], "right")):
            self.client.stdin_channel.send(self.client.session.msg(
                "input_reply", {"value": value}, parent=parent))
            if value == "wrong":
                time.sleep(0.2)
                self.assertFalse(self.client.shell_channel.socket.poll(0))
        self.reply(message_id)

    def test_input_that_is_not_allowed(self):
        reply, _ = self.run_cell("%input x", allow_stdin=False)
        self.assertEqual(reply["ename"], "UNSUPPORTED_FEATURE")

    def test_input_is_interruptible_and_stale_replies_are_dropped(self):
        self.client.input("stale")
        time.sleep(0.2 * PATIENCE)  # it travels on a socket of its own
        message_id = self.client.execute("%input x", allow_stdin=True)
        self.client.get_stdin_msg(timeout=5)
        self.manager.interrupt_kernel()
        self.assertEqual(self.reply(message_id)["content"]["ename"], "OPERATION_CANCELED")


class WhileBusy(KernelCase):
    """What is answered beside a running cell."""

    def test_lookups_are_answered_and_busy_is_said_again(self):
        running = self.client.execute("%sh sleep 1")
        time.sleep(0.2)
        start = time.monotonic()
        for ask in (lambda: self.client.complete("%ec", 3), lambda: self.client.inspect("%sh", 2),
                    lambda: self.client.is_complete("%echo x"),
                    lambda: self.client.history(hist_access_type="tail", n=2),
                    self.client.kernel_info):
            self.reply(ask())
        self.assertLess(time.monotonic() - start, 0.5 * PATIENCE)
        states = [(m["parent_header"]["msg_id"] == running, m["content"]["execution_state"])
                  for m in self.collect(running) if m["msg_type"] == "status"]
        # After each idle of a look-up the running cell says busy; its own idle comes last.
        for at, (own, state) in enumerate(states[:-1]):
            if not own and state == "idle":
                self.assertEqual(states[at + 1], (True, "busy"))
        self.assertEqual(states[-1], (True, "idle"))

    def collect(self, running):
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=5 * PATIENCE)
            messages.append(message)
            if (message["parent_header"].get("msg_id") == running
                    and message["content"].get("execution_state") == "idle"):
                return messages

    def test_control_answers(self):
        running = self.client.execute("%sh sleep 1")
        time.sleep(0.1)
        start = time.monotonic()
        self.control("kernel_info_request")
        self.assertLess(time.monotonic() - start, 0.3 * PATIENCE)
        self.outputs(running)
        self.reply(running)

    def interrupt_by(self, interrupt):
        running = self.client.execute("%sh trap '' INT; sleep 20 & wait; sleep 20")
        queued = self.client.execute("%echo never")
        time.sleep(0.3)
        start = time.monotonic()
        interrupt()
        reply = self.reply(running, timeout=5)["content"]
        self.assertEqual(reply["ename"], "OPERATION_CANCELED")
        self.assertLess(time.monotonic() - start, 3 * PATIENCE)
        self.assertEqual(self.reply(queued)["content"], {"status": "aborted"})
        self.assertEqual(self.run_cell("%echo alive")[0]["status"], "ok")

    def test_interrupt_by_message(self):
        self.interrupt_by(lambda: self.control("interrupt_request"))

    def test_interrupt_by_signal(self):
        self.interrupt_by(lambda: os.kill(self.manager.provisioner.pid, signal.SIGINT))

    def test_interrupts_of_an_idle_kernel_do_nothing(self):
        self.control("interrupt_request")
        os.kill(self.manager.provisioner.pid, signal.SIGINT)
        time.sleep(0.1)
        self.assertEqual(self.run_cell("%echo alive")[0]["status"], "ok")


class AbortQueue(KernelCase):
    def statuses(self, ids):
        return [self.reply(i)["content"]["status"] for i in ids]

    def test_queued_cells_are_aborted_and_other_requests_run(self):
        ids = [self.client.execute("%sh sleep 0.3; exit 1"), self.client.execute("%echo a"),
               self.client.comm_info(), self.client.execute("%echo b")]
        replies = {}
        while len(replies) < len(ids):
            message = self.client.get_shell_msg(timeout=5 * PATIENCE)
            replies[message["parent_header"]["msg_id"]] = message["content"]
        self.assertEqual([replies[i]["status"] for i in ids],
                         ["error", "aborted", "ok", "aborted"])
        self.assertEqual(replies[ids[1]], {"status": "aborted"})
        self.assertEqual(self.run_cell("%echo after")[0]["status"], "ok")

    def test_aborted_cells_show_busy_and_idle_only(self):
        failing = self.client.execute("%sh sleep 0.2; exit 1")
        aborted = self.client.execute("%echo a")
        self.assertEqual([m["msg_type"] for m in self.outputs(aborted)], ["status", "status"])
        self.statuses([failing, aborted])

    def test_nothing_is_aborted_without_stop_on_error(self):
        ids = [self.client.execute("%sh sleep 0.2; exit 1", stop_on_error=False),
               self.client.execute("%echo a")]
        self.assertEqual(self.statuses(ids), ["error", "ok"])

    def test_a_silent_failure_aborts_nothing(self):
        ids = [self.client.execute("%sh sleep 0.2; exit 1", silent=True),
               self.client.execute("%echo a")]
        self.assertEqual(self.statuses(ids), ["error", "ok"])

    def date(self, seconds=0.0):
        return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat()

    def test_late_requests_of_a_run_all_are_aborted(self):
        before = self.date()
        failing = self.shell_send("execute_request", self.execute_content("%nosuch"), date=before)
        self.assertEqual(self.statuses([failing]), ["error"])
        late = self.shell_send("execute_request", self.execute_content("%echo late"), date=before)
        self.assertEqual(self.statuses([late]), ["aborted"])
        fresh = self.shell_send("execute_request", self.execute_content("%echo fresh"))
        self.assertEqual(self.statuses([fresh]), ["ok"])

    def test_a_client_whose_clock_is_behind_is_not_aborted(self):
        self.client.session.session = "another-client-with-a-slow-clock"
        try:
            for code, want in (("%echo x", "ok"), ("%nosuch", "error"), ("%echo y", "ok")):
                sent = self.shell_send("execute_request", self.execute_content(code),
                                       date=self.date(-30))
                self.assertEqual(self.statuses([sent]), [want])
                time.sleep(0.02)
        finally:
            self.client.session.session = self.manager.session.session


class Subshells(KernelCase):
    def test_a_subshell_works_beside_the_main_shell(self):
        created = self.control("create_subshell_request")["content"]
        self.assertEqual(created["status"], "ok")
        subshell = created["subshell_id"]
        self.assertEqual(self.control("list_subshell_request")["content"]["subshell_id"],
                         [subshell])
        slow = self.client.execute("%sh sleep 1")
        time.sleep(0.1)
        start = time.monotonic()
        quick = self.shell_send("execute_request", self.execute_content("%echo quick"),
                                subshell=subshell)
        reply = self.reply(quick)
        self.assertLess(time.monotonic() - start, 0.5 * PATIENCE)
        self.assertEqual(reply["content"]["status"], "ok")
        self.assertEqual(reply["parent_header"]["subshell_id"], subshell)
        slow_count = self.reply(slow)["content"]["execution_count"]
        self.assertEqual(reply["content"]["execution_count"], slow_count + 1)
        self.assertEqual(self.control("delete_subshell_request",
                                      {"subshell_id": subshell})["content"], {"status": "ok"})
        self.assertEqual(self.control("list_subshell_request")["content"]["subshell_id"], [])

    def test_unknown_subshells(self):
        message_id = self.shell_send("execute_request", self.execute_content("%echo x"),
                                     subshell="nope")
        content = self.reply(message_id)["content"]
        self.assertEqual((content["status"], content["ename"]), ("error", "UnknownSubshellError"))
        content = self.control("delete_subshell_request", {"subshell_id": "nope"})["content"]
        self.assertEqual(content["status"], "error")

    def test_deleting_a_busy_subshell_ends_its_cell(self):
        subshell = self.control("create_subshell_request")["content"]["subshell_id"]
        self.shell_send("execute_request", self.execute_content("%sh sleep 30"), subshell=subshell)
        time.sleep(0.2)
        start = time.monotonic()
        self.control("delete_subshell_request", {"subshell_id": subshell})
        self.assertLess(time.monotonic() - start, 5 * PATIENCE)

    def test_an_abort_stays_in_its_shell(self):
        subshell = self.control("create_subshell_request")["content"]["subshell_id"]
        first = self.client.execute("%sh sleep 0.4")
        second = self.client.execute("%echo main")
        failing = self.shell_send("execute_request", self.execute_content("%nosuch"),
                                  subshell=subshell)
        replies = {}
        while len(replies) < 3:
            message = self.client.get_shell_msg(timeout=5 * PATIENCE)
            replies[message["parent_header"]["msg_id"]] = message["content"]["status"]
        self.assertEqual([replies[i] for i in (first, second, failing)], ["ok", "ok", "error"])
        self.control("delete_subshell_request", {"subshell_id": subshell})


class Comms(KernelCase):
    def test_an_unknown_target_is_closed(self):
        message_id = self.shell_send("comm_open", {"comm_id": "c1", "target_name": "nope",
                                                   "data": {}})
        closes = [m for m in self.outputs(message_id) if m["msg_type"] == "comm_close"]
        self.assertEqual([m["content"]["comm_id"] for m in closes], ["c1"])

    def test_messages_of_unknown_comms_are_ignored(self):
        for kind in ("comm_msg", "comm_close"):
            message_id = self.shell_send(kind, {"comm_id": "nope", "data": {}})
            self.assertEqual(len(self.outputs(message_id)), 2)

    def test_comm_info(self):
        content = self.reply(self.client.comm_info())["content"]
        self.assertEqual(content, {"status": "ok", "comms": {}})
