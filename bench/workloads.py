"""What is measured. Each workload takes a fresh server through one story and gives its figures, and what the server
held at the end, which must be what went in before a figure counts."""

import json
import subprocess
import time

from server import MEGABYTE, Trouble

BATCH = 64
CONNECTIONS = 8


class Workload:
    """One story with a server. `expected` is what there must be at its end, by the server's own word and the sink's."""

    name = ""
    title = ""
    expected = {}

    def expected_of(self, _name):
        return self.expected

    def config(self, sink_port):
        return configuration(sink_port, group_wait="1h")

    def run(self, server, tools):
        """Returns the figures and what was held."""
        raise NotImplementedError


class Tools:
    """The sender and the receiver of notifications."""

    def __init__(self, folder, sink):
        self.folder = folder
        self.sink = sink

    def post(self, server, alerts, per_group, requests=None, per_second=0, starts_at=None):
        """Posts the alerts, once if `requests` does not say otherwise."""
        starts_at = int(time.time() * 1000) if starts_at is None else starts_at
        once = -(-alerts // BATCH)
        numbers = [server.port, alerts, per_group, BATCH, CONNECTIONS, requests or once, per_second, starts_at]
        return self._load(server, "post", *numbers)

    def get(self, server, path, times):
        return self._load(server, "get", server.port, times, path)

    def _load(self, server, *arguments):
        command = [str(self.folder / "load"), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise Trouble(f"{server.name}: {done.stderr.strip()}")
        result = json.loads(done.stdout)
        if result["refused"]:
            raise Trouble(f"{server.name} refused {result['refused']} of {result['requests']} requests")
        return result


def configuration(sink_port, group_wait):
    return f"""\
route:
  receiver: sink
  group_by: [alertname, cluster, service]
  group_wait: {group_wait}
  group_interval: 1h
  repeat_interval: 4h
receivers:
- name: sink
  webhook_configs:
  - url: http://127.0.0.1:{sink_port}/
"""


def sent(requests, alerts):
    """How many alerts are in so many requests, the last of a round being shorter."""
    once = -(-alerts // BATCH)
    rounds, rest = divmod(requests, once)
    return rounds * alerts + min(rest * BATCH, alerts)


class Ingest(Workload):
    name = "ingest"

    def __init__(self, again, paced):
        self.again, self.paced = again, paced
        self.title = "Ingest: 10,000 alerts of 650 bytes in 500 groups, batches of 64, 8 connections"
        self.expected = {"alerts": 10_000, "groups": 500}

    def run(self, server, tools):
        starts_at = int(time.time() * 1000)
        server.wait_until_quiet()

        before = server.cpu()
        inserted = tools.post(server, 10_000, 20, starts_at=starts_at)
        server.wait_until_quiet()
        insert_cpu = server.cpu() - before

        before = server.cpu()
        tools.post(server, 10_000, 20, requests=self.again, starts_at=starts_at)
        server.wait_until_quiet()
        again_cpu = server.cpu() - before

        paced = tools.post(server, 10_000, 20, requests=self.paced, per_second=100, starts_at=starts_at)
        figures = {
            "insert_alerts_per_cpu_s": 10_000 / insert_cpu,
            "insert_alerts_per_s": 10_000 / inserted["seconds"],
            "insert_p99_ms": inserted["p99_ms"],
            "resend_alerts_per_cpu_s": sent(self.again, 10_000) / again_cpu,
            "paced_p50_ms": paced["p50_ms"],
            "paced_p99_ms": paced["p99_ms"],
        }
        return figures, server.count()


class Flush(Workload):
    name = "flush"
    title = "Flush: 500 groups of 20 alerts fall due, one webhook"
    expected = {"alerts": 10_000, "notifications": 500, "alerts told": 10_000, "groups told": 500}

    def config(self, sink_port):
        return configuration(sink_port, group_wait="3s")

    def run(self, server, tools):
        tools.post(server, 10_000, 20)
        server.wait_until_quiet(limit=2)
        if tools.sink.counts()["notifications"] > 0:
            raise Trouble(f"{server.name} began to flush before all was sent: this machine is too busy")
        before = server.cpu()
        counts = tools.sink.wait_for(500, limit=30)
        server.wait_until_quiet()
        figures = {
            "flush_cpu_ms": (server.cpu() - before) / 500 * 1000,
            "flush_s": counts["last"] - counts["first"],
        }
        return figures, told(server, tools)


class Notifications(Workload):
    name = "notifications"
    title = "Notifications: 5,000 groups of one alert, a receiver that answers at once"
    expected = {"alerts": 5_000, "notifications": 5_000, "alerts told": 5_000, "groups told": 5_000}

    def config(self, sink_port):
        return configuration(sink_port, group_wait="1s")

    def run(self, server, tools):
        server.wait_until_quiet()
        server.forget_peak()
        before, begun = server.cpu(), time.monotonic()
        tools.post(server, 5_000, 1)
        counts = tools.sink.wait_for(5_000, limit=60)
        server.wait_until_quiet()
        figures = {
            "notifications_per_s": 5_000 / (counts["last"] - counts["first"]),
            "first_post_to_last_s": counts["last"] - begun - 1,
            "notification_cpu_ms": (server.cpu() - before) / 5_000 * 1000,
            "notification_peak_mb": server.memory()["peak"],
        }
        return figures, told(server, tools)


def told(server, tools):
    counts = tools.sink.counts()
    return {
        "alerts": server.count()["alerts"],
        "notifications": counts["notifications"],
        "alerts told": counts["alerts"],
        "groups told": counts["groups"],
    }


class Reads(Workload):
    name = "reads"
    title = "Reads: 50,000 alerts in 2,500 groups"
    expected = {"alerts in all": 50_000, "alerts found": 20}

    def __init__(self, full, filtered):
        self.full, self.filtered = full, filtered

    def run(self, server, tools):
        tools.post(server, 50_000, 20)
        server.wait_until_quiet()
        search = "/api/v2/alerts?filter=service%3D%22job-77%22"
        figures, found = self.measure(server, tools, "filtered", search, self.filtered)
        more, all_of_them = self.measure(server, tools, "full", "/api/v2/alerts", self.full)
        return figures | more, {"alerts in all": all_of_them, "alerts found": found}

    @staticmethod
    def measure(server, tools, name, path, times):
        before = server.cpu()
        result = tools.get(server, path, times)
        server.wait_until_quiet()
        cpu = (server.cpu() - before) / times
        return {f"{name}_p50_ms": result["p50_ms"], f"{name}_cpu_ms": cpu * 1000}, result["alerts"]


class Memory(Workload):
    name = "memory"
    title = "Memory: 100,000 alerts in 5,000 groups"

    def __init__(self, patience):
        self.patience = patience

    def run(self, server, tools):
        server.wait_until_quiet()
        server.forget_peak()
        empty = server.memory()["now"]
        before = server.cpu()
        tools.post(server, 100_000, 20)
        server.wait_until_quiet()
        cpu = server.cpu() - before
        peak = server.memory()["peak"]
        server.wait_until_settled(self.patience)
        settled = server.memory()["now"]
        figures = {
            "empty_mb": empty,
            "bytes_per_alert_peak": (peak - empty) * MEGABYTE / 100_000,
            "bytes_per_alert": (settled - empty) * MEGABYTE / 100_000,
            "insert_100k_alerts_per_cpu_s": 100_000 / cpu,
        }
        held = {"alerts": count_alerts(server, tools)}
        if server.name == "tocsin":
            figures |= self.restart(server)
            held["alerts after the restart"] = count_alerts(server, tools)
        return figures, held

    def expected_of(self, name):
        """Only Tocsin keeps alerts over a restart, so only it has a database to start with."""
        return {"alerts": 100_000} | ({"alerts after the restart": 100_000} if name == "tocsin" else {})

    @staticmethod
    def restart(server):
        begun = time.monotonic()
        server.stop()
        stopped = time.monotonic()
        return {"stop_100k_s": stopped - begun, "start_100k_s": server.start()}


def count_alerts(server, tools):
    return tools.get(server, "/api/v2/alerts", 1)["alerts"]


class StartUp(Workload):
    name = "start"
    title = "Start-up: to the first 200 from /-/ready, without an alert"
    expected = {"alerts": 0, "groups": 0}

    def run(self, server, tools):
        held = server.count()
        server.stop()
        # The second start, so that the program lies in the page cache for both.
        return {"start_empty_s": server.start()}, held
