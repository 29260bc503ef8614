import Foundation
import TocsinConfig
import TocsinCore
import TocsinModel

/// A configuration whose waits are short enough to watch: a copy of the file, in a folder in which all that lies beside
/// the file seems to lie, so that what it names, templates above all, is found.
struct DemoConfiguration {
    /// As it is.
    let original: Configuration
    /// Where the copy is.
    let path: String

    /// Before and after, for people: `group_wait 30s → 1s`.
    var changes: String {
        guard let root = self.original.routing.routes.first else { return "" }
        let waits = [root.groupWait, root.groupInterval, root.repeatInterval].map(\.prometheusText)
        return zip(DemoConfiguration.waits, waits).map { wait, before in
            "\(wait.name) \(before) → \(wait.length.prometheusText)"
        }.joined(separator: ", ")
    }

    /// The demo is over before the last one is, so that no reminder comes in between.
    private static let waits: [(name: String, length: Duration)] = [
        ("group_wait", .seconds(1)), ("group_interval", .seconds(2)), ("repeat_interval", .seconds(60)),
    ]

    /// - Parameters:
    ///   - file: the configuration to be shortened; it stays as it is.
    ///   - folder: is made, for the copy.
    init(shortening file: String, in folder: String) throws(DemoFailure) {
        let text: String
        do {
            // It tells what is wrong with the file under the file's own name.
            self.original = try Configuration.load(path: file)
        } catch {
            throw DemoFailure(error.lines)
        }
        do {
            text = try DiskFiles().text(of: file)
        } catch {
            throw DemoFailure("cannot read \(file): \(error.reason)")
        }
        let source = URL(filePath: file).standardizedFileURL.absoluteURL
        let copy = "\(folder)/\(source.lastPathComponent)"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let neighbours = source.deletingLastPathComponent().path
            for name in DiskFiles().names(in: neighbours) where name != source.lastPathComponent {
                try FileManager.default.createSymbolicLink(
                    atPath: "\(folder)/\(name)",
                    withDestinationPath: "\(neighbours)/\(name)"
                )
            }
            try DemoConfiguration.shortened(text).write(toFile: copy, atomically: false, encoding: .utf8)
        } catch {
            throw DemoFailure("cannot write under \(folder): \(error.localizedDescription)")
        }
        self.path = copy
        try self.check(file)
    }

    private static func shortened(_ text: String) -> String {
        text.replacing(#/\b(group_wait|group_interval|repeat_interval)(["']?\s*:\s*["']?)[0-9a-z]+/#) { match in
            let length = self.waits.first { $0.name == match.1 }?.length ?? .zero
            return "\(match.1)\(match.2)\(length.prometheusText)"
        }
    }

    /// Whether nobody is left waiting for minutes.
    private func check(_ file: String) throws(DemoFailure) {
        let shortened: Configuration
        do {
            shortened = try Configuration.load(path: self.path)
        } catch {
            throw DemoFailure(["\(file) with shorter waits is not valid any more:"] + error.lines)
        }
        let isShort = shortened.routing.routes.allSatisfy { route in
            let waits = [route.groupWait, route.groupInterval, route.repeatInterval]
            return zip(waits, DemoConfiguration.waits).allSatisfy { $0 == $1.length }
        }
        if isShort { return }
        let names = DemoConfiguration.waits.map(\.name).joined(separator: ", ")
        throw DemoFailure("\(file): the demo shortens \(names), so all three must stand under `route`")
    }
}
