import Foundation
import Testing
import TocsinAPI

/// What docs/openapi.yaml and docs/api.md say is there, and what is there.
@Suite struct DocumentTests {
    private static let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs")

    private static func lines(_ name: String) throws -> [Substring] {
        try String(contentsOf: self.docs.appending(path: name), encoding: .utf8).split(separator: "\n")
    }

    /// The page and its files are for browsers, and no part of the API.
    private let table = Set(
        Endpoint.all.filter { !$0.path.hasPrefix("/web/") && !["/", "/favicon.ico"].contains($0.path) }
            .map { "\($0.method.name) \($0.path)" })

    /// By its layout: under `paths`, a path is two spaces in, a method four.
    @Test func everyEndpointIsInTheDocumentAndTheReverse() throws {
        var documented: Set<String> = []
        var path = ""
        for line in try DocumentTests.lines("openapi.yaml").drop(while: { $0 != "paths:" }).dropFirst() {
            if !line.hasPrefix(" ") { break }
            if line.hasPrefix("  /"), line.hasSuffix(":") { path = String(line.dropFirst(2).dropLast()) }
            let methods = ["get", "post", "put", "patch", "delete"]
            guard let method = methods.first(where: { line == "    \($0):" }) else { continue }
            #expect(documented.insert("\(method.uppercased()) \(path)").inserted, "\(method) \(path) is there twice")
        }

        #expect(documented.subtracting(self.table) == [], "these are in docs/openapi.yaml alone")
        #expect(self.table.subtracting(documented) == [], "these are missing in docs/openapi.yaml")
    }

    /// Each has a heading of its own.
    @Test func everyEndpointOfOurOwnIsOnThePage() throws {
        let headings = try DocumentTests.lines("api.md").filter { $0.hasPrefix("## `") && $0.hasSuffix("`") }
        let described = Set(headings.map { String($0.dropFirst(4).dropLast()) })
        let retired = Set(
            ["status", "receivers", "alerts", "silences", "silence/{silenceID}"].map { "/api/v1/\($0)" })
        let own = Set(
            Endpoint.all.filter { $0.path.hasPrefix("/api/v1/") && !retired.contains($0.path) }
                .map { "\($0.method.name) \($0.path)" })

        #expect(described == own)
    }
}
