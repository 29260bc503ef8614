import Testing

/// That code, comments and literals are told apart.
@Suite struct SourceTextTests {
    @Test(arguments: [
        ("a()  // one", "a()", "// one"),
        ("/* a /* b */ c */ d()", "d()", "/* a /* b */ c */"),
        ("a(\"// no\")", "a(\" \")", ""),
        ("a(\"\\\"\") // b", "a(\" \")", "// b"),
        ("a(\"x\\(b + \"c\")y\")", "a(\" b + \" \" \")", ""),
        ("a(\"x\\(b(c(1)))y\") // d", "a(\" b(c(1)) \")", "// d"),
        ("a(#\"\\(b)\"c\"#, d)", "a( \" \" , d)", ""),
        ("a(\"open\nb()", "a(\" b()", ""),
        ("a(\"\"\"\n\"b\" // c\n\"\"\", d)", "a(\" \" , d)", ""),
        ("#if DEBUG // a\nb()", "#if DEBUG b()", "// a"),
    ])
    func swiftIsTakenApart(text: String, code: String, comments: String) {
        let source = SourceText(path: "Sources/A/A.swift", text: text)

        #expect(squeezed(source.code) == code)
        #expect(squeezed(source.comments) == comments)
    }

    @Test(arguments: [
        ("a('\"'); // b", "a( );", "// b"),
        ("a('\\''); b(\"c\");", "a( ); b(\" \");", ""),
        ("/* a /* b */ c();", "c();", "/* a /* b */"),
    ])
    func cIsTakenApart(text: String, code: String, comments: String) {
        let source = SourceText(path: "Sources/CA/A.c", text: text)

        #expect(squeezed(source.code) == code)
        #expect(squeezed(source.comments) == comments)
    }

    @Test func linesAndColumnsStayWhereTheyAre() {
        let source = SourceText(path: "Sources/A/A.swift", text: "/*\n*/ a(\"b\")\n\n    c()\n")

        #expect(source.lines.count == 4)
        #expect(source.code == ["  ", "   a(\" \")", "", "    c()"])
        #expect(source.comments.map { $0.filter { $0 != " " } } == ["/*", "*/", "", ""])
    }

    @Test func theTargetIsTheFolderUnderSources() {
        #expect(SourceText(path: "Sources/TocsinAPI/Routes/AlertRoutes.swift", text: "").target == "TocsinAPI")
        #expect(SourceText(path: "Tests/TocsinAPITests/RouterTests.swift", text: "").target == nil)
    }
}

/// The lines as one, each run of blanks as one blank.
private func squeezed(_ lines: [String]) -> String {
    lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
}
