import Testing
import TocsinHTTP

@Suite struct ListenAddressTests {
    @Test(arguments: [
        (":9093", "", 9093), ("127.0.0.1:9093", "127.0.0.1", 9093), ("[::1]:0", "::1", 0),
        ("name:65535", "name", 65_535),
    ])
    func anAddressIsReadAndPrintedBack(_ text: String, _ host: String, _ port: Int) throws {
        let address = try ListenAddress(text)

        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(arguments: [
        ("9093", "9093: the port is missing, as in :9093"),
        ("localhost:http", "localhost:http: the port must be a number up to 65535"),
        (":65536", ":65536: the port must be a number up to 65535"),
        ("::1:9093", "::1:9093: an IPv6 address stands in brackets, as in [::1]:9093"),
    ])
    func whatIsNoAddressIsNamed(_ text: String, _ reason: String) {
        let error = #expect(throws: ListenError.self) { try ListenAddress(text) }
        #expect(error?.description == reason)
    }
}
