import Foundation
import Testing
import TocsinModel

@Suite struct FingerprintTests {
    private struct Cases: Decodable {
        struct Case: Decodable {
            let labels: [String: String]
            let fingerprint: String
            let uint64: String
        }

        let cases: [Case]
    }

    @Test func labelSetsHaveTheFingerprintsThatAlertmanagerGivesThem() throws {
        let url = try #require(
            Bundle.module.url(forResource: "fingerprints", withExtension: "json", subdirectory: "Cases"))
        let cases = try JSONDecoder().decode(Cases.self, from: Data(contentsOf: url)).cases
        #expect(cases.count >= 30)

        for item in cases {
            let fingerprint = LabelSet(item.labels).fingerprint
            #expect(fingerprint.description == item.fingerprint, "\(item.labels)")
            #expect(String(fingerprint.value) == item.uint64)
            #expect(Fingerprint(item.fingerprint) == fingerprint)
        }
    }

    @Test(arguments: [
        (["alertname": "T5"], "60433642e6df17a1"),
        (["alertname": "T6"], "604d3642e6e76c26"),
        (["alertname": "T8"], "601d3642e6be4864"),
        (["alertname": "T2"], "603f3642e6db2eca"),
        (["alertname": "A", "cluster": "c1", "sev": "x", "severity": "critical", "team": "a"], "82280682a9fb7059"),
        (["a": "1", "alertname": "M", "svc": "foobar", "z": #"q"uo\te"#], "4d4839dde01d691a"),
        (["alertname": "Né\n"], "953a3b4bc6e4d30c"),
        ([:], "cbf29ce484222325"),
    ])
    func knownLabelSetsHaveTheirKnownFingerprints(_ labels: [String: String], _ fingerprint: String) {
        #expect(LabelSet(labels).fingerprint.description == fingerprint)
    }

    @Test(arguments: [
        "", "60433642e6df17a", "60433642e6df17a10", "60433642e6df17ag", "+0433642e6df17a1", "0x433642e6df17a1",
    ])
    func onlySixteenHexadecimalDigitsAreAFingerprint(_ text: String) {
        #expect(Fingerprint(text) == nil)
    }
}
