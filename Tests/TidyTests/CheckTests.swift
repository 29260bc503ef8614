import Testing

/// Each check on texts that are wrong, and on texts that only look so.
@Suite struct CheckTests {
    // MARK: Imports

    @Test(arguments: [
        ("import Foundation", "Foundation"),
        ("public import Foundation", "Foundation"),
        ("@preconcurrency import Dispatch", "Dispatch"),
        ("@_exported public import Glibc", "Glibc"),
        ("import struct Foundation.Date", "Foundation"),
        ("import Glibc.stdlib", "Glibc"),
        ("#if canImport(Glibc)\n    import Glibc\n#endif", "Glibc"),
        ("import TocsinModel; import Synchronization", "Synchronization"),
        ("import TocsinStore", "TocsinStore"),
        ("/* why */ import Logging", "Logging"),
    ])
    func anImportOutsideTheRowIsFound(text: String, module: String) throws {
        let source = SourceText(path: "Sources/TocsinCore/Engine.swift", text: text)

        let finding = try #require(Checks.imports(of: source, table: ImportRule.table).first)

        #expect(finding.message.hasPrefix("TocsinCore may not import \(module), only TocsinModel;"))
    }

    @Test(arguments: [
        ("Sources/TocsinCore/Engine.swift", "public import TocsinModel"),
        ("Sources/TocsinCore/Engine.swift", "// import Foundation"),
        ("Sources/TocsinCore/Engine.swift", "/* import Foundation\nimport Foundation */"),
        ("Sources/TocsinCore/Engine.swift", "let text = \"\"\"\n    import Foundation\n    \"\"\""),
        ("Sources/TocsinRuntime/Loop.swift", "import Foundation\nimport Logging\nimport TocsinCore"),
        ("Sources/TocsinConfig/Configuration+Loading.swift", "import Foundation"),
        ("Tests/TocsinCoreTests/EngineTests.swift", "import Foundation"),
    ])
    func anImportInTheRowIsNot(path: String, text: String) {
        let source = SourceText(path: path, text: text)

        #expect(Checks.imports(of: source, table: ImportRule.table) == [])
    }

    @Test func anExceptionHoldsForItsFileAlone() {
        let source = SourceText(path: "Sources/TocsinConfig/YAML.swift", text: "import Foundation")

        #expect(Checks.imports(of: source, table: ImportRule.table).count == 1)
    }

    @Test func aTargetWithoutARowIsFound() {
        let source = SourceText(path: "Sources/TocsinNew/New.swift", text: "")

        #expect(Checks.imports(of: source, table: ImportRule.table).count == 1)
    }

    // MARK: Banned words

    @Test(arguments: [
        "let now = Date()",
        "let now = Date(timeIntervalSince1970: 0)",
        "let now = Foundation.Date.now",
        "let number = Int.random(in: 0..<3)",
        "let one = items.randomElement()",
        "Task { self.flush() }",
        "Task(priority: .high) { self.flush() }",
        "Task.detached { self.flush() }",
        "print(group)",
        "Swift.print(group)",
        "    if true { print(group) }",
        "let clock = ContinuousClock()",
        "var generator = SystemRandomNumberGenerator()",
        "await self.flush()",
        "let text = \"at \\(Date())\"",
        "let text = \"at \\(self.text(\"x\", Date()))\"",
        "let text = #\"at \\#(Date())\"#",
    ])
    func aBannedWordIsFoundAndNamesItsReplacement(text: String) throws {
        let source = SourceText(path: "Sources/TocsinCore/Engine.swift", text: "struct A {}\n" + text)

        let finding = try #require(Checks.banned(Checks.bans, in: source).first)

        #expect(finding.line == 2)
        #expect(finding.message.contains(/^no `.+` here: .+/))
    }

    @Test(arguments: [
        "let date = toDate(text)",
        "let fingerprint = sprint(text)",
        "self.print(text)",
        "func print(_ text: String) {",
        "// Date() is not to be used, nor print(x)",
        "let text = \"Date() and Task { }\"",
        "let text = \"a quote \\\" and Date()\"",
        "let text = #\"a \\(Date()) that is text\"#",
        "let text = \"\"\"\n    \"Date()\" in quotes\n    \"\"\"",
        "func hash(into hasher: inout Hasher) {}",
        "let randomness = 0",
    ])
    func aWordThatOnlyLooksBannedIsNot(text: String) {
        let source = SourceText(path: "Sources/TocsinCore/Engine.swift", text: text)

        #expect(Checks.banned(Checks.bans, in: source) == [])
    }

    @Test(arguments: ["let a = try! b()", "let a = b as! C", "fatalError(\"no\")", "default: fatalError()"])
    func aCrashIsFound(text: String) {
        let source = SourceText(path: "Sources/tocsin/Serve.swift", text: text)

        #expect(Checks.banned(Checks.crashes, in: source).count == 1)
    }

    @Test(arguments: ["let a = try? b()", "let a = b as? C", "let a = b != c", "// try! is not used"])
    func anOrdinaryLineIsNoCrash(text: String) {
        let source = SourceText(path: "Sources/tocsin/Serve.swift", text: text)

        #expect(Checks.banned(Checks.crashes, in: source) == [])
    }

    // MARK: Comments

    @Test(arguments: [
        "final class A: @unchecked Sendable {}",
        "nonisolated(unsafe) var a = 0",
        "// About something else.\n\nfinal class A: @unchecked Sendable {}",
        "//\nfinal class A: @unchecked Sendable {}",
        "let a = \"// no comment\"; nonisolated(unsafe) var b = 0",
    ])
    func trustWithoutAProofIsFound(text: String) {
        let source = SourceText(path: "Sources/TocsinCurl/A.swift", text: text)

        #expect(Checks.unprovenTrust(in: source).count == 1)
    }

    @Test(arguments: [
        "// Its only property is guarded by the lock.\nfinal class A: @unchecked Sendable {}",
        "nonisolated(unsafe) var a = 0  // Set once, before the first thread starts.",
        "// `@unchecked Sendable` is not needed.",
        "struct A: Sendable {}",
    ])
    func trustWithAProofIsNot(text: String) {
        let source = SourceText(path: "Sources/TocsinCurl/A.swift", text: text)

        #expect(Checks.unprovenTrust(in: source) == [])
    }

    @Test(arguments: ["// TODO: later", "/// FIXME this", "let a = 0  // TODO", "/*\n TODO\n*/"])
    func aNoteWithoutAnIssueIsFound(text: String) {
        let source = SourceText(path: "Sources/TocsinCore/Engine.swift", text: text)

        #expect(Checks.forgottenWork(in: source).count == 1)
    }

    @Test(arguments: ["// TODO(#12): later", "// FIXME: see #7", "let a = \"TODO\"", "// To do this, wait."])
    func aNoteWithAnIssueIsNot(text: String) {
        let source = SourceText(path: "Sources/TocsinCore/Engine.swift", text: text)

        #expect(Checks.forgottenWork(in: source) == [])
    }
}

// MARK: - Layout

extension CheckTests {
    @Test func aStrangerAtTheTopLevelIsFound() {
        let names = ["Package.swift", ".github", "data", "scripts", "NOTES.md", "bench"]

        #expect(Checks.strangers(atTopLevel: names).map(\.path) == ["NOTES.md", "scripts"])
    }

    @Test func aReceiverThatIsNotInTheListIsFound() {
        let sources = [
            SourceText(path: "Sources/TocsinReceivers/Receiver.swift", text: "protocol Receiver {}"),
            SourceText(
                path: "Sources/TocsinReceivers/Receivers.swift",
                text: "let kinds = [SlackReceiver.self]  // TelegramReceiver comes later."
            ),
            SourceText(path: "Sources/TocsinReceivers/SlackReceiver.swift", text: ""),
            SourceText(path: "Sources/TocsinReceivers/TelegramReceiver.swift", text: ""),
            SourceText(path: "Sources/TocsinReceivers/LackReceiver.swift", text: ""),
            SourceText(path: "Sources/TocsinReceivers/Telegram/Message.swift", text: ""),
            SourceText(path: "Sources/TocsinCore/OtherReceiver.swift", text: ""),
        ]

        let found = Checks.unlistedReceivers(among: sources).map(\.path)

        #expect(
            found == [
                "Sources/TocsinReceivers/TelegramReceiver.swift", "Sources/TocsinReceivers/LackReceiver.swift",
            ]
        )
    }

    @Test func receiversWithoutAListAreFound() {
        let source = SourceText(path: "Sources/TocsinReceivers/SlackReceiver.swift", text: "")

        #expect(Checks.unlistedReceivers(among: [source]).count == 1)
    }
}
