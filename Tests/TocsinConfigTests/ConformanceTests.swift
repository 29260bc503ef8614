import Foundation
import Testing
import TocsinConfig

/// What Alertmanager 0.25 said of 265 configurations. Its verdict is ours, but for what is listed here with a reason.
@Suite struct ConfigurationCaseTests {
    @Test func everyConfigurationIsJudgedAsAlertmanagerJudgesItOrListedWithItsReason() throws {
        let file = try CaseFile.load()
        let later = Set(Self.later.flatMap(\.names))
        #expect(file.cases.count == 265)

        for item in file.cases where !later.contains(item.name) {
            let mistakes = item.mistakes()
            if let reason = Self.differences[item.name] {
                #expect(mistakes.isEmpty != item.ok, "\(item.name): \(reason)")
            } else {
                let theirs = item.error ?? "ok"
                #expect(mistakes.isEmpty == item.ok, "\(item.name): Alertmanager says \(theirs), we \(mistakes)")
            }
        }
        #expect(Set(Self.differences.keys).isSubset(of: file.cases.map(\.name)))
    }

    /// A section that has come is judged like any other; its cases then leave the list.
    @Test func whatASectionSaysThatIsNotThereYetIsRefusedAndNeverIgnored() throws {
        let file = try CaseFile.load()
        let items = Dictionary(uniqueKeysWithValues: file.cases.map { ($0.name, $0) })
        #expect(Self.later.map(\.names.count).reduce(0, +) == 0)

        for (section, names) in Self.later {
            for name in names {
                let item = try #require(items[name])
                let mistakes = item.mistakes()
                let unsupported = mistakes.filter { $0.hasSuffix("is not supported yet") }
                if unsupported.isEmpty {
                    #expect(mistakes.isEmpty == item.ok, "\(name): \(mistakes)")
                } else {
                    #expect(unsupported.contains { $0.contains("`\(section)") }, "\(name): \(mistakes)")
                }
            }
        }
    }

    /// Where the verdict is another on purpose.
    private static let differences: [String: String] = [
        "group_by bad label": "since 0.27 a label may have any name",
        "group_by number": "since 0.27 a label may have any name",
        "group_by unicode": "since 0.27 a label may have any name",
        "templates bad glob": "Alertmanager's check passes it and its server does not start",
        "inhibit null": "Alertmanager's check passes it and its server crashes; a rule that says nothing was forgotten",
        "http oauth2 no secret": "a client may have none",
        "http proxy word": "each notification would fail; better now than at night",
        "http tls key without cert": "since 0.27 a key needs its certificate",
        "slack bad template is fine": "each notification would fail; better now than at night",
    ]

    /// The cases of sections that are still to come, by the beginning of the key that is refused today.
    static let later: [(section: String, names: [String])] = []
}

struct CaseFile: Decodable {
    struct Item: Decodable {
        let name: String
        let config: CaseText
        let ok: Bool
        let error: String?
        /// How Alertmanager shows it.
        let effective: String?

        /// How it is shown here; `nil` if it is refused.
        func displayed() -> String? {
            guard let text = String(validating: self.config.bytes, as: UTF8.self) else { return nil }
            do {
                return try Sample.load(text, receivers: .builtIn).displayedText
            } catch {
                return nil
            }
        }

        func mistakes() -> [String] {
            // The loader refuses such a file before it is read as YAML.
            guard let text = String(validating: self.config.bytes, as: UTF8.self) else { return ["not UTF-8"] }
            return Sample.mistakes(in: text, receivers: .builtIn)
        }
    }

    let cases: [Item]

    static func load() throws -> CaseFile {
        let url = try #require(Bundle.module.url(forResource: "configs", withExtension: "json", subdirectory: "Cases"))
        return try JSONDecoder().decode(CaseFile.self, from: Data(contentsOf: url))
    }
}

/// A text: a string, or an object with the base64 of bytes that are not UTF-8.
struct CaseText: Decodable {
    let bytes: [UInt8]

    private enum Keys: String, CodingKey { case base64 }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Keys.self) {
            self.bytes = Array(try container.decode(Data.self, forKey: .base64))
        } else {
            self.bytes = Array(try decoder.singleValueContainer().decode(String.self).utf8)
        }
    }
}
