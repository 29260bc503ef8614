import Foundation

/// The files under config/ as they are shipped, changed in nothing but addresses and waits.
enum ShippedFiles {
    /// Puts `tocsin.yml` and the templates into the stage's folder. Slack and PagerDuty are the stage's sink.
    static func copyConfiguration(
        to stage: Stage,
        groupWait: String = "200ms",
        groupInterval: String = "500ms",
        _ changes: (inout String) throws -> Void = { _ in }
    ) throws {
        let templates = Peers.projectRoot.appending(path: "config/templates")
        let copy = stage.folder.appending(path: "templates")
        if !FileManager.default.fileExists(atPath: copy.path) {
            try FileManager.default.copyItem(at: templates, to: copy)
        }
        var text = try self.text("tocsin.yml")
        try text.replace("https://hooks.slack.com\(Sink.slackPath)", by: stage.sink.url(Sink.slackPath))
        try text.replace("group_wait: 30s", by: "group_wait: \(groupWait)")
        try text.replace("group_interval: 5m", by: "group_interval: \(groupInterval)")
        try text.replace("global:\n", by: "global:\n  pagerduty_v1_url: '\(stage.sink.url(Sink.pagerDutyPath))'\n")
        try changes(&text)
        try stage.write(text, to: "tocsin.yml")
    }

    /// A file under config/.
    static func text(_ name: String) throws -> String {
        try String(contentsOf: Peers.projectRoot.appending(path: "config/\(name)"), encoding: .utf8)
    }
}

/// A text that was to be replaced is not there: the shipped file has changed, and the test with it must.
struct NothingToReplace: Error {
    let text: String
}

extension String {
    mutating func replace(_ text: String, by other: String) throws {
        guard self.contains(text) else { throw NothingToReplace(text: text) }
        self = self.replacingOccurrences(of: text, with: other)
    }
}
