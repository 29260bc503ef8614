import TocsinReceivers

/// A response while it comes in. It grows no further than its limits, whatever the other side sends.
final class IncomingResponse {
    private(set) var headers: [HTTPRequest.Header] = []
    private(set) var body: [UInt8] = []
    /// A limit was reached: the rest is not wanted.
    private(set) var isCut = false
    /// Whether the empty line came. libcurl is content with a header that broke off before it.
    private(set) var hasWholeHeader = false
    private var headerSize = 0
    private let maximumBodySize: Int

    /// All header lines together, those of interim responses included.
    static let maximumHeaderSize = 64 << 10

    init(maximumBodySize: Int) { self.maximumBodySize = maximumBodySize }

    /// A line of the header as libcurl cuts it, with its line end. False: no more.
    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        self.headerSize += line.count
        guard self.headerSize <= Self.maximumHeaderSize else {
            self.isCut = true
            return false
        }
        if line.starts(with: "HTTP/".utf8) {
            // What came before belongs to an interim response, such as 100 or 103.
            self.headers.removeAll()
            self.hasWholeHeader = false
            return true
        }
        if line.allSatisfy(\.isBlank) {
            self.hasWholeHeader = true
            return true
        }
        // The continuation of the line above, obsolete since 2014, is no field.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), let first = line.first, !first.isBlank else {
            return true
        }
        let name = String(decoding: line[..<colon].trimmingBlanks(), as: UTF8.self)
        let value = String(decoding: line[(colon + 1)...].trimmingBlanks(), as: UTF8.self)
        self.headers.append(HTTPRequest.Header(name, value))
        return true
    }

    /// False: no more.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let room = self.maximumBodySize - self.body.count
        self.body.append(contentsOf: bytes.prefix(room))
        self.isCut = bytes.count > room
        return !self.isCut
    }
}

extension UInt8 {
    /// Space, tab, or an end of line.
    var isBlank: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
            || self == UInt8(ascii: "\n")
    }
}

extension BidirectionalCollection<UInt8> {
    func trimmingBlanks() -> SubSequence {
        let rest = self.drop(while: \.isBlank)
        guard let last = rest.lastIndex(where: { !$0.isBlank }) else { return rest[rest.startIndex..<rest.startIndex] }
        return rest[rest.startIndex...last]
    }
}
