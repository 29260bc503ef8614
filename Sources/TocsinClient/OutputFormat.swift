/// How results are printed, in our words and in amtool's.
public enum OutputFormat: String, CaseIterable, Hashable, Sendable {
    /// A table with what matters most; `simple` in amtool.
    case table
    /// A table with everything; `extended` in amtool.
    case wide
    /// What the server said.
    case json

    /// `nil` for a word that is none.
    public init?(word: String) {
        switch word.lowercased() {
        case "simple": self = .table
        case "extended": self = .wide
        case let word: self.init(rawValue: word)
        }
    }

    public static let words = "table (or simple), wide (or extended), json"
}
