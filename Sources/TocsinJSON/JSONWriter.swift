/// Writes JSON as Go's `encoding/json` does, which is what receivers of Alertmanager's payloads were built against:
/// no white space, members in the order given.
///
/// The caller says what stands where (`beginObject`, `key`, a value, `endObject`); commas and colons come by
/// themselves.
public struct JSONWriter: Sendable {
    /// Which characters of a string are written as `\u…` although JSON would take them as they are.
    public enum Escaping: Hashable, Sendable {
        /// `<`, `>` and `&` too, so that the text can stand inside a web page. Go's habit.
        case forHTML
        case plain
    }

    public private(set) var bytes: [UInt8] = []
    private let escaping: Escaping
    /// Whether a comma is due before the next key or element.
    private var needsComma = false

    public init(_ escaping: Escaping = .forHTML) {
        self.escaping = escaping
    }

    public var text: String { String(decoding: self.bytes, as: UTF8.self) }

    public mutating func reserve(_ count: Int) { self.bytes.reserveCapacity(count) }

    // MARK: Structure

    public mutating func beginObject() { self.open(UInt8(ascii: "{")) }
    public mutating func endObject() { self.close(UInt8(ascii: "}")) }
    public mutating func beginArray() { self.open(UInt8(ascii: "[")) }
    public mutating func endArray() { self.close(UInt8(ascii: "]")) }

    public mutating func key(_ name: String) {
        self.string(name)
        self.endKey()
    }

    public mutating func key(_ name: UnsafeRawBufferPointer) {
        self.string(name)
        self.endKey()
    }

    private mutating func endKey() {
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    private mutating func open(_ bracket: UInt8) {
        self.separate()
        self.bytes.append(bracket)
        self.needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        self.bytes.append(bracket)
        self.needsComma = true
    }

    /// Puts the comma that is due, and makes one due behind what comes now.
    private mutating func separate() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
        self.needsComma = true
    }

    // MARK: Values

    public mutating func string(_ text: String) {
        var text = text
        text.withUTF8 { self.string(UnsafeRawBufferPointer($0)) }
    }

    /// A string of bytes that should be UTF-8; those that are not become U+FFFD, written `\ufffd`.
    public mutating func string(_ text: UnsafeRawBufferPointer) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        JSONEscaping.append(text, self.escaping, to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    public mutating func integer(_ value: some BinaryInteger) {
        self.separate()
        self.bytes.append(contentsOf: String(value).utf8)
    }

    /// `null` for what is not finite.
    public mutating func double(_ value: Double) {
        self.separate()
        JSONNumber.append(value, to: &self.bytes)
    }

    public mutating func bool(_ value: Bool) {
        self.separate()
        self.bytes.append(contentsOf: value ? "true".utf8 : "false".utf8)
    }

    public mutating func null() {
        self.separate()
        self.bytes.append(contentsOf: "null".utf8)
    }

    /// A value that is JSON already.
    public mutating func encoded(_ json: some Sequence<UInt8>) {
        self.separate()
        self.bytes.append(contentsOf: json)
    }

    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: self.null()
        case .bool(let value): self.bool(value)
        case .integer(let value): self.integer(value)
        case .double(let value): self.double(value)
        case .string(let text): self.string(text)
        case .array(let elements):
            self.beginArray()
            for element in elements { self.value(element) }
            self.endArray()
        case .object(let members):
            self.beginObject()
            for member in members {
                self.key(member.name)
                self.value(member.value)
            }
            self.endObject()
        }
    }
}

// MARK: - Members

extension JSONWriter {
    public mutating func member(_ name: String, _ value: String) {
        self.key(name)
        self.string(value)
    }

    public mutating func member(_ name: String, _ value: some BinaryInteger) {
        self.key(name)
        self.integer(value)
    }

    public mutating func member(_ name: String, _ value: Bool) {
        self.key(name)
        self.bool(value)
    }

    public mutating func member(_ name: String, _ value: JSONValue) {
        self.key(name)
        self.value(value)
    }

    /// An object of strings, sorted by the bytes of the names, as Go writes a map.
    public mutating func map(_ pairs: [String: String]) {
        self.beginObject()
        for (name, value) in pairs.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            self.member(name, value)
        }
        self.endObject()
    }
}
