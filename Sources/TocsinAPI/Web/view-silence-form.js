// #/silences/new?filter={…} and #/silences/edit/ID: makes or changes a silence, and shows beforehand what it holds back.

import { list } from "./alerts.js";
import * as api from "./api.js";
import { add, announce, count, element, replace, toast } from "./dom.js";
import * as links from "./links.js";
import * as matchers from "./matchers.js";
import { addressOf, matchersOf, stateOf } from "./silences.js";
import { Period, formatDuration, fromField, parseDuration, toField } from "./times.js";

const usualLengths = ["30m", "1h", "2h", "8h", "1d", "1w"];

export const view = {
    path: "silences",
    matches: ([first, second, third]) => first === "silences" && (second === "new" || (second === "edit" && third)),
    open: (place) => new SilenceForm(place),
};

class SilenceForm {
    constructor(place) {
        this.place = place;
        this.editedID = place.link.path[1] === "edit" ? place.link.path[2] : null;
        this.title = this.editedID ? "Edit silence" : "New silence";
        this.silence = null;
        this.period = new Period();
        this.build();
        this.previewing = new AbortController();
        if (!this.editedID) this.prefill();
        // A start of "now" moves on.
        this.clock = setInterval(() => this.showPeriod(), 10_000);
    }

    close() {
        clearInterval(this.clock);
        clearTimeout(this.waiting);
        this.previewing.abort();
    }

    build() {
        const onPeriod = (set) => (event) => this.onPeriod(set, event.target);
        this.rows = element("div", { class: "rows" });
        this.heading = element("h1", { tabindex: "-1" }, this.title);
        this.start = element("input", { type: "datetime-local", id: "start", onchange: onPeriod("start") });
        this.end = element("input", { type: "datetime-local", id: "end", onchange: onPeriod("end") });
        this.length = element("input", {
            type: "text", id: "length", autocomplete: "off", spellcheck: "false", oninput: onPeriod("length"), onblur: () => this.showPeriod(),
        });
        this.author = element("input", { type: "text", id: "author", autocomplete: "name", required: true });
        this.comment = element("textarea", { id: "comment", rows: "2", required: true });
        this.problem = element("div", { id: "form-problem", class: "problem", role: "alert" });
        this.submit = element("button", { type: "submit", class: "primary" }, this.editedID ? "Save" : "Silence");
        this.preview = element("section", { class: "preview matching" });
        this.author.value = localStorage.getItem("tocsin.author") ?? "";
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        this.form = element("form", { class: "silence-form", novalidate: true, onsubmit: (event) => this.save(event) },
            element("fieldset", {},
                element("legend", {}, "Alerts that match all of"),
                this.rows,
                element("button", { type: "button", class: "small", onclick: () => this.addRow().focus() }, "Add matcher")),
            element("fieldset", { class: "period-fields" },
                element("legend", {}, "For"),
                element("div", { class: "lengths", role: "group", "aria-label": "Usual durations" }, usualLengths.map((text) => element("button", {
                    type: "button", class: "small", "data-length": text, onclick: () => this.setLength(text),
                }, text))),
                field("length", "Duration", this.length),
                field("start", "Start", this.start),
                field("end", "End", this.end),
                element("p", { class: "hint" }, `Times are those of your browser: ${zone}.`)),
            field("author", "Author", this.author),
            field("comment", "Comment: why, and who knows more", this.comment),
            this.problem,
            element("div", { class: "actions" }, this.submit, element("a", { class: "button", href: "#/silences" }, "Cancel")));
        add(this.place.root, [
            this.heading,
            element("div", { class: "columns" }, this.form, this.preview),
        ]);
        this.showPeriod();
    }

    prefill() {
        const { matchers: found, problems } = matchers.parseAll(this.place.link.query.get("filter") ?? []);
        this.comment.value = links.value(this.place.link, "comment") ?? "";
        this.setMatchers(found);
        this.fail(problems);
    }

    // Only what is edited is fetched, once; nothing that is being typed is ever overwritten.
    async refresh(signal) {
        if (!this.editedID || this.silence) return;
        try {
            this.silence = await api.silence(this.editedID, { signal });
        } catch (error) {
            if (error.status !== 404 && error.status !== 422) throw error;
            this.fail(["There is no such silence; what you save is a new one."]);
            this.editedID = null;
            this.setMatchers([]);
            return;
        }
        const [start, end] = [Date.parse(this.silence.startsAt), Date.parse(this.silence.endsAt)];
        if (stateOf(this.silence) === "expired") {
            // It stays expired; what is saved is a new one of the same length, unless that was a mistake soon undone.
            this.period = new Period(end - start >= 300_000 ? { length: end - start } : {});
            this.editedID = null;
            this.heading.textContent = "Recreate silence";
            this.submit.textContent = "Silence";
        } else {
            this.period = new Period({ start });
            this.period.setEnd(end, start);
        }
        this.author.value = this.silence.createdBy;
        this.comment.value = this.silence.comment;
        this.showPeriod();
        this.setMatchers(matchersOf(this.silence));
    }

    // MARK: Matchers

    setMatchers(found) {
        replace(this.rows);
        for (const matcher of found.length ? found : [{ name: "", operator: "=", value: "" }]) this.addRow(matcher);
        this.ask(0);
    }

    addRow(matcher = { name: "", operator: "=", value: "" }) {
        const change = () => this.ask();
        const name = element("input", {
            type: "text", class: "name", "aria-label": "Label", placeholder: "label", autocapitalize: "none", spellcheck: "false", oninput: change,
        });
        const operator = element("select", { "aria-label": "Operator", onchange: change },
            matchers.operators.map((each) => element("option", { value: each, title: meanings[each] }, each)));
        const value = element("input", {
            type: "text", class: "value", "aria-label": "Value", placeholder: "value", autocapitalize: "none", spellcheck: "false", oninput: change,
        });
        name.value = matcher.name;
        operator.value = matcher.operator;
        value.value = matcher.value;
        // A whole matcher may be pasted into the first field.
        name.addEventListener("change", () => this.spread(name, operator, value));
        const row = element("div", { class: "row", role: "group", "aria-label": "Matcher" }, name, operator, value,
            element("button", {
                type: "button", class: "quiet icon", "aria-label": "Remove this matcher",
                onclick: () => {
                    row.remove();
                    (this.rows.querySelector("input") ?? this.addRow()).focus();
                    this.ask();
                },
            }, "×"));
        // Line ends cannot stand in a field; such a value is kept as it is until it is changed.
        row.original = matcher.value.includes("\n") ? { value: matcher.value, shown: value.value } : null;
        this.rows.append(row);
        return name;
    }

    spread(name, operator, value) {
        if (!/[=~{]/.test(name.value)) return;
        const { matchers: found } = matchers.parseAll([name.value]);
        if (found.length === 0) return;
        [name.value, operator.value, value.value] = [found[0].name, found[0].operator, found[0].value];
        for (const matcher of found.slice(1)) this.addRow(matcher);
        this.ask();
    }

    get matchers() {
        return [...this.rows.children].map((row) => {
            const [name, operator, value] = [...row.children].map((child) => child.value);
            return { name: name.trim(), operator, value: row.original?.shown === value ? row.original.value : value };
        }).filter(({ name, value }) => name !== "" || value !== "");
    }

    // MARK: Period

    setLength(text) {
        this.length.value = text;
        this.onPeriod("length", this.length);
        this.showPeriod();
    }

    onPeriod(what, input) {
        const now = Date.now();
        if (what === "length") {
            const length = parseDuration(input.value);
            input.toggleAttribute("aria-invalid", length === null);
            if (length !== null) this.period.setLength(length);
        } else {
            const time = fromField(input.value);
            if (time !== null && what === "start") this.period.setStart(time);
            if (time !== null && what === "end") this.period.setEnd(time, now);
            if (input.value === "" && what === "start") this.period.setStart(null);
        }
        this.showPeriod();
        this.fail([]);
    }

    showPeriod() {
        const now = Date.now();
        const write = (input, text) => { if (document.activeElement !== input && input.value !== text) input.value = text; };
        write(this.start, toField(this.period.start(now)));
        write(this.end, toField(this.period.end(now)));
        const length = formatDuration(Math.round(this.period.duration(now) / 60_000) * 60_000);
        write(this.length, length);
        if (document.activeElement !== this.length) this.length.removeAttribute("aria-invalid");
        for (const button of this.form.querySelectorAll("[data-length]")) {
            button.setAttribute("aria-pressed", parseDuration(button.dataset.length) === parseDuration(length));
        }
    }

    // MARK: Preview

    ask(pause = 400) {
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => this.showPreview(), pause);
    }

    body() {
        const now = Date.now();
        return api.postable({
            id: this.editedID,
            matchers: this.matchers,
            start: new Date(this.period.start(now)).toISOString(),
            end: new Date(this.period.end(now)).toISOString(),
            author: this.author.value.trim(),
            comment: this.comment.value.trim(),
            annotations: this.silence?.annotations,
        });
    }

    async showPreview() {
        this.previewing.abort();
        const mine = new AbortController();
        this.previewing = mine;
        const found = this.matchers;
        if (found.length === 0 || found.some(({ name }) => name === "")) {
            replace(this.preview, element("h2", {}, "Preview"), element("p", { class: "empty" }, "Name a label and its value to see the alerts."));
            return;
        }
        // What is not written yet must not keep anybody from seeing the alerts.
        const body = this.body();
        body.createdBy ||= "preview";
        body.comment ||= "preview";
        try {
            const { alerts, count: number, warnings } = await api.preview(body, found, mine.signal);
            const text = number === 0 ? "No alert matches now" : `${count(number, "alert")} would be silenced`;
            announce(text);
            replace(this.preview,
                element("h2", {}, text),
                warnings.map(({ message }) => element("p", { class: "note" }, message)),
                number === 0 && element("p", { class: "empty" }, "The silence still holds back matching alerts that come later."),
                alerts.length > 0 && alerts.length < number && element("p", { class: "hint" }, `The first ${alerts.length} of them:`),
                list(alerts, { isPlain: true }, { limit: 10 }));
        } catch (error) {
            if (mine.signal.aborted) return;
            replace(this.preview, element("h2", {}, "Preview"), element("p", { class: "problem" }, error.message));
        }
    }

    // MARK: Saving

    mistakes() {
        const now = Date.now();
        const found = this.matchers;
        return [
            found.length === 0 && [this.rows.querySelector("input"), "Name at least one label."],
            found.some(({ name }) => name === "") && [this.rows.querySelector("input"), "A matcher has a value and no label."],
            parseDuration(this.length.value) === null && this.length.value !== "0s"
                && [this.length, "The duration is not one; write 2h, 90m or 1d 12h."],
            this.period.duration(now) <= 0 && [this.end, "The end is not after the start."],
            this.period.end(now) <= now && [this.end, "The end is in the past."],
            this.author.value.trim() === "" && [this.author, "Say who you are."],
            this.comment.value.trim() === "" && [this.comment, "Say why in a comment: others will read it at night."],
        ].filter((mistake) => mistake);
    }

    fail(texts) {
        replace(this.problem, texts.map((text) => element("p", {}, text)));
    }

    async save(event) {
        event.preventDefault();
        const mistakes = this.mistakes();
        for (const input of this.form.querySelectorAll("input, textarea")) input.removeAttribute("aria-invalid");
        for (const [input] of mistakes) input?.setAttribute("aria-invalid", "true");
        this.fail(mistakes.map(([, text]) => text));
        if (mistakes.length > 0) {
            mistakes[0][0]?.focus();
            return;
        }
        localStorage.setItem("tocsin.author", this.author.value.trim());
        this.submit.disabled = true;
        try {
            const { id, warning } = await api.saveSilence(this.body());
            if (warning) toast(warning, { isProblem: true });
            else toast("The silence is in force.");
            announce("The silence is saved.");
            this.place.go(addressOf(id));
        } catch (error) {
            this.fail([`The silence was not saved. ${error.message}`]);
        } finally {
            this.submit.disabled = false;
        }
    }
}

const meanings = {
    "=": "is", "!=": "is not", "=~": "matches the regular expression", "!~": "does not match the regular expression",
};

function field(id, text, input) {
    return element("div", { class: "field" }, element("label", { for: id }, text), input);
}
