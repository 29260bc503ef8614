import NIOCore
import NIOHTTP1
import TocsinAPI

/// A body as it lies in the buffer that the socket was read into.
struct BodyBytes: RequestBytes {
    let buffer: ByteBuffer

    var count: Int { self.buffer.readableBytes }

    func withBytes<Value, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try self.buffer.withUnsafeReadableBytes(body)
    }
}

/// The header fields as the parser left them.
struct HeaderFields: RequestHeaders {
    let fields: HTTPHeaders

    func values(of name: String) -> [String] { self.fields[name] }

    func value(of name: String) -> String? { self.fields.first(name: name) }
}

extension APIMethod {
    init(_ method: HTTPMethod) {
        self =
            switch method {
            case .GET: .get
            case .HEAD: .head
            case .POST: .post
            case .PUT: .put
            case .PATCH: .patch
            case .DELETE: .delete
            case .OPTIONS: .options
            default: .other(method.rawValue)
            }
    }
}
