/// What an incident is called, as people type it at night: `INC-42`, `inc-42`, `42`, or the long name.
public struct IncidentReference: Hashable, Sendable {
    /// As the server takes it: `INC-42`, or a ULID.
    public let name: String

    /// More digits than any number of an incident has.
    private static let maximumDigits = 18
    /// Of a ULID: Crockford's alphabet, which has neither I, L, O nor U.
    private static let alphabet = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// - Throws: a wrong use, for a word that can be the name of no incident.
    public init(_ word: String) throws(ClientFailure) {
        let upper = word.uppercased()
        if upper.utf8.count == 26, upper.utf8.allSatisfy(IncidentReference.alphabet.contains) {
            self.name = upper
            return
        }
        let digits =
            upper.hasPrefix("INC-") ? upper.dropFirst(4) : upper.hasPrefix("#") ? upper.dropFirst() : upper[...]
        guard !digits.isEmpty, digits.utf8.count <= IncidentReference.maximumDigits,
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int64(digits)
        else {
            throw .usage("\(word) is no incident: they are called INC-42, or just 42")
        }
        self.name = "INC-\(number)"
    }
}
