"""Compares Tocsin with Alertmanager in one interleaved run on the loopback. `bench/run` builds what this needs.

Every figure is the median of its repetitions; a ratio is Tocsin's by Alertmanager's in the same repetition, since only
what ran side by side is comparable on a machine that does other things too.
"""

import argparse
import json
import os
import pathlib
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import report
from server import Server, Sink, Trouble, with_templates_at_hand
from workloads import Flush, Ingest, Memory, Notifications, Reads, StartUp, Tools

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".build" / "bench"


def main():
    options = read_arguments()
    for program in (options.tocsin, options.alertmanager):
        if not pathlib.Path(program).exists():
            sys.exit(f"tocsin: there is no program {program} to measure")
    # An interrupted run, too, ends its servers and removes what they wrote.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="run.", dir=FOLDER) as folder:
        folder = pathlib.Path(folder)
        programs = {
            "tocsin": (options.tocsin, None, ()),
            "alertmanager": (*with_templates_at_hand(options.alertmanager, folder), ("--cluster.listen-address=",)),
        }
        wanted = set(options.only or [story.name for story, _ in the_plan(True)])
        plan = [(story, count) for story, count in the_plan(options.quick) if story.name in wanted]
        rows = measure(plan, programs, folder)
        about = {"machine": machine(), "versions": {name: version(*programs[name]) for name in programs}}
    about |= {"mode": "quick" if options.quick else "full", "seconds": round(time.monotonic() - begun)}
    report.write(sys.stdout, [story for story, _ in plan], rows, about)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n")
    return 0 if all(row["trouble"] is None for row in rows) else 1


def read_arguments():
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__.split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, under two minutes")
    parser.add_argument("--json", metavar="FILE", help="write every single figure there, too")
    parser.add_argument(
        "--only",
        action="append",
        choices=[story.name for story, _ in the_plan(True)],
        metavar="NAME",
        help="one part: start, ingest, flush, notifications, reads or memory; may be repeated",
    )
    parser.add_argument(
        "--tocsin",
        default=ROOT / ".build/release/tocsin",
        metavar="PROGRAM",
        help="measure this one and build none",
    )
    peers = pathlib.Path(os.environ.get("TOCSIN_PEERS", ROOT / ".build/peers"))
    parser.add_argument(
        "--alertmanager",
        default=peers / "usr/bin/prometheus-alertmanager",
        metavar="PROGRAM",
        help="compare with this one in the place of Debian's",
    )
    return parser.parse_args()


def the_plan(is_quick):
    """The stories, and how often each is told."""
    if is_quick:
        return [
            (StartUp(), 3),
            (Ingest(again=314, paced=150), 2),
            (Flush(), 2),
            (Notifications(), 2),
            (Reads(full=1, filtered=5), 1),
            (Memory(patience=15), 1),
        ]
    return [
        (StartUp(), 7),
        (Ingest(again=1843, paced=500), 5),
        (Flush(), 5),
        (Notifications(), 5),
        (Reads(full=3, filtered=10), 5),
        (Memory(patience=40), 3),
    ]


def measure(plan, programs, folder):
    """One row for each story, repetition and server; what goes wrong stands in the row."""
    rows = []
    for repetition in range(max(count for _, count in plan)):
        # Turn by turn the other one comes first, so that neither always has the warmer or the busier machine.
        names = list(programs) if repetition % 2 == 0 else list(reversed(programs))
        for story, count in plan:
            if repetition >= count:
                continue
            for name in names:
                print(f"{story.name} {repetition + 1}/{count}: {name} ...", file=sys.stderr, flush=True)
                rows.append(tell(story, name, programs[name], folder) | {"repetition": repetition})
    return rows


def tell(story, name, how, folder):
    """One story with a server of its own, that is gone afterwards with its data. `how` is program, folder, flags."""
    row = {"story": story.name, "server": name, "figures": {}, "held": {}, "trouble": None}
    place = folder / "server"
    program, runs_in, flags = how
    noise = Noise()
    try:
        with Sink(FOLDER / "sink") as sink:
            with Server(name, program, place, story.config(sink.port), runs_in, flags) as server:
                server.start()
                row["figures"], row["held"] = story.run(server, Tools(FOLDER, sink))
        expected = story.expected_of(name)
        if row["held"] != expected:
            row["trouble"] = f"{name} ends with {row['held']} where there should be {expected}"
    except (Trouble, subprocess.TimeoutExpired) as error:
        row["trouble"] = str(error)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    row["others"] = noise.cores_of_others()
    return row


class Noise:
    """How much of the machine all that is not part of the measurement uses meanwhile."""

    def __init__(self):
        self.begun, self.busy, self.ours = time.monotonic(), self.busy_seconds(), self.our_seconds()

    @staticmethod
    def busy_seconds():
        ticks = pathlib.Path("/proc/stat").read_text().splitlines()[0].split()
        user, nice, system, _, _, irq, softirq, steal = map(int, ticks[1:9])
        return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def our_seconds():
        uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(use.ru_utime + use.ru_stime for use in uses)

    def cores_of_others(self):
        """To be asked when the processes of the measurement have ended: only then do they count as ours."""
        others = (self.busy_seconds() - self.busy) - (self.our_seconds() - self.ours)
        return max(others, 0) / (time.monotonic() - self.begun)


def version(program, runs_in, _):
    done = subprocess.run([program, "--version"], cwd=runs_in, capture_output=True, text=True, timeout=20)
    return ((done.stdout or done.stderr).strip().splitlines() or ["?"])[0]


def machine():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{os.cpu_count()} cores ({model}), {platform.system()} {platform.release()}"


if __name__ == "__main__":
    sys.exit(main())
