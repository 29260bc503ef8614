import Foundation

/// Name and password of an `Authorization` field.
struct Login: Hashable, Sendable {
    let user: String
    let password: [UInt8]

    /// Longer ones are no password that a person or a program has.
    private static let maximumLength = 4096

    /// Reads `Basic dXNlcjpwYXNzd29yZA==`; `nil` for anything else.
    init?(_ field: String) {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard field.utf8.count <= Login.maximumLength, parts.count == 2, parts[0].lowercased() == "basic",
            let bytes = Data(base64Encoded: String(parts[1])),
            let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let user = String(validating: bytes[..<colon], as: UTF8.self)
        else { return nil }
        self.user = user
        self.password = Array(bytes[(colon + 1)...])
    }
}
