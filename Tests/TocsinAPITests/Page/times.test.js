// Durations, points in time, and periods whose ends agree with their lengths.

import assert from "node:assert/strict";
import test from "node:test";

import { Period, absolute, formatDuration, fromField, parseDuration, relative, toField } from "./times.js";

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
const now = new Date(2026, 0, 2, 3, 4, 5).getTime();

test("a duration is read as people write it", () => {
    const cases = [
        ["2h", 2 * hour], ["90m", 90 * minute], ["1d 12h", 36 * hour], ["1.5h", 90 * minute], ["1w", 7 * day], [" 1H30M ", 90 * minute], ["5s", 5 * second],
        ["", null], ["0h", null], ["h", null], ["2", null], ["2 hours", null], ["-1h", null], ["1e9w", null], ["99999999w", null],
    ];
    for (const [text, length] of cases) assert.equal(parseDuration(text), length, text);
});

test("a duration that was written is read as what it was", () => {
    for (const length of [second, minute, 90 * minute, 25 * hour, 8 * day + 61 * second]) assert.equal(parseDuration(formatDuration(length)), length);
    assert.equal(formatDuration(0), "0s");
    assert.equal(formatDuration(-hour), "0s");
});

test("how long ago something was is told roughly", () => {
    const cases = [
        [0, "now"], [-5 * second, "5s ago"], [-61 * second, "1m ago"], [-2 * hour - 5 * minute - 9 * second, "2h 5m ago"],
        [-day - minute, "1d ago"], [-9 * day, "1w 2d ago"], [3 * hour, "in 3h"],
    ];
    for (const [distance, text] of cases) assert.equal(relative(now + distance, now), text);
});

test("a day is named unless it is today", () => {
    assert.equal(absolute(now - hour, now), "02:04:05");
    assert.equal(absolute(now - 4 * hour, now), "2026-01-01 23:04");
});

test("a field holds minutes of the browser's zone", () => {
    assert.equal(toField(now), "2026-01-02T03:04");
    assert.equal(fromField("2026-01-02T03:04"), now - 5 * second);
    assert.equal(fromField("2026-01-02T03:04:05"), now);
    for (const text of ["", "2026-01-02", "x"]) assert.equal(fromField(text), null);
});

test("a period starts now until somebody says when", () => {
    const period = new Period({ length: hour });
    assert.deepEqual([period.start(now), period.end(now)], [now, now + hour]);
    assert.deepEqual([period.start(now + day), period.end(now + day)], [now + day, now + day + hour]);
});

test("whoever moves the start moves the end", () => {
    const period = new Period({ length: hour });
    period.setStart(now + day);
    assert.deepEqual([period.start(now), period.end(now), period.duration(now)], [now + day, now + day + hour, hour]);
});

test("whoever moves the end sets the length, and the end stays while time passes", () => {
    const period = new Period({ length: hour });
    period.setEnd(now + 3 * hour, now);
    assert.equal(period.duration(now), 3 * hour);
    assert.deepEqual([period.end(now + hour), period.duration(now + hour)], [now + 3 * hour, 2 * hour]);
    period.setStart(now + day);
    assert.equal(period.end(now), now + day + 3 * hour);
});

test("whoever sets the length moves the end", () => {
    const period = new Period({ start: now });
    period.setEnd(now + 3 * hour, now);
    period.setLength(minute);
    assert.deepEqual([period.end(now), period.duration(now)], [now + minute, minute]);
});

test("an end before the start is a length of nothing, and is seen", () => {
    const period = new Period({ start: now });
    period.setEnd(now - hour, now);
    assert.equal(period.duration(now), -hour);
});
