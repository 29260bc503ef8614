/// What a mail server says, line by line: its last reply, and what it offered.
struct MailReply {
    /// 0 before the first.
    private(set) var code = 0
    /// Of the last reply, without the codes; at most 4 KB.
    private(set) var text = ""
    /// The words behind `AUTH` in its answer to our greeting.
    private(set) var mechanisms: [String] = []
    private var isComplete = true

    private static let maximumSize = 4096

    /// - Returns: whether the reply is complete with this line.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Bool {
        let words = line.trimmingBlanks()
        guard words.count >= 3, let code = Int(String(decoding: words.prefix(3), as: UTF8.self)), code >= 200 else {
            return false
        }
        // The answer to our goodbye says nothing about the mail, and would hide what was said about it.
        guard code != 221 else { return false }
        if self.isComplete { self.text = "" }
        self.code = code
        self.isComplete = words.count == 3 || words[words.startIndex + 3] != UInt8(ascii: "-")
        let rest = String(decoding: words.dropFirst(4).prefix(Self.maximumSize), as: UTF8.self)
        if self.text.utf8.count + rest.utf8.count < Self.maximumSize {
            self.text += self.text.isEmpty ? rest : " \(rest)"
        }
        let offer = rest.uppercased()
        if code == 250, offer.hasPrefix("AUTH ") || offer.hasPrefix("AUTH=") {
            self.mechanisms = offer.dropFirst(5).split(separator: " ").map(String.init)
        }
        return self.isComplete
    }
}
