import TocsinModel

/// The query of a request, decoded as a form: names and values as bytes, in the order in which they came.
package struct Query: Sendable {
    private var pairs: [(name: [UInt8], value: [UInt8])] = []

    /// A pair with a broken escape is left out, as Go leaves it out.
    package init(_ text: Substring.UTF8View) {
        guard !text.isEmpty else { return }
        for pair in text.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let value = pair[equals...].dropFirst()
            guard
                let name = Query.decode(pair[..<equals], plusIsSpace: true),
                let value = Query.decode(value, plusIsSpace: true)
            else { continue }
            self.pairs.append((name, value))
        }
    }

    /// The bytes that the text stands for; `nil` if an escape is broken.
    static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(Query.digit), let low = rest.next().flatMap(Query.digit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Query {
    /// All values of a parameter that may be repeated.
    package func values(_ name: String) -> [[UInt8]] {
        self.pairs.filter { $0.name.elementsEqual(name.utf8) }.map(\.value)
    }

    /// The value of a parameter; the last one counts, and an empty one is none.
    func value(_ name: String) -> [UInt8]? {
        guard let value = self.pairs.last(where: { $0.name.elementsEqual(name.utf8) })?.value else { return nil }
        return value.isEmpty ? nil : value
    }

    /// Refuses parameters that nobody looks at: a misspelt filter must not let everything through.
    func refuseOthers(than known: Set<String>) throws(APIError) {
        for (name, _) in self.pairs {
            let name = String(decoding: name, as: UTF8.self)
            if known.contains(name) { continue }
            throw .badRequest(
                "there is no parameter \(Excerpt.cut(name)), only \(known.sorted().joined(separator: ", "))")
        }
    }

    /// A number that must be within a range.
    func wholeNumber(_ name: String, in range: ClosedRange<Int>, default usual: Int) throws(APIError) -> Int {
        guard let text = self.text(name) else { return usual }
        guard let number = Int(text), range.contains(number) else {
            throw .badRequest("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A time as in RFC 3339.
    func time(_ name: String) throws(APIError) -> Timestamp? {
        guard let text = self.text(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw .badRequest("\(name) must be a time such as 2026-01-02T15:04:05Z")
        }
        return time
    }

    /// Words with commas between them, `triggered,acknowledged`.
    func words(_ name: String) -> [String] {
        (self.text(name) ?? "").split(separator: ",").map(String.init)
    }

    func text(_ name: String) -> String? { self.value(name).map { String(decoding: $0, as: UTF8.self) } }

    private static let yes: Set<String> = ["true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"]

    /// Whether the parameter says yes; whatever is no yes is a no.
    func flag(_ name: String, default usual: Bool = true) -> Bool {
        self.text(name).map { Query.yes.contains($0.lowercased()) } ?? usual
    }
}
