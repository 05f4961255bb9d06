# SPDX-License-Identifier: Apache-2.0
"""The kernel beside ipykernel, in one run: process start to the first kernel_info_reply, round trip
of a one-line cell, resident memory when idle.

usage: bench/kernel.py [--starts N] [--cells N]
The client is the same for both and as thin as it can be: raw ZeroMQ sockets and HMAC. It waits for
the shell port before it connects, because ZeroMQ pauses 100 ms between two tries."""
import argparse
import hashlib
import hmac
import importlib.metadata
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

import zmq

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TARN = os.environ.get("TARN") or os.path.join(ROOT, "build", "release", "tarn")
PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
KEY = b"0123456789abcdef"

KERNELS = {
    "tarn": ([TARN, "kernel", "-f"], "SELECT 1"),
    "ipykernel": ([sys.executable, "-m", "ipykernel_launcher", "-f"], "1"),
}
# What must hold: ratios ipykernel / tarn.
WANTED = {"start to kernel_info_reply": 25, "round trip p50": 10, "idle resident memory": 6}


class Kernel:
    """One kernel process with a client on shell and iopub."""

    def __init__(self, words):
        self.folder = tempfile.TemporaryDirectory(prefix="tarn-bench-")
        ports = free_ports(len(PORTS))
        path = os.path.join(self.folder.name, "connection.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"transport": "tcp", "ip": "127.0.0.1", "key": KEY.decode(),
                       "signature_scheme": "hmac-sha256", **dict(zip(PORTS, ports))}, file)
        env = dict(os.environ, HOME=self.folder.name, IPYTHONDIR=self.folder.name,
                   XDG_DATA_HOME=self.folder.name, JPY_PARENT_PID=str(os.getpid()),
                   TARN_WAREHOUSE=os.path.join(self.folder.name, "warehouse"))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(words + [path], env=env, cwd=self.folder.name,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.context = zmq.Context()
        wait_for_port(ports[0], self.process)
        self.shell = self.context.socket(zmq.DEALER)
        self.shell.connect(f"tcp://127.0.0.1:{ports[0]}")
        self.iopub_port = ports[1]
        self.iopub = None
        self.session = uuid.uuid4().hex

    def subscribe(self):
        self.iopub = self.context.socket(zmq.SUB)
        self.iopub.setsockopt(zmq.SUBSCRIBE, b"")
        self.iopub.connect(f"tcp://127.0.0.1:{self.iopub_port}")
        while not self.iopub.poll(50):
            self.request("kernel_info_request", {})
        while self.iopub.poll(50):
            self.iopub.recv_multipart()

    def send(self, kind, content):
        header = {"msg_id": uuid.uuid4().hex, "session": self.session, "username": "bench",
                  "date": "2026-01-01T00:00:00Z", "msg_type": kind, "version": "5.5"}
        parts = [json.dumps(part).encode() for part in (header, {}, {}, content)]
        digest = hmac.new(KEY, b"".join(parts), hashlib.sha256).hexdigest().encode()
        self.shell.send_multipart([b"<IDS|MSG>", digest] + parts)
        return header["msg_id"]

    def request(self, kind, content):
        """Sends a request and waits for its reply; returns the reply's content."""
        sent = self.send(kind, content)
        while True:
            if not self.shell.poll(60_000):
                raise TimeoutError(kind)
            frames = self.shell.recv_multipart()
            frames = frames[frames.index(b"<IDS|MSG>") + 2:]
            if json.loads(frames[1]).get("msg_id") == sent:
                return json.loads(frames[3])

    def execute(self, code):
        """Runs a cell until its reply and its idle are here."""
        reply = self.request("execute_request", {
            "code": code, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True})
        assert reply["status"] == "ok", reply
        while b'"idle"' not in self.iopub.recv_multipart()[-1]:
            pass

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as file:
            return sum(int(line.split()[1]) * 1024 for line in file if line.startswith("Rss:"))

    def stop(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.context.destroy(linger=0)
        self.folder.cleanup()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for_port(port, process):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            raise RuntimeError(f"the kernel ended with status {process.returncode}")
        time.sleep(0.0002)
    raise TimeoutError("no port")


def measure_start(words):
    kernel = Kernel(words)
    try:
        kernel.request("kernel_info_request", {})
        return time.perf_counter() - kernel.started
    finally:
        kernel.stop()


def measure_cells(words, code, count):
    """(round trips in seconds, resident bytes when idle after them)."""
    kernel = Kernel(words)
    try:
        kernel.request("kernel_info_request", {})
        time.sleep(0.5)
        idle = kernel.resident_bytes()
        kernel.subscribe()
        for _ in range(20):
            kernel.execute(code)
        times = []
        for _ in range(count):
            start = time.perf_counter()
            kernel.execute(code)
            times.append(time.perf_counter() - start)
        time.sleep(0.3)
        return times, idle, kernel.resident_bytes()
    finally:
        kernel.stop()


def measure(name, options):
    words, code = KERNELS[name]
    measure_start(words)
    starts = [measure_start(words) for _ in range(options.starts)]
    times, idle, after = measure_cells(words, code, options.cells)
    return {"start to kernel_info_reply": statistics.median(starts) * 1e3,
            "round trip p50": statistics.median(times) * 1e3,
            "round trip p99": sorted(times)[int(len(times) * 0.99)] * 1e3,
            "idle resident memory": idle / 2**20, "resident after the cells": after / 2**20}


def version_of(name):
    if name == "ipykernel":
        return importlib.metadata.version("ipykernel")
    return subprocess.run([TARN, "--version"], capture_output=True, text=True,
                          check=True).stdout.split()[-1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--cells", type=int, default=500)
    options = parser.parse_args()
    results = {name: measure(name, options) for name in KERNELS}
    print(f"kernel: tarn {version_of('tarn')} beside ipykernel {version_of('ipykernel')}, "
          f"{options.starts} starts and {options.cells} cells each, median")
    print(f"{'':28} {'tarn':>10} {'ipykernel':>10} {'ratio':>8} {'wanted':>8}")
    for row, value in results["tarn"].items():
        unit = "MiB" if "resident" in row else "ms"
        other = results["ipykernel"][row]
        wanted = f"{WANTED[row]:8}" if row in WANTED else ""
        print(f"{row + ', ' + unit:28} {value:10.2f} {other:10.2f} {other / value:8.1f} {wanted}")
    os.makedirs(f"{ROOT}/build/bench", exist_ok=True)
    with open(f"{ROOT}/build/bench/kernel.json", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
