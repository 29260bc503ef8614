/// File name patterns as Go's `filepath.Glob` has them: `*`, `?`, `[a-z]`, `[^a-z]` and `\` before any of these, each
/// within one name of a path. There is no `**`.
struct Glob {
    /// More paths are not returned.
    static let maximumCount = 1_000

    /// A pattern that does not parse.
    struct SyntaxError: Error {}

    private let parts: [Part]

    private enum Part {
        case letter(Unicode.Scalar)
        case anyLetter
        case anything
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    /// The paths that a pattern stands for, sorted within each folder.
    static func paths(matching pattern: String, in files: some ConfigurationFiles) throws(SyntaxError) -> [String] {
        guard Glob.isPattern(pattern) else { return files.exists(pattern) ? [pattern] : [] }
        let (directory, name) = Glob.split(pattern)
        let glob = try Glob(name)
        var directories = [directory]
        if Glob.isPattern(directory) { directories = try Glob.paths(matching: directory, in: files) }
        var paths: [String] = []
        for directory in directories {
            let names = files.names(in: directory.isEmpty ? "." : directory)
            for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where glob.matches(name) {
                paths.append(directory.isEmpty ? name : directory == "/" ? "/\(name)" : "\(directory)/\(name)")
            }
        }
        return Array(paths.prefix(Glob.maximumCount))
    }

    private static func isPattern(_ text: String) -> Bool { text.utf8.contains { "*?[\\".utf8.contains($0) } }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        let directory = path[..<slash]
        return (directory.isEmpty ? "/" : String(directory), String(path[path.index(after: slash)...]))
    }
}

// MARK: - One name

extension Glob {
    init(_ pattern: String) throws(SyntaxError) {
        var rest = Substring(pattern).unicodeScalars
        var parts: [Part] = []
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": parts.append(.anything)
            case "?": parts.append(.anyLetter)
            case "[": parts.append(try Glob.set(from: &rest))
            case "\\":
                guard let escaped = rest.popFirst() else { throw SyntaxError() }
                parts.append(.letter(escaped))
            default: parts.append(.letter(scalar))
            }
        }
        self.parts = parts
    }

    private static func set(from rest: inout Substring.UnicodeScalarView) throws(SyntaxError) -> Part {
        var isNegated = false
        if rest.first == "^" {
            isNegated = true
            rest.removeFirst()
        }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while rest.first != "]" || ranges.isEmpty {
            let lower = try Glob.member(from: &rest)
            var upper = lower
            if rest.first == "-" {
                rest.removeFirst()
                upper = try Glob.member(from: &rest)
            }
            // Go lets a range that runs backwards through; it holds nothing.
            if lower <= upper { ranges.append(lower...upper) } else { ranges.append("\0"..."\0") }
        }
        rest.removeFirst()
        return .set(ranges, isNegated: isNegated)
    }

    private static func member(from rest: inout Substring.UnicodeScalarView) throws(SyntaxError) -> Unicode.Scalar {
        guard let scalar = rest.popFirst(), scalar != "-", scalar != "]" else { throw SyntaxError() }
        guard scalar == "\\" else { return scalar }
        guard let escaped = rest.popFirst() else { throw SyntaxError() }
        return escaped
    }

    /// Takes as long as pattern times name at most: only the last `*` is ever tried again.
    func matches(_ name: String) -> Bool {
        let letters = Array(name.unicodeScalars)
        var (part, letter) = (0, 0)
        var retry: (part: Int, letter: Int)?
        while letter < letters.count {
            if part < self.parts.count, case .anything = self.parts[part] {
                retry = (part + 1, letter)
                part += 1
            } else if part < self.parts.count, Glob.accepts(self.parts[part], letters[letter]) {
                part += 1
                letter += 1
            } else if let again = retry {
                retry = (again.part, again.letter + 1)
                (part, letter) = (again.part, again.letter + 1)
            } else {
                return false
            }
        }
        return self.parts[part...].allSatisfy { if case .anything = $0 { true } else { false } }
    }

    private static func accepts(_ part: Part, _ letter: Unicode.Scalar) -> Bool {
        switch part {
        case .letter(let wanted): wanted == letter
        case .anyLetter: true
        case .anything: false
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(letter) } != isNegated
        }
    }
}
