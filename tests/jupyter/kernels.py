# SPDX-License-Identifier: Apache-2.0
"""Kernels for the tests: started from their kernelspec, in a folder of their own."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest

from jupyter_client.manager import KernelManager

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TARN = os.path.abspath(os.environ.get("TARN", os.path.join(ROOT, "build", "release", "tarn")))
# A sanitized program is slower.
PATIENCE = 4 if os.environ.get("TARN_PRESET") in ("dev", "tsan") else 1
LOG = subprocess.DEVNULL
if "TARN_TEST_LOG" in os.environ:
    LOG = open(os.environ["TARN_TEST_LOG"], "a")


def prepare(folder):
    """A home of its own: kernelspec, history and warehouse of the tests stay out of the user's."""
    os.environ["JUPYTER_PATH"] = os.path.join(folder, "prefix", "share", "jupyter")
    os.environ["XDG_DATA_HOME"] = os.path.join(folder, "data")
    os.environ["JUPYTER_RUNTIME_DIR"] = os.path.join(folder, "runtime")
    os.environ["IPYTHONDIR"] = os.path.join(folder, "ipython")
    subprocess.run([TARN, "install", "--prefix", os.path.join(folder, "prefix")], check=True,
                   stdout=subprocess.DEVNULL)


class KernelCase(unittest.TestCase):
    """One kernel for the tests of a class."""
    manager_options = {}
    extra_environment = {}

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="tarn-test-")
        prepare(cls.folder)
        cls.start()

    @classmethod
    def start(cls):
        cls.manager = KernelManager(kernel_name="tarn", **cls.manager_options)
        cls.manager.start_kernel(cwd=cls.folder, env=dict(os.environ, **cls.extra_environment),
                                 stderr=LOG)
        cls.client = cls.manager.client()
        cls.client.start_channels()
        cls.client.wait_for_ready(timeout=15 * PATIENCE)

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel(now=False)
        shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        while True:  # leftovers of the test before
            try:
                self.client.get_iopub_msg(timeout=0.02)
            except Exception:
                break

    # --- helpers

    def outputs(self, message_id, timeout=15):
        """Messages of one request from iopub, up to its status idle."""
        found = []
        end = time.monotonic() + timeout * PATIENCE
        while True:
            message = self.client.get_iopub_msg(timeout=max(end - time.monotonic(), 0.01))
            if message["parent_header"].get("msg_id") != message_id:
                continue
            found.append(message)
            if message["content"].get("execution_state") == "idle":
                return found

    def reply(self, message_id, timeout=15):
        end = time.monotonic() + timeout * PATIENCE
        while True:
            message = self.client.get_shell_msg(timeout=max(end - time.monotonic(), 0.01))
            if message["parent_header"].get("msg_id") == message_id:
                return message

    def run_cell(self, code, **options):
        """(reply content, [(type, content) of outputs])"""
        message_id = self.client.execute(code, **options)
        reply = self.reply(message_id)
        outputs = [(m["msg_type"], m["content"]) for m in self.outputs(message_id)]
        return reply["content"], outputs

    def text_of(self, outputs, name="stdout"):
        return "".join(c["text"] for t, c in outputs if t == "stream" and c["name"] == name)

    def control(self, kind, content=None, timeout=10):
        """A request on the control channel; returns the reply."""
        message = self.client.session.msg(kind, content or {})
        self.client.control_channel.send(message)
        end = time.monotonic() + timeout * PATIENCE
        while True:
            reply = self.client.get_control_msg(timeout=max(end - time.monotonic(), 0.01))
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply

    def shell_send(self, kind, content, subshell=None, date=None):
        message = self.client.session.msg(kind, content)
        if subshell:
            message["header"]["subshell_id"] = subshell
        if date:
            message["header"]["date"] = date
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"]

    @staticmethod
    def execute_content(code, **options):
        return dict({"code": code, "silent": False, "store_history": True, "user_expressions": {},
                     "allow_stdin": False, "stop_on_error": True}, **options)


def has_sql():
    """Whether this build answers SQL in cells."""
    folder = tempfile.mkdtemp(prefix="tarn-test-")
    path = os.path.join(folder, "probe.ipynb")
    with open(path, "w") as file:
        json.dump({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
            {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None,
             "outputs": [], "source": "SELECT 1"}]}, file)
    status = subprocess.run([TARN, "run", "-q", path], stderr=subprocess.DEVNULL).returncode
    shutil.rmtree(folder)
    return status == 0
