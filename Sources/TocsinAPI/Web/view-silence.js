// #/silences/ID: one silence, and the alerts that it concerns.

import { list } from "./alerts.js";
import * as api from "./api.js";
import { add, count, element, replace, time } from "./dom.js";
import * as matchers from "./matchers.js";
import { actions, alertsLink, matcherList, matchersOf, period, stateOf } from "./silences.js";

export const view = {
    path: "silence",
    matches: (path) => path.length === 2 && path[0] === "silences" && path[1] !== "new",
    open: (place) => new SilenceView(place),
};

class SilenceView {
    constructor(place) {
        this.place = place;
        this.title = "Silence";
        this.id = place.link.path[1];
        this.body = element("div", {}, element("p", { class: "empty", role: "status" }, "Loading the silence …"));
        this.alerts = element("section", { class: "matching", "aria-label": "Alerts that match" });
        add(place.root, [
            element("p", { class: "back" }, element("a", { href: "#/silences" }, "All silences")),
            element("h1", { tabindex: "-1" }, "Silence"),
            this.body,
            this.alerts,
        ]);
    }

    async refresh(signal) {
        let silence;
        try {
            silence = await api.silence(this.id, { signal });
        } catch (error) {
            if (error.status !== 404 && error.status !== 422) throw error;
            replace(this.body, element("p", { class: "empty" }, "There is no such silence. ",
                "It may have expired so long ago that the server has forgotten it. ",
                element("a", { href: "#/silences?state=expired" }, "Show expired silences")));
            replace(this.alerts);
            return;
        }
        const isExpired = stateOf(silence) === "expired";
        const found = isExpired ? [] : await api.alerts({ matchers: matchersOf(silence), signal });
        const sign = JSON.stringify([silence, found.map(({ fingerprint, status }) => [fingerprint, status])]);
        // Drawn anew only if there is news, so that nothing moves under the reader.
        if (sign === this.sign) return;
        this.sign = sign;
        this.drawSilence(silence);
        if (isExpired) replace(this.alerts);
        else this.drawAlerts(silence, found);
    }

    drawSilence(silence) {
        const state = stateOf(silence);
        const names = matchersOf(silence).map(matchers.print).join(", ");
        const facts = [
            ["State", element("span", { class: `state ${state}` }, state)],
            ["Matchers", matcherList(silence)],
            ["Comment", silence.comment],
            ["Author", silence.createdBy],
            ["Period", period(silence)],
            ["Start", time(Date.parse(silence.startsAt))],
            ["End", time(Date.parse(silence.endsAt))],
            ["Changed", time(Date.parse(silence.updatedAt))],
            ...Object.entries(silence.annotations ?? {}).map(([name, text]) => [name, text]),
            ["ID", element("code", {}, silence.id)],
        ].filter(([name]) => name !== "Period");
        replace(this.body,
            element("dl", { class: "facts" }, facts.map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
            element("div", { class: "actions" }, actions(silence, { done: () => this.place.refresh(), names })));
    }

    drawAlerts(silence, found) {
        const words = stateOf(silence) === "pending" ? "would be silenced now" : "silenced";
        replace(this.alerts,
            element("h2", {}, `${count(found.length, "alert")} ${words}`),
            found.length > 0
                ? [list(found, { isPlain: true, silences: new Map([[silence.id, silence]]) }), element("p", {}, element("a", { href: alertsLink(silence) }, "Show them among all alerts"))]
                : element("p", { class: "empty" }, "No alert that fires now matches this silence."));
    }
}
