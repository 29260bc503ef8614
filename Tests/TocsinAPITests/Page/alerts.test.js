// Which alerts are shown, in which groups, in which order.

import assert from "node:assert/strict";
import test from "node:test";

import { isWanted, regroup, severity, sort, statesOf, unique } from "./alerts.js";

const alert = (fingerprint, labels = {}, status = {}, startsAt = "2026-01-02T03:04:05Z") => ({ fingerprint, labels, startsAt, status });

test("an alert is active if nothing holds it back", () => {
    assert.deepEqual(statesOf(alert("1")), ["active"]);
    assert.deepEqual(statesOf(alert("1", {}, { silencedBy: [], inhibitedBy: ["2"], mutedBy: ["night"] })), ["inhibited", "muted"]);
    assert.deepEqual(statesOf(alert("1", {}, { silencedBy: ["x"] })), ["silenced"]);
});

test("an alert is shown if all its states are wanted", () => {
    const both = alert("1", {}, { silencedBy: ["x"], inhibitedBy: ["2"] });
    assert.equal(isWanted(both, new Set(["silenced"])), false);
    assert.equal(isWanted(both, new Set(["silenced", "inhibited"])), true);
    assert.equal(isWanted(alert("1"), new Set(["silenced", "inhibited", "muted"])), false);
});

test("severity is told by the label, in the words of many", () => {
    const kinds = [["critical", "critical"], ["PAGE", "critical"], ["P1", "critical"], ["Warning", "warning"], ["info", "info"], ["none", "info"], ["odd", "other"]];
    for (const [text, kind] of kinds) assert.equal(severity(alert("1", { severity: text })).kind, kind, text);
    assert.equal(severity(alert("1", { priority: "P2" })).kind, "error");
    assert.equal(severity(alert("1")).kind, "other");
});

test("groups of one's own hold each alert once", () => {
    const groups = [
        { labels: {}, receiver: { name: "a" }, alerts: [alert("1", { x: "1" }), alert("2", { x: "2" })] },
        { labels: {}, receiver: { name: "b" }, alerts: [alert("1", { x: "1" }), alert("3")] },
    ];
    assert.equal(unique(groups).length, 3);
    const made = regroup(groups, ["x", "toString"]);
    assert.deepEqual(made.map((group) => [group.labels, group.alerts.map((each) => each.fingerprint)]), [
        [{ x: "1" }, ["1"]], [{ x: "2" }, ["2"]], [{}, ["3"]],
    ]);
});

test("groups come in the order that was asked for, else in the server's", () => {
    const group = (name, severities, start) => ({ name, alerts: severities.map((each) => alert(name + each, { severity: each }, {}, start)) });
    const groups = [group("a", ["info"], "2026-01-03T00:00:00Z"), group("b", ["warning"], "2026-01-01T00:00:00Z"), group("c", ["info", "critical"], "2026-01-02T00:00:00Z"), group("d", ["warning"], "2026-01-01T00:00:00Z")];
    const names = (order) => sort(groups, order).map((each) => each.name).join("");
    assert.equal(names("severity"), "cbda");
    assert.equal(names("newest"), "acbd");
    assert.equal(names("name"), "abcd");
    assert.deepEqual(sort(groups, "severity")[0].alerts.map((each) => each.fingerprint), ["ccritical", "cinfo"]);
    assert.deepEqual(sort(groups, "name")[2].alerts.map((each) => each.fingerprint), ["cinfo", "ccritical"]);
});
