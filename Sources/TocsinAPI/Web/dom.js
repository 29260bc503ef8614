// Builds and renews the page. Text goes in as text and nowhere as markup, whatever a sender put into its labels.

import { absolute, relative } from "./times.js";

// element("a", {href, class, onclick, "aria-label", …}, child, "text", …); children that are null or false are left out.
export function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (value === null || value === undefined) continue;
        if (key.startsWith("aria-")) node.setAttribute(key, String(value));
        else if (value === false) continue;
        else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
        else if (value === true) node.setAttribute(key, "");
        else node.setAttribute(key, String(value));
    }
    add(node, children);
    return node;
}

export function add(node, children) {
    for (const child of [children].flat(Infinity)) {
        if (child === null || child === undefined || child === false) continue;
        node.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
}

export function replace(node, ...children) {
    node.textContent = "";
    add(node, children);
}

// The same, but only if there is news, so that who stands on a button in it stays there.
export function replaceIfNew(node, sign, ...children) {
    if (node.sign === sign) return;
    node.sign = sign;
    const isFocused = node.contains(document.activeElement);
    replace(node, ...children);
    if (isFocused) node.querySelector("button, a")?.focus({ preventScroll: true });
}

// Makes the children of a node those of the list, and leaves alone what has not changed, so that a refresh moves
// neither focus nor scroll position nor what was opened. `signature` tells whether an item must be drawn anew.
export function renew(node, items, { key, signature, draw }) {
    const known = new Map([...node.children].map((child) => [child.dataset.key, child]));
    const focus = focusWithin(node);
    let place = node.firstElementChild;
    for (const item of items) {
        const name = key(item);
        const sign = signature(item);
        let child = known.get(name);
        known.delete(name);
        if (child && child.signature !== sign) {
            const fresh = draw(item, child);
            if (place === child) place = fresh;
            if (fresh !== child) child.replaceWith(fresh);
            child = fresh;
        }
        child ??= draw(item, null);
        child.dataset.key = name;
        child.signature = sign;
        if (child === place) place = place.nextElementSibling;
        else node.insertBefore(child, place);
    }
    for (const child of known.values()) child.remove();
    restore(node, focus);
}

// What has the focus, by names that its successor has too.
function focusWithin(node) {
    const active = document.activeElement;
    if (!active || active === document.body || !node.contains(active)) return null;
    const item = active.closest("[data-key]");
    return { active, key: item?.dataset.key, name: active.dataset.focus };
}

function restore(node, focus) {
    if (!focus?.name || node.contains(document.activeElement)) return;
    const item = [...node.querySelectorAll("[data-key]")].find((each) => each.dataset.key === focus.key);
    item?.querySelector(`[data-focus="${CSS.escape(focus.name)}"]`)?.focus({ preventScroll: true });
}

// A time that goes on being right: "12m ago · 03:12:05".
export function time(at, { form = "both" } = {}) {
    const node = element("time", { datetime: Number.isFinite(at) ? new Date(at).toISOString() : null });
    node.at = at;
    node.form = form;
    tell(node, Date.now());
    return node;
}

function tell(node, now) {
    let text = "at an unknown time";
    if (Number.isFinite(node.at)) {
        const words = relative(node.at, now);
        text = node.form === "relative" ? words : `${words} · ${absolute(node.at, now)}`;
        if (node.form === "relative") node.title = absolute(node.at, now);
    }
    if (node.textContent !== text) node.textContent = text;
}

export function tellTimes(now = Date.now()) {
    for (const node of document.querySelectorAll("time")) if (node.at !== undefined) tell(node, now);
}

// "1 alert", "2 alerts".
export function count(number, one, many = `${one}s`) {
    return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

// What is read out to those who do not see the page.
export function announce(text) {
    const region = document.getElementById("announcement");
    if (region.textContent !== text) region.textContent = text;
}

// A line of news at the edge of the page, with at most one thing to do about it.
export function toast(text, { action = null, label = "", isProblem = false, seconds = 12 } = {}) {
    const close = () => node.remove();
    const node = element(
        "div",
        { class: isProblem ? "toast problem" : "toast", role: isProblem ? "alert" : "status" },
        element("span", {}, text),
        action && element("button", { type: "button", class: "quiet", onclick: () => { close(); action(); } }, label),
        element("button", { type: "button", class: "quiet icon", "aria-label": "Dismiss", onclick: close }, "×"),
    );
    document.getElementById("toasts").append(node);
    // Nothing goes while somebody points at it or is on the way to its button.
    const end = () => (node.matches(":hover, :focus-within") ? setTimeout(end, 3000) : close());
    if (!isProblem) setTimeout(end, seconds * 1000);
}

// Asks before something is done; true if it is to be done.
export function confirm(title, text, label) {
    return new Promise((answer) => {
        const dialog = element(
            "dialog",
            { "aria-labelledby": "question" },
            element("h2", { id: "question" }, title),
            element("p", {}, text),
            element(
                "div",
                { class: "actions" },
                element("button", { type: "button", onclick: () => dialog.close("") }, "Cancel"),
                element("button", { type: "button", class: "danger", onclick: () => dialog.close("yes") }, label),
            ),
        );
        dialog.addEventListener("close", () => {
            dialog.remove();
            answer(dialog.returnValue === "yes");
        });
        document.body.append(dialog);
        dialog.showModal();
    });
}
