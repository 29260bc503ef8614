// MARK: - Lines and files

extension Checks {
    static func longLines(in source: SourceText) -> [Finding] {
        source.lines.enumerated().compactMap { index, line in
            guard line.utf8.count > self.longestLine, line.count > self.longestLine else { return nil }
            let message = "\(line.count) columns, the limit is \(self.longestLine)"
            return Finding(path: source.path, line: index + 1, message: message)
        }
    }

    /// `exceptions` are paths with the reason for each; one that is not needed is reported too.
    static func longFiles(in sources: [SourceText], exceptions: [String: String]) -> [Finding] {
        let long = sources.filter { $0.lines.count > self.longestFile }
        let tooLong = long.filter { exceptions[$0.path] == nil }.map { source in
            let message = "\(source.lines.count) lines, the limit is \(self.longestFile): give a part its own file"
            return Finding(path: source.path, line: nil, message: message)
        }
        let needless = exceptions.keys.sorted().filter { path in !long.contains { $0.path == path } }.map { path in
            Finding(path: path, line: nil, message: "is not too long any more, so it needs no exception")
        }
        return tooLong + needless
    }
}

// MARK: - Functions

extension Checks {
    static func longFunctions(in source: SourceText) -> [Finding] {
        self.functions(in: source).compactMap { function in
            guard function.lines.count > self.longestFunction else { return nil }
            let message =
                "`\(function.declaration)` has \(function.lines.count) lines, the limit is \(self.longestFunction)"
            return Finding(path: source.path, line: function.lines.lowerBound, message: message)
        }
    }

    /// A function, initializer, subscript or computed property, from its first line to its closing brace.
    struct Function {
        let declaration: String
        let lines: ClosedRange<Int>
    }

    static func functions(in source: SourceText) -> [Function] {
        source.code.indices.compactMap { index in
            guard self.opensFunction(source.code[index]) else { return nil }
            guard let end = self.closingLine(of: source.code[index...]) else { return nil }
            let declaration = source.code[index].split(separator: " ").joined(separator: " ")
            return Function(declaration: declaration, lines: index + 1...end + 1)
        }
    }

    /// Whether a function is declared on the line, and not called: only attributes and modifiers stand before it.
    private static func opensFunction(_ line: String) -> Bool {
        guard ["func ", "init", "deinit", "subscript", "var "].contains(where: line.contains) else { return false }
        let attribute = #/@[A-Za-z_]+(\([^)]*\))?/#
        let modifier = #/[a-z]+(\([a-z]+\))?/#
        var rest = line.drop { $0 == " " }
        while true {
            if rest.prefixMatch(of: #/func |init[?!]?[<(]|deinit |subscript[<(]/#) != nil { return true }
            // A property with a body has a type; one with an initial value has none that counts.
            if rest.prefixMatch(of: #/var [A-Za-z0-9_`]+: [^={]+\{/#) != nil { return true }
            guard let word = rest.prefixMatch(of: attribute)?.range ?? rest.prefixMatch(of: modifier)?.range,
                rest[word.upperBound...].hasPrefix(" ")
            else { return false }
            rest = rest[word.upperBound...].drop { $0 == " " }
        }
    }

    /// Where the body that begins on the first line, or below it, ends; `nil` if there is none, as in a protocol.
    private static func closingLine(of lines: ArraySlice<String>) -> Int? {
        var parentheses = 0
        var braces = 0
        for (index, line) in zip(lines.indices, lines) {
            for character in line {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                // A closure among the arguments is not the body.
                case "{" where braces > 0 || parentheses == 0: braces += 1
                case "}" where braces > 0:
                    braces -= 1
                    if braces == 0 { return index }
                case "}" where parentheses == 0: return nil
                default: break
                }
            }
            if braces == 0 && parentheses == 0 && !self.goesOn(line, to: lines[(index + 1)...].first) { return nil }
        }
        return nil
    }

    /// Whether a declaration without a body so far goes on from one line to the next.
    private static func goesOn(_ line: String, to next: String?) -> Bool {
        let line = line.split(separator: " ").last ?? ""
        let next = next?.split(separator: " ").first ?? ""
        return [",", "->", "where", ":", "&"].contains(where: line.hasSuffix)
            || ["{", "->", "async", "throws", "rethrows", "where"].contains(where: next.hasPrefix)
    }
}
