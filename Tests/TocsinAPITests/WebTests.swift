import Foundation
import Testing
import TocsinAPI

@Suite struct WebTests {
    @Test(arguments: [
        ("/", "text/html; charset=utf-8"), ("/web/main.js", "text/javascript; charset=utf-8"),
        ("/web/style.css", "text/css; charset=utf-8"), ("/web/icon.svg", "image/svg+xml"),
        ("/favicon.ico", "image/svg+xml"),
    ])
    func aFileOfThePageIsServedWithItsTypeAndItsProtection(_ path: String, _ type: String) async throws {
        try await Stage.with { stage in
            let response = await stage.get(path)

            #expect(response.status == 200)
            #expect(!response.bodyBytes.isEmpty)
            #expect(response.header("Content-Type") == type)
            #expect(response.header("Cache-Control") == "no-cache")
            #expect(response.header("X-Content-Type-Options") == "nosniff")
            #expect(response.header("X-Frame-Options") == "DENY")
            #expect(response.header("Referrer-Policy") == "no-referrer")
            #expect(response.header("Access-Control-Allow-Origin") == nil)
        }
    }

    @Test func nothingButFilesOfTheServerMayRunOrBeAskedFor() async throws {
        try await Stage.with { stage in
            let policy = try #require(await stage.get("/").header("Content-Security-Policy"))
            let rules = policy.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }

            for rule in [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
                "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
            ] {
                #expect(rules.contains(rule))
            }
            #expect(!policy.contains("unsafe"))
        }
    }

    @Test(arguments: ["%", "W/%", "\"other\", %", "*"])
    func whoHasTheFileIsNotSentItAgain(_ pattern: String) async throws {
        try await Stage.with { stage in
            let tag = try #require(await stage.get("/web/dom.js").header("ETag"))
            let known = pattern.replacingOccurrences(of: "%", with: tag)

            let response = await stage.router.respond(
                to: APIRequest(.get, "/web/dom.js", headers: ["If-None-Match": known] as HeaderList)
            )

            #expect(response.status == 304)
            #expect(response.bodyBytes.isEmpty)
            #expect(response.header("ETag") == tag)
        }
    }

    @Test func whoHasAnotherFileGetsThisOne() async throws {
        try await Stage.with { stage in
            let other = try #require(await stage.get("/web/api.js").header("ETag"))

            let response = await stage.router.respond(
                to: APIRequest(.get, "/web/dom.js", headers: ["If-None-Match": other] as HeaderList)
            )

            #expect(response.status == 200)
            #expect(response.header("ETag") != other)
        }
    }

    @Test func theHeadOfThePageHasItsLength() async throws {
        try await Stage.with { stage in
            let whole = await stage.get("/")

            let head = await stage.router.respond(to: APIRequest(.head, "/"))

            #expect(head.status == 200)
            #expect(head.bodyBytes.isEmpty)
            #expect(head.header("Content-Length") == "\(whole.bodyBytes.count)")
            #expect(head.header("ETag") == whole.header("ETag"))
        }
    }

    @Test func thePageIsThereWhileAllReadersAreBusy() async throws {
        var configuration = Router.Configuration()
        configuration.readConcurrency = 1
        try await Stage.with(configuration: configuration) { stage in
            let text = String(repeating: "x", count: 1000)
            for number in 0..<200 { _ = await stage.fire(["alertname": "A\(number)", "text": text]) }
            let list = await stage.get("/api/v2/alerts")
            #expect(await stage.get("/api/v2/alerts").status == 503)

            #expect(await stage.get("/").status == 200)
            withExtendedLifetime(list) {}
        }
    }
}

/// What the files say of each other, read as they are served.
@Suite struct WebFileTests {
    /// The files as they lie in the sources.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Sources/TocsinAPI/Web").resolvingSymlinksInPath()

    static let names = Result { try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted() }

    static func address(of name: String) -> String { name == "index.html" ? "/" : "/web/\(name)" }

    @Test func everyFileIsServedAsItIs() async throws {
        try await Stage.with { stage in
            let names = try Self.names.get()
            #expect(names.contains("main.js"))
            for name in names {
                let bytes = try Data(contentsOf: Self.folder.appending(path: name))

                let response = await stage.get(Self.address(of: name))

                #expect(response.status == 200, "\(name) is not in WebFile.all")
                #expect(Data(response.bodyBytes) == bytes, "\(name)")
            }
        }
    }

    @Test func whatThePageAndItsScriptsAskForIsThere() async throws {
        try await Stage.with { stage in
            var count = 0
            for name in try Self.names.get() where name.hasSuffix(".js") || name.hasSuffix(".html") {
                let text = await stage.get(Self.address(of: name)).text
                let imports = text.matches(of: #/from "(\./[^"]+)"/#).map { "/web/" + $0.output.1.dropFirst(2) }
                let links = text.matches(of: #/(?:src|href)="([^"#][^"]*)"/#).map { "/" + String($0.output.1) }
                for address in name.hasSuffix(".js") ? imports : links {
                    count += 1
                    #expect(await stage.get(address).status == 200, "\(name) refers to \(address)")
                }
            }
            #expect(count > 30)
        }
    }

    @Test func nothingIsLoadedFromElsewhere() throws {
        for name in try Self.names.get() {
            let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
            let addresses = text.matches(of: #/[a-z]+:\/\/[a-z0-9]\S*/#).map { String($0.output) }

            // The name of SVG's vocabulary is an address, but nobody goes there.
            #expect(addresses.allSatisfy { $0.hasPrefix("http://www.w3.org/2000/svg") }, "\(name): \(addresses)")
            #expect(!text.contains("@import") && text.firstMatch(of: #/url\(/#) == nil, "\(name)")
        }
    }

    @Test(arguments: [
        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", ".style.", "srcdoc",
    ])
    func noTextBecomesMarkupOrCode(_ door: String) throws {
        for name in try Self.names.get() where name.hasSuffix(".js") {
            let text = try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)

            #expect(!text.contains(door), "\(name)")
        }
    }

    @Test func thePageHasNoScriptOrStyleInItself() throws {
        let text = try String(contentsOf: Self.folder.appending(path: "index.html"), encoding: .utf8)

        #expect(text.firstMatch(of: #/<script(?![^>]* src=)/#) == nil)
        #expect(text.firstMatch(of: #/<style|\sstyle=|\son[a-z]+=/#) == nil)
    }
}
