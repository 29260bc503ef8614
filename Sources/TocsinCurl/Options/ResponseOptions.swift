import CCurlShim

extension EasyHandle {
    /// Where the answer goes. Redirects are ours to follow (`Redirect.swift`), so libcurl is not asked to.
    func setResponse(into response: IncomingResponse) throws(OptionRefused) {
        // Empty: everything this libcurl can unpack.
        try self.set(CURLOPT_ACCEPT_ENCODING, "")
        try self.set(CURLOPT_HEADERDATA, unretained: response)
        try self.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, response in
            receive(bytes, size, count, response) { $0.receiveHeader($1) }
        }
        try self.set(CURLOPT_WRITEDATA, unretained: response)
        try self.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, response in
            receive(bytes, size, count, response) { $0.receiveBody($1) }
        }
    }
}

/// Both callbacks: returns how much was taken; less than was offered ends the transfer.
private func receive(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ response: UnsafeMutableRawPointer?,
    _ take: (IncomingResponse, UnsafeRawBufferPointer) -> Bool
) -> Int {
    guard let response else { return 0 }
    let buffer = UnsafeRawBufferPointer(start: bytes, count: size * count)
    let incoming = Unmanaged<IncomingResponse>.fromOpaque(response).takeUnretainedValue()
    return take(incoming, buffer) ? buffer.count : 0
}
