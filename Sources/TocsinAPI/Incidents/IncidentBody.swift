import TocsinCore
import TocsinJSON
import TocsinModel

/// The body of a request about incidents: an object whose members are asked for one by one. What nobody asks for is a
/// mistake of the sender, such as a misspelt name, and is refused.
struct IncidentBody {
    private let members: [JSONValue.Member]
    private var taken: Set<String> = []

    static let maximumLength = 256 << 10
    /// In bytes.
    static let maximumNote = 16 << 10
    static let maximumTitle = 500
    static let maximumName = Caller.maximumNameLength
    /// A time that somebody waits for is at most that far away.
    static let maximumWait = Duration.seconds(30 * 86400)

    /// - Throws: 400 for what is no JSON object, 413 for what is too long. Nothing at all is an empty object.
    init(_ body: any RequestBytes) throws(APIError) {
        if body.count == 0 {
            self.members = []
            return
        }
        guard body.count <= IncidentBody.maximumLength else {
            throw .own(
                APIProblem(status: 413, detail: "the body is longer than \(IncidentBody.maximumLength) bytes"))
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try body.withBytes { bytes throws(JSONError) in
                try JSONValue(bytes, maximumDepth: 8, maximumCount: 10_000)
            }
        } catch {
            throw .own(APIProblem(status: 400, detail: "the body is no JSON: \(error.description)"))
        }
        guard let members = value.members else {
            throw .own(APIProblem(status: 400, detail: "the body must be a JSON object"))
        }
        self.members = members
    }

    init(of members: [JSONValue.Member]) { self.members = members }

    static func invalid(_ detail: String) -> APIError { .own(APIProblem(status: 422, detail: detail)) }

    // MARK: Members

    /// The value of a member; `nil` if it is not there.
    mutating func value(_ name: String) -> JSONValue? {
        self.taken.insert(name)
        return self.members.last { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// To be called when all members have been asked for.
    func finish() throws(APIError) {
        guard let other = self.members.first(where: { !self.taken.contains($0.name) }) else { return }
        throw IncidentBody.invalid(
            "there is no member \(GoQuote.quote(Excerpt.cut(other.name))) here, only "
                + self.taken.sorted().joined(separator: ", "))
    }

    /// A line of text, not empty and without control characters; `nil` if the member is not there, or null.
    mutating func line(_ name: String, maximum: Int) throws(APIError) -> String? {
        guard let text = try self.text(name, maximum: maximum) else { return nil }
        guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw IncidentBody.invalid("\(name) has control characters in it")
        }
        guard text.utf8.contains(where: { $0 != 0x20 }) else { throw IncidentBody.invalid("\(name) is empty") }
        return text
    }

    /// A text, which may have several lines.
    mutating func text(_ name: String, maximum: Int) throws(APIError) -> String? {
        guard let value = self.value(name), value != .null else { return nil }
        guard let text = value.string else { throw IncidentBody.invalid("\(name) must be a string") }
        guard text.utf8.count <= maximum else {
            throw IncidentBody.invalid("\(name) is longer than \(maximum) bytes")
        }
        return text
    }

    mutating func note() throws(APIError) -> String? { try self.text("note", maximum: IncidentBody.maximumNote) }

    mutating func behalf() throws(APIError) -> String? {
        try self.line("on_behalf_of", maximum: IncidentBody.maximumName)
    }

    mutating func flag(_ name: String) throws(APIError) -> Bool {
        guard let value = self.value(name), value != .null else { return false }
        guard let flag = value.bool else { throw IncidentBody.invalid("\(name) must be true or false") }
        return flag
    }

    mutating func priority(_ name: String) throws(APIError) -> Priority? {
        guard let text = try self.line(name, maximum: 100) else { return nil }
        guard let priority = Priority(text) else {
            throw IncidentBody.invalid("\(name) must be P1, P2, P3 or P4, not \(GoQuote.quote(text))")
        }
        return priority
    }

    /// `"45m"`, or seconds.
    mutating func duration(_ name: String) throws(APIError) -> Duration? {
        guard let value = self.value(name), value != .null else { return nil }
        let duration: Duration
        if let seconds = value.integer {
            duration = .seconds(min(max(seconds, 0), 1 << 40))
        } else if let text = value.string {
            do throws(DurationError) {
                duration = try Duration(prometheus: text)
            } catch {
                throw IncidentBody.invalid("\(name) is no duration such as 45m: \(error)")
            }
        } else {
            throw IncidentBody.invalid("\(name) must be a duration such as \"45m\", or seconds")
        }
        guard duration > .zero, duration <= IncidentBody.maximumWait else {
            throw IncidentBody.invalid("\(name) must be more than nothing and at most 30 days")
        }
        return duration
    }

    mutating func time(_ name: String) throws(APIError) -> Timestamp? {
        guard let value = self.value(name), value != .null else { return nil }
        guard let time = value.string.flatMap({ Timestamp(rfc3339: $0) }) else {
            throw IncidentBody.invalid("\(name) must be a time such as \"2026-01-02T15:04:05Z\"")
        }
        return time
    }

    /// Lines of text; `nil` if the member is not there.
    mutating func lines(_ name: String, count: Int, maximum: Int) throws(APIError) -> [String]? {
        guard let value = self.value(name), value != .null else { return nil }
        guard let elements = value.array, elements.count <= count else {
            throw IncidentBody.invalid("\(name) must be a list of at most \(count) strings")
        }
        var lines: [String] = []
        for element in elements {
            guard let text = element.string, !text.isEmpty, text.utf8.count <= maximum,
                !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
            else {
                throw IncidentBody.invalid("\(name) must hold lines of 1 to \(maximum) bytes")
            }
            lines.append(text)
        }
        return lines
    }
}
