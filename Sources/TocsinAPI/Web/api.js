// The server's API. All paths are relative to the page, which may stand behind a proxy under any path.

import { print, toAPI } from "./matchers.js";

// Why a request was not answered with what was asked for, in words for people.
export class RequestError extends Error {
    constructor(message, { status = 0, body = null } = {}) {
        super(message);
        this.status = status;
        this.body = body;
    }

    // Whether the server said nothing at all.
    get isUnreachable() {
        return this.status === 0;
    }
}

const patience = 30_000;

async function request(path, { method = "GET", body = null, signal = null } = {}) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), patience);
    const end = () => limit.abort();
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
    let response;
    let text;
    try {
        response = await fetch(path, {
            method,
            signal: limit.signal,
            headers: body === null ? {} : { "Content-Type": "application/json" },
            body: body === null ? null : JSON.stringify(body),
        });
        text = await response.text();
    } catch (error) {
        if (signal?.aborted) throw error;
        throw new RequestError(
            limit.signal.aborted ? "The server did not answer within 30 seconds." : "The server cannot be reached.",
        );
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
    }
    const content = parse(text);
    if (!response.ok) {
        throw new RequestError(explain(response, content, text), { status: response.status, body: content });
    }
    return content ?? text;
}

function parse(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}

function explain(response, content, text) {
    const said = typeof content === "string" ? content : content?.message ?? (content === null ? text.trim() : "");
    if (said && said.length < 500 && !said.startsWith("<")) return `The server says: ${said}`;
    if (response.status === 401 || response.status === 403) return "You are not allowed to see this; sign in again.";
    if (response.status === 404) return "There is no such thing on the server (404).";
    if (response.status >= 500) return `The server, or a proxy before it, has a problem (${response.status}).`;
    return `The server refused this (${response.status}).`;
}

function query(pairs) {
    const search = String(new URLSearchParams(pairs.filter(([, value]) => value !== null && value !== "")));
    return search === "" ? "" : `?${search}`;
}

const filters = (matchers) => matchers.map((matcher) => ["filter", print(matcher)]);

const list = (answer) => (Array.isArray(answer) ? answer : []);

// Everything that fires, held back or not: which of it is shown is decided here, so that the page can say what is not.
export async function groups({ matchers, receiver, signal }) {
    return list(await request(`api/v2/alerts/groups${query([...filters(matchers), ["receiver", receiver]])}`, { signal }));
}

export async function alerts({ matchers, signal }) {
    return list(await request(`api/v2/alerts${query(filters(matchers))}`, { signal }));
}

export async function receivers({ signal } = {}) {
    return list(await request("api/v2/receivers", { signal })).map((receiver) => receiver.name);
}

export async function silences({ matchers = [], expired = true, signal } = {}) {
    const pairs = [...filters(matchers), ["expired", expired ? null : "false"]];
    return list(await request(`api/v2/silences${query(pairs)}`, { signal }));
}

export async function silence(id, { signal } = {}) {
    return request(`api/v2/silence/${encodeURIComponent(id)}`, { signal });
}

// The name of the silence, and a warning if the server could not save it. One that is in force and not saved is
// nothing to try again: it would look like a failure and be none.
export async function saveSilence(silence) {
    try {
        return { id: (await request("api/v2/silences", { method: "POST", body: silence })).silenceID, warning: null };
    } catch (error) {
        if (error.body?.silenceID) return { id: error.body.silenceID, warning: error.message };
        throw error;
    }
}

export async function expireSilence(id) {
    await request(`api/v2/silence/${encodeURIComponent(id)}`, { method: "DELETE" });
}

// What a silence would hold back at this moment. Servers that cannot say so are asked for the alerts themselves.
export async function preview(silence, matchers, signal) {
    try {
        const answer = await request("api/v1/silences/preview", { method: "POST", body: silence, signal });
        if (Array.isArray(answer?.alerts)) {
            return { alerts: answer.alerts, count: answer.count ?? answer.alerts.length, warnings: answer.warnings ?? [] };
        }
    } catch (error) {
        if (![404, 405, 410, 501].includes(error.status)) throw error;
    }
    const found = await alerts({ matchers, signal });
    return { alerts: found, count: found.length, warnings: [] };
}

export function postable({ id = "", matchers, start, end, author, comment, annotations }) {
    return {
        ...(id ? { id } : {}),
        matchers: matchers.map(toAPI),
        startsAt: start,
        endsAt: end,
        createdBy: author,
        comment,
        ...(annotations && Object.keys(annotations).length ? { annotations } : {}),
    };
}

export async function status({ signal } = {}) {
    return request("api/v2/status", { signal });
}

// What the server says of its own health, if it is not well; null if it is.
export async function complaint({ signal } = {}) {
    try {
        const text = String(await request("-/ready", { signal })).trim();
        return text.startsWith("degraded") ? text : null;
    } catch (error) {
        if (error.status === 503) return error.message;
        throw error;
    }
}
