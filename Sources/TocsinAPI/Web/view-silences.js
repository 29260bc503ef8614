// #/silences: all silences by their state.

import * as api from "./api.js";
import { add, count, element, renew, replace, replaceIfNew } from "./dom.js";
import * as links from "./links.js";
import * as matchers from "./matchers.js";
import { card, matchersOf, stateOf, states } from "./silences.js";

const step = 50;

export const view = {
    path: "silences",
    navigation: "Silences",
    matches: (path) => path.length === 1 && path[0] === "silences",
    open: (place) => new SilencesView(place),
};

class SilencesView {
    constructor(place) {
        this.place = place;
        this.title = "Silences";
        this.known = null;
        this.limit = step;
        this.read(place.link);
        this.build();
    }

    read(link) {
        const { matchers: list, problems } = matchers.parseAll(link.query.get("filter") ?? []);
        const state = links.value(link, "state");
        this.state = states.includes(state) ? state : "active";
        this.matchers = list;
        this.problems = problems;
    }

    build() {
        this.search = element("input", {
            type: "search", id: "search", autocomplete: "off", spellcheck: "false",
            placeholder: "Part of a matcher, a comment or a name",
            oninput: () => { this.limit = step; this.draw(); },
        });
        this.tabs = states.map((state) => {
            const number = element("span", { class: "number" });
            const link = element("a", { class: "button toggle" }, state[0].toUpperCase() + state.slice(1), number);
            return { state, number, link };
        });
        this.chips = element("ul", { class: "chips", "aria-label": "Filters in force" });
        this.problem = element("div", { class: "problem", role: "alert" });
        this.list = element("ul", { class: "silences" });
        this.more = element("div", { class: "more" });
        add(this.place.root, [
            element("div", { class: "top" },
                element("h1", { tabindex: "-1" }, "Silences"),
                element("a", { class: "button primary", href: "#/silences/new" }, "New silence")),
            element("form", { class: "filter", role: "search", onsubmit: (event) => event.preventDefault() },
                element("label", { for: "search" }, "Search"),
                element("div", { class: "field" }, this.search),
                this.chips),
            element("div", { class: "controls" },
                element("nav", { class: "toggles", "aria-label": "Silences by state" }, this.tabs.map(({ link }) => link))),
            this.problem,
            this.list,
            this.more,
        ]);
        this.showLink();
        replace(this.list, element("li", { class: "empty", role: "status" }, "Loading silences …"));
    }

    address(state, list) {
        const filter = list.length ? matchers.printAll(list) : null;
        return links.format(["silences"], { state: state === "active" ? null : state, filter });
    }

    showLink() {
        for (const { state, link } of this.tabs) {
            link.href = this.address(state, this.matchers);
            if (state === this.state) link.setAttribute("aria-current", "true");
            else link.removeAttribute("aria-current");
        }
        replace(this.problem, this.problems.map((text) => element("p", {}, text)));
        this.chips.hidden = this.matchers.length === 0;
        replace(this.chips, this.matchers.map((matcher) => element("li", {},
            element("span", { class: "label" }, matchers.print(matcher)),
            element("a", {
                class: "button quiet icon",
                href: this.address(this.state, this.matchers.filter((each) => each !== matcher)),
                "aria-label": `Remove the filter ${matchers.print(matcher)}`,
            }, "×"))));
    }

    follow(link) {
        const before = JSON.stringify(this.matchers);
        this.read(link);
        this.limit = step;
        this.showLink();
        this.draw();
        return before !== JSON.stringify(this.matchers);
    }

    async refresh(signal) {
        this.known = await api.silences({ matchers: this.matchers, signal });
        this.draw();
    }

    draw() {
        if (this.known === null) return;
        const words = this.search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
        const found = this.known.filter((silence) => {
            const text = [silence.id, silence.createdBy, silence.comment, ...matchersOf(silence).map(matchers.print)]
                .join(" ").toLowerCase();
            return words.every((word) => text.includes(word));
        });
        for (const { state, number } of this.tabs) {
            number.textContent = found.filter((silence) => stateOf(silence) === state).length.toLocaleString("en");
        }
        const chosen = found.filter((silence) => stateOf(silence) === this.state);
        if (chosen.length === 0) {
            const isSearched = words.length > 0 || this.matchers.length > 0;
            const text = isSearched ? `No ${this.state} silences match this.` : `There are no ${this.state} silences.`;
            renew(this.list, [text], {
                key: () => "empty", signature: (each) => each, draw: () => element("li", { class: "empty" }, text),
            });
            replaceIfNew(this.more, "");
            return;
        }
        const done = () => this.place.refresh();
        renew(this.list, chosen.slice(0, this.limit), {
            key: ({ id }) => id, signature: (silence) => JSON.stringify(silence), draw: (silence) => card(silence, { done }),
        });
        const text = chosen.length > this.limit ? `${this.limit} of ${count(chosen.length, "silence")} shown.` : "";
        replaceIfNew(this.more, text, text !== "" && [
            element("span", {}, `${text} `),
            element("button", { type: "button", onclick: () => { this.limit += step; this.draw(); } }, "Show more"),
        ]);
    }
}
