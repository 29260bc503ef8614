"""A server under measurement: its start, its end, what it costs and what it holds."""

import contextlib
import http.client
import json
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import time

MEGABYTE = 1 << 20
STARTUP_SECONDS = 60
SHUTDOWN_SECONDS = 30


class Trouble(Exception):
    """Something that makes the figures worthless, in words for the one who measures."""


class Server:
    """One process of Tocsin or of Alertmanager; both take the flags that are given here."""

    def __init__(self, name, program, folder, config, runs_in=None, flags=()):
        self.name = name
        self.flags = flags
        self.program = pathlib.Path(program).resolve()
        self.folder = pathlib.Path(folder).resolve()
        self.runs_in = runs_in or self.folder
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config.yml").write_text(config)
        self.process = None
        self.port = None

    # --- Its life

    def start(self):
        """Starts it; returns the seconds until it said that it is ready."""
        self.port = free_port()
        arguments = [
            self.program,
            f"--config.file={self.folder / 'config.yml'}",
            f"--storage.path={self.folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--log.level=error",
            *self.flags,
        ]
        with open(self.folder / "log", "ab") as log:
            begun = time.monotonic()
            self.process = subprocess.Popen(arguments, cwd=self.runs_in, stdout=log, stderr=log)
        while not self._is_ready():
            if self.process.poll() is not None:
                raise Trouble(f"{self.name} ended at once ({shlex.join(map(str, arguments))}): {self._last_words()}")
            if time.monotonic() - begun > STARTUP_SECONDS:
                raise Trouble(f"{self.name} was not ready after {STARTUP_SECONDS} s: {self._last_words()}")
            time.sleep(0.002)
        return time.monotonic() - begun

    def _is_ready(self):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=STARTUP_SECONDS)) as client:
            try:
                client.request("GET", "/-/ready")
                return client.getresponse().status == 200
            except (OSError, http.client.HTTPException):
                return False

    def _last_words(self):
        return (self.folder / "log").read_text(errors="replace").strip()[-500:] or "it said nothing"

    def stop(self):
        """A clean stop, as an operator's."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Trouble(f"{self.name} did not stop within {SHUTDOWN_SECONDS} s") from error
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    # --- What it costs

    def cpu(self):
        """Seconds that all its threads have worked so far, those that have ended too.

        The kernel's CPU clock of the process, which /proc/PID/stat shows in steps of 10 ms.
        """
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def memory(self):
        """Megabytes in memory now, without a file behind them, and at most since `forget_peak`."""
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith(("Vm", "Rss"))}
        return {"now": sizes["VmRSS"], "anonymous": sizes["RssAnon"], "peak": sizes["VmHWM"]}

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def wait_until_quiet(self, limit=5.0):
        """Until it works no more, so that what it puts off past its answers counts as well."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            before = self.cpu()
            time.sleep(0.25)
            if self.cpu() - before < 0.005:
                return

    def wait_until_settled(self, limit):
        """Until its memory shrinks no more, after it was asked to clean up where it can be asked."""
        self._collect_garbage()
        end = time.monotonic() + limit
        sizes = []
        while time.monotonic() < end:
            sizes.append(self.memory()["anonymous"])
            if len(sizes) > 8 and max(sizes[-8:]) - min(sizes[-8:]) < 0.005 * sizes[-1]:
                return
            time.sleep(0.25)

    def _collect_garbage(self):
        """Go's collector runs when the profiler is asked to; a server without that door answers 404."""
        self.get("/debug/pprof/heap?gc=1", wanted=(200, 404))

    # --- What it holds

    def get(self, path, wanted=(200,)):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as client:
            client.request("GET", path)
            answer = client.getresponse()
            body = answer.read()
        if answer.status not in wanted:
            raise Trouble(f"{self.name} answered {answer.status} to GET {path}")
        return body

    def count(self):
        """What it holds: with one route, every alert is in one group, and every group has its alerts under that key."""
        body = self.get("/api/v2/alerts/groups")
        return {"alerts": body.count(b'"fingerprint":'), "groups": body.count(b'"alerts":[{')}


class Sink:
    """The receiver of notifications."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def counts(self):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as client:
            client.request("GET", "/counts")
            return json.loads(client.getresponse().read())

    def wait_for(self, notifications, limit):
        """What arrived, once all is there or the time is over."""
        end = time.monotonic() + limit
        while True:
            counts = self.counts()
            if counts["notifications"] >= notifications or time.monotonic() > end:
                return counts
            time.sleep(0.05)


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def with_templates_at_hand(program, folder):
    """Alertmanager as it can be run: its program, and the folder to run it in.

    Debian's reads its built-in templates from /usr/share, where the unpacked package has not put them. A copy of the
    program gets to look for them in its working directory, by a path of the same length.
    """
    installed, local = "/usr/share/prometheus/alertmanager", "usr/share/prometheus/alertmanager/"
    program = pathlib.Path(program)
    root = program.resolve().parent.parent.parent
    assets = root / installed[1:]
    if root == pathlib.Path("/") or not (assets / "default.tmpl").exists():
        return program, None
    copy = folder / "alertmanager"
    copy.write_bytes(program.read_bytes().replace(installed.encode(), local.encode()))
    copy.chmod(0o755)
    (folder / local).parent.mkdir(parents=True, exist_ok=True)
    os.symlink(assets, folder / local.rstrip("/"))
    return copy, folder
