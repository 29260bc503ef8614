import TocsinJSON
import TocsinSettings

// What the requests of several kinds are put together from: addresses, headers, bodies.

extension SecretSource {
    /// The URL of a webhook.
    ///
    /// - Parameter key: the setting's, for the refusal.
    func url(of key: String, in files: SecretFiles) throws(Refusal) -> String {
        let url = try self.text(in: files)
        do {
            return try HTTPURL(url).text
        } catch {
            throw Refusal("`\(key)` \(error.message)")
        }
    }

    /// A key that stands in a header, or in the path of a URL.
    ///
    /// - Parameter key: the setting's, for the refusal.
    func credential(of key: String, in files: SecretFiles) throws(Refusal) -> String {
        try self.text(in: files).checkedCredential(of: key)
    }
}

extension String {
    /// The text itself if it can stand in a header.
    func checkedCredential(of key: String) throws(Refusal) -> String {
        guard !self.isEmpty, self.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Refusal("`\(key)` is empty, or holds a character that cannot stand in a header")
        }
        return self
    }

    /// A URL with more at the end of its path, before its query; one slash stands between the two.
    func appendingPath(_ path: String) -> String {
        let scalars = self.unicodeScalars
        let end = scalars.firstIndex { $0 == "?" || $0 == "#" } ?? scalars.endIndex
        let slash = scalars[..<end].last == "/" ? "" : "/"
        return "\(String(scalars[..<end]))\(slash)\(path)\(String(scalars[end...]))"
    }

    /// A URL with more in its query; one that is there stays.
    func appendingQuery(_ query: String) -> String {
        self + (self.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query
    }

    /// As one segment of a URL's path, which it can neither end nor leave.
    func pathSegment(of key: String) throws(Refusal) -> String {
        guard !self.isEmpty, self != ".", self != ".." else {
            throw Refusal("`\(key)` cannot stand in a URL: it is empty, or made of dots")
        }
        return self.percentEncoded(keeping: "-_.~$&+,:;=@", space: "%20")
    }

    /// As a name or a value in a query or a form.
    var formEncoded: String { self.percentEncoded(keeping: "-_.~", space: "+") }

    func percentEncoded(keeping kept: StaticString, space: String) -> String {
        let kept = Set("\(kept)".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in self.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                encoded.append(byte)
            case _ where kept.contains(byte): encoded.append(byte)
            case UInt8(ascii: " "): encoded += space.utf8
            default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

extension [JSONValue.Member] {
    /// An object as the body of a request, with a line break at its end as Go's encoder writes it.
    var body: [UInt8] { JSONValue.object(self).encoded() + [UInt8(ascii: "\n")] }
}
