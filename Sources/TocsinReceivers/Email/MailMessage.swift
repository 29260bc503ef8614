/// A mail as it goes over the wire, without the doubled dots.
struct MailMessage {
    /// In the order in which they stand in the mail; values are texts, not yet encoded.
    var headers: [(name: String, value: String)]
    /// Headers that are addresses: names are encoded, addresses are not.
    var addressHeaders: Set<String> = ["from", "to", "cc", "reply-to", "sender"]
    var text: String
    var html: String
    /// Stands between the parts; made of hexadecimal digits.
    var boundary: String

    /// With a line break of a mail at the end of every line.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in self.headers { bytes += self.header(name, value).utf8 }
        // No part can hold it: quoted-printable never has an underscore behind an equals sign.
        let boundary = "=_\(self.boundary)"
        bytes += "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\nMIME-Version: 1.0\r\n".utf8
        for (text, type) in [(self.text, "plain"), (self.html, "html")] where !text.isEmpty {
            bytes += "\r\n--\(boundary)\r\nContent-Transfer-Encoding: quoted-printable\r\n".utf8
            bytes += "Content-Type: text/\(type); charset=UTF-8\r\n\r\n".utf8
            bytes += MailText.quotedPrintable(text)
        }
        return bytes + "\r\n--\(boundary)--\r\n".utf8
    }

    private func header(_ name: String, _ value: String) -> String {
        guard self.addressHeaders.contains(name.lowercased()), let list = MailAddress.list(value), !list.isEmpty else {
            return MailText.header(name, value)
        }
        let texts = list.map(\.headerText)
        let words = texts.enumerated().flatMap { index, text in
            (index < texts.count - 1 ? "\(text)," : text).split(separator: " ").map(String.init)
        }
        return MailText.folded("\(name):", words: words)
    }
}
