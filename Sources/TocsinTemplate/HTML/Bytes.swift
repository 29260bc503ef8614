// Looking into bytes that are mostly ASCII.

extension ArraySlice<UInt8> {
    /// The first index at or after `start` of one of the characters; nil if there is none.
    func firstIndex(ofAny characters: StaticString, from start: Int) -> Int? {
        var index = start
        while index < self.endIndex {
            for offset in 0..<characters.utf8CodeUnitCount where characters.utf8Start[offset] == self[index] {
                return index
            }
            index += 1
        }
        return nil
    }

    func contains(anyOf characters: StaticString) -> Bool {
        self.firstIndex(ofAny: characters, from: self.startIndex) != nil
    }

    /// Whether the text stands at `index`, capital letters counting as small ones. The text has no capital letters.
    func hasText(_ text: some Sequence<UInt8>, at index: Int) -> Bool {
        var index = index
        for byte in text {
            guard self.indices.contains(index), lowercased(self[index]) == byte else { return false }
            index += 1
        }
        return true
    }

    /// The first index at or after `start` where the text stands; capital letters count as small ones.
    func firstIndex(ofText text: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + text.count <= self.endIndex {
            if self.hasText(text, at: index) { return index }
            index += 1
        }
        return nil
    }

    /// The first index at or after `start` that is not white space, or the end.
    func indexAfterSpace(from start: Int) -> Int {
        var index = start
        while index < self.endIndex, isMarkupSpace(self[index]) { index += 1 }
        return index
    }

    var withoutSpaceAtEnd: ArraySlice<UInt8> {
        var slice = self
        while let last = slice.last, isMarkupSpace(last) { slice.removeLast() }
        return slice
    }

    var lowercasedText: String { String(decoding: self.map(lowercased), as: UTF8.self) }
}

/// White space in HTML and CSS.
func isMarkupSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
}

func isLetter(_ byte: UInt8) -> Bool {
    let small = lowercased(byte)
    return small >= 0x61 && small <= 0x7A
}

func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte
}

func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
}
