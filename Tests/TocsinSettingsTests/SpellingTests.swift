import Testing
import TocsinSettings

@Suite struct SpellingTests {
    private static let words = ["receiver", "receivers", "route", "routes", "group_by", "webhook_configs", "a"]

    @Test(arguments: [
        ("recever", "receiver"), ("receivres", "receivers"), ("rotue", "route"), ("group-by", "group_by"),
        ("webhook_config", "webhook_configs"), ("Route", "route"), ("b", "a"),
    ])
    func theWordThatNeedsTheFewestChangesIsFound(word: String, meant: String) {
        #expect(Spelling.nearest(to: word, among: Self.words) == meant)
    }

    @Test(arguments: ["", "zebra", "slack", String(repeating: "receiver", count: 100)])
    func aWordThatIsLikeNoneFindsNone(word: String) {
        #expect(Spelling.nearest(to: word, among: Self.words) == nil)
    }
}
