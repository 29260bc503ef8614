// The page: finds the view for an address, keeps it fresh, and says when that is not possible.
//
// A view is one file with {path, navigation, matches(path), open(place)}; what it opens has `title`, `refresh(signal)`
// and, if it can show another address without being built anew, `follow(link)`.

import * as api from "./api.js";
import { announce, element, replace, tellTimes } from "./dom.js";
import * as links from "./links.js";
import { absolute } from "./times.js";
import { view as alerts } from "./view-alerts.js";
import { view as silenceForm } from "./view-silence-form.js";
import { view as silence } from "./view-silence.js";
import { view as silences } from "./view-silences.js";
import { view as status } from "./view-status.js";

const views = [alerts, silences, silenceForm, silence, status];
const usualPause = 15_000;
const root = document.getElementById("view");
const state = document.getElementById("state");
const banner = document.getElementById("banner");

let current = null;
let lastSuccess = null;
let timer = null;
let underWay = null;

function navigate() {
    const link = links.parse(hash());
    const view = views.find((each) => each.matches(link.path));
    if (current && view && current.view === view && current.opened.follow) {
        current.place.link = link;
        if (current.opened.follow(link)) refresh();
        return;
    }
    underWay?.abort();
    const isFirst = current === null;
    current?.opened.close?.();
    replace(root);
    announce("");
    const place = { root, link, go: (address) => { location.hash = address.replace(/^#/, ""); }, refresh };
    const opened = view ? view.open(place) : missing(place);
    current = { view, opened, place };
    showNavigation(link.path[0] ?? "alerts");
    document.title = `${opened.title} · Tocsin`;
    if (!isFirst) {
        root.querySelector("h1")?.focus();
        scrollTo(0, 0);
    }
    refresh();
}

// As it was written: some browsers decode `location.hash`.
function hash() {
    const at = location.href.indexOf("#");
    return at < 0 ? "" : location.href.slice(at);
}

function missing({ root: node }) {
    node.append(
        element("h1", { tabindex: "-1" }, "No such page"),
        element("p", { class: "empty" }, "The link leads nowhere. ", element("a", { href: "#/alerts" }, "Show all alerts")),
    );
    return { title: "No such page", refresh: async () => {} };
}

function showNavigation(path) {
    replace(document.getElementById("navigation"), views.filter((view) => view.navigation).map((view) => element(
        "a",
        { href: `#/${view.path}`, "aria-current": view.path === path ? "page" : null },
        view.navigation,
    )));
}

// MARK: Staying fresh

async function refresh() {
    clearTimeout(timer);
    underWay?.abort();
    const mine = new AbortController();
    underWay = mine;
    const began = Date.now();
    try {
        await current.opened.refresh(mine.signal);
        const complaint = await api.complaint({ signal: mine.signal });
        lastSuccess = Date.now();
        showHealth(complaint);
    } catch (error) {
        if (mine.signal.aborted) return;
        if (!(error instanceof api.RequestError)) {
            showFailure("This page has a mistake, and could not show what the server sent.");
            console.error(error);
        } else {
            showFailure(error.message, error.isUnreachable);
        }
    }
    if (mine !== underWay) return;
    underWay = null;
    // A large answer is not asked for all the time.
    timer = setTimeout(tick, Math.max(usualPause, 10 * (Date.now() - began)));
}

function tick() {
    if (document.hidden) return;
    refresh();
}

function showHealth(complaint) {
    replace(state, element("span", { class: "light good", "aria-hidden": "true" }), ` Updated ${absolute(lastSuccess, lastSuccess)}`);
    const text = complaint && `The server is not well: ${complaint}`;
    if (banner.textContent !== (text ?? "")) replace(banner, text);
    banner.hidden = !text;
    root.classList.remove("stale");
}

function showFailure(message, isUnreachable = true) {
    const age = lastSuccess === null ? "" : ` What you see is from ${absolute(lastSuccess, Date.now())}.`;
    const next = isUnreachable ? " Trying again every 15 seconds." : "";
    replace(state, element("span", { class: "light bad", "aria-hidden": "true" }), isUnreachable ? " Not connected" : " Problem");
    replace(banner, element("span", {}, `${message}${age}${next} `), element("button", { type: "button", onclick: refresh }, "Try now"));
    banner.hidden = false;
    root.classList.add("stale");
    for (const node of root.querySelectorAll(".empty[role=status]")) node.textContent = "Nothing to show yet.";
}

addEventListener("hashchange", navigate);
document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !underWay) refresh();
});
addEventListener("online", refresh);
setInterval(() => tellTimes(), 5000);
document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault();
    root.querySelector("h1")?.focus();
});
navigate();
