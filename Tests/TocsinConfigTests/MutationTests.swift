import Testing
import TocsinConfig

/// Right configurations with a few bytes changed: whatever comes of it, it is a configuration or a list of mistakes.
@Suite struct MutationTests {
    @Test(arguments: 0..<8)
    func noChangeOfAFewBytesCrashesOrHangsTheLoader(seed: UInt64) {
        var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        var (right, wrong) = (0, 0)
        for _ in 0..<150 {
            let mistakes = Sample.mistakes(in: Self.mutated(Self.text, with: &dice))
            if mistakes.isEmpty { right += 1 } else { wrong += 1 }
            #expect(mistakes.count <= 101)
            #expect(mistakes.allSatisfy { $0.hasPrefix("a.yml:") || $0.hasPrefix("and ") })
        }
        // Both must happen, or the changes are too small or too large to find anything.
        #expect(right > 0 && wrong > 0)
    }

    private static func mutated(_ text: String, with dice: inout Dice) -> String {
        var bytes = Array(text.utf8)
        for _ in 0...dice.roll(3) {
            let place = dice.roll(bytes.count)
            let piece = Self.pieces[dice.roll(Self.pieces.count)]
            switch dice.roll(5) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(contentsOf: piece.utf8, at: place)
            case 2: bytes.replaceSubrange(place..<min(place + 3, bytes.count), with: piece.utf8)
            case 3: bytes[place] = UInt8(dice.roll(256))
            default:
                let length = min(dice.roll(60), bytes.count - place)
                bytes.insert(contentsOf: bytes[place..<(place + length)], at: dice.roll(bytes.count))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let pieces = [
        "&a ", "*a", "<<: ", "{", "}", "[", "]", "? ", ": ", "- ", "\n", "\n  ", "\t", "'", "\"", "|\n", "!!binary ",
        "!x ",
        "#", "%", "@", "`", "{{", "}}", "\\u", "\u{E000}", "\u{FEFF}", "~", "0x", "...", "---\n", "null",
        "9223372036854775808",
    ]

    private static let text = """
        global: &g
          resolve_timeout: 5m
          slack_api_url: 'https://hooks.slack.com/services/XXX/YYY/ZZZ'
          http_config: {basic_auth: {username: u, password_file: p}, tls_config: {insecure_skip_verify: true}}
        route: &r
          group_by: ['alertname', "cluster"]
          receiver: a
          routes:
            - match: {severity: critical}
              receiver: b
              repeat_interval: 1h
            - matchers: ['a=~"b*"', '{c!="d"}']
              continue: yes
              group_by: [...]
        receivers:
          - name: a
            slack_configs: &s
              - channel: '#x'
                text: |
                  {{ range .Alerts }}*{{ .Labels.a }}*
                  {{ end }}
          - name: b
            slack_configs: *s
            webhook_configs: [{url: http://h/, max_alerts: 0x10}]
        """
}

/// Numbers that are the same on every run.
struct Dice {
    var state: UInt64

    /// 0 to `sides` - 1.
    mutating func roll(_ sides: Int) -> Int {
        self.state ^= self.state << 13
        self.state ^= self.state >> 7
        self.state ^= self.state << 17
        return Int(self.state % UInt64(max(sides, 1)))
    }
}
