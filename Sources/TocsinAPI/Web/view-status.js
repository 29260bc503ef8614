// #/status: what runs here, since when, and with which configuration.

import * as api from "./api.js";
import { add, element, replace, time, toast } from "./dom.js";

export const view = {
    path: "status",
    navigation: "Status",
    matches: (path) => path.length === 1 && path[0] === "status",
    open: (place) => new StatusView(place),
};

class StatusView {
    constructor(place) {
        this.title = "Status";
        this.body = element("div", {}, element("p", { class: "empty", role: "status" }, "Loading the status …"));
        add(place.root, [element("h1", { tabindex: "-1" }, "Status"), this.body]);
    }

    async refresh(signal) {
        const status = await api.status({ signal });
        const sign = JSON.stringify(status);
        // A text that somebody is selecting stays as it is.
        if (sign === this.sign) return;
        this.sign = sign;
        this.draw(status);
    }

    draw({ cluster, config, uptime, versionInfo: version }) {
        const peers = cluster.peers ?? [];
        const facts = [
            ["Started", time(Date.parse(uptime))],
            ["API version", version.version],
            ["Revision", version.revision],
            ["Branch", version.branch],
            ["Built", [version.buildDate, version.buildUser && `by ${version.buildUser}`].filter(Boolean).join(" ")],
            ["Toolchain", version.goVersion],
            ["Cluster", cluster.status],
            ["Name", cluster.name],
            ["Peers", peers.length > 0 && element("ul", { class: "plain" },
                peers.map((peer) => element("li", {}, element("code", {}, peer.address), ` ${peer.name}`)))],
        ].filter(([, value]) => value);
        const text = config.original ?? "";
        replace(this.body,
            element("dl", { class: "facts" }, facts.map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
            element("div", { class: "top" },
                element("h2", { id: "configuration" }, "Configuration"),
                navigator.clipboard && text !== "" && element("button", { type: "button", class: "small", onclick: () => copy(text) }, "Copy")),
            text === ""
                ? element("p", { class: "empty" }, "The server does not show its configuration.")
                : element("pre", { tabindex: "0", role: "region", "aria-labelledby": "configuration" }, element("code", {}, text)));
    }
}

async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        toast("The configuration is copied.", { seconds: 4 });
    } catch {
        toast("The browser did not allow to copy.", { isProblem: true });
    }
}
