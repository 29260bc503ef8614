// What is known of silences: how one looks on the page, and what can be done with it.

import * as api from "./api.js";
import { confirm, element, time, toast } from "./dom.js";
import * as links from "./links.js";
import * as matchers from "./matchers.js";

export const states = ["active", "pending", "expired"];

export const stateOf = (silence) => silence.status?.state ?? "active";

export const addressOf = (id) => links.format(["silences", id]);

export const matchersOf = (silence) => silence.matchers.map(matchers.fromAPI);

// Where the alerts are that it concerns, held back or not.
export function alertsLink(silence) {
    return links.format(["alerts"], {
        silenced: true, inhibited: true, muted: true, filter: matchers.printAll(matchersOf(silence)),
    });
}

export function matcherList(silence) {
    return element("ul", { class: "labels", "aria-label": "Matchers" }, matchersOf(silence).map((matcher) => element(
        "li", {}, element("span", { class: "label" }, matchers.print(matcher)),
    )));
}

export function period(silence) {
    const [start, end] = [time(Date.parse(silence.startsAt)), time(Date.parse(silence.endsAt))];
    switch (stateOf(silence)) {
        case "pending": return element("p", { class: "period" }, "Starts ", start, ", ends ", end);
        case "expired": return element("p", { class: "period" }, "Ended ", end);
        default: return element("p", { class: "period" }, "Ends ", end);
    }
}

export function card(silence, { done }) {
    const state = stateOf(silence);
    const names = matchersOf(silence).map(matchers.print).join(", ");
    return element(
        "li",
        { class: `silence ${state}` },
        element("div", { class: "line" },
            matcherList(silence),
            element("div", { class: "meta" }, element("span", { class: `state ${state}` }, state))),
        element("p", { class: "comment" }, silence.comment),
        element("div", { class: "foot" },
            element("div", { class: "sources" },
                period(silence),
                element("span", { class: "faint" }, `by ${silence.createdBy}`)),
            element("div", { class: "actions" },
                element("a", { class: "button small quiet", href: addressOf(silence.id), "data-focus": "open" },
                    "Details", unseen(names)),
                actions(silence, { done, names }))),
    );
}

const unseen = (names) => element("span", { class: "unseen" }, ` of the silence ${names}`);

export function actions(silence, { done, names }) {
    const edit = links.format(["silences", "edit", silence.id]);
    if (stateOf(silence) === "expired") {
        return [element("a", { class: "button small", href: edit, "data-focus": "edit" }, "Recreate", unseen(names))];
    }
    return [
        element("a", { class: "button small", href: edit, "data-focus": "edit" }, "Edit", unseen(names)),
        element("button", {
            type: "button", class: "small danger", "data-focus": "expire", onclick: () => expire(silence, done),
        }, "Expire", unseen(names)),
    ];
}

async function expire(silence, done) {
    const names = matchersOf(silence).map(matchers.print).join(", ");
    const isPending = stateOf(silence) === "pending";
    const text = isPending ? "It will not start." : "Alerts that match it notify again, at once if they are due.";
    if (!await confirm("Expire this silence?", `${names}. ${text}`, "Expire")) return;
    try {
        await api.expireSilence(silence.id);
    } catch (error) {
        toast(`The silence was not expired. ${error.message}`, { isProblem: true });
        return;
    }
    toast(`Silence expired: ${names}`, { label: "Undo", action: () => recreate(silence, done), seconds: 30 });
    done();
}

// An expired silence stays expired, so that what undoes it is a new one that ends when the old one would have.
async function recreate(silence, done) {
    const start = new Date(Math.max(Date.now(), Date.parse(silence.startsAt))).toISOString();
    const { matchers: list, endsAt, createdBy, comment, annotations } = silence;
    try {
        const body = { matchers: list, startsAt: start, endsAt, createdBy, comment, ...(annotations ? { annotations } : {}) };
        const { warning } = await api.saveSilence(body);
        if (warning) toast(warning, { isProblem: true });
        else toast("The silence is in force again.");
    } catch (error) {
        toast(`The silence could not be made again. ${error.message}`, { isProblem: true });
    }
    done();
}
