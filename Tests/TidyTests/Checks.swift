/// Something a check objects to, and where.
struct Finding: Hashable, CustomStringConvertible {
    let path: String
    let line: Int?
    let message: String

    var description: String { "\(self.path)\(self.line.map { ":\($0)" } ?? ""): \(self.message)" }
}

/// What every source file is held to. Each check takes a text and names what it objects to, so that its own tests can
/// show it a text that is wrong.
enum Checks {
    static let longestLine = 120
    static let longestFile = 400
    static let longestFunction = 60
}

// MARK: - Imports

extension Checks {
    /// Imports that the row of the file's target does not have.
    static func imports(of source: SourceText, table: [String: ImportRule]) -> [Finding] {
        guard let target = source.target else { return [] }
        guard let rule = table[target] else {
            let message = "the target \(target) has no row in ImportTable.swift"
            return [Finding(path: source.path, line: nil, message: message)]
        }
        return self.importedModules(source).compactMap { module, line in
            if rule.allows(module, in: source.fileName) { return nil }
            let allowed = rule.modules.isEmpty ? "nothing" : rule.modules.sorted().joined(separator: ", ")
            let message = "\(target) may not import \(module), only \(allowed); docs/architecture.md says why"
            return Finding(path: source.path, line: line, message: message)
        }
    }

    /// The top-level modules that a file imports, with the lines.
    static func importedModules(_ source: SourceText) -> [(module: String, line: Int)] {
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
        var found: [(module: String, line: Int)] = []
        for (index, line) in source.code.enumerated() {
            for statement in line.split(separator: ";") {
                let words = statement.split(separator: " ")
                guard let keyword = words.firstIndex(of: "import") else { continue }
                // `import` is no name, so what stands before it are attributes and the access level.
                let path = words[(keyword + 1)...].first { !kinds.contains($0) }
                guard let module = path?.split(separator: ".").first else { continue }
                found.append((String(module), index + 1))
            }
        }
        return found
    }
}

// MARK: - Words that are not used

/// A piece of code that does not belong somewhere, and what does.
struct Ban: Sendable {
    let code: String
    let instead: String
}

extension Checks {
    /// In pure targets: each would let something in that makes two runs of the same events differ.
    static let bans: [Ban] = [
        Ban(code: "Date(", instead: "take `now: Timestamp` as an argument"),
        Ban(code: "Date.now", instead: "take `now: Timestamp` as an argument"),
        Ban(code: "ContinuousClock", instead: "take `now: Timestamp` as an argument; the runtime's WallClock waits"),
        Ban(code: "SuspendingClock", instead: "take `now: Timestamp` as an argument; the runtime's WallClock waits"),
        Ban(code: ".random", instead: "derive the number from an identifier, as the jitter of a retry does"),
        Ban(code: ".shuffle", instead: "sort; an order that differs from run to run hides mistakes"),
        Ban(code: "SystemRandomNumberGenerator", instead: "derive the number from an identifier"),
        Ban(code: "Hasher()", instead: "use Fingerprint or FNV1a: Hasher's values differ from process to process"),
        Ban(code: ".hashValue", instead: "use Fingerprint or FNV1a: hash values differ from process to process"),
        Ban(code: "Task {", instead: "return what is to be done; the runtime does it"),
        Ban(code: "Task(", instead: "return what is to be done; the runtime does it"),
        Ban(code: "Task.", instead: "return what is to be done; the runtime does it"),
        Ban(code: "await ", instead: "return what is to be done; the runtime waits for it"),
        Ban(code: "print(", instead: "return a fact; the runtime logs it"),
    ]

    /// Everywhere in Sources: each turns an error that could be reported into a crash.
    static let crashes: [Ban] = [
        Ban(code: "try!", instead: "throw the error on, or show the compiler that there is none"),
        Ban(code: "as!", instead: "use `as?` with a `guard`, or a type that makes the cast needless"),
        Ban(
            code: "fatalError(",
            instead: "throw what is to be expected; what cannot be is a `preconditionFailure` that says what must hold"
        ),
    ]

    static func banned(_ bans: [Ban], in source: SourceText) -> [Finding] {
        source.code.enumerated().flatMap { index, line in
            bans.filter { self.line(line, uses: $0.code) }.map { ban in
                Finding(path: source.path, line: index + 1, message: "no `\(ban.code)` here: \(ban.instead)")
            }
        }
    }

    /// Whether `code` stands in the line, and is neither the end of a longer name nor a function of our own that is
    /// called the same: its declaration, or its call on something.
    private static func line(_ line: String, uses code: String) -> Bool {
        guard line.contains(code), let first = code.first else { return false }
        let isName = { (character: Character) in character.isLetter || character.isNumber || character == "_" }
        return line.ranges(of: code).contains { range in
            let before = line[..<range.lowerBound]
            guard isName(first), let last = before.last else { return true }
            if isName(last) || before.hasSuffix("func ") { return false }
            return !(last == "." && first.isLowercase && !before.hasSuffix("Swift."))
        }
    }
}

// MARK: - Comments

extension Checks {
    /// What the compiler is asked to take on trust, without a comment on the line or the one before that proves it.
    static func unprovenTrust(in source: SourceText) -> [Finding] {
        let hasComment = { (index: Int) in
            index >= 0 && source.comments[index].contains { !$0.isWhitespace && $0 != "/" && $0 != "*" }
        }
        return source.code.enumerated().flatMap { index, line in
            ["@unchecked Sendable", "nonisolated(unsafe)"].filter(line.contains).compactMap { claim in
                if hasComment(index) || hasComment(index - 1) { return nil }
                let message = "`\(claim)` needs a comment here or on the line before that says why it is safe"
                return Finding(path: source.path, line: index + 1, message: message)
            }
        }
    }

    /// Notes of work to be done that name no issue: nobody finds them again.
    static func forgottenWork(in source: SourceText) -> [Finding] {
        source.comments.enumerated().flatMap { index, line in
            ["TODO", "FIXME"].filter(line.contains).compactMap { word in
                if line.contains(#/#[0-9]/#) { return nil }
                let message = "a \(word) names its issue, as in `\(word)(#12)`"
                return Finding(path: source.path, line: index + 1, message: message)
            }
        }
    }
}
