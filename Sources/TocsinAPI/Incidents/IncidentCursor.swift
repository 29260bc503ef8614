import TocsinCore
import TocsinRuntime

/// Where a list goes on: the place of its last element, and a hash of what was asked for, so that a cursor goes with
/// its own question only. Opaque to clients.
enum IncidentCursor {
    /// - Parameter question: everything that decides what is in the list, and in which order.
    static func text(_ place: HistorySearch.Place, of question: [String]) -> String {
        let words = "\(place.value).\(place.id)"
        return "\(words).\(String(self.mark(words, question), radix: 36))"
    }

    static func place(_ text: String, of question: [String]) throws(APIError) -> HistorySearch.Place {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let value = Int64(parts[0]), let id = Int64(parts[1]),
            text.utf8.elementsEqual(self.text(HistorySearch.Place(value: value, id: id), of: question).utf8)
        else {
            throw .own(
                APIProblem(
                    status: 400, code: "invalid-cursor", title: "The cursor is none, or another question's",
                    detail: "a cursor goes with the filters and the order of the list that it came from"))
        }
        return HistorySearch.Place(value: value, id: id)
    }

    private static func mark(_ words: String, _ question: [String]) -> UInt64 { stableHash([words] + question) }
}
