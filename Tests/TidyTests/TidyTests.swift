import Testing

/// The rules of docs/style.md that a program can check, on the sources as they are.
@Suite struct TidyTests {
    let sources: [SourceText]
    let tests: [SourceText]

    /// Files over the limit that are better whole, each with the reason.
    let longFiles: [String: String] = [:]

    init() throws {
        self.sources = try ProjectFiles.sources.get()
        self.tests = try ProjectFiles.tests.get()
        // Or everything below would hold for want of anything to check.
        try #require(self.sources.contains { $0.path == "Sources/TocsinModel/Alert.swift" })
        try #require(self.tests.contains { $0.path == "Tests/TidyTests/TidyTests.swift" })
    }

    @Test func everyTargetImportsOnlyWhatItsRowAllows() {
        expectNone(self.swiftSources.flatMap { Checks.imports(of: $0, table: ImportRule.table) })
    }

    @Test func pureTargetsHaveNoClockRandomnessOrOutput() {
        let pure = self.swiftSources.filter { $0.target.flatMap { ImportRule.table[$0] }?.isPure == true }

        #expect(!pure.isEmpty)
        expectNone(pure.flatMap { Checks.banned(Checks.bans, in: $0) })
    }

    @Test func nothingCrashesOnAnError() {
        expectNone(self.swiftSources.flatMap { Checks.banned(Checks.crashes, in: $0) })
    }

    @Test func whatTheCompilerCannotCheckIsProvenInAComment() {
        expectNone(self.swiftSources.flatMap { Checks.unprovenTrust(in: $0) })
    }

    @Test func workToBeDoneNamesItsIssue() {
        expectNone((self.sources + self.tests).flatMap { Checks.forgottenWork(in: $0) })
    }

    @Test func functionsFitOnAScreen() {
        expectNone(self.swiftSources.flatMap { Checks.longFunctions(in: $0) })
    }

    @Test func filesAreShort() {
        expectNone(Checks.longFiles(in: self.sources, exceptions: self.longFiles))
    }

    @Test func linesAreShort() throws {
        let manifest = try ProjectFiles.source("Package.swift")

        expectNone((self.sources + self.tests + [manifest]).flatMap { Checks.longLines(in: $0) })
    }

    @Test func everyReceiverIsInTheList() {
        expectNone(Checks.unlistedReceivers(among: self.sources))
    }

    @Test func nothingStrangeLiesAtTheTopLevel() throws {
        expectNone(Checks.strangers(atTopLevel: try ProjectFiles.topLevel()))
    }

    private var swiftSources: [SourceText] { self.sources.filter { $0.path.hasSuffix(".swift") } }
}

/// One failure for each finding, so that each is shown by itself.
private func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
    for finding in findings { Issue.record("\(finding)", sourceLocation: sourceLocation) }
}
