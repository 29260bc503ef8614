// Matchers as people write them: severity="critical", {job=~"api|web", team!=infra}, and as the API has them.

export const operators = ["=", "!=", "=~", "!~"];

export class MatcherError extends Error {}

// Reads one matcher or several, with or without braces.
export function parse(text) {
    const reader = new Reader(text.trim());
    const hasBrace = reader.take("{");
    const matchers = [];
    reader.space();
    while (!reader.isAtEnd && !(hasBrace && reader.peek("}"))) {
        matchers.push(reader.matcher());
        reader.space();
        if (!reader.take(",")) break;
        reader.space();
    }
    if (hasBrace && !reader.take("}")) throw new MatcherError("A “}” is missing at the end.");
    reader.space();
    if (!reader.isAtEnd) throw new MatcherError(`“${reader.rest}” was not expected here.`);
    return matchers;
}

// All matchers of the filter parameters of a link, and what is wrong with those that are none.
export function parseAll(texts) {
    const matchers = [];
    const problems = [];
    for (const text of texts) {
        try {
            matchers.push(...parse(text));
        } catch (error) {
            if (!(error instanceof MatcherError)) throw error;
            problems.push(`The filter ${text} cannot be read. ${error.message}`);
        }
    }
    return { matchers, problems };
}

class Reader {
    constructor(text) {
        this.rest = text;
    }

    get isAtEnd() {
        return this.rest === "";
    }

    peek(text) {
        return this.rest.startsWith(text);
    }

    take(text) {
        if (!this.peek(text)) return false;
        this.rest = this.rest.slice(text.length);
        return true;
    }

    space() {
        this.rest = this.rest.trimStart();
    }

    matcher() {
        const name = this.peek('"') ? this.quoted() : this.word(/^[^\s{}!=~,"]+/);
        if (name === "") throw new MatcherError("A matcher begins with the name of a label.");
        this.space();
        const operator = ["=~", "!~", "!=", "="].find((each) => this.take(each));
        if (!operator) throw new MatcherError(`After “${name}” comes one of = != =~ !~ and a value.`);
        this.space();
        const value = this.peek('"') ? this.quoted() : this.word(/^[^\s{},"]*/);
        return { name, operator, value };
    }

    word(pattern) {
        const word = pattern.exec(this.rest)?.[0] ?? "";
        this.rest = this.rest.slice(word.length);
        return word;
    }

    // Templates write values as they are, so that a backslash may stand before any character: then it is one.
    quoted() {
        let value = "";
        for (let at = 1; at < this.rest.length; at += 1) {
            const character = this.rest[at];
            if (character === '"') {
                this.rest = this.rest.slice(at + 1);
                return value;
            }
            const next = this.rest[at + 1];
            if (character !== "\\" || !['"', "\\", "n"].includes(next)) {
                value += character;
                continue;
            }
            value += next === "n" ? "\n" : next;
            at += 1;
        }
        throw new MatcherError("A closing quote is missing.");
    }
}

const quote = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;

export function print({ name, operator, value }) {
    const isPlain = /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
    return `${isPlain ? name : quote(name)}${operator}${quote(value)}`;
}

export function printAll(matchers) {
    return `{${matchers.map(print).join(", ")}}`;
}

// One equality for each label.
export function ofLabels(labels) {
    return Object.entries(labels).map(([name, value]) => ({ name, operator: "=", value }));
}

export function fromAPI({ name, value, isRegex, isEqual }) {
    return { name, value, operator: isEqual === false ? (isRegex ? "!~" : "!=") : isRegex ? "=~" : "=" };
}

export function toAPI({ name, operator, value }) {
    return { name, value, isRegex: operator.endsWith("~"), isEqual: operator[0] === "=" };
}

export function isSame(a, b) {
    return a.name === b.name && a.operator === b.operator && a.value === b.value;
}

// A regular expression that matches the text and nothing else; the API takes receivers as such.
export function escapePattern(text) {
    return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
