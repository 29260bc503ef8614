import Testing
import TocsinConfig
import TocsinCore
import TocsinModel

@Suite struct InhibitRuleTests {
    @Test func everyWayToWriteARuleIsRead() throws {
        let rules = try Sample.load(
            """
            route: {receiver: r}
            receivers: [{name: r}]
            inhibit_rules:
            - name: down
              source_match: {a: b}
              source_match_re: {c: d.*}
              source_matchers: ['{e=f,g!=h}']
              target_matchers: [ severity=~"warning|info" ]
              equal: [host, 'my label']
            - {}
            """
        ).routing.inhibitRules

        #expect(rules.map(\.name) == ["down", ""])
        #expect(rules[0].source.map(\.description) == [#"a="b""#, #"c=~"^(?:d.*)$""#, #"e="f""#, #"g!="h""#])
        #expect(rules[0].target.map(\.description) == [#"severity=~"warning|info""#])
        #expect(rules[0].equal == ["host", "my label"])
        #expect(rules[1] == InhibitRule())
    }
}
