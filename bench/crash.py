"""Kills a Tocsin under load again and again, and holds it to what it confirmed. `bench/crash` starts this.

The moments, the load and the destinations' moods come from the seed; what the machine makes of them does not.
"""

import argparse
import collections
import contextlib
import datetime
import http.client
import json
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import promises
from destinations import Destinations
from server import Trouble

PATIENCE = 60
SENDERS = 3


def main():
    options = read_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = time.monotonic()
    tally = collections.Counter()
    broken = []
    with tempfile.TemporaryDirectory(prefix="tocsin-crash-") as folder:
        left, number = options.rounds, 0
        while left > 0 and not broken:
            rounds = min(left, options.episode)
            episode = Episode(options, pathlib.Path(folder) / f"{number}", f"{options.seed}.{number}", tally)
            with contextlib.closing(episode):
                broken += episode.play(rounds)
                if broken and options.keep:
                    episode.keep(pathlib.Path(options.keep))
            left -= rounds
            number += 1
            say(f"{options.rounds - left} of {options.rounds} kills, {len(broken)} promises broken")
    report(tally, options, time.monotonic() - begun)
    for line in broken[:50]:
        say(f"broken: {line} (--seed {options.seed}, episode {number - 1})")
    return 1 if broken else 0


def read_arguments():
    parser = argparse.ArgumentParser(prog="bench/crash", description=__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=50, metavar="N", help="how many kills (50)")
    parser.add_argument("--episode", type=int, default=25, metavar="N", help="kills of one database (25)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="chooses moments and load (1)")
    parser.add_argument("--tocsin", metavar="PROGRAM", required=True, help="the server's binary")
    parser.add_argument("--keep", metavar="FOLDER", help="where database and logs go if a promise is broken")
    options = parser.parse_args()
    if not pathlib.Path(options.tocsin).exists():
        parser.error(f"there is no program {options.tocsin}")
    return options


def report(tally, options, seconds):
    print(f"{options.rounds} kills in {seconds:.0f} s, seed {options.seed}, {pathlib.Path(options.tocsin).resolve()}")
    for name, count in sorted(tally.items()):
        print(f"  {name}: {count}")


def say(text):
    print(f"tocsin: {text}", file=sys.stderr, flush=True)


class Process:
    """One life of the server."""

    def __init__(self, program, folder, number):
        self.log = folder / f"log.{number}"
        self.address = None
        arguments = [
            program,
            f"--config.file={folder / f'tocsin.{number}.yml'}",
            f"--storage.path={folder / 'data'}",
            "--web.listen-address=127.0.0.1:0",
            "--log.level=info",
            "--log.format=json",
        ]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(arguments, cwd=folder, stdout=log, stderr=log)

    def lines(self):
        for line in self.log.read_text(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                yield json.loads(line)

    def wait_for_line(self, message):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in self.lines():
                if line["message"] == message:
                    return line["metadata"]
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise Trouble(f"no line '{message}' of the server: {self.log.read_text(errors='replace')[-800:]}")

    def wait_until_it_listens(self):
        self.port = int(self.wait_for_line("listening")["address"].split(",")[0].rsplit(":", 1)[1])

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def kill(self):
        self.process.kill()
        self.process.wait()


def ask(client, method, path, body=None):
    client.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
    answer = client.getresponse()
    text = answer.read()
    return answer.status, text


class Episode:
    """One database, killed many times, and a last server that has to put everything right."""

    def __init__(self, options, folder, seed, tally):
        self.program = str(pathlib.Path(options.tocsin).resolve())
        self.folder = folder
        self.seed = seed
        self.chance = random.Random(f"episode {seed}")
        self.tally = tally
        self.ledger = promises.Ledger()
        self.destinations = Destinations(seed)
        self.lives = []
        self.has_incidents = False
        folder.mkdir(parents=True)

    def close(self):
        for life in self.lives:
            if life.process.poll() is None:
                life.kill()
        self.destinations.close()

    def keep(self, target):
        self.folder.rename(target / self.folder.name)

    # --- Kills

    def play(self, rounds):
        broken = []
        life = self.start()
        for number in range(rounds):
            moment = self.chance.choices(
                ("under load", "at the start", "while it stops", "with another waiting"), (70, 15, 8, 7))[0]
            self.tally[f"kills {moment}"] += 1
            if moment == "at the start":
                time.sleep(self.chance.uniform(0, 0.25))
                life.kill()
                life = self.start()
                continue
            life.wait_until_it_listens()
            broken += self.judge(life)
            if broken:
                return broken
            life = self.load(life, number, moment)
        life.wait_until_it_listens()
        return broken + self.judge(life) + self.make_peace(life)

    def start(self):
        number = len(self.lives)
        (self.folder / f"tocsin.{number}.yml").write_text(self.destinations.configuration(number))
        life = Process(self.program, self.folder, number)
        self.lives.append(life)
        return life

    def load(self, life, number, moment):
        """Senders post until the server dies of it. Returns the next one."""
        senders = [
            threading.Thread(target=Sender(self, life, f"{number}-{index}").run, daemon=True)
            for index in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        time.sleep(self.chance.uniform(0.02, 0.7))
        other = None
        if moment == "with another waiting":
            other = self.start()
            holder = other.wait_for_line("waiting for another Tocsin to let go of the storage")["holder"]
            if f"pid {life.process.pid}," not in holder:
                raise Trouble(f"the second server takes {holder} for the holder, not {life.process.pid}")
        if moment == "while it stops":
            life.process.terminate()
            time.sleep(self.chance.uniform(0, 0.1))
        life.kill()
        for sender in senders:
            sender.join()
        return other or self.start()

    # --- Judgement

    def judge(self, life):
        """Before anybody asks for more."""
        with contextlib.closing(life.connect()) as client:
            alerts = self.alerts(client)
            silences = {row["id"]: row["status"]["state"] for row in json.loads(ask(client, "GET", "/api/v2/silences")[1])}
            self.has_incidents = ask(client, "GET", "/api/v1/incidents")[0] == 200
            incidents = {}
            for incident in self.ledger.acknowledged:
                status, text = ask(client, "GET", f"/api/v1/incidents/{incident}")
                incidents[incident] = json.loads(text)["status"] if status == 200 else f"an answer {status}"
        self.tally["checks of the state after a restart"] += 1
        return promises.judge_state(self.ledger, alerts, silences, incidents)

    def alerts(self, client):
        return {row["labels"]["alertname"] for row in json.loads(ask(client, "GET", "/api/v2/alerts")[1])}

    def make_peace(self, life):
        """Without crashes, everybody hears what is true."""
        with contextlib.closing(life.connect()) as client:
            end = time.monotonic() + PATIENCE
            while True:
                missing = promises.missing_messages(self.ledger, self.alerts(client), self.destinations.arrivals())
                if not missing or time.monotonic() > end:
                    break
                time.sleep(0.1)
        # What would come too much has the time of two intervals of its group.
        time.sleep(0.7)
        arrivals = self.destinations.arrivals()
        broken, repeated = promises.judge_messages(self.ledger, arrivals, self.delivered())
        self.tally["alerts confirmed"] += len(self.ledger.fired)
        self.tally["ends of alerts confirmed"] += len(self.ledger.ended)
        self.tally["silences confirmed"] += len(self.ledger.silences)
        self.tally["ends of silences confirmed"] += len(self.ledger.expired)
        self.tally["alerts held back by a confirmed silence"] += len(self.ledger.held & self.ledger.fired)
        self.tally["acknowledgements confirmed"] += len(self.ledger.acknowledged)
        self.tally["messages"] += len(arrivals)
        for channel, count in repeated.items():
            self.tally[f"messages repeated for want of a seen answer, {channel}"] += count
        return missing + broken

    def delivered(self):
        """(channel, alert) to the moments at which an answer was known and saved."""
        known = collections.defaultdict(list)
        for life in self.lives:
            for line in life.lines():
                if line["message"] != "delivered":
                    continue
                channel = re.search(r"/(\w+)\[", line["metadata"]["integration"])[1]
                name = re.search(r'alertname="([^"]+)"', line["metadata"]["group"])[1]
                at = datetime.datetime.fromisoformat(line["timestamp"].replace("Z", "+00:00")).timestamp()
                known[channel, name].append(at)
        return known


class Sender:
    """Asks for alerts, ends, silences and acknowledgements until the server is gone."""

    def __init__(self, episode, life, name):
        self.episode = episode
        self.ledger = episode.ledger
        self.client = life.connect()
        self.name = name
        self.chance = random.Random(f"sender {episode.seed} {name}")
        self.count = 0

    def run(self):
        acts = [(self.fire, 60), (self.end, 15), (self.silence, 10), (self.expire, 5), (self.acknowledge, 10)]
        try:
            while True:
                self.chance.choices([act for act, _ in acts], [weight for _, weight in acts])[0]()
                time.sleep(self.chance.uniform(0, 0.02))
        except (OSError, http.client.HTTPException):
            pass  # It was killed, or is stopping.
        finally:
            self.client.close()

    def new_name(self):
        self.count += 1
        return f"A{self.name}-{self.count}"

    def post(self, names, ends_in):
        now = datetime.datetime.now(datetime.timezone.utc)
        alerts = [
            {
                "labels": {"alertname": name, "severity": "critical"},
                "annotations": {"summary": f"{name} happened"},
                "startsAt": (now - datetime.timedelta(seconds=5)).isoformat(),
                "endsAt": (now + datetime.timedelta(seconds=ends_in)).isoformat(),
            }
            for name in names
        ]
        return ask(self.client, "POST", "/api/v2/alerts", alerts)[0] == 200

    def fire(self):
        names = {self.new_name() for _ in range(self.chance.randint(1, 3))}
        self.ledger.note(fired_asked=names)
        if self.post(sorted(names), 3600):
            self.ledger.note(fired=names)

    def end(self):
        name = self.ledger.one_to_end(self.chance)
        if name is None:
            return
        self.ledger.note(ended_asked={name})
        if self.post([name], -1):
            self.ledger.note(ended={name})

    def silence(self):
        """A silence, and once it is confirmed the alert that it holds back."""
        name = self.new_name()
        now = datetime.datetime.now(datetime.timezone.utc)
        body = {
            "matchers": [{"name": "alertname", "value": name, "isRegex": False}],
            "startsAt": now.isoformat(),
            "endsAt": (now + datetime.timedelta(hours=1)).isoformat(),
            "createdBy": "crash",
            "comment": name,
        }
        status, text = ask(self.client, "POST", "/api/v2/silences", body)
        if status != 200:
            return
        with self.ledger.lock:
            self.ledger.silences[json.loads(text)["silenceID"]] = name
            if self.chance.random() < 0.5:
                self.ledger.held.add(name)
        if name in self.ledger.held:
            self.ledger.note(fired_asked={name})
            if self.post([name], 3600):
                self.ledger.note(fired={name})

    def expire(self):
        silence = self.ledger.one_to_expire(self.chance)
        if silence is None:
            return
        self.ledger.note(expiring={silence})
        if ask(self.client, "DELETE", f"/api/v2/silence/{silence}")[0] == 200:
            self.ledger.note(expired={silence})

    def acknowledge(self):
        """Only a server with an API for incidents can be asked."""
        if not self.episode.has_incidents:
            return
        status, text = ask(self.client, "GET", "/api/v1/incidents?status=triggered&limit=10")
        found = json.loads(text)["data"] if status == 200 else []
        if not found:
            return
        incident = self.chance.choice(found)["id"]
        if ask(self.client, "POST", f"/api/v1/incidents/{incident}/acknowledge", {})[0] == 200:
            self.ledger.note(acknowledged={incident})


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        say(f"{trouble}")
        sys.exit(2)
