# SPDX-License-Identifier: Apache-2.0
"""The sockets: signatures, replays, broken frames, encryption, transports, life and death."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import zmq
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

from kernels import PATIENCE, TARN, KernelCase, prepare


class Raw(KernelCase):
    """A DEALER of our own beside the stock client."""

    def setUp(self):
        super().setUp()
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(f"tcp://{self.client.ip}:{self.client.shell_port}")
        self.session = Session(key=self.client.session.key)

    def tearDown(self):
        self.socket.close()
        self.context.term()

    def frames(self, kind="kernel_info_request", content=None):
        return self.session.serialize(self.session.msg(kind, content or {}))

    def answered(self, timeout=0.3):
        return bool(self.socket.poll(int(timeout * 1000 * PATIENCE)))

    def receive(self):
        self.assertTrue(self.answered(5))
        return self.session.deserialize(self.session.feed_identities(
            self.socket.recv_multipart())[1])

    def test_a_right_message_is_answered(self):
        self.socket.send_multipart(self.frames())
        self.assertEqual(self.receive()["content"]["status"], "ok")

    def test_tampered_messages_are_dropped(self):
        for at in (1, 2, 3, 4, 5):
            frames = [bytes(f) for f in self.frames()]
            frames[at] = frames[at][:-1] + bytes([frames[at][-1] ^ 1])
            self.socket.send_multipart(frames)
        frames = self.frames()
        frames[1] = b""
        self.socket.send_multipart(frames)
        self.assertFalse(self.answered())

    def test_a_replayed_message_is_dropped(self):
        frames = self.frames()
        self.socket.send_multipart(frames)
        self.receive()
        self.socket.send_multipart(frames)
        self.assertFalse(self.answered())

    def test_a_replay_on_another_channel_is_dropped(self):
        frames = self.frames()
        self.socket.send_multipart(frames)
        self.receive()
        control = self.context.socket(zmq.DEALER)
        control.linger = 0
        control.connect(f"tcp://{self.client.ip}:{self.client.control_port}")
        control.send_multipart(frames)
        self.assertFalse(control.poll(300 * PATIENCE))
        control.close()

    def test_broken_frames_do_not_harm(self):
        whole = [bytes(f) for f in self.frames()]
        for cut in range(len(whole)):
            self.socket.send_multipart(whole[:cut] or [b""])
        self.socket.send_multipart([b"x"] * 2000)
        self.socket.send_multipart([b"<IDS|MSG>"] * 7)
        self.socket.send_multipart([b"\xff" * 100000])
        for bad in (b"", b"[]", b"{", b"\xff", b"null", b"[" * 100000):
            texts = [bad, b"{}", b"{}", b"{}"]
            self.socket.send_multipart([b"<IDS|MSG>", self.session.sign(texts)] + texts)
        self.socket.send_multipart(self.frames())
        self.assertEqual(self.receive()["content"]["status"], "ok")

    def test_buffers_ride_along(self):
        message = self.session.msg("comm_msg", {"comm_id": "x", "data": {}})
        self.session.send(self.socket, message, buffers=[b"a" * 1000000, b""])
        self.socket.send_multipart(self.frames())
        self.assertEqual(self.receive()["content"]["status"], "ok")

    def test_a_thousand_connections_come_and_go(self):
        for _ in range(1000):
            socket = self.context.socket(zmq.DEALER)
            socket.linger = 0
            socket.connect(f"tcp://{self.client.ip}:{self.client.shell_port}")
            socket.close()
        self.socket.send_multipart(self.frames())
        self.receive()

    def test_a_client_that_vanishes_mid_cell(self):
        self.socket.send_multipart(self.frames("execute_request", self.execute_content(
            "%sh sleep 0.3; seq 1 10000")))
        time.sleep(0.1)
        self.socket.close()
        self.assertEqual(self.run_cell("%echo alive")[0]["status"], "ok")
        self.socket = self.context.socket(zmq.DEALER)

    def test_welcome_comes_with_each_subscription(self):
        subscriber = self.context.socket(zmq.SUB)
        subscriber.connect(f"tcp://{self.client.ip}:{self.client.iopub_port}")
        for topic in ("", "stream"):
            subscriber.setsockopt_string(zmq.SUBSCRIBE, topic)
            self.assertTrue(subscriber.poll(5000))
            frames = subscriber.recv_multipart()
            self.assertEqual(frames[0], topic.encode())
            message = self.session.deserialize(frames[2:])
            self.assertEqual(message["msg_type"], "iopub_welcome")
            self.assertEqual(message["content"], {"subscription": topic})
            self.assertEqual(message["parent_header"], {})
        subscriber.close()


class Unsigned(KernelCase):
    @classmethod
    def start(cls):
        cls.manager_options = {"session": Session(key=b"")}
        super().start()

    def test_an_empty_key_means_no_signatures(self):
        self.assertEqual(self.run_cell("%echo hi")[0]["status"], "ok")


class Ipc(KernelCase):
    @classmethod
    def start(cls):
        cls.manager_options = {"transport": "ipc", "ip": os.path.join(cls.folder, "socket")}
        super().start()

    def test_it_speaks_over_ipc(self):
        reply, outputs = self.run_cell("%echo hi")
        self.assertEqual(self.text_of(outputs), "hi\n")
        self.assertEqual(self.control("kernel_info_request")["content"]["status"], "ok")


class Curve(KernelCase):
    manager_options = {"transport_encryption": "required"}

    def test_everything_is_encrypted(self):
        _, outputs = self.run_cell("%echo hi")
        self.assertEqual(self.text_of(outputs), "hi\n")
        self.assertEqual(self.control("kernel_info_request")["content"]["status"], "ok")
        self.client.hb_channel.unpause()
        time.sleep(1.2)
        self.assertTrue(self.client.hb_channel.is_beating())

    def test_a_plain_client_gets_no_answer(self):
        context = zmq.Context()
        session = Session(key=self.client.session.key)
        for port in (self.client.shell_port, self.client.control_port, self.client.stdin_port):
            socket = context.socket(zmq.DEALER)
            socket.linger = 0
            socket.connect(f"tcp://{self.client.ip}:{port}")
            session.send(socket, "kernel_info_request", {})
            self.assertFalse(socket.poll(200))
            socket.close()
        context.term()


class Life(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tarn-test-")
        prepare(self.folder)
        self.manager = KernelManager(kernel_name="tarn")

    def tearDown(self):
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ready(self):
        client = self.manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=15 * PATIENCE)
        return client

    def test_the_first_iopub_message_is_welcome(self):
        self.manager.start_kernel()
        client = self.manager.client()
        client.start_channels()
        message = client.get_iopub_msg(timeout=10)
        self.assertIn(message["msg_type"], ("iopub_welcome", "status"))
        client.stop_channels()

    def test_shutdown_is_told_and_quick(self):
        self.manager.start_kernel()
        client = self.ready()
        start = time.monotonic()
        client.shutdown()
        reply = client.get_control_msg(timeout=5)
        self.assertEqual(reply["content"], {"status": "ok", "restart": False})
        seen = []
        while "shutdown_reply" not in seen:
            seen.append(client.get_iopub_msg(timeout=5)["msg_type"])
        self.assertEqual(self.manager.provisioner.process.wait(5), 0)
        self.assertLess(time.monotonic() - start, 1.0 * PATIENCE)
        client.stop_channels()

    def test_shutdown_ends_a_running_cell(self):
        self.manager.start_kernel()
        client = self.ready()
        client.execute("%sh sleep 60")
        time.sleep(0.2)
        client.shutdown()
        self.assertEqual(self.manager.provisioner.process.wait(8 * PATIENCE), 0)
        client.stop_channels()

    def test_restart_keeps_ports_and_changes_the_session(self):
        self.manager.start_kernel()
        client = self.ready()
        before = client.kernel_info(reply=True, timeout=5)["header"]["session"]
        self.manager.restart_kernel()
        client.wait_for_ready(timeout=10)
        after = client.kernel_info(reply=True, timeout=5)["header"]["session"]
        self.assertNotEqual(before, after)
        client.stop_channels()

    def test_sigterm_ends_it(self):
        self.manager.start_kernel()
        client = self.ready()
        client.execute("%sh sleep 60")
        time.sleep(0.1)
        os.kill(self.manager.provisioner.pid, signal.SIGTERM)
        self.assertEqual(self.manager.provisioner.process.wait(5 * PATIENCE), 0)
        client.stop_channels()

    def test_it_ends_with_its_parent(self):
        script = ("import sys\nfrom jupyter_client.manager import KernelManager\n"
                  "m = KernelManager(kernel_name='tarn'); m.start_kernel()\n"
                  "c = m.client(); c.start_channels(); c.wait_for_ready(15)\n"
                  "print(m.provisioner.pid, flush=True); sys.stdin.read(); import os; os._exit(1)")
        parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)
        parent.stdin.close()
        parent.stdout.close()
        parent.wait()
        end = time.monotonic() + 5 * PATIENCE
        while os.path.exists(f"/proc/{pid}") and time.monotonic() < end:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().split()[2] == "Z":
                    break
            time.sleep(0.02)
        self.assertLess(time.monotonic(), end)

    def bad_file(self, content):
        path = os.path.join(self.folder, "connection.json")
        with open(path, "w") as file:
            file.write(content)
        return subprocess.run([TARN, "kernel", "-f", path], capture_output=True, text=True,
                              timeout=10)

    def test_bad_connection_files_are_refused_with_a_reason(self):
        ports = dict(zip(("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"),
                         range(51000, 51005)))
        for content, word in (("", "connection file"), ("{}", "shell_port"),
                              (json.dumps(dict(ports, transport="udp")), "udp"),
                              (json.dumps(dict(ports, signature_scheme="hmac-md5")), "hmac-md5"),
                              (json.dumps(dict(ports, ip="256.1.1.1")), "256.1.1.1"),
                              (json.dumps(dict(ports, curve_secretkey="x" * 40,
                                               curve_publickey="short")), "Curve")):
            result = self.bad_file(content)
            self.assertEqual(result.returncode, 1, content)
            self.assertIn(word, result.stderr)
        missing = subprocess.run([TARN, "kernel", "-f", "/nonexistent"], capture_output=True,
                                 text=True, timeout=10)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("/nonexistent", missing.stderr)


class History(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="tarn-test-")
        prepare(self.folder)

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def session(self, codes):
        """Runs cells in a new kernel; returns a function that asks its history."""
        manager = KernelManager(kernel_name="tarn")
        manager.start_kernel(stderr=subprocess.DEVNULL)
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=15 * PATIENCE)
        for code in codes:
            client.execute(code, reply=True, timeout=10)

        def ask(**query):
            message_id = client.history(raw=True, output=query.pop("output", False), **query)
            while True:
                reply = client.get_shell_msg(timeout=10)
                if reply["parent_header"]["msg_id"] == message_id:
                    return [tuple(row) for row in reply["content"]["history"]]

        def close():
            client.stop_channels()
            manager.shutdown_kernel()
        self.addCleanup(close)
        return ask

    def test_it_lives_across_sessions(self):
        self.session(["%echo one", "%echo two"])
        ask = self.session(["%echo one", "%echo three", "%nosuch"])
        tail = ask(hist_access_type="tail", n=4)
        self.assertEqual([row[2] for row in tail],
                         ["%echo two", "%echo one", "%echo three", "%nosuch"])
        session = tail[-1][0]
        self.assertEqual(tail[0][0], session - 1)
        self.assertEqual(ask(hist_access_type="range", session=0, start=1, stop=3),
                         [(session, 1, "%echo one"), (session, 2, "%echo three")])
        self.assertEqual(ask(hist_access_type="range", session=session, start=2, stop=3),
                         [(session, 2, "%echo three")])
        self.assertEqual([r[2] for r in ask(hist_access_type="range", session=-1, start=1,
                                            stop=100)], ["%echo one", "%echo two"])
        self.assertEqual([r[2] for r in ask(hist_access_type="search", pattern="*o*e", n=10)],
                         ["%echo one", "%echo one", "%echo three"])
        self.assertEqual(ask(hist_access_type="search", pattern="%echo on?", n=10, unique=True),
                         [(session, 1, "%echo one")])
        self.assertEqual([r[2] for r in ask(hist_access_type="search", pattern="*", n=2)],
                         ["%echo three", "%nosuch"])
        self.assertEqual(ask(hist_access_type="tail", n=1, output=True),
                         [(session, 3, ["%nosuch", None])])

    def test_an_unwritable_folder_costs_only_the_history(self):
        blocker = os.path.join(self.folder, "file")
        with open(blocker, "w"):
            pass
        os.environ["XDG_DATA_HOME"] = os.path.join(blocker, "inside")
        ask = self.session(["%echo one"])
        self.assertEqual([r[2] for r in ask(hist_access_type="tail", n=5)], ["%echo one"])


if __name__ == "__main__":
    unittest.main()
