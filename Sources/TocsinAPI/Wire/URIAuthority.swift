/// The part of a URI between `//` and the path: `user:password@host:port`, checked as ``RequestURI`` checks.
struct URIAuthority {
    private let text: UnsafeRawBufferPointer

    @inline(__always)
    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    func isValid(_ range: Range<Int>) -> Bool {
        guard let at = self.lastIndex(of: UInt8(ascii: "@"), in: range) else { return self.isValidHost(range) }
        let user = range.lowerBound..<at
        return user.allSatisfy { URIAuthority.mayStandInUser(self.text[$0]) }
            && RequestURI.hasValidEscapes(self.text, user) && self.isValidHost(at + 1..<range.upperBound)
    }

    private func isValidHost(_ host: Range<Int>) -> Bool {
        if let first = host.first, self.text[first] == UInt8(ascii: "[") {
            guard let bracket = self.lastIndex(of: UInt8(ascii: "]"), in: host) else { return false }
            guard self.isValidPort(bracket + 1..<host.upperBound) else { return false }
            // A zone, as in `[fe80::1%25eth0]`, may escape what it may hold, and a space.
            if let zone = self.startOfZone(host.lowerBound..<bracket) {
                return self.isValidName(host.lowerBound..<zone)
                    && self.isValidName(zone..<bracket) { byte in
                        byte == UInt8(ascii: " ") || byte < 0x80 && URIAuthority.mayStandInHost(byte)
                    }
            }
        } else if let colon = self.lastIndex(of: UInt8(ascii: ":"), in: host) {
            guard self.isValidPort(colon..<host.upperBound) else { return false }
        }
        return self.isValidName(host)
    }

    private func startOfZone(_ address: Range<Int>) -> Int? {
        address.first {
            self.text[$0] == UInt8(ascii: "%")
                && RequestURI.escapedByte(self.text, $0..<address.upperBound) == UInt8(ascii: "%")
        }
    }

    /// Nothing, or a colon and digits.
    private func isValidPort(_ port: Range<Int>) -> Bool {
        guard let colon = port.first else { return true }
        return self.text[colon] == UInt8(ascii: ":")
            && port.dropFirst().allSatisfy {
                self.text[$0] >= UInt8(ascii: "0") && self.text[$0] <= UInt8(ascii: "9")
            }
    }

    /// In a host only what is not ASCII may be escaped, and the percent sign itself.
    private func isValidName(_ name: Range<Int>, mayEscape: (UInt8) -> Bool = { $0 >= 0x80 }) -> Bool {
        var index = name.lowerBound
        while index < name.upperBound {
            if self.text[index] == UInt8(ascii: "%") {
                guard
                    let byte = RequestURI.escapedByte(self.text, index..<name.upperBound),
                    byte == UInt8(ascii: "%") || mayEscape(byte)
                else { return false }
                index += 3
            } else if URIAuthority.mayStandInHost(self.text[index]) {
                index += 1
            } else {
                return false
            }
        }
        return true
    }

    private func lastIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.upperBound
        while index > range.lowerBound {
            index -= 1
            if self.text[index] == byte { return index }
        }
        return nil
    }

    @inline(__always)
    private static func mayStandInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":"), 0x80...0xFF:
            true
        default:
            "_~!$&'()*+,;=[]<>\"".utf8.contains(byte)
        }
    }

    private static func mayStandInUser(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "-._:~!$&'()*+,;=%@".utf8.contains(byte)
        }
    }
}
