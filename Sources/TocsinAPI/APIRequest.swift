/// One request, whole: what a socket received, or what a test says.
public struct APIRequest: Sendable {
    public let method: APIMethod
    /// Path and query as they came: `/api/v2/alerts?active=true`.
    public let target: String
    public let headers: any RequestHeaders
    public let body: any RequestBytes

    public init(
        _ method: APIMethod,
        _ target: String,
        headers: any RequestHeaders = HeaderList(),
        body: any RequestBytes = [] as [UInt8]
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }
}

/// The method of a request; those that no endpoint has keep their name for the answer.
public enum APIMethod: Hashable, Sendable {
    case get, head, post, put, patch, delete, options
    case other(String)

    public init(_ name: String) {
        self =
            switch name {
            case "GET": .get
            case "HEAD": .head
            case "POST": .post
            case "PUT": .put
            case "PATCH": .patch
            case "DELETE": .delete
            case "OPTIONS": .options
            default: .other(name)
            }
    }

    public var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other(let name): name
        }
    }
}

/// The bytes of a body where they lie, so that taking a request makes no copy of them.
public protocol RequestBytes: Sendable {
    var count: Int { get }
    /// The bytes are in place only while `body` runs.
    func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value
}

extension [UInt8]: RequestBytes {
    public func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try self.withUnsafeBytes { bytes in Result { () throws(Failure) in try body(bytes) } }.get()
    }
}

/// The header fields of a request, asked for by name and not put into a dictionary: nobody looks at more than three.
public protocol RequestHeaders: Sendable {
    /// The values of all fields of that name, whatever its case.
    func values(of name: String) -> [String]
    /// The value of the first field of that name, whatever its case.
    func value(of name: String) -> String?
}

/// Header fields that are at hand as a list.
public struct HeaderList: RequestHeaders, ExpressibleByDictionaryLiteral {
    private let fields: [(name: String, value: String)]

    public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

    public init(dictionaryLiteral elements: (String, String)...) {
        self.fields = elements.map { (name: $0.0, value: $0.1) }
    }

    public func values(of name: String) -> [String] {
        let wanted = name.lowercased()
        return self.fields.filter { $0.name.lowercased() == wanted }.map(\.value)
    }

    public func value(of name: String) -> String? { self.values(of: name).first }
}
