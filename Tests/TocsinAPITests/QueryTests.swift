import Testing
import TocsinAPI

@Suite struct QueryTests {
    private func pairs(_ text: String) -> [String] {
        let query = Query(text[...].utf8)
        return ["a", "b c", "é", ""].flatMap { name in
            query.values(name).map { "\(name)=\(String(decoding: $0, as: UTF8.self))" }
        }
    }

    @Test(arguments: [
        ("", []),
        ("a=1", ["a=1"]),
        ("a=1&a=2&a", ["a=1", "a=2", "a="]),
        ("a=%3D%3d+x", ["a=== x"]),
        ("b+c=1&b%20c=2", ["b c=1", "b c=2"]),
        ("%C3%A9=%C3%A9", ["é=é"]),
        ("a=1%", []),
        ("a=%4&a=%zz&a=2", ["a=2"]),
        ("&&a=1&&", ["a=1"]),
        ("=x", ["=x"]),
        ("a=b=c", ["a=b=c"]),
    ])
    func aFormIsDecoded(_ text: String, _ expected: [String]) {
        #expect(self.pairs(text) == expected)
    }
}
