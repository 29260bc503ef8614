extension Endpoint {
    /// The page for people, and the files of which it is made. They lie in the binary.
    static let webEndpoints: [Endpoint] = WebFile.all.map { file in
        Endpoint(.get, file.path, summary: file.summary, style: .plain, isLimited: false) {
            (_, call) async throws(APIError) in file.answer(to: call.request)
        }
    }
}

/// One file of the page as it is sent. They all come from the folder Web beside this one.
struct WebFile: Sendable {
    /// Below the route prefix: `/` or `/web/main.js`.
    let path: String
    let summary: String
    private let type: String
    private let bytes: [UInt8]
    private let tag: String

    private init(_ path: String, _ type: String, _ bytes: [UInt8], summary: String = "A part of the page.") {
        self.path = path
        self.summary = summary
        self.type = type
        self.bytes = bytes
        self.tag = "\"\(WebFile.digest(bytes))\""
    }

    /// FNV-1a, 64 bits. It tells one release's file from another's, and guards against nobody.
    private static func digest(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

// MARK: - Answering

extension WebFile {
    func answer(to request: APIRequest) -> APIResponse {
        var response = APIResponse(status: 200, headers: WebFile.protection)
        // The browser asks each time, and gets the file only if it is another: a new release is there at once.
        response.headers.append(("Cache-Control", "no-cache"))
        response.headers.append(("ETag", self.tag))
        if self.isKnown(to: request) {
            response.status = 304
            return response
        }
        response.headers.append(("Content-Type", self.type))
        response.body = .bytes(self.bytes)
        return response
    }

    /// Whether the client has this very file. Proxies that compress turn the tag into a weak one.
    private func isKnown(to request: APIRequest) -> Bool {
        request.headers.values(of: "If-None-Match").joined(separator: ",").split(separator: ",").contains { candidate in
            var candidate = candidate.drop { $0 == " " }
            while candidate.last == " " { candidate.removeLast() }
            return candidate == "*" || candidate == self.tag || candidate == "W/\(self.tag)"
        }
    }

    /// What senders put into their alerts is shown on this page. Should a script ever get into it by that way, the
    /// browser runs it not: all code comes from the server's own files, all requests go to it, no text becomes markup,
    /// and nobody puts the page into a frame.
    private static let protection: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                + "require-trusted-types-for 'script'; trusted-types 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
}

// MARK: - Files

extension WebFile {
    private static let icon = "image/svg+xml"

    static let all: [WebFile] =
        [
            WebFile("/", "text/html; charset=utf-8", PackageResources.index_html, summary: "The page for people."),
            WebFile("/web/icon.svg", WebFile.icon, PackageResources.icon_svg),
            // Browsers ask for it unasked.
            WebFile("/favicon.ico", WebFile.icon, PackageResources.icon_svg, summary: "The page's icon."),
            WebFile.style("style", PackageResources.style_css),
            WebFile.style("views", PackageResources.views_css),
        ]
        + [
            WebFile.script("alerts", PackageResources.alerts_js),
            WebFile.script("api", PackageResources.api_js),
            WebFile.script("dom", PackageResources.dom_js),
            WebFile.script("filterbar", PackageResources.filterbar_js),
            WebFile.script("links", PackageResources.links_js),
            WebFile.script("main", PackageResources.main_js),
            WebFile.script("matchers", PackageResources.matchers_js),
            WebFile.script("silences", PackageResources.silences_js),
            WebFile.script("times", PackageResources.times_js),
            WebFile.script("view-alerts", PackageResources.view_alerts_js),
            WebFile.script("view-silence", PackageResources.view_silence_js),
            WebFile.script("view-silence-form", PackageResources.view_silence_form_js),
            WebFile.script("view-silences", PackageResources.view_silences_js),
            WebFile.script("view-status", PackageResources.view_status_js),
        ]

    private static func style(_ name: String, _ bytes: [UInt8]) -> WebFile {
        WebFile("/web/\(name).css", "text/css; charset=utf-8", bytes)
    }

    private static func script(_ name: String, _ bytes: [UInt8]) -> WebFile {
        WebFile("/web/\(name).js", "text/javascript; charset=utf-8", bytes)
    }
}
