import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Testing
import TocsinRuntime

/// Asks one question over TLS and reads what comes until the connection ends.
struct EncryptedClient {
    var port: Int
    /// The names of a certificate and its key under `Cases/`.
    var identity: String?
    var maximum = TLSVersion.tlsv13

    struct Answer {
        let text: String
        /// The server's certificate, as it showed it.
        let certificate: NIOSSLCertificate?

        var status: String { self.text.split(separator: " ").dropFirst().first.map { String($0) } ?? "" }
    }

    static func file(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Cases/\(name)", withExtension: nil)).path
    }

    /// - Throws: if the two do not come to terms, or the server closes without an answer.
    func get(_ path: String, more: String = "") async throws -> Answer {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(try Self.file("ca.pem"))
        configuration.maximumTLSVersion = self.maximum
        configuration.minimumTLSVersion = .tlsv1
        configuration.certificateVerification = .noHostnameVerification
        if let identity {
            let chain = try NIOSSLCertificate.fromPEMFile(try Self.file("\(identity).pem"))
            configuration.certificateChain = chain.map { .certificate($0) }
            let key = try NIOSSLPrivateKey(file: try Self.file("\(identity).key"), format: .pem)
            configuration.privateKey = .privateKey(key)
        }
        let context = try NIOSSLContext(configuration: configuration)
        let shown = Locked<NIOSSLCertificate?>(nil)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .connect(host: "127.0.0.1", port: self.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    // What the certificate is worth, a client that people have is asked (in `EndToEndTests`).
                    let handler = try NIOSSLClientHandler(
                        context: context,
                        serverHostname: nil,
                        customVerificationCallback: { certificates, verdict in
                            shown.withLock { $0 = certificates.first }
                            verdict.succeed(.certificateVerified)
                        }
                    )
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            let request = "GET \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\(more)\r\n"
            try await outbound.write(ByteBuffer(string: request))
            var text = ""
            do {
                for try await part in inbound { text += String(buffer: part) }
            } catch {
                // An end may come less politely than TLS asks for.
                if text.isEmpty { throw error }
            }
            if text.isEmpty { throw ChannelError.eof }
            return Answer(text: text, certificate: shown.withLock { $0 })
        }
    }
}
