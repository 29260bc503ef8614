import Testing
import TocsinSettings

@Suite struct FieldsTests {
    @Test func anAbsentFieldHasItsDefaultAndANullErasesIt() throws {
        let absent = try Sample.read([]) { $0.optional("title", default: "hello", doc: "") }
        let null = try Sample.read([("title", Sample.null())]) { $0.optional("title", default: "hello", doc: "") }

        #expect(absent == "hello")
        #expect(null.isEmpty)
    }

    @Test func anyScalarInATextFieldKeepsItsSourceText() throws {
        let scalars: [(SettingsNode, String)] = [
            (Sample.scalar("1.50", .float(1.5)), "1.50"), (Sample.scalar("yes", .boolean(true)), "yes"),
            (Sample.scalar("0x1F", .integer(31)), "0x1F"), (Sample.text("a"), "a"),
        ]

        for (node, expected) in scalars {
            #expect(try Sample.read([("a", node)]) { $0.optional("a", default: "", doc: "") } == expected)
        }
    }

    @Test func aFloatCountsAsAnIntegerWithoutItsFractionButTextDoesNot() throws {
        let node = Sample.scalar("1.5", .float(1.5))
        let read = try Sample.read([("count", node)]) { $0.integer("count", in: 0...10, default: 3, doc: "") }
        let quoted = Sample.mistakes(in: [("count", Sample.text("3"))]) { $0.optional("count", default: 0, doc: "") }

        #expect(read == 1)
        #expect(quoted == [#"a.yml:1:10: `count` must be an integer without quotes: "3""#])
    }

    @Test(arguments: [
        (Double.infinity, "must be an integer"), (Double.nan, "must be an integer"), (1e300, "must be an integer"),
    ])
    func aFloatThatNoIntegerHoldsIsAMistake(value: Double, message: String) {
        let node = Sample.scalar("x", .float(value))
        let mistakes = Sample.mistakes(in: [("count", node)]) { $0.optional("count", default: 0, doc: "") }

        #expect(mistakes == [#"a.yml:1:10: `count` \#(message): "x""#])
    }

    @Test func everyMistakeIsReportedInTheOrderOfTheFile() {
        let entries: [(String, SettingsNode)] = [
            ("recever", Sample.text("a")),
            ("continue", Sample.text("maybe")),
            ("count", Sample.scalar("-1", .integer(-1))),
            ("tags", Sample.text("a")),
            ("inner", Sample.mapping([("nmae", Sample.text("x"))], line: 5)),
            ("later", Sample.scalar("true", .boolean(true))),
        ]

        let mistakes = Sample.mistakes(in: entries) { fields in
            fields.unsupported("later")
            _ = fields.nested("inner", doc: "") { $0.required("name", as: String.self, doc: "") }
            _ = fields.list("tags", of: String.self, doc: "")
            _ = fields.integer("count", in: 0...Int.max, default: 0, doc: "")
            _ = fields.optional("continue", default: false, doc: "")
            _ = fields.required("receiver", as: String.self, doc: "")
        }

        #expect(
            mistakes == [
                "a.yml:1:1: missing `receiver` in sample",
                "a.yml:1:1: unknown key `recever` in sample; did you mean `receiver`?",
                #"a.yml:2:10: `continue` must be true or false: "maybe""#,
                "a.yml:3:10: `count` must be at least 0, not -1",
                "a.yml:4:10: `tags` must be a list, not text",
                "a.yml:5:1: missing `name` in inner",
                "a.yml:5:1: unknown key `nmae` in inner; did you mean `name`?",
                "a.yml:6:1: `later` is not supported yet",
            ]
        )
    }

    @Test func aKeyThatIsFarFromEveryOtherGetsNoSuggestion() {
        let mistakes = Sample.mistakes(in: [("zebra", Sample.text("a"))]) {
            $0.optional("receiver", default: "", doc: "")
        }

        #expect(mistakes == ["a.yml:1:1: unknown key `zebra` in sample"])
    }

    @Test func aKeyThatStandsTwiceIsAMistakeAtItsSecondPlaceEvenInAFreeMapping() {
        let inner = Sample.mapping([("x", Sample.text("1")), ("x", Sample.text("2"))], line: 7)
        let mistakes = Sample.mistakes(in: [("any", inner)]) { $0.node("any", doc: "") == nil }

        #expect(mistakes == ["a.yml:8:1: duplicate key `x`, first set on line 7"])
    }

    @Test func keysThatOnlyLookTheSameAreTwoKeys() throws {
        let inner = Sample.mapping([("\u{E9}", Sample.text("1")), ("e\u{301}", Sample.text("2"))], line: 7)
        let read = try Sample.read([("labels", inner)]) { fields in
            fields.map("labels", of: String.self, doc: "").map(\.value.value)
        }

        #expect(read == ["1", "2"])
    }

    @Test func whereReadingBrokeOffOnlyTheReasonIsReported() {
        let mistakes = Sample.mistakes(in: [("zebra", Sample.text("a"))]) { fields throws(SettingsError) in
            throw SettingsError("cannot go on", at: fields.position)
        }

        #expect(mistakes == ["a.yml:1:1: cannot go on"])
    }

    @Test func aFieldThatIsNotSupportedMayAskForNothing() {
        let nothing = [
            Sample.null(), Sample.list([]), Sample.mapping([]), Sample.text(""), Sample.scalar("no", .boolean(false)),
            Sample.scalar("0", .integer(0)),
        ]
        let something = [
            Sample.list([Sample.null()]), Sample.text("x"), Sample.scalar("yes", .boolean(true)),
            Sample.scalar("1", .integer(1)), Sample.mapping([("a", Sample.null())]),
        ]

        for node in nothing { #expect(Sample.mistakes(in: [("a", node)]) { $0.unsupported("a") }.isEmpty) }
        for node in something {
            #expect(
                Sample.mistakes(in: [("a", node)]) { $0.unsupported("a") } == ["a.yml:1:1: `a` is not supported yet"])
        }
    }

    @Test func oneOfAFewWordsIsSuggestedWhereAnotherStands() throws {
        enum Format: String, CaseIterable { case json, protobuf }
        let entries = [("format", Sample.text("jsno"))]
        let mistakes = Sample.mistakes(in: entries) { $0.enumeration("format", default: Format.json, doc: "") }
        let read = try Sample.read([("format", Sample.text("protobuf"))]) {
            $0.enumeration("format", default: Format.json, doc: "")
        }

        #expect(mistakes == [#"a.yml:1:10: `format` must be one of json, protobuf: "jsno"; did you mean `json`?"#])
        #expect(read == .protobuf)
    }

    @Test func twoFieldsThatExcludeEachOtherAreOneMistakeAndAnEmptyOneDoesNotCount() {
        let both = [("url", Sample.text("a")), ("url_file", Sample.text("b"))]
        let one = [("url", Sample.text("a")), ("url_file", Sample.text(""))]
        func read(_ fields: inout Fields) {
            _ = fields.optional("url", default: "", doc: "")
            _ = fields.optional("url_file", default: "", doc: "")
            fields.atMostOne(of: "url", "url_file")
        }

        #expect(
            Sample.mistakes(in: both) { read(&$0) } == ["a.yml:2:10: at most one of url & url_file must be configured"]
        )
        #expect(Sample.mistakes(in: one) { read(&$0) }.isEmpty)
    }

    @Test func aNullItemInAListOfMappingsIsAMistakeAndTheOthersAreRead() {
        var count = 0
        let list = Sample.list([Sample.null(line: 2), Sample.mapping([("a", Sample.text("1"))], line: 3)])
        let mistakes = Sample.mistakes(in: [("list", list)]) { fields in
            let read = fields.nestedList("list", doc: "") { fields, index in
                (index, fields.optional("a", default: "", doc: ""))
            }
            count = read?.count ?? 0
        }

        #expect(mistakes == ["a.yml:2:10: `list` item 1 must be a mapping, not nothing"])
        #expect(count == 1)
    }

    @Test func afterAHundredMistakesTheRestIsCounted() {
        let entries = (0..<120).map { ("key\($0)", Sample.null()) }

        #expect {
            try Fields.read(Sample.mapping(entries), as: "sample") { _ in }
        } throws: { error in
            guard let errors = error as? SettingsErrors else { return false }
            return errors.errors.count == 100 && errors.omitted == 20 && "\(errors)".hasSuffix("\nand 20 more mistakes")
        }
    }

    @Test func aDocumentThatIsNoMappingIsAMistake() {
        #expect(
            throws: SettingsErrors(SettingsError("sample must be a mapping, not a list", at: Sample.position(1, 10)))
        ) {
            try Fields.read(Sample.list([]), as: "sample") { _ in }
        }
    }
}
