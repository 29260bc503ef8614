import TocsinJSON

/// A JSON array that is written piece by piece.
protocol ListPieces: BodyPieces {
    /// Whether the last piece was given out.
    var isAtEnd: Bool { get }
}

/// How much of a long answer is made at a time: enough for sending it to be worth the way to the socket and back.
enum PieceSize {
    static let usual = 128 << 10
    /// What a piece of the usual size takes with the alert that makes it full.
    static let capacity = usual + usual / 8
}

extension APIResponse {
    /// The list: at once if it fits into a piece, so that its length can be told.
    static func json(_ list: some ListPieces) -> APIResponse {
        var rest = list
        let first = rest.next() ?? []
        if rest.isAtEnd { return .json(200, first) }
        return APIResponse(status: 200, headers: [self.jsonType], body: .pieces(BegunPieces(first: first, rest: rest)))
    }

    static func json(_ writer: JSONWriter) -> APIResponse { .json(200, writer.bytes + [UInt8(ascii: "\n")]) }
}

/// Pieces of which the first is made already.
private struct BegunPieces<Rest: BodyPieces>: BodyPieces {
    var first: [UInt8]?
    var rest: Rest

    mutating func next() -> [UInt8]? {
        if let first = self.first.take() { return first }
        return self.rest.next()
    }
}
