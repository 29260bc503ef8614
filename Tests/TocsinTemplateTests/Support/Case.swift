import Foundation
import Testing
import TocsinTemplate

/// What the real Alertmanager did with one template.
struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let template: String
    let data: String
    let isHTML: Bool
    /// Nil if it failed, or if its output is not UTF-8.
    let output: String?
    let error: String?

    var testDescription: String { self.name }

    /// The copy in this suite of what was recorded. If it can't be read there are no cases, and a test that counts
    /// them.
    static let file: (cases: [Case], data: [String: Value]) = {
        do {
            return try read()
        } catch {
            Issue.record(error)
            return ([], [:])
        }
    }()

    private static func read() throws -> (cases: [Case], data: [String: Value]) {
        let url = try #require(
            Bundle.module.url(forResource: "templates", withExtension: "json", subdirectory: "Cases"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
        let cases = try #require(json["cases"] as? [[String: Any]]).map { entry in
            Case(
                name: try #require(entry["name"] as? String),
                template: try #require(entry["template"] as? String),
                data: try #require(entry["data"] as? String),
                isHTML: entry["mode"] as? String == "html",
                output: entry["ok"] as? Bool == true ? entry["output"] as? String : nil,
                error: entry["error"] as? String
            )
        }
        let data = try #require(json["data"] as? [String: [String: Any]])
        return (cases, data.mapValues { .object(DataObject(json: $0)) })
    }
}
