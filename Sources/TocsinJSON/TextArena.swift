/// Memory for strings that do not lie in the text as they are read. What it gave stays where it is until it is reset.
///
/// A class, because most texts need none of it, and because Swift 6.3 crashes on a non-copyable structure with a
/// `deinit` inside another whose methods are inlinable.
@usableFromInline
final class TextArena {
    private var chunks: [UnsafeMutableRawBufferPointer] = []
    private var used = 0

    private static let smallestChunk = 4096
    /// A chunk beyond that is not kept for the next strings.
    private static let largestKept = 1 << 20

    deinit {
        for chunk in self.chunks { chunk.deallocate() }
    }

    /// Room for `count` bytes, of which ``keep(_:)`` then keeps the first ones.
    func room(for count: Int) -> UnsafeMutableRawPointer {
        if let last = self.chunks.last, let base = last.baseAddress, last.count - self.used >= count {
            return base + self.used
        }
        let size = max(count, TextArena.smallestChunk)
        let base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
        self.chunks.append(UnsafeMutableRawBufferPointer(start: base, count: size))
        self.used = 0
        return base
    }

    func keep(_ count: Int) { self.used += count }

    /// Forgets all strings.
    @usableFromInline
    func reset() {
        self.used = 0
        while self.chunks.count > 1 { self.chunks.removeLast().deallocate() }
        if let last = self.chunks.last, last.count > TextArena.largestKept { self.chunks.removeLast().deallocate() }
    }
}
