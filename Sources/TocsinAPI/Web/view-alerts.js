// #/alerts: what fires, in the groups in which it is notified.

import { card, isWanted, label, orders, regroup, severity, silenceLink, sort, startOf, states, statesOf, unique } from "./alerts.js";
import * as api from "./api.js";
import { add, announce, count, element, renew, replace, replaceIfNew, time } from "./dom.js";
import { filterBar } from "./filterbar.js";
import * as links from "./links.js";
import * as matchers from "./matchers.js";

// So many are drawn at once; a page of ten thousand alerts would be of no use to anybody.
const step = 100;
// Groups are open from the start if they are small, or if all in all there is little to see.
const [smallGroup, fewAlerts] = [12, 60];

export const view = {
    path: "alerts",
    navigation: "Alerts",
    matches: (path) => path.length === 0 || (path.length === 1 && path[0] === "alerts"),
    open: (place) => new AlertsView(place),
};

// What a link asks for.
export function wishes(link) {
    const { matchers: list, problems } = matchers.parseAll(link.query.get("filter") ?? []);
    return {
        matchers: list,
        problems,
        receiver: links.value(link, "receiver") ?? "",
        states: new Set(states.filter((state) => links.flag(link, state, state === "active"))),
        labels: links.flag(link, "customGrouping", false)
            ? (links.value(link, "group") ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "")
            : null,
    };
}

// The link for that. Alertmanager's page understands it too.
export function linkOf({ matchers: list, receiver, states: wanted, labels }) {
    const flags = states.map((state) => [state, wanted.has(state) === (state === "active") ? null : wanted.has(state)]);
    return links.format(["alerts"], {
        ...Object.fromEntries(flags),
        receiver,
        filter: list.length ? matchers.printAll(list) : null,
        customGrouping: labels ? true : null,
        group: labels?.length ? labels.join(",") : null,
    });
}

class AlertsView {
    constructor(place) {
        this.place = place;
        this.title = "Alerts";
        this.wishes = wishes(place.link);
        this.order = localStorage.getItem("tocsin.order") ?? "severity";
        if (!Object.hasOwn(orders, this.order)) this.order = "severity";
        this.limit = step;
        this.opened = new Map();
        this.known = null;
        this.silences = new Map();
        this.build();
    }

    build() {
        this.bar = filterBar({
            label: "Filter",
            placeholder: 'severity="critical", or the name of an alert',
            onchange: (list) => this.wish({ matchers: list }),
        });
        this.toggles = states.map((state) => {
            const number = element("span", { class: "number" });
            const button = element("button", {
                type: "button",
                class: "toggle",
                onclick: () => {
                    const wanted = new Set(this.wishes.states);
                    if (!wanted.delete(state)) wanted.add(state);
                    this.wish({ states: wanted });
                },
            }, state[0].toUpperCase() + state.slice(1), number);
            return { state, button, number };
        });
        this.receivers = element("select", {
            id: "receiver", onchange: (event) => this.wish({ receiver: event.target.value }),
        });
        this.orders = element(
            "select",
            { id: "order", onchange: (event) => this.setOrder(event.target.value) },
            Object.entries(orders).map(([value, text]) => element("option", { value }, text)),
        );
        this.orders.value = this.order;
        this.grouping = element("input", {
            id: "grouping",
            type: "text",
            placeholder: "as notified",
            autocapitalize: "none",
            spellcheck: "false",
            title: "Names of labels with commas between; empty for the groups in which alerts are notified",
            onchange: (event) => {
                const names = event.target.value.split(",").map((name) => name.trim()).filter((name) => name !== "");
                this.wish({ labels: names.length ? names : null });
            },
        });
        // On a phone they stand behind a line, so that alerts are seen at once.
        const wide = matchMedia("(min-width: 40rem)");
        this.options = element("details", { class: "options", open: wide.matches },
            element("summary", {}, "Receiver, grouping, order"),
            element("div", {},
                field("receiver", "Receiver", this.receivers),
                field("grouping", "Group by", this.grouping),
                field("order", "Order", this.orders)));
        const onwide = () => { if (wide.matches) this.options.open = true; };
        wide.addEventListener("change", onwide);
        this.close = () => wide.removeEventListener("change", onwide);
        this.problem = element("div", { class: "problem", role: "alert" });
        this.summary = element("div", { class: "summary" });
        this.list = element("div", { class: "groups" });
        this.more = element("div", { class: "more" });
        add(this.place.root, [
            element("h1", { tabindex: "-1", class: "brief" }, "Alerts"),
            this.bar.node,
            element(
                "div",
                { class: "controls" },
                element("div", { class: "toggles", role: "group", "aria-label": "Show alerts that are" },
                    this.toggles.map(({ button }) => button)),
                this.options,
            ),
            this.problem,
            this.summary,
            this.list,
            this.more,
        ]);
        this.showWishes();
        replace(this.list, element("p", { class: "empty", role: "status" }, "Loading alerts …"));
    }

    wish(change) {
        this.place.go(linkOf({ ...this.wishes, ...change }));
    }

    // Another link to this page.
    follow(link) {
        const before = this.wishes;
        this.wishes = wishes(link);
        this.limit = step;
        this.showWishes();
        const asks = (some) => JSON.stringify([some.matchers, some.receiver]);
        if (asks(before) !== asks(this.wishes)) return true;
        this.draw({ isAnnounced: true });
        return false;
    }

    showWishes() {
        this.bar.set(this.wishes.matchers);
        for (const { state, button } of this.toggles) button.setAttribute("aria-pressed", this.wishes.states.has(state));
        this.grouping.value = this.wishes.labels?.join(", ") ?? "";
        replace(this.problem, this.wishes.problems.map((text) => element("p", {}, text)));
        this.showReceivers();
    }

    showReceivers() {
        const names = this.names ?? [];
        const options = [["", "All"], ...names.map((name) => [matchers.escapePattern(name), name])];
        const { receiver } = this.wishes;
        // Links may hold the name as it is, or any regular expression.
        const chosen = options.find(([value, name]) => value === receiver || name === receiver);
        if (!chosen && receiver) options.push([receiver, receiver]);
        const value = chosen ? chosen[0] : receiver;
        const sign = JSON.stringify(options);
        if (this.receivers.sign !== sign) {
            replace(this.receivers, options.map(([each, text]) => element("option", { value: each }, text)));
            this.receivers.sign = sign;
        }
        this.receivers.value = value;
    }

    setOrder(order) {
        this.order = order;
        localStorage.setItem("tocsin.order", order);
        this.draw();
    }

    async refresh(signal) {
        const isFirst = this.known === null;
        if (!this.names) {
            this.names = await api.receivers({ signal });
            this.showReceivers();
        }
        const { matchers: list, receiver } = this.wishes;
        const groups = await api.groups({ matchers: list, receiver, signal });
        const isSilenced = groups.some((group) => group.alerts.some((alert) => alert.status.silencedBy.length));
        const silences = isSilenced ? await api.silences({ expired: false, signal }) : [];
        this.known = groups;
        this.silences = new Map(silences.map((silence) => [silence.id, silence]));
        this.byFingerprint = new Map(unique(groups).map((alert) => [alert.fingerprint, alert]));
        this.draw({ isAnnounced: isFirst || this.asked !== this.place.link });
        this.asked = this.place.link;
    }

    draw({ isAnnounced = false } = {}) {
        if (this.known === null) return;
        // An alert may be muted for one receiver and not for another.
        const everywhere = this.known.flatMap((group) => group.alerts);
        for (const { state, number } of this.toggles) {
            const found = everywhere.filter((alert) => statesOf(alert).includes(state));
            number.textContent = new Set(found.map((alert) => alert.fingerprint)).size.toLocaleString("en");
        }
        const base = this.wishes.labels ? regroup(this.known, this.wishes.labels) : this.known;
        const wanted = base
            .map((group) => ({ ...group, alerts: group.alerts.filter((each) => isWanted(each, this.wishes.states)) }))
            .filter((group) => group.alerts.length > 0);
        const groups = sort(wanted, this.order);
        const shown = unique(groups).length;
        const text = `${count(shown, "alert")} in ${count(groups.length, "group")}`;
        const sign = `${text} ${matchers.printAll(this.wishes.matchers)}`;
        if (shown === 0) replaceIfNew(this.summary, "");
        else replaceIfNew(this.summary, sign, this.summaryLine(text));
        if (isAnnounced) announce(shown === 0 ? "No alerts" : text);
        this.drawGroups(groups, { shown, total: this.byFingerprint.size });
    }

    summaryLine(text) {
        const { matchers: list } = this.wishes;
        return [
            element("p", {}, text),
            list.length > 0 && element("a", { class: "button small", href: silenceLink(list) }, "Silence this filter"),
        ];
    }

    drawGroups(groups, { shown, total }) {
        if (groups.length === 0) {
            renew(this.list, [{}], {
                key: () => "empty",
                signature: () => `${total} ${JSON.stringify(this.wishes.matchers)} ${this.wishes.receiver}`,
                draw: () => this.emptiness(total),
            });
            replaceIfNew(this.more, "");
            return;
        }
        let room = this.limit;
        const drawn = [];
        for (const group of groups) {
            if (room <= 0) break;
            const key = `${group.receiver?.name ?? ""} ${JSON.stringify(group.labels)}`;
            const isOpen = this.opened.get(key) ?? (shown <= fewAlerts || group.alerts.length <= smallGroup);
            const alerts = isOpen ? group.alerts.slice(0, room) : [];
            // A closed group takes its place too.
            room -= Math.max(1, alerts.length);
            drawn.push({ group, key, isOpen, alerts });
        }
        renew(this.list, drawn, {
            key: ({ key }) => key,
            signature: ({ group, isOpen, alerts }) => JSON.stringify([isOpen, group.alerts.length, alerts.map((a) => this.sign(a))]),
            draw: (item, old) => this.drawGroup(item, old),
        });
        const seen = drawn.reduce((sum, { alerts }) => sum + alerts.length, 0);
        const isCut = drawn.length < groups.length || drawn.some((each) => each.isOpen && each.alerts.length < each.group.alerts.length);
        const text = isCut ? `${count(drawn.length, "group")} of ${groups.length.toLocaleString("en")} shown, with ${count(seen, "alert")}.` : "";
        replaceIfNew(this.more, text, isCut && [
            element("span", {}, `${text} `),
            element("button", { type: "button", onclick: () => { this.limit += step; this.draw(); } }, "Show more"),
        ]);
    }

    // All that is seen of an alert; when it was last heard of is not.
    sign({ fingerprint, annotations, startsAt, status, generatorURL, receivers }) {
        const names = status.silencedBy.map((id) => this.silences.get(id)).map((s) => s && [s.comment, s.createdBy, s.endsAt]);
        return [fingerprint, annotations, startsAt, status, generatorURL, receivers, names];
    }

    drawGroup({ group, key, isOpen, alerts }, old) {
        const context = {
            hidden: new Set(Object.keys(group.labels)),
            receiver: group.receiver?.name,
            silences: this.silences,
            alerts: this.byFingerprint,
            onlabel: (matcher) => this.addMatcher(matcher),
        };
        const node = old ?? element("section", { class: "group" }, element("div", { class: "head" }), element("div", { class: "body" },
            element("ul", { class: "alerts" }), element("div", { class: "more" })));
        const [head, body] = node.children;
        const [items, more] = body.children;
        replace(head, this.groupHead(group, isOpen, () => {
            this.opened.set(key, !isOpen);
            this.draw();
        }));
        body.hidden = !isOpen;
        renew(items, alerts, {
            key: (alert) => alert.fingerprint,
            signature: (alert) => JSON.stringify(this.sign(alert)),
            draw: (alert) => card(alert, context),
        });
        const rest = group.alerts.length - alerts.length;
        replace(more, isOpen && rest > 0 && `${count(rest, "more alert")} in this group.`);
        return node;
    }

    groupHead(group, isOpen, toggle) {
        const names = Object.keys(group.labels).sort((a, b) => (b === "alertname") - (a === "alertname") || (a < b ? -1 : 1));
        const name = group.labels.alertname;
        const worst = group.alerts.reduce((a, b) => (severity(b).rank < severity(a).rank ? b : a));
        const newest = Math.max(...group.alerts.map(startOf));
        const common = matchers.ofLabels(group.labels);
        const full = names.map((each) => `${each} ${group.labels[each]}`).join(", ") || "not grouped";
        return [
            element("button", {
                type: "button", class: `fold ${severity(worst).kind}`, "aria-expanded": isOpen, onclick: toggle,
                "aria-label": `Alerts of the group ${full}`, "data-focus": "fold",
            }),
            element("h2", { class: "title" },
                names.length === 0 && "Not grouped",
                name !== undefined && element("button", {
                    type: "button", class: "name", "data-focus": "title", title: "Show only alerts with this name",
                    onclick: () => this.addMatcher({ name: "alertname", operator: "=", value: name }),
                }, name),
                element("span", { class: "labels" }, names.filter((each) => each !== "alertname").map((each) => label(
                    each, group.labels[each], (matcher) => this.addMatcher(matcher)).firstElementChild))),
            element("div", { class: "aside" },
                element("span", { class: `worst ${severity(worst).kind}` }, severity(worst).text),
                element("span", {}, count(group.alerts.length, "alert")),
                element("span", { class: "faint" }, "newest ", time(newest, { form: "relative" })),
                group.receiver && element("span", { class: "faint" }, `→ ${group.receiver.name}`),
                common.length > 0 && element("a", { class: "button small", href: silenceLink(common), "data-focus": "silence group" },
                    "Silence", element("span", { class: "unseen" }, ` the group ${full}`))),
        ];
    }

    addMatcher(matcher) {
        const { matchers: list } = this.wishes;
        if (!list.some((other) => matchers.isSame(matcher, other))) this.wish({ matchers: [...list, matcher] });
    }

    emptiness(total) {
        const isFiltered = this.wishes.matchers.length > 0 || this.wishes.receiver !== "";
        if (total > 0) {
            return element("p", { class: "empty" },
                `None of the ${count(total, "alert")} ${isFiltered ? "that match the filter" : "here"} is in the states chosen above.`);
        }
        if (!isFiltered) return element("p", { class: "empty" }, element("strong", {}, "Nothing fires."), " All is quiet.");
        return element("p", { class: "empty" }, "No alerts match this filter. ",
            element("a", { href: "#/alerts" }, "Show all alerts"));
    }
}

function field(id, text, input) {
    return element("div", { class: "field" }, element("label", { for: id }, text), input);
}
