"""Overloads a Tocsin in every way that others can, and measures what is left for everybody else.

Each trial has a server of its own. Meanwhile a probe asks for /-/healthy, posts an alert, and waits until a healthy
destination heard of one; the slowest answers and the peak of memory are the figures. A trial fails when a probe gets no
answer within 10 s, or memory grows by more than the trial's limit.
"""

import argparse
import contextlib
import datetime
import http.client
import http.server
import json
import pathlib
import resource
import socket
import sys
import tempfile
import threading
import time

from server import MEGABYTE, Server, Trouble

PATIENCE = 10


def main():
    options = read_arguments()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    failures = 0
    rows = []
    for trial in TRIALS:
        if options.only and trial.__name__ not in options.only:
            continue
        with tempfile.TemporaryDirectory(prefix="tocsin-overload-") as folder, contextlib.closing(Stage()) as stage:
            text, limit = trial.__doc__.split("\n")[0], LIMITS.get(trial, 200)
            with Server("tocsin", options.tocsin, folder, stage.configuration()) as server:
                server.start()
                before = server.memory()["now"]
                probe = Probe(server, stage)
                note = trial(server, stage, options) or ""
                figures = probe.finish()
                figures["memory"] = server.memory()["peak"] - before
                stage.release()
        trouble = figures.pop("trouble")
        if figures["memory"] > limit:
            trouble.append(f"memory grew by {figures['memory']:.0f} MB, more than {limit}")
        failures += bool(trouble)
        rows.append((text, figures, note, trouble))
        print_row(*rows[-1])
    return 1 if failures else 0


def read_arguments():
    parser = argparse.ArgumentParser(prog="bench/overload", description=__doc__.split("\n\n")[0])
    parser.add_argument("--tocsin", metavar="PROGRAM", required=True, help="the server's binary")
    parser.add_argument("--seconds", type=float, default=8, metavar="N", help="how long a trial lasts (8)")
    parser.add_argument("--only", action="append", choices=[trial.__name__ for trial in TRIALS], help="one trial only")
    return parser.parse_args()


def print_row(text, figures, note, trouble):
    cells = ", ".join(f"{name} {value:.0f} {UNITS[name]}" for name, value in figures.items())
    print(f"{'FAILED ' if trouble else ''}{text}: {cells}{'; ' + note if note else ''}", flush=True)
    for line in trouble:
        print(f"    {line}", flush=True)


UNITS = {"healthy": "ms", "post": "ms", "delivery": "ms", "memory": "MB"}


class Stage:
    """A healthy destination, and bad ones: they hang, or answer a byte a second."""

    def __init__(self):
        self.heard = {}
        self._condition = threading.Condition()
        self._sockets = []
        stage = self

        class Healthy(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with stage._condition:
                    stage.heard[message["groupLabels"].get("alertname")] = time.monotonic()
                    stage._condition.notify_all()
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._healthy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Healthy)
        self._healthy.daemon_threads = True
        threading.Thread(target=self._healthy.serve_forever, daemon=True).start()
        self.hanging = [self._listen() for _ in range(100)]
        self.slow = self._listen()
        threading.Thread(target=self._drip, args=(self.slow,), daemon=True).start()

    def _listen(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._sockets.append(listener)
        return listener

    def _drip(self, listener):
        """Headers of an answer, a byte a second, for ever."""
        connections = []
        listener.settimeout(1)
        while listener.fileno() >= 0:
            with contextlib.suppress(TimeoutError, OSError):
                connections.append(listener.accept()[0])
            for connection in connections:
                with contextlib.suppress(OSError):
                    connection.send(b"H")
            time.sleep(0.5)

    def wait_for(self, name, limit=PATIENCE):
        with self._condition:
            self._condition.wait_for(lambda: name in self.heard, limit)
            return self.heard.get(name)

    def configuration(self):
        hanging = "".join(
            f"""
  - name: hanging{index}
    webhook_configs: [{{url: 'http://127.0.0.1:{listener.getsockname()[1]}/'}}]"""
            for index, listener in enumerate(self.hanging))
        routes = "".join(
            f"""
    - matchers: [bad="{index}"]
      receiver: hanging{index}"""
            for index in range(len(self.hanging)))
        return f"""
route:
  receiver: healthy
  group_by: ['...']
  group_wait: 100ms
  group_interval: 5m
  routes:
    - matchers: [probe="yes"]
      receiver: healthy
      group_by: [alertname]
    - matchers: [bad="slow"]
      receiver: slow
    - matchers: [quiet="yes"]
      receiver: nobody{routes}
receivers:
  - name: healthy
    webhook_configs: [{{url: 'http://127.0.0.1:{self._healthy.server_address[1]}/', max_alerts: 1}}]
  - name: slow
    webhook_configs: [{{url: 'http://127.0.0.1:{self.slow.getsockname()[1]}/'}}]
  - name: nobody{hanging}
"""

    def release(self):
        for listener in self._sockets:
            listener.close()

    def close(self):
        self.release()
        self._healthy.shutdown()
        self._healthy.server_close()


class Probe:
    """What everybody else sees meanwhile: the slowest of each, in milliseconds."""

    def __init__(self, server, stage):
        self._server, self._stage = server, stage
        self._slowest = {"healthy": 0.0, "post": 0.0, "delivery": 0.0}
        self._trouble = []
        self._ends = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def finish(self):
        self._ends = True
        self._thread.join()
        return {**self._slowest, "trouble": self._trouble[:5]}

    def _run(self):
        number = 0
        while not self._ends:
            number += 1
            name = f"Probe{number}"
            try:
                self._measure("healthy", lambda: request(self._server, "GET", "/-/healthy"))
                self._measure("post", lambda: request(self._server, "POST", "/api/v2/alerts", [
                    alert({"alertname": name, "probe": "yes"})]))
            except (OSError, http.client.HTTPException) as error:
                self._trouble.append(f"the probe got no answer: {error!r}")
                continue
            posted = time.monotonic()
            heard = self._stage.wait_for(name)
            if heard is None:
                self._trouble.append(f"the healthy destination did not hear of {name} within {PATIENCE} s")
            else:
                self._note("delivery", heard - posted)
            time.sleep(0.1)

    def _measure(self, name, ask):
        begun = time.monotonic()
        status, text = ask()
        if status != 200:
            self._trouble.append(f"{name} was answered {status}: {text[:100]!r}")
        self._note(name, time.monotonic() - begun)

    def _note(self, name, seconds):
        self._slowest[name] = max(self._slowest[name], seconds * 1000)


def alert(labels, minutes=60):
    ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return {"labels": labels, "endsAt": ends.isoformat()}


def request(server, method, path, body=None, client=None):
    owned = client is None
    client = client or http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        client.request(method, path, data, {"Content-Type": "application/json"})
        answer = client.getresponse()
        return answer.status, answer.read()
    finally:
        if owned:
            client.close()


# --- Trials. The first line of each says what it does, for the table.


def hanging_destinations(server, _, options):
    """100 destinations that take a request and never answer, 30 messages each"""
    alerts = [alert({"alertname": f"Hang{number}", "bad": str(index)})
              for index in range(100) for number in range(30)]
    request(server, "POST", "/api/v2/alerts", alerts)
    time.sleep(options.seconds)


def a_byte_a_second(server, _, options):
    """a destination that answers a byte a second, 500 messages"""
    request(server, "POST", "/api/v2/alerts", [alert({"alertname": f"Slow{n}", "bad": "slow"}) for n in range(500)])
    time.sleep(options.seconds)


def huge_labels(server, _, options):
    """alerts with a megabyte of labels, again and again"""
    end = time.monotonic() + options.seconds
    statuses = {}
    number = 0
    while time.monotonic() < end:
        number += 1
        labels = {"alertname": f"Huge{number % 20}", "quiet": "yes"}
        labels |= {f"label{n}": "x" * 1000 for n in range(1000)}
        status, _ = request(server, "POST", "/api/v2/alerts", [alert(labels)])
        statuses[status] = statuses.get(status, 0) + 1
    return describe(statuses)


def endless_headers(server, _, options):
    """5,000 connections that never finish a header"""
    sockets = []
    refused = 0
    end = time.monotonic() + options.seconds
    with contextlib.ExitStack() as stack:
        for _ in range(5000):
            try:
                connection = socket.create_connection(("127.0.0.1", server.port), timeout=1)
                stack.callback(connection.close)
                connection.send(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                sockets.append(connection)
            except OSError:
                refused += 1
        while time.monotonic() < end:
            for connection in sockets[::10]:
                with contextlib.suppress(OSError):
                    connection.send(b"x")
            time.sleep(0.5)
        closed = sum(is_closed(connection) for connection in sockets)
    return f"{len(sockets)} open, {refused} refused, {closed} closed by the server"


def is_closed(connection):
    connection.setblocking(False)
    try:
        return len(connection.recv(1024)) == 0
    except BlockingIOError:
        return False
    except OSError:
        return True


def alert_flood(server, _, options):
    """50,000 distinct alerts at once, 8 senders"""
    return flood(server, 50_000, 500, lambda n: alert({"alertname": f"Flood{n}", "quiet": "yes", "host": f"h{n}"}),
                 "/api/v2/alerts", options)


def silence_flood(server, _, options):
    """20,000 silences, 8 senders"""
    now = datetime.datetime.now(datetime.timezone.utc)

    def silence(number):
        return {
            "matchers": [{"name": "host", "value": f"h{number}.*", "isRegex": True}],
            "startsAt": now.isoformat(), "endsAt": (now + datetime.timedelta(hours=1)).isoformat(),
            "createdBy": "flood", "comment": "flood",
        }

    return flood(server, 20_000, 1, silence, "/api/v2/silences", options)


def flood(server, count, batch, make, path, options):
    statuses, lock = {}, threading.Lock()
    begun = time.monotonic()
    # A flood ends when all is in, or when it has lasted five times as long as another trial.
    limit = begun + 5 * options.seconds

    def send(start):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as client:
            for first in range(start * batch, count, 8 * batch):
                if time.monotonic() > limit:
                    return
                body = [make(number) for number in range(first, first + batch)]
                try:
                    status, _ = request(server, "POST", path, body if batch > 1 else body[0], client)
                except (OSError, http.client.HTTPException):
                    status = "no answer"
                    client.close()
                with lock:
                    statuses[status] = statuses.get(status, 0) + batch

    senders = [threading.Thread(target=send, args=(index,)) for index in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return f"{describe(statuses)} in {time.monotonic() - begun:.1f} s"


def describe(statuses):
    return ", ".join(f"{count} answered {status}" for status, count in sorted(statuses.items(), key=str))


TRIALS = [hanging_destinations, a_byte_a_second, huge_labels, endless_headers, alert_flood, silence_flood]
# Megabytes; 200 if nothing is said. A connection holds 64 KB to read into, a flood of alerts is kept.
LIMITS = {huge_labels: 400, endless_headers: 500, alert_flood: 400}

if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"tocsin: {trouble}")
