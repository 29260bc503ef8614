/// Finds what someone meant who mistyped a word.
public enum Spelling {
    /// Longer words are not compared: the cost grows with the square of the length, and no name of ours is longer.
    static let maximumLength = 64

    /// The candidate that needs the fewest changes, if these are few for the length of the word; the first of equals.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let letters = Array(word.utf8)
        guard (1...Spelling.maximumLength).contains(letters.count) else { return nil }
        let limit = max(1, letters.count / 3)
        var best: (distance: Int, word: String)?
        for candidate in candidates {
            let other = Array(candidate.utf8)
            guard other.count <= Spelling.maximumLength, abs(other.count - letters.count) <= limit else { continue }
            let distance = Spelling.distance(letters, other)
            if distance <= limit && distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.word
    }

    /// How many letters must be inserted, removed, replaced or swapped with their neighbour.
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
