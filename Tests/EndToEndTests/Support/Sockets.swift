import Foundation

/// What the tests need of TCP on this machine: 127.0.0.1, blocking, on threads of their own.
enum Sockets {
    static let loopback = UInt32(0x7F00_0001)

    /// A socket with a port of its own that nobody listens on yet: whoever connects is refused.
    static func reserved() -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, self.stream, 0)
        var address = self.address(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) | getsockname(descriptor, address, &size)
            }
        }
        precondition(descriptor >= 0 && status == 0, "127.0.0.1 has a free port")
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A connection, or `nil` if nobody listens there. Reads and writes of it fail after `patience` without a byte.
    static func connection(to port: Int, patience: Int) -> Int32? {
        let descriptor = socket(AF_INET, self.stream, 0)
        guard descriptor >= 0 else { return nil }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = self.address(port: port)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    /// Whether all of it was taken.
    static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, self.noSignal) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// What has come, or `nil` at the end, after an error, and when the patience is over.
    static func receive(from descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = self.loopback.bigEndian
        address.sin_port = in_port_t(port).bigEndian
        return address
    }

    private static let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    private static let noSignal = Int32(MSG_NOSIGNAL)
}
