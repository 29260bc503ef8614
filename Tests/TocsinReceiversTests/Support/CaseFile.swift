import Foundation
import Testing
import TocsinJSON
import TocsinModel
import TocsinTemplate

@testable import TocsinReceivers

/// Files that lie beside these tests.
enum CaseFile {
    static func bytes(_ path: String) throws -> [UInt8] {
        let folder = try #require(Bundle.module.resourceURL)
        return [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    static func json(_ path: String) throws -> JSONValue {
        try JSONValue(try CaseFile.bytes(path))
    }

    /// The names of the files in a folder, sorted.
    static func names(in path: String) throws -> [String] {
        let folder = try #require(Bundle.module.resourceURL)
        return try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path()).sorted()
    }
}

extension JSONValue {
    func text(_ name: String) throws -> String { try #require(self[name]?.string, "\(name) must be a text") }

    func time(_ name: String) throws -> Timestamp {
        try #require(Timestamp(rfc3339: try self.text(name)), "\(name) must be a time")
    }

    /// An object of texts; null and nothing count as empty.
    func labels(_ name: String) -> LabelSet {
        LabelSet(
            Dictionary(
                (self[name]?.members ?? []).map { ($0.name, $0.value.string ?? "") },
                uniquingKeysWith: { _, last in last }
            )
        )
    }

    /// Without the members of that name.
    func without(_ names: String...) -> JSONValue {
        guard let members = self.members else { return self }
        return .object(members.filter { !names.contains($0.name) })
    }

    /// With the members of all objects in one order, so that only what they say is compared.
    var sorted: JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.map { Member($0.name, $0.value.sorted) }
                    .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            )
        case .array(let elements): .array(elements.map(\.sorted))
        default: self
        }
    }
}
