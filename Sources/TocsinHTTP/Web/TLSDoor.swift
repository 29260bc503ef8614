import Foundation
import NIOCore
import NIOSSL
import TocsinConfig
import TocsinSettings

/// Encrypts connections by one set of certificates.
struct TLSDoor: Sendable {
    private let context: NIOSSLContext
    private let clientAuth: WebConfig.ClientAuth
    private let allowedNames: Set<String>

    /// Reads the certificates and the key.
    init(_ tls: WebConfig.TLS) throws(SettingsError) {
        let chain = try TLSDoor.certificates(tls.certificate)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try TLSDoor.key(tls.key))
        )
        configuration.minimumTLSVersion = tls.minimum.version
        configuration.maximumTLSVersion = tls.maximum.version
        configuration.applicationProtocols = ["http/1.1"]
        // A client that is gone and does not say so keeps its connection no longer than this.
        configuration.shutdownTimeout = .seconds(1)
        configuration.trustRoots = .certificates([])
        let suites = tls.cipherSuites.filter(\.isChoosable)
        if !suites.isEmpty { configuration.cipherSuites = suites.map(\.rawValue).joined(separator: ":") }
        if !tls.curves.isEmpty { configuration.curves = tls.curves.map(\.curve) }
        switch tls.clientAuth {
        case .none: break
        case .request: configuration.certificateVerification = .optionalVerification
        case .requireAny, .require: configuration.certificateVerification = .noHostnameVerification
        case .verifyIfGiven, .requireAndVerify:
            let isOptional = tls.clientAuth == .verifyIfGiven
            configuration.certificateVerification = isOptional ? .optionalVerification : .noHostnameVerification
            configuration.trustRoots = .default
            if let authority = tls.clientCA {
                configuration.trustRoots = .certificates(try TLSDoor.certificates(authority))
                configuration.sendCANameList = true
            }
        }
        do {
            self.context = try NIOSSLContext(configuration: configuration)
        } catch {
            let message = "`\(tls.certificate.key)` and `\(tls.key.key)` do not fit together, or cannot be used"
            throw SettingsError(message, at: tls.certificate.position)
        }
        self.clientAuth = tls.clientAuth
        self.allowedNames = Set(tls.allowedNames)
    }

    /// For one connection.
    func handler() -> NIOSSLServerHandler {
        let names = self.allowedNames
        switch self.clientAuth {
        case .none:
            return NIOSSLServerHandler(context: self.context)
        case .request, .requireAny, .require:
            // Any certificate will do, whoever made it.
            return NIOSSLServerHandler(context: self.context) { certificates, verdict in
                let isAllowed = names.isEmpty || certificates.first?.hasName(in: names) == true
                verdict.succeed(isAllowed ? .certificateVerified : .failed)
            }
        case .verifyIfGiven, .requireAndVerify:
            if names.isEmpty { return NIOSSLServerHandler(context: self.context) }
            return NIOSSLServerHandler._makeSSLServerHandler(context: self.context) { certificate, channel in
                certificate.hasName(in: names)
                    ? channel.eventLoop.makeSucceededVoidFuture()
                    : channel.eventLoop.makeFailedFuture(NameNotAllowed())
            }
        }
    }

    /// A client showed a certificate with none of the names in `client_allowed_sans`.
    private struct NameNotAllowed: Error {}
}

// MARK: - Reading

extension TLSDoor {
    private static func certificates(_ pem: WebConfig.PEM) throws(SettingsError) -> [NIOSSLCertificate] {
        let bytes = try TLSDoor.bytes(pem)
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(bytes)
            if !certificates.isEmpty { return certificates }
        } catch {
            // The library's words say no more than ours.
        }
        throw SettingsError("`\(pem.key)` holds no certificate in PEM form", at: pem.position)
    }

    private static func key(_ pem: WebConfig.PEM) throws(SettingsError) -> NIOSSLPrivateKey {
        let bytes = try TLSDoor.bytes(pem)
        do {
            return try NIOSSLPrivateKey(bytes: bytes, format: .pem)
        } catch {
            throw SettingsError("`\(pem.key)` holds no private key in PEM form without a passphrase", at: pem.position)
        }
    }

    /// More than this is no certificate.
    private static let maximumSize = 4 << 20

    private static func bytes(_ pem: WebConfig.PEM) throws(SettingsError) -> [UInt8] {
        switch pem.source {
        case .inline(let text): return Array(text.revealed.utf8)
        case .file(let path):
            do {
                let file = try FileHandle(forReadingFrom: URL(filePath: path))
                defer { file.closeFile() }
                return Array(try file.read(upToCount: TLSDoor.maximumSize) ?? Data())
            } catch {
                let reason = (error as NSError).code == NSFileReadNoSuchFileError ? "no such file" : "it cannot be read"
                throw SettingsError("`\(pem.key)`: \(path): \(reason)", at: pem.position)
            }
        }
    }
}

extension NIOSSLCertificate {
    /// Whether one of its alternative names is in a list: a name, an address of a machine or of mail, or a URI.
    fileprivate func hasName(in names: Set<String>) -> Bool {
        self._subjectAlternativeNames().contains { name in
            name.contents.withUnsafeBufferPointer { bytes in
                switch name.nameType {
                case .dnsName, .email, .uri: names.contains(String(decoding: bytes, as: UTF8.self))
                case .ipAddress: names.contains { IPText.bytes($0).map { $0.elementsEqual(bytes) } ?? false }
                default: false
                }
            }
        }
    }
}

/// Addresses as text.
private enum IPText {
    /// The bytes of an address, 4 or 16; `nil` if the text is none.
    static func bytes(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: &six) { Array($0) } }
        return nil
    }
}

extension WebConfig.Version {
    fileprivate var version: TLSVersion {
        switch self {
        case .tls10: .tlsv1
        case .tls11: .tlsv11
        case .tls12: .tlsv12
        case .tls13: .tlsv13
        }
    }
}

extension WebConfig.Curve {
    fileprivate var curve: NIOTLSCurve {
        switch self {
        case .p256: .secp256r1
        case .p384: .secp384r1
        case .p521: .secp521r1
        case .x25519: .x25519
        }
    }
}
