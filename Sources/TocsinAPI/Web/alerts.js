// What is known of alerts: their state, their order, and how one of them looks on the page.

import { count, element, time } from "./dom.js";
import * as links from "./links.js";
import * as matchers from "./matchers.js";

export const states = ["active", "silenced", "inhibited", "muted"];

// All that holds an alert back; "active" if nothing does.
export function statesOf(alert) {
    const status = alert.status ?? {};
    const found = [];
    if (status.silencedBy?.length) found.push("silenced");
    if (status.inhibitedBy?.length) found.push("inhibited");
    if (status.mutedBy?.length) found.push("muted");
    return found.length ? found : ["active"];
}

// Whether it is shown if only these states are: each that it is in must be among them, as in Alertmanager's API.
export function isWanted(alert, wanted) {
    return statesOf(alert).every((state) => wanted.has(state));
}

const ranks = [
    [/^(critical|crit|page|disaster|emergency|fatal|p1|sev-?1)$/i, 0, "critical"],
    [/^(error|err|high|major|alert|p2|sev-?2)$/i, 1, "error"],
    [/^(warning|warn|medium|minor|average|p3|sev-?3)$/i, 2, "warning"],
    [/^(info|informational|notice|low|none|debug|p4|p5|sev-?[45])$/i, 4, "info"],
];

// How grave an alert is, by its label `severity` or `priority`: the lower the rank, the graver.
export function severity(alert) {
    const text = alert.labels.severity ?? alert.labels.priority ?? "";
    const known = ranks.find(([pattern]) => pattern.test(text));
    return { text, rank: known?.[1] ?? 3, kind: known?.[2] ?? "other" };
}

export const startOf = (alert) => Date.parse(alert.startsAt);

// Groups of one's own making: alerts by the values of some labels.
export function regroup(groups, names) {
    const made = new Map();
    for (const alert of unique(groups)) {
        const present = names.filter((name) => Object.hasOwn(alert.labels, name));
        const labels = Object.fromEntries(present.map((name) => [name, alert.labels[name]]));
        const key = JSON.stringify(labels);
        if (!made.has(key)) made.set(key, { labels, receiver: null, alerts: [] });
        made.get(key).alerts.push(alert);
    }
    return [...made.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

// Each alert once, though several receivers may get it.
export function unique(groups) {
    return [...new Map(groups.flatMap((group) => group.alerts).map((alert) => [alert.fingerprint, alert])).values()];
}

export const orders = { severity: "Most severe first", newest: "Newest first", name: "By name" };

// Groups, and the alerts in each, in the order that people asked for; where it does not decide, they stay in the
// server's.
export function sort(groups, order) {
    const weight = { severity: (alert) => severity(alert).rank, newest: (alert) => -startOf(alert), name: () => 0 }[order];
    const sorted = groups.map((group) => ({ ...group, alerts: byWeight(group.alerts, weight) }));
    return byWeight(sorted, (group) => weight(group.alerts[0]));
}

// The lightest first. Weights are taken once; sorting is stable.
function byWeight(list, weight) {
    return list.map((item) => [weight(item), item]).sort(([a], [b]) => a - b).map(([, item]) => item);
}

// MARK: One alert on the page

const headings = ["summary", "title", "message", "description"];

// `context` may have: hidden, a set of label names that stand above the alert already; receiver, that stands there too;
// onlabel(matcher), what a click on a label does; silences, a Map by id; alerts, a Map by fingerprint; isPlain, if
// nothing can be done with the alert here.
export function card(alert, context) {
    const grave = severity(alert);
    const name = alert.labels.alertname ?? "";
    const heading = headings.find((each) => alert.annotations[each]);
    const isNamed = !context.hidden?.has("alertname") && name !== "";
    const state = statesOf(alert);
    return element(
        "li",
        { class: `alert ${grave.kind}${state[0] === "active" ? "" : " held"}` },
        element(
            "div",
            { class: "line" },
            element(
                "p",
                { class: "heading" },
                isNamed && element("strong", {}, name),
                isNamed && heading && " ",
                heading ? element("span", {}, alert.annotations[heading]) : !isNamed && element("strong", {}, name || "Alert"),
            ),
            element(
                "div",
                { class: "meta" },
                state.map((each) => element("span", { class: `state ${each}` }, each)),
                element("span", { class: "since" }, time(startOf(alert))),
            ),
        ),
        labels(alert.labels, context),
        annotations(alert.annotations, (each) => each !== heading && !linkOf(alert.annotations[each])),
        element("div", { class: "why" }, reasons(alert, context)),
        element("div", { class: "foot" }, sources(alert, context), !context.isPlain && element(
            "a",
            { class: "button small", href: silenceLink(matchers.ofLabels(alert.labels)), "data-focus": "silence" },
            "Silence",
            element("span", { class: "unseen" }, ` ${name || "this alert"}`),
        )),
    );
}

export function silenceLink(list) {
    return links.format(["silences", "new"], { filter: list.length ? matchers.printAll(list) : null });
}

// Severity first, where the eye looks for it, then by name.
function labels(all, { hidden = new Set(), onlabel = null }) {
    const names = Object.keys(all).filter((name) => name !== "alertname" && !hidden.has(name));
    names.sort((a, b) => (b === "severity") - (a === "severity") || (a < b ? -1 : 1));
    if (names.length === 0) return null;
    return element("ul", { class: "labels", "aria-label": "Labels" }, names.map((name) => label(name, all[name], onlabel)));
}

export function label(name, value, onlabel) {
    const text = [element("span", { class: "name" }, name), "=", element("span", { class: "value" }, value)];
    const kind = name === "severity" ? ` severity ${severity({ labels: { severity: value } }).kind}` : "";
    if (!onlabel) return element("li", {}, element("span", { class: `label${kind}` }, text));
    const matcher = { name, operator: "=", value };
    return element("li", {}, element(
        "button",
        {
            type: "button",
            class: `label${kind}`,
            title: "Show only alerts with this label",
            "data-focus": `label ${name}`,
            onclick: (event) => {
                event.preventDefault();
                onlabel(matcher);
            },
        },
        text,
    ));
}

// Where an annotation leads that is an address and nothing else, such as a runbook's.
const linkOf = (text) => (/\s/.test(text.trim()) ? null : links.followable(text));

function annotations(all, isShown) {
    const names = Object.keys(all).filter(isShown).sort();
    if (names.length === 0) return null;
    return element("dl", { class: "annotations" }, names.map((name) => [
        element("dt", {}, name),
        element("dd", {}, linked(all[name])),
    ]));
}

// A text in which addresses can be followed.
function linked(text) {
    return String(text).split(/(https?:\/\/[^\s<>"']+)/i).map((part) => {
        const href = links.followable(part);
        return href ? away(href, part) : part;
    });
}

function away(href, text) {
    const title = `${href} (in a new tab)`;
    return element("a", { href, title, target: "_blank", rel: "noopener noreferrer" }, text);
}

function sources(alert, { receiver = null }) {
    const names = Object.keys(alert.annotations).filter((name) => linkOf(alert.annotations[name])).sort();
    const found = [
        ...names.map((name) => [name.replace(/[_-]?(url|link|uri)$/i, "").replaceAll("_", " ") || name, linkOf(alert.annotations[name])]),
        ["source", links.followable(alert.generatorURL)],
    ].filter(([, href]) => href);
    const receivers = (alert.receivers ?? []).map(({ name }) => name).filter((name) => name !== receiver).join(", ");
    return element(
        "span",
        { class: "sources" },
        found.map(([name, href]) => away(href, name[0].toUpperCase() + name.slice(1))),
        receivers && element("span", { class: "faint" }, `${receiver ? "also to" : "to"} ${receivers}`),
    );
}

// What holds the alert back, with the way there.
function reasons(alert, { silences = new Map(), alerts = new Map() }) {
    const status = alert.status ?? {};
    return [
        ...(status.silencedBy ?? []).map((id) => {
            const silence = silences.get(id);
            return element(
                "p",
                {},
                "Silenced ",
                element("a", { href: links.format(["silences", id]), "data-focus": `silence ${id}` },
                    silence ? `by ${silence.createdBy}` : `by ${id.slice(0, 8)}…`),
                silence && [", ends ", time(Date.parse(silence.endsAt)), `: ${silence.comment}`],
            );
        }),
        ...(status.inhibitedBy ?? []).map((fingerprint) => {
            const other = alerts.get(fingerprint);
            if (!other) return element("p", {}, `Inhibited by another alert (${fingerprint})`);
            const filter = matchers.printAll(matchers.ofLabels(other.labels));
            const href = links.format(["alerts"], { filter, silenced: true, inhibited: true, muted: true });
            const where = other.labels.instance ?? other.labels.host ?? "";
            return element("p", {}, "Inhibited by ", element("a", { href, "data-focus": `inhibitor ${fingerprint}` },
                `${other.labels.alertname ?? fingerprint}${where && ` on ${where}`}`));
        }),
        status.mutedBy?.length ? element("p", {}, `Muted by the time interval ${status.mutedBy.join(", ")}`) : null,
    ];
}

// The first alerts of a list, and a button for more of them.
export function list(alerts, context, { limit = 20 } = {}) {
    const items = element("ul", { class: "alerts" });
    const more = element("div", { class: "more" });
    let shown = 0;
    const show = () => {
        for (const alert of alerts.slice(shown, shown + limit)) items.append(card(alert, context));
        shown = Math.min(alerts.length, shown + limit);
        more.textContent = "";
        if (shown === alerts.length) return;
        more.append(
            element("span", {}, `${shown} of ${count(alerts.length, "alert")} shown. `),
            element("button", { type: "button", onclick: show }, "Show more"),
        );
    };
    show();
    return [items, more];
}
