import Testing
import TocsinSettings

@Suite struct ReferenceTests {
    /// A type that holds itself, as routes do.
    private struct Tree {
        init(from fields: inout Fields) {
            _ = fields.required("name", as: String.self, doc: "What it is called.")
            _ = fields.optional("count", default: 3, doc: "How many.")
            _ = fields.secret("token", doc: "Shown to nobody.")
            fields.unsupported("later")
            _ = fields.nestedList("children", called: "tree", doc: "Below it.") { fields, _ in Tree(from: &fields) }
        }
    }

    @Test func theDeclarationsOfATypeAreItsReference() throws {
        let reference = Fields.reference(of: "tree") { Tree(from: &$0) }

        #expect(reference.map(\.key) == ["name", "count", "token", "later", "children"])
        #expect(reference[0].isRequired && reference[0].doc == "What it is called.")
        #expect(reference[1].type == "integer" && reference[1].defaultText == "3")
        #expect(reference[2].isSecret && !reference[1].isSecret)
        #expect(reference[3].isUnsupported)
        #expect(reference[4].type == "list of mappings")
    }

    @Test func aTypeThatHoldsItselfIsListedOnceInsideItself() throws {
        let reference = Fields.reference(of: "tree") { Tree(from: &$0) }

        let children = try #require(reference.last)
        #expect(children.nested.map(\.key) == reference.map(\.key))
        #expect(children.nested.last?.nested == [])
    }
}
