extension String {
    /// At most that many Unicode scalars; of a longer text the end is replaced by `…`. Up to three are simply cut off.
    ///
    /// - Returns: the text itself if it is short enough.
    func truncated(toScalars limit: Int) -> String {
        let scalars = self.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return self }
        guard limit > 3 else { return String(scalars[..<end]) }
        return String(scalars[..<scalars.index(before: end)]) + "…"
    }

    /// At most that many bytes of UTF-8, which must be three or more; of a longer text the end is replaced by `…`.
    ///
    /// - Returns: the text itself if it is short enough.
    func truncated(toBytes limit: Int) -> String {
        guard self.utf8.count > limit else { return self }
        var room = limit - 3
        var end = self.unicodeScalars.startIndex
        for index in self.unicodeScalars.indices {
            let length = UTF8.width(self.unicodeScalars[index])
            guard length <= room else { break }
            room -= length
            end = self.unicodeScalars.index(after: index)
        }
        return String(self.unicodeScalars[..<end]) + "…"
    }

    /// The first line, without its end and the spaces around it.
    var firstLine: String {
        let line = self.unicodeScalars.drop { $0.properties.isWhitespace }.prefix { $0 != "\n" && $0 != "\r" }
        return String(line)
    }
}
