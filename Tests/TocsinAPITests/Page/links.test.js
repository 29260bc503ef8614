// Links as they stand in messages, dashboards and bookmarks.

import assert from "node:assert/strict";
import test from "node:test";

import { decode, followable, format, parse } from "./links.js";
import { linkOf, wishes } from "./view-alerts.js";

const written = (link) => ({ path: link.path, query: Object.fromEntries(link.query) });

test("an address has a path and a query", () => {
    const cases = [
        ["", [], {}],
        ["#", [], {}],
        ["#/", [], {}],
        ["#/alerts", ["alerts"], {}],
        ["#/alerts?receiver=pager", ["alerts"], { receiver: ["pager"] }],
        ["#/alerts?receiver=team+a%5C.b", ["alerts"], { receiver: ["team a\\.b"] }],
        ["#/silences/new?filter=%7Balertname%3D%22A%22%7D", ["silences", "new"], { filter: ['{alertname="A"}'] }],
        ['#/silences/new?filter={alertname="A",%20b="c"}', ["silences", "new"], { filter: ['{alertname="A", b="c"}'] }],
        ['#/silences/new?filter=%7Ba%3D"x=y"%7D', ["silences", "new"], { filter: ['{a="x=y"}'] }],
        ["#/alerts?filter=a%3D1&filter=b%3D2&&silenced", ["alerts"], { filter: ["a=1", "b=2"], silenced: [""] }],
        ["#/silences/8e1f?x=1?y=2", ["silences", "8e1f"], { x: ["1?y=2"] }],
    ];
    for (const [hash, path, query] of cases) assert.deepEqual(written(parse(hash)), { path, query }, hash);
});

test("a plus is a space only where a program has escaped a form", () => {
    assert.equal(decode("a+b"), "a b");
    assert.equal(decode("%7Bjob%3D%22a+b%22%7D"), '{job="a b"}');
    assert.equal(decode('{job=~".+"}'), '{job=~".+"}');
    assert.equal(decode('%7Bjob%3D~".+"%7D'), '{job=~".+"}');
    assert.equal(decode("a%20+%20b"), "a + b");
    assert.equal(decode("%7Bjob%3D~%22.%2B%22%7D"), '{job=~".+"}');
});

test("what is no escape stays what it is", () => {
    assert.equal(decode('{usage="100%"}'), '{usage="100%"}');
    assert.equal(decode("%zz%20x"), "%zz x");
    assert.equal(decode("%ff%e2%82%ac"), "%ff%e2%82%ac");
    assert.equal(decode("%E2%82%AC"), "€");
});

test("a link that was written is read as what it was", () => {
    const filter = '{a="1+1 = 2 & more", b=~"x|y%20", c="#ü/?"}';
    const link = parse(format(["silences", "new"], { filter, empty: "", none: null, on: true }));
    assert.deepEqual(written(link), { path: ["silences", "new"], query: { filter: [filter], on: ["true"] } });
    assert.deepEqual(parse(format(["silences", "a/b"])).path, ["silences", "a/b"]);
});

test("only what a browser may follow is a link", () => {
    assert.equal(followable("https://a.example/b?c=d"), "https://a.example/b?c=d");
    assert.equal(followable(" http://a.example "), "http://a.example/");
    for (const text of ["javascript:alert(1)", "JaVaScRiPt://a.example/%0aalert(1)", "data:text/html,x", "//a.example", "/graph", "",
        "http://", "ftp://a.example", null, undefined, 7]) {
        assert.equal(followable(text), null, String(text));
    }
});

test("a link to alerts says what is shown, as Alertmanager's links do", () => {
    const read = (hash) => {
        const { matchers, receiver, states, labels, problems } = wishes(parse(hash));
        return [matchers.length, receiver, [...states].join(" "), labels, problems.length];
    };
    assert.deepEqual(read("#/alerts"), [0, "", "active", null, 0]);
    assert.deepEqual(read("#/alerts?silenced=true&inhibited=false&muted=true&active=false"), [0, "", "silenced muted", null, 0]);
    assert.deepEqual(read('#/alerts?receiver=r&filter={a="b",c!="d"}'), [2, "r", "active", null, 0]);
    assert.deepEqual(read('#/alerts?filter=a="b"&filter=c="d"'), [2, "", "active", null, 0]);
    assert.deepEqual(read("#/alerts?customGrouping=true&group=a,b"), [0, "", "active", ["a", "b"], 0]);
    assert.deepEqual(read("#/alerts?filter={a"), [0, "", "active", null, 1]);
});

test("what is shown makes a link that shows it again", () => {
    for (const hash of ["#/alerts", "#/alerts?silenced=true", "#/alerts?active=false&muted=true",
        "#/alerts?receiver=a%5C.b&filter=%7Ba%3D%22b%20c%22%7D&customGrouping=true&group=x%2Cy"]) {
        const wished = wishes(parse(hash));
        assert.deepEqual(wishes(parse(linkOf(wished))), wished, hash);
    }
});
