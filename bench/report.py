"""The figures as tables for people."""

import statistics

# Under each story its figures: key, words, digits, and whether more or less of it is better.
MORE, LESS = "more", "less"
FIGURES = {
    "start": [("start_empty_s", "start, empty, s", 3, LESS)],
    "ingest": [
        ("insert_alerts_per_cpu_s", "insert, alerts per CPU second", 0, MORE),
        ("resend_alerts_per_cpu_s", "re-send, alerts per CPU second", 0, MORE),
        ("insert_alerts_per_s", "insert, alerts per second", 0, MORE),
        ("insert_p99_ms", "insert at full speed, p99 ms", 1, LESS),
        ("paced_p50_ms", "re-send at 100 POST/s, p50 ms", 2, LESS),
        ("paced_p99_ms", "re-send at 100 POST/s, p99 ms", 2, LESS),
    ],
    "flush": [
        ("flush_cpu_ms", "CPU per notification, ms", 2, LESS),
        ("flush_s", "first to last notification, s", 2, LESS),
    ],
    "notifications": [
        ("notifications_per_s", "notifications per second", 0, MORE),
        ("first_post_to_last_s", "first POST to last, less group_wait, s", 2, LESS),
        ("notification_cpu_ms", "CPU per alert and notification, ms", 2, LESS),
        ("notification_peak_mb", "peak RSS, MB", 0, LESS),
    ],
    "reads": [
        ("full_p50_ms", "GET of all, p50 ms", 0, LESS),
        ("full_cpu_ms", "GET of all, CPU ms", 0, LESS),
        ("filtered_p50_ms", "GET of 20 by one label, p50 ms", 1, LESS),
        ("filtered_cpu_ms", "GET of 20 by one label, CPU ms", 1, LESS),
    ],
    "memory": [
        ("empty_mb", "RSS without an alert, MB", 1, LESS),
        ("bytes_per_alert", "bytes per alert, settled", 0, LESS),
        ("bytes_per_alert_peak", "bytes per alert, peak", 0, LESS),
        ("insert_100k_alerts_per_cpu_s", "insert, alerts per CPU second", 0, MORE),
        ("start_100k_s", "start with all of them, s", 3, LESS),
        ("stop_100k_s", "stop with all of them, s", 3, LESS),
    ],
}
FORM = "  {:<40}{:>12}{:>14}{:>8}  {:<16} {}"


def write(out, stories, rows, about):
    """A table for each story; words in the place of figures where the two did not hold the same."""
    print(f"{about['versions']['tocsin']} and {about['versions']['alertmanager']}", file=out)
    print(f"on {about['machine']}, {about['mode']} run of {about['seconds']} s", file=out)
    for story in stories:
        ours = [row for row in rows if row["story"] == story.name]
        print(f"\n{story.title}; {len(ours) // 2} times", file=out)
        troubles = [row["trouble"] for row in ours if row["trouble"]]
        if troubles:
            for trouble in troubles:
                print(f"  NO FIGURES: {trouble}", file=out)
            continue
        print(FORM.format("", "tocsin", "alertmanager", "ratio", "lowest..highest", "better"), file=out)
        for figure in FIGURES[story.name]:
            print(line(ours, *figure), file=out)
    write_noise(out, rows)


def line(rows, key, words, digits, better):
    series = {name: values(rows, name, key) for name in ("tocsin", "alertmanager")}
    cells = [f"{statistics.median(series[name]):,.{digits}f}" if series[name] else "-" for name in series]
    ratios = [ours / theirs for ours, theirs in zip(*series.values()) if theirs]
    if not ratios:
        return FORM.format(words, *cells, "-", "", better)
    spread = f"{short(min(ratios))}..{short(max(ratios))}" if len(ratios) > 1 else "once"
    return FORM.format(words, *cells, short(statistics.median(ratios)), spread, better)


def short(ratio):
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"


def values(rows, name, key):
    """In the order of the repetitions, so that those of the two servers belong together."""
    found = [(row["repetition"], row["figures"].get(key)) for row in rows if row["server"] == name]
    return [value for _, value in sorted(found, key=lambda pair: pair[0]) if value is not None]


def write_noise(out, rows):
    others = sorted(row["others"] for row in rows)
    print(f"\nBoth held the same after each part, or it says so. A ratio is tocsin by alertmanager, the median of the "
          f"pairs.\nOther processes used {others[0]:.2f}..{others[-1]:.2f} cores meanwhile, "
          f"{statistics.median(others):.2f} at the median: the less, the better the figures.", file=out)
