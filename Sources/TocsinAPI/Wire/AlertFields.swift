internal import TocsinJSON
internal import TocsinModel

/// One alert as a sender wrote it: slices of the request, and times. Used again for each alert of a request.
struct AlertFields: ~Copyable {
    var labels = TextPairs()
    var annotations = TextPairs()
    private(set) var hasLabels = false
    private(set) var generatorURL = UnsafeRawBufferPointer(start: nil, count: 0)
    /// `nil` if the sender left it open, be it by Go's zero time.
    private(set) var startsAt: Timestamp?
    private(set) var endsAt: Timestamp?
    /// Only webhook messages have it.
    private(set) var status: JSONText?
    /// What is wrong with the first value that is not of its member's type, in the words of Go.
    private(set) var mistake: String?

    init() {}

    private enum Name {
        case labels, annotations, startsAt, endsAt, generatorURL, status
    }

    /// Reads the object that was just entered, in place of what was here. The last of several members of one name
    /// counts; unknown ones are checked and skipped.
    mutating func read(from reader: inout JSONReader) throws(JSONError) {
        self.forget()
        while let key = try reader.nextKey() {
            switch AlertFields.name(key.bytes) {
            case .labels: self.hasLabels = try AlertFields.read(&self.labels, "labels", from: &reader, &self.mistake)
            case .annotations:
                _ = try AlertFields.read(&self.annotations, "annotations", from: &reader, &self.mistake)
            case .startsAt: self.startsAt = try self.readTime("startsAt", from: &reader)
            case .endsAt: self.endsAt = try self.readTime("endsAt", from: &reader)
            case .generatorURL:
                let text = try self.readText("generatorURL", from: &reader)
                self.generatorURL = text?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
            case .status: self.status = try self.readText("status", from: &reader)
            case nil: try reader.skipValue()
            }
        }
    }

    private mutating func forget() {
        self.labels.removeAll()
        self.annotations.removeAll()
        self.hasLabels = false
        self.generatorURL = UnsafeRawBufferPointer(start: nil, count: 0)
        self.startsAt = nil
        self.endsAt = nil
        self.status = nil
        if self.mistake != nil { self.mistake = nil }
    }

    /// Leaves out a `generatorURL` that is no URI.
    mutating func dropUnusableURL() {
        if !RequestURI.isValid(self.generatorURL) { self.generatorURL = UnsafeRawBufferPointer(start: nil, count: 0) }
    }

    /// Go takes a member's name in any case, and so do those who write their senders against it.
    @inline(__always)
    private static func name(_ bytes: UnsafeRawBufferPointer) -> Name? {
        switch bytes.count {
        case 6:
            switch bytes[0] | 0x20 {
            case UInt8(ascii: "l"): self.isName(bytes, "labels") ? .labels : nil
            case UInt8(ascii: "e"): self.isName(bytes, "endsat") ? .endsAt : nil
            default: self.isName(bytes, "status") ? .status : nil
            }
        case 8: self.isName(bytes, "startsat") ? .startsAt : nil
        case 11: self.isName(bytes, "annotations") ? .annotations : nil
        case 12: self.isName(bytes, "generatorurl") ? .generatorURL : nil
        default: nil
        }
    }

    /// `name` is in lower case and of the same length.
    @inline(__always)
    private static func isName(_ bytes: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        for offset in 0..<bytes.count where bytes[offset] | 0x20 != name.utf8Start[offset] { return false }
        return true
    }
}

// MARK: - Members

extension AlertFields {
    /// Whether there is an object; a `null` is none.
    @inline(__always)
    private static func read(
        _ pairs: inout TextPairs,
        _ name: StaticString,
        from reader: inout JSONReader,
        _ mistake: inout String?
    ) throws(JSONError) -> Bool {
        if try reader.enterObject() {
            let misfit = try pairs.read(from: &reader)
            if let misfit { AlertFields.note(misfit, name, "string", &mistake) }
            return true
        }
        pairs.removeAll()
        if try reader.takeNull() { return false }
        let kind = try reader.kind()
        AlertFields.note(kind, name, "models.LabelSet", &mistake)
        try reader.skipValue()
        return false
    }

    /// The string, or `nil` for a `null`.
    @inline(__always)
    private mutating func readText(_ name: StaticString, from reader: inout JSONReader) throws(JSONError) -> JSONText? {
        if let text = try reader.takeString() { return text }
        if try reader.takeNull() { return nil }
        let kind = try reader.kind()
        AlertFields.note(kind, name, "string", &self.mistake)
        try reader.skipValue()
        return nil
    }

    @inline(__always)
    private mutating func readTime(_ name: StaticString, from reader: inout JSONReader) throws(JSONError) -> Timestamp?
    {
        guard let text = try self.readText(name, from: &reader) else { return nil }
        guard let time = Timestamp(lenient: text.bytes) else {
            if self.mistake == nil { self.mistake = "parsing time \(Excerpt.quoted(text.bytes)): not an RFC 3339 time" }
            return nil
        }
        return time.isZero ? nil : time
    }

    private static func note(_ kind: JSONKind, _ name: StaticString, _ type: StaticString, _ mistake: inout String?) {
        if mistake != nil { return }
        mistake = "json: cannot unmarshal \(kind.rawValue) into Go struct field Alert.\(name) of type \(type)"
    }
}

/// A sender's text as it may stand in an answer: in quotes, and not at any length.
enum Excerpt {
    static let maximumLength = 256

    static func quoted(_ bytes: UnsafeRawBufferPointer) -> String {
        if bytes.count <= self.maximumLength { return GoQuote.quote(String(decoding: bytes, as: UTF8.self)) }
        return GoQuote.quote(String(decoding: bytes.prefix(self.maximumLength), as: UTF8.self)) + "…"
    }
}
