import Foundation
import Testing

@testable import TocsinRegex

/// What Alertmanager did with a hundred expressions, against 36 subjects each.
@Suite struct RegexCaseTests {
    @Test func everyCaseCompilesAndMatchesAsInAlertmanager() throws {
        let file = try RegexCaseFile.load()
        #expect(file.cases.count == 102)

        for item in file.cases {
            let outcome = Result { () throws(RegexError) in try Regex(bytes: item.value.bytes) }
            switch outcome {
            case .success(let regex):
                #expect(item.ok, "\(item.value) must be refused")
                #expect(regex.groupNames.count == regex.groupCount + 1, "\(item.value)")
                let found = file.subjects.map { regex.matches($0) == (item.type == "=~") }
                #expect(found == item.matches, "\(item.value)")
            case .failure(let error):
                #expect(!item.ok, "\(item.value) must compile: \(error)")
                #expect(error.description == item.error?.text, "\(item.value)")
            }
        }
    }
}

struct RegexCaseFile: Decodable {
    struct Case: Decodable {
        let type: String
        let value: CaseText
        let ok: Bool
        let error: CaseText?
        let matches: [Bool]?
    }

    let subjects: [String]
    let cases: [Case]

    static func load() throws -> RegexCaseFile {
        let url = try #require(Bundle.module.url(forResource: "regexps", withExtension: "json", subdirectory: "Cases"))
        return try JSONDecoder().decode(RegexCaseFile.self, from: Data(contentsOf: url))
    }
}

/// A text of a case file: a string, or an object with the base64 of bytes that are not UTF-8.
struct CaseText: Decodable, CustomStringConvertible {
    let bytes: [UInt8]

    var text: String { String(decoding: self.bytes, as: UTF8.self) }
    var description: String { self.text.debugDescription }

    private struct Binary: Decodable { let base64: Data }

    init(from decoder: any Decoder) throws {
        do {
            self.bytes = try Array(decoder.singleValueContainer().decode(String.self).utf8)
        } catch DecodingError.typeMismatch {
            self.bytes = try Array(Binary(from: decoder).base64)
        }
    }
}
