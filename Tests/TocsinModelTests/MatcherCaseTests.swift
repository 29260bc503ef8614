import Foundation
import Testing

import TocsinModel

/// What Alertmanager 0.25 did with three hundred texts, against 13 label sets each. It knew the classic syntax only.
@Suite struct MatcherCaseTests {
    @Test func theClassicSyntaxReadsEveryCaseAsAlertmanagerDid() throws {
        let file = try MatcherCaseFile.load()
        #expect(file.cases.count == 308)

        for item in file.cases {
            item.check(against: file, as: .classic)
        }
    }

    @Test func theFallbackReadsEveryCaseAsAlertmanagerDidOrSaysWhyNot() throws {
        let file = try MatcherCaseFile.load()
        let expected = Self.fallbackDifferences
        var seen: Set<String> = []

        for item in file.cases {
            if item.isBracedMatcher {
                let error = MatcherError.invalidSyntax("unexpected open or close brace: \(item.input.text)")
                #expect(item.parse(as: .fallback) == .failure(error), "a single matcher has no braces since 0.27")
            } else if let difference = expected[item.key] {
                seen.insert(item.key)
                #expect(!item.agrees(with: item.parse(as: .fallback)), "\(item.key): \(difference.reason)")
                let read = try item.parse(as: .fallback).get()
                #expect(read.bracedText == difference.read, "\(item.key): \(difference.reason)")
            } else {
                item.check(against: file, as: .fallback)
            }
        }
        #expect(seen == Set(expected.keys))
    }

    /// What 0.34 reads and 0.25 refused, by entry point and text.
    static var fallbackDifferences: [String: (read: String, reason: String)] {
        let outside = "white space around the braces is no matter in the UTF-8 syntax"
        let names = "any label name is one in the UTF-8 syntax"
        let quotes = "names may be quoted in the UTF-8 syntax"
        return [
            "ParseMatchers {foo=\"bar\"} ": (#"{foo="bar"}"#, outside),
            "ParseMatchers  {foo=\"bar\"}": (#"{foo="bar"}"#, outside),
            "ParseMatchers 1foo=bar": (#"{1foo="bar"}"#, names),
            "ParseMatchers foo-bar=x": (#"{foo-bar="x"}"#, names),
            "ParseMatchers foo.bar=x": (#"{foo.bar="x"}"#, names),
            "ParseMatchers foo>=bar": (#"{foo>="bar"}"#, names),
            "ParseMatchers f\u{f6}\u{f6}=bar": ("{f\u{f6}\u{f6}=\"bar\"}", names),
            "ParseMatchers \u{65e5}\u{672c}=x": ("{\u{65e5}\u{672c}=\"x\"}", names),
            "ParseMatchers \"foo\"=bar": (#"{foo="bar"}"#, quotes),
            "ParseMatcher \"foo\"=bar": (#"{foo="bar"}"#, quotes),
            #"ParseMatcher foo=~"\u0061""#: (#"{foo=~"a"}"#, "the UTF-8 syntax knows the escape; RE2 does not"),
        ]
    }
}

struct MatcherCaseFile: Decodable {
    struct Matcher: Decodable, Equatable {
        let name: String
        let type: String
        let value: String
        let string: String
    }

    struct Case: Decodable {
        let `func`: String
        let input: CaseText
        let ok: Bool
        let matchers: [Matcher]?
        let string: String?
        let sorted: String?
        let matches: [Bool]?
        let error: CaseText?
    }

    let labelSets: [[String: String]]
    let cases: [Case]

    static func load() throws -> MatcherCaseFile {
        let url = try #require(Bundle.module.url(forResource: "matchers", withExtension: "json", subdirectory: "Cases"))
        return try JSONDecoder().decode(MatcherCaseFile.self, from: Data(contentsOf: url))
    }

    /// A text: a string, or an object with the base64 of bytes that are not UTF-8.
    struct CaseText: Decodable {
        let bytes: [UInt8]

        var text: String { String(decoding: self.bytes, as: UTF8.self) }

        private struct Binary: Decodable { let base64: Data }

        init(from decoder: any Decoder) throws {
            do {
                self.bytes = try Array(decoder.singleValueContainer().decode(String.self).utf8)
            } catch DecodingError.typeMismatch {
                self.bytes = try Array(Binary(from: decoder).base64)
            }
        }
    }
}

extension MatcherCaseFile.Case {
    var key: String { "\(self.func) \(self.input.text)" }

    var isBracedMatcher: Bool {
        let (first, last) = (self.input.bytes.first, self.input.bytes.last)
        return self.func == "ParseMatcher" && (first == UInt8(ascii: "{") || last == UInt8(ascii: "}"))
    }

    func parse(as syntax: MatcherSyntax) -> Result<[Matcher], MatcherError> {
        Result { () throws(MatcherError) in
            switch self.func {
            case "ParseMatcher": [try syntax.matcher(in: self.input.bytes).value]
            default: try syntax.matchers(in: self.input.bytes).value
            }
        }
    }

    /// Holds the outcome against the recorded one.
    func check(against file: MatcherCaseFile, as syntax: MatcherSyntax) {
        let outcome = self.parse(as: syntax)
        #expect(self.agrees(with: outcome), "\(self.key.debugDescription): \(outcome)")
        guard case .success(let matchers) = outcome else { return }
        #expect(matchers.bracedText == self.string, "\(self.key.debugDescription)")
        #expect(matchers.sorted().bracedText == self.sorted ?? self.string, "\(self.key.debugDescription)")
        let found = file.labelSets.map { matchers.match(LabelSet($0)) }
        #expect(found == self.matches, "\(self.key.debugDescription)")
    }

    func agrees(with outcome: Result<[Matcher], MatcherError>) -> Bool {
        switch outcome {
        case .failure(let error):
            return !self.ok && error.description == self.error?.text
        case .success(let matchers):
            let read = matchers.map {
                MatcherCaseFile.Matcher(
                    name: $0.name,
                    type: $0.kind.symbol,
                    value: $0.value,
                    string: $0.description
                )
            }
            return self.ok && read == self.matchers ?? []
        }
    }
}
