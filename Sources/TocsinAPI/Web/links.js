// Reads and writes the part of an address behind the "#". The forms are Alertmanager's, because they stand in people's
// messages and dashboards: #/alerts?receiver=…&filter={…}, #/silences/new?filter={…}, #/silences/ID.

// What a percent-encoded text stands for. Never fails: templates put label values into links as they are, and a lone
// "%" among them stays what it is.
function unescape(text) {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
        try {
            return decodeURIComponent(run);
        } catch {
            return run;
        }
    });
}

// "+" is a space only in what a program escaped as a form (Go's urlquery): there nothing but this alphabet is left.
// Elsewhere it is a plus, as in {job=~".+"}.
export function decode(text) {
    const isForm = /^[A-Za-z0-9_.~%+-]*$/.test(text) && !/%20/.test(text);
    return unescape(isForm ? text.replaceAll("+", " ") : text);
}

// {path: ["silences", "new"], query: Map} of "#/silences/new?filter=…".
export function parse(hash) {
    const text = hash.replace(/^#/, "");
    const mark = text.indexOf("?");
    const path = (mark < 0 ? text : text.slice(0, mark)).split("/").filter((part) => part !== "");
    const query = new Map();
    for (const pair of mark < 0 ? [] : text.slice(mark + 1).split("&")) {
        if (pair === "") continue;
        const equals = pair.indexOf("=");
        const name = decode(equals < 0 ? pair : pair.slice(0, equals));
        const value = equals < 0 ? "" : decode(pair.slice(equals + 1));
        query.set(name, [...(query.get(name) ?? []), value]);
    }
    return { path: path.map(unescape), query };
}

// The address of a page. Values may be lists; what is null, undefined or empty is left out.
export function format(path, query = {}) {
    const parts = [];
    for (const [name, values] of Object.entries(query)) {
        for (const value of [values].flat()) {
            if (value === null || value === undefined || value === "") continue;
            parts.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
        }
    }
    return `#/${path.map(encodeURIComponent).join("/")}${parts.length ? `?${parts.join("&")}` : ""}`;
}

// The last value of a parameter, or null.
export function value(link, name) {
    return link.query.get(name)?.at(-1) ?? null;
}

export function flag(link, name, usual) {
    const text = value(link, name);
    return text === null || text === "" ? usual : text === "true" || text === "1";
}

// The address of a link that stands in an alert, if it is one a browser may follow; null otherwise.
export function followable(text) {
    if (typeof text !== "string" || !/^https?:\/\//i.test(text.trim())) return null;
    try {
        const url = new URL(text.trim());
        return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
    } catch {
        return null;
    }
}
