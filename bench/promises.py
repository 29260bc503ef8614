"""What Tocsin promised, and whether it kept it: a ledger of what was confirmed, and judges that read nothing else."""

import collections
import threading

from destinations import CHANNELS


class Ledger:
    """What senders asked for, and what was answered with 200. Asked for is noted before a request leaves, confirmed
    after its answer is here: what lies between is open, and either outcome is right."""

    def __init__(self):
        self.lock = threading.Lock()
        self.fired_asked, self.fired = set(), set()
        self.ended_asked, self.ended = set(), set()
        self.silences, self.expiring, self.expired = {}, set(), set()
        self.held = set()
        self.acknowledged = set()

    def note(self, **names):
        """`note(fired={'a'})`: adds to the sets of those names."""
        with self.lock:
            for field, values in names.items():
                getattr(self, field).update(values)

    def one_to_end(self, chance):
        with self.lock:
            left = sorted(self.fired - self.ended_asked - self.held)
        return chance.choice(left) if left else None

    def one_to_expire(self, chance):
        with self.lock:
            left = sorted(set(self.silences) - self.expiring - {self.silences_of[name] for name in self.held})
        return chance.choice(left) if left else None

    @property
    def silences_of(self):
        return {name: silence for silence, name in self.silences.items()}


def judge_state(ledger, alerts, silences, incidents):
    """After a restart, before anybody asks for more: all that was confirmed is there.

    `incidents` maps those that were acknowledged to their status, as the server has it now.
    """
    broken = []
    for name in sorted(ledger.fired - ledger.ended_asked - alerts):
        broken.append(f"the confirmed alert {name} is gone")
    for name in sorted(ledger.ended & alerts):
        broken.append(f"the confirmed end of {name} is forgotten")
    for silence in sorted(set(ledger.silences) - ledger.expiring):
        if silences.get(silence) != "active":
            broken.append(f"the confirmed silence {silence} is {silences.get(silence, 'gone')}")
    for silence in sorted(ledger.expired):
        if silences.get(silence) != "expired":
            broken.append(f"the confirmed end of silence {silence} is forgotten: {silences.get(silence, 'gone')}")
    for incident in sorted(ledger.acknowledged):
        if incidents.get(incident) not in ("acknowledged", "resolved"):
            broken.append(f"the confirmed acknowledgement of {incident} is gone: {incidents.get(incident)}")
    return broken


def names_by_key(arrivals):
    """PagerDuty's key to the alert that it stands for: an event that ends an incident may not say its name."""
    return {arrival.key: arrival.name for arrival in arrivals if arrival.key and arrival.status == "firing"}


def stories(arrivals):
    """(channel, alert) to its messages in their order."""
    names = names_by_key(arrivals)
    told = collections.defaultdict(list)
    for arrival in arrivals:
        told[arrival.channel, names.get(arrival.key, arrival.name)].append(arrival)
    return told


def missing_messages(ledger, alerts, arrivals):
    """What somebody has yet to be told. Empty once every promise about messages is kept."""
    told = stories(arrivals)
    missing = []
    for channel in CHANNELS:
        heard = {name: [arrival.status for arrival in told[channel, name] if arrival.code == 200]
                 for name in ledger.fired_asked | alerts}
        for name in sorted((ledger.fired - ledger.ended_asked | alerts) - ledger.held - ledger.ended):
            if name in ledger.fired_asked and "firing" not in heard.get(name, []):
                missing.append(f"{channel} never heard of {name}")
        for name in sorted(ledger.ended):
            # One that said that it cannot take the beginning need not hear of the end.
            if "firing" in heard.get(name, []) and "resolved" not in heard.get(name, []):
                missing.append(f"{channel} was never told that {name} ended")
    return missing


def judge_messages(ledger, arrivals, delivered):
    """Nothing was said that must not be: of what is silenced, twice without need, or in the wrong order.

    `delivered` maps (channel, alert) to the moments at which the server wrote that an answer is known and saved.
    Returns what is broken, and how many messages came twice because an answer was never seen.
    """
    broken, repeated = [], collections.Counter()
    for (channel, name), messages in sorted(stories(arrivals).items()):
        if name in ledger.held:
            broken.append(f"{channel} heard of {name}, which a confirmed silence holds back")
        for before, after in zip(messages, messages[1:]):
            if (before.status, after.status) == ("resolved", "firing"):
                broken.append(f"{channel} heard that {name} fires after it heard of its end")
            if before.status != after.status or before.code != 200:
                continue
            known = [at for at in delivered.get((channel, name), []) if before.at - 0.001 <= at < after.at - 0.001]
            if known:
                broken.append(f"{channel} heard {before.status} {name} again though its answer was saved")
            elif before.life == after.life:
                broken.append(f"{channel} heard {before.status} {name} twice without a crash between")
            else:
                repeated[channel] += 1
    keys = collections.defaultdict(set)
    for arrival in arrivals:
        if arrival.channel == "pagerduty" and arrival.status == "firing":
            keys[arrival.name].add(arrival.key)
    for name, found in sorted(keys.items()):
        if len(found) != 1:
            broken.append(f"PagerDuty has {len(found)} incidents of {name}")
    if len({key for found in keys.values() for key in found}) != len(keys):
        broken.append("PagerDuty got one key for several alerts")
    return broken, repeated
