// The field in which people write matchers, and the matchers that are in force beside it.

import { element, replace } from "./dom.js";
import * as matchers from "./matchers.js";

// `onchange` gets the new list of matchers. What is being typed stays when the list is set from outside.
export function filterBar({ label, placeholder, onchange }) {
    let current = [];
    const input = element("input", {
        type: "text",
        id: "filter",
        placeholder,
        autocomplete: "off",
        autocapitalize: "none",
        spellcheck: "false",
        "aria-describedby": "filter-problem",
    });
    const problem = element("p", { id: "filter-problem", class: "problem", role: "alert" });
    const chips = element("ul", { class: "chips", "aria-label": "Filters in force" });

    const change = (list) => {
        set(list);
        onchange(list);
    };
    const submit = (event) => {
        event.preventDefault();
        const text = input.value.trim();
        if (text === "") return;
        try {
            const added = matchers.parse(isName(text) ? `alertname="${text}"` : text);
            input.value = "";
            fail("");
            change([...current, ...added.filter((one) => !current.some((other) => matchers.isSame(one, other)))]);
        } catch (error) {
            if (!(error instanceof matchers.MatcherError)) throw error;
            fail(error.message);
        }
    };
    const fail = (text) => {
        problem.textContent = text;
        input.toggleAttribute("aria-invalid", text !== "");
    };
    input.addEventListener("input", () => fail(""));
    input.addEventListener("keydown", (event) => {
        // As in a mail's list of addressees.
        if (event.key === "Backspace" && input.value === "" && current.length) change(current.slice(0, -1));
    });

    function set(list) {
        current = list;
        const isFocused = chips.contains(document.activeElement);
        replace(chips, list.map((matcher) => element(
            "li",
            {},
            element("span", { class: "label" }, matchers.print(matcher)),
            element("button", {
                type: "button",
                class: "quiet icon",
                "aria-label": `Remove the filter ${matchers.print(matcher)}`,
                onclick: () => change(current.filter((each) => each !== matcher)),
            }, "×"),
        )));
        chips.hidden = list.length === 0;
        if (isFocused) input.focus();
    }

    set([]);
    const node = element(
        "form",
        { class: "filter", role: "search", onsubmit: submit },
        element("label", { for: "filter" }, label),
        element("div", { class: "field" }, input, element("button", { type: "submit" }, "Add")),
        problem,
        chips,
    );
    return { node, set, get matchers() { return current; } };
}

// A word alone is the name of an alert, as for amtool.
const isName = (text) => /^[A-Za-z0-9_.:-]+$/.test(text);
