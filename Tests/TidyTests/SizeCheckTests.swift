import Testing

/// The checks of lengths, at their edges.
@Suite struct SizeCheckTests {
    @Test(arguments: [(120, 0), (121, 1)])
    func aLineOverTheLimitIsFound(columns: Int, findings: Int) {
        // One letter of two bytes and one of two scalars: a column is what a reader sees.
        let line = "//éu\u{308}" + String(repeating: "x", count: columns - 4)
        let source = SourceText(path: "Sources/TocsinCore/Engine.swift", text: "\n" + line + "\n")

        let found = Checks.longLines(in: source)

        #expect(found.count == findings)
        #expect(found.allSatisfy { $0.line == 2 })
    }

    @Test(arguments: [(400, 0), (401, 1)])
    func aFileOverTheLimitIsFound(lines: Int, findings: Int) {
        let text = String(repeating: "\n", count: lines)
        let source = SourceText(path: "Sources/TocsinCore/Engine.swift", text: text)

        #expect(source.lines.count == lines)
        #expect(Checks.longFiles(in: [source], exceptions: [:]).count == findings)
    }

    @Test func aFileWithAReasonMayBeLonger() {
        let source = SourceText(path: "Sources/A/Long.swift", text: String(repeating: "\n", count: 500))

        #expect(Checks.longFiles(in: [source], exceptions: ["Sources/A/Long.swift": "one table"]) == [])
    }

    @Test func anExceptionForAShortOrMissingFileIsFound() {
        let source = SourceText(path: "Sources/A/Short.swift", text: "\n")
        let exceptions = ["Sources/A/Short.swift": "was long", "Sources/A/Gone.swift": "was there"]

        let found = Checks.longFiles(in: [source], exceptions: exceptions)

        #expect(found.map(\.path) == ["Sources/A/Gone.swift", "Sources/A/Short.swift"])
    }

    @Test(
        arguments: [
            "func run() {",
            "    public mutating func run(_ a: Int) throws(Rejection) -> [Int] {",
            "@inline(__always) private func run<T>(_ a: T) -> T where T: Sendable {",
            "private nonisolated(nonsending) static func run() async {",
            "func run(\n    a: Int,\n    b: (Int) -> Int = { $0 }\n) -> Int {",
            "func run()\n    throws(Rejection) -> Int\n{",
            "init?(_ text: some StringProtocol) {",
            "public init<T>(_ value: T) {",
            "deinit {",
            "subscript(name: String) -> String? {",
            "static func < (a: A, b: A) -> Bool {",
            "public var description: String {",
        ]
    )
    func aFunctionOverTheLimitIsFound(head: String) throws {
        let headLines = head.split(separator: "\n").count
        let fits = SizeCheckTests.file(head: head, bodyLines: Checks.longestFunction - headLines - 1)
        let tooLong = SizeCheckTests.file(head: head, bodyLines: Checks.longestFunction - headLines)

        #expect(Checks.functions(in: fits).map(\.lines) == [2...Checks.longestFunction + 1])
        #expect(Checks.longFunctions(in: fits) == [])
        #expect(Checks.longFunctions(in: tooLong).map(\.line) == [2])
    }

    @Test func aFunctionInAFunctionIsFoundByItself() {
        let source = SourceText(
            path: "Sources/A/A.swift",
            text: "func outer() {\n    func inner() {\n        a()\n    }\n    inner()\n}\n"
        )

        #expect(Checks.functions(in: source).map(\.lines) == [1...6, 2...4])
    }

    @Test(arguments: [
        "protocol A {\n    func run(_ a: Int) async throws(E) -> Int\n    init(from fields: inout Fields)\n}\n",
        "self.init(encoded: bytes)\n",
        "let function = make(.init(a: 1))\n",
        "var table: [String: Int] = [:]\n",
        "public var isEmpty: Bool\n",
        "// func run() {\n// }\n",
        "let text = \"func run() {\"\n",
    ])
    func whatHasNoBodyIsNoFunction(text: String) {
        let source = SourceText(path: "Sources/A/A.swift", text: text + String(repeating: "\n", count: 100) + "}\n")

        #expect(Checks.functions(in: source).map(\.declaration) == [])
    }

    @Test func bracesInTextEndNothing() {
        let source = SourceText(
            path: "Sources/A/A.swift",
            text: "func run() {\n    write(\"}\")  // }\n    write(\"\\(a.map { $0 })\")\n}\n"
        )

        #expect(Checks.functions(in: source).map(\.lines) == [1...4])
    }

    /// A type with one function of that head and a body of that many lines.
    private static func file(head: String, bodyLines: Int) -> SourceText {
        let body = String(repeating: "    run()\n", count: bodyLines)
        return SourceText(path: "Sources/A/A.swift", text: "struct A {\n\(head)\n\(body)}\n\n    let a = 0\n}\n")
    }
}
