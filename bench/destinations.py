"""Stands in for Slack, PagerDuty and a webhook, and writes down every message with its moment and its answer."""

import dataclasses
import http.server
import json
import random
import threading
import time

CHANNELS = ("slack", "pagerduty", "webhook")


@dataclasses.dataclass
class Arrival:
    at: float
    channel: str
    name: str
    status: str
    key: str
    code: int
    life: int


class Destinations:
    """Most requests are answered at once, some late, so that a crash meets them without an answer, some with 503."""

    def __init__(self, seed):
        self._random = random.Random(f"destinations {seed}")
        self._lock = threading.Lock()
        self._arrivals = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                code, delay = outer._receive(self.path.split("/")[1], int(self.headers["X-Life"]), body)
                time.sleep(delay)
                answer = b'{"status":"success"}' if self.path.startswith("/pagerduty") else b"ok"
                self.send_response(202 if code == 200 and self.path.startswith("/pagerduty") else code)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    pass  # The server was killed before its answer.

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

        self._listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    def _receive(self, channel, life, body):
        now = time.time()
        name, status, key = READERS[channel](json.loads(body))
        with self._lock:
            fate = self._random.random()
            delay = self._random.uniform(0.02, 0.3) if fate < 0.12 else 0
            code = 503 if fate > 0.95 else 200
            self._arrivals.append(Arrival(now, channel, name, status, key, code, life))
        return code, delay

    def arrivals(self):
        """All so far, in the order in which they were sent: what a killed server sent may be read late."""
        with self._lock:
            return sorted(self._arrivals, key=lambda arrival: (arrival.life, arrival.at))

    def close(self):
        self._listener.shutdown()
        self._listener.server_close()

    def configuration(self, life):
        """Every alert is a group of its own, so that each message speaks of one. It says which start sent it."""
        base = f"http://127.0.0.1:{self.port}"
        words = "'{{ .Status }} {{ .GroupLabels.alertname }}'"
        return f"""
global:
  http_config:
    http_headers:
      X-Life:
        values: ['{life}']
route:
  receiver: everyone
  group_by: [alertname]
  group_wait: 50ms
  group_interval: 300ms
  repeat_interval: 4h
receivers:
  - name: everyone
    slack_configs:
      - api_url: {base}/slack
        channel: '#alerts'
        send_resolved: true
        title: {words}
    pagerduty_configs:
      - routing_key: 0123456789abcdef0123456789abcdef
        url: {base}/pagerduty
        send_resolved: true
        description: {words}
    webhook_configs:
      - url: {base}/webhook
        send_resolved: true
"""


def read_slack(message):
    status, name = message["attachments"][0]["title"].split(" ", 1)
    return name, status, ""


def read_pagerduty(message):
    # What ends an incident there needs no summary: the group's key, in the event's custom details, is no promise.
    status = {"trigger": "firing", "resolve": "resolved"}[message["event_action"]]
    name = message.get("payload", {}).get("summary", " ").split(" ", 1)[1]
    return name, status, message["dedup_key"]


def read_webhook(message):
    return message["groupLabels"]["alertname"], message["status"], ""


READERS = {"slack": read_slack, "pagerduty": read_pagerduty, "webhook": read_webhook}
