// Matchers as people type them and as templates write them.

import assert from "node:assert/strict";
import test from "node:test";

import { MatcherError, escapePattern, fromAPI, ofLabels, parse, parseAll, print, printAll, toAPI } from "./matchers.js";

const one = (name, operator, value) => ({ name, operator, value });

test("matchers are read with and without braces and quotes", () => {
    const cases = [
        ["", []],
        ["{}", []],
        ["{ }", []],
        ["a=b", [one("a", "=", "b")]],
        ['a="b"', [one("a", "=", "b")]],
        ['{a="b"}', [one("a", "=", "b")]],
        ['{a="b",}', [one("a", "=", "b")]],
        ['{ a = "b" , c!="d", e=~"f.*", g!~"h|i" }', [one("a", "=", "b"), one("c", "!=", "d"), one("e", "=~", "f.*"), one("g", "!~", "h|i")]],
        ['a=""', [one("a", "=", "")]],
        ["{a=,b=c}", [one("a", "=", ""), one("b", "=", "c")]],
        ['a="{x},\\"y\\"\\\\"', [one("a", "=", '{x},"y"\\')]],
        ['a="line\\nline"', [one("a", "=", "line\nline")]],
        ['{path=~"C:\\d+"}', [one("path", "=~", "C:\\d+")]],
        ['"größe.in m"="1"', [one("größe.in m", "=", "1")]],
    ];
    for (const [text, matchers] of cases) assert.deepEqual(parse(text), matchers, text);
});

test("what is no matcher is refused in words", () => {
    for (const text of ["a", "{a}", "a b", "{a=b", 'a="b', "=b", "a=b c=d", "{a=b}}", "a~b", "{,}", '{a="b"} x']) {
        assert.throws(() => parse(text), (error) => error instanceof MatcherError && /[.]$/.test(error.message), text);
    }
    const { matchers, problems } = parseAll(["{x", "a=b"]);
    assert.deepEqual(matchers, [one("a", "=", "b")]);
    assert.equal(problems.length, 1);
});

test("a matcher that was written is read as what it was", () => {
    const matchers = [one("a", "=", 'q"u\\o\nte'), one("größe", "!=", "1"), one('x"y', "=~", "\\d+\\.é"), one("b", "!~", "")];
    assert.deepEqual(parse(printAll(matchers)), matchers);
    assert.equal(print(one("a", "=~", "b|c")), 'a=~"b|c"');
    assert.equal(print(one("a.b", "=", "c")), '"a.b"="c"');
});

test("the API's matchers and the page's are the same", () => {
    for (const operator of ["=", "!=", "=~", "!~"]) assert.deepEqual(fromAPI(toAPI(one("a", operator, "b"))), one("a", operator, "b"));
    assert.deepEqual(toAPI(one("a", "!~", "b")), { name: "a", value: "b", isRegex: true, isEqual: false });
    // Old silences do not say it.
    assert.deepEqual(fromAPI({ name: "a", value: "b", isRegex: false }), one("a", "=", "b"));
    assert.deepEqual(ofLabels({ a: "b", c: "d" }), [one("a", "=", "b"), one("c", "=", "d")]);
});

test("a receiver's name becomes a pattern for itself", () => {
    const name = "team-a.b+c (x)[y]{z}^$|?*\\";
    assert.match(name, new RegExp(`^(?:${escapePattern(name)})$`));
    assert.equal(escapePattern("team-a"), "team-a");
});
