import CCurlShim
import Glibc
import TocsinReceivers

// Messages are made here and not taken from libcurl, whose own may repeat parts of a URL or of what a server sent.

extension TransportFailure {
    init(
        code: CURLcode,
        origin: CheckedRequest.Origin,
        mayHaveArrived: Bool,
        systemError: Int,
        certificateError: Int,
        proxyStatus: Int = 0
    ) {
        let kind = Kind(code, mayHaveArrived: mayHaveArrived)
        let reason =
            switch kind {
            case .unreachable where proxyStatus >= 300: "the proxy gives no connection: it answered \(proxyStatus)"
            case .unreachable: unreachableReason(code, systemError: systemError)
            case .timedOut: mayHaveArrived ? "no complete answer in time" : "no connection in time"
            case .tls: tlsReason(code, certificateError: certificateError)
            case .brokenOff: brokenOffReason(code)
            case .invalidRequest: "the request cannot be sent (libcurl error \(code.rawValue))"
            case .cancelled, .unauthorized: "cancelled"
            }
        self.init(kind: kind, mayHaveArrived: mayHaveArrived, message: "\(origin): \(reason)")
    }

    static func invalidRequest(_ message: String) -> Self {
        Self(kind: .invalidRequest, mayHaveArrived: false, message: message)
    }

    static func noMemory(for origin: CheckedRequest.Origin) -> Self {
        Self(kind: .unreachable, mayHaveArrived: false, message: "\(origin): no memory for the transfer")
    }

    static func cancelled(mayHaveArrived: Bool) -> Self {
        Self(kind: .cancelled, mayHaveArrived: mayHaveArrived, message: "cancelled")
    }

    static func shutDown(mayHaveArrived: Bool) -> Self {
        Self(kind: .cancelled, mayHaveArrived: mayHaveArrived, message: "HTTP transfers have been shut down")
    }

    static let shutDown = Self.shutDown(mayHaveArrived: false)
}

extension OptionRefused {
    func failure(at origin: CheckedRequest.Origin) -> TransportFailure {
        guard self.code != CURLE_OUT_OF_MEMORY else { return .noMemory(for: origin) }
        return TransportFailure(
            kind: .invalidRequest,
            mayHaveArrived: false,
            message: "\(origin): libcurl does not take an option (error \(self.code.rawValue))"
        )
    }
}

extension TransportFailure.Kind {
    /// Codes not named here are told apart by what is known: whether anything was sent.
    init(_ code: CURLcode, mayHaveArrived: Bool) {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            self = .timedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED, CURLE_SSL_CLIENTCERT:
            self = .tls
        // The same code as "no such protocol" says that a server spoke something other than HTTP; hence the condition.
        case CURLE_UNSUPPORTED_PROTOCOL where !mayHaveArrived,
            CURLE_URL_MALFORMAT where !mayHaveArrived,
            CURLE_NOT_BUILT_IN where !mayHaveArrived,
            CURLE_BAD_FUNCTION_ARGUMENT where !mayHaveArrived,
            CURLE_UNKNOWN_OPTION where !mayHaveArrived:
            self = .invalidRequest
        default:
            self = mayHaveArrived ? .brokenOff : .unreachable
        }
    }
}

private func unreachableReason(_ code: CURLcode, systemError: Int) -> String {
    if code == CURLE_COULDNT_RESOLVE_HOST { return "the name cannot be resolved" }
    if code == CURLE_COULDNT_RESOLVE_PROXY { return "the proxy's name cannot be resolved" }
    if code == CURLE_PROXY { return "the proxy gives no connection" }
    return switch Int32(truncatingIfNeeded: systemError) {
    case ECONNREFUSED: "connection refused"
    case EHOSTUNREACH, ENETUNREACH: "no route"
    case EMFILE, ENFILE: "no file descriptor left"
    case ECONNRESET: "connection reset"
    case ETIMEDOUT: "no answer to the connection"
    default: "no connection (libcurl error \(code.rawValue))"
    }
}

private func tlsReason(_ code: CURLcode, certificateError: Int) -> String {
    guard code == CURLE_PEER_FAILED_VERIFICATION else {
        if code == CURLE_SSL_CERTPROBLEM { return "our certificate or its key cannot be used" }
        if code == CURLE_SSL_CACERT_BADFILE { return "the authorities' certificates cannot be read" }
        return "the TLS handshake failed (libcurl error \(code.rawValue))"
    }
    // OpenSSL's numbers. The name is compared by libcurl, before it asks OpenSSL: then it is still its initial 1.
    return switch certificateError {
    case 0, 1, 62: "the certificate is not for this host"
    case 9: "the certificate is not valid yet"
    case 10: "the certificate has expired"
    case 18, 19: "the certificate is self-signed"
    case 20, 21: "the certificate is of an unknown authority"
    default: "the certificate cannot be verified (OpenSSL error \(certificateError))"
    }
}

private func brokenOffReason(_ code: CURLcode) -> String {
    switch code {
    case CURLE_GOT_NOTHING: "the connection was closed without an answer"
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR: "the connection broke before the answer was complete"
    case CURLE_SEND_ERROR: "the connection broke while sending"
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
        "the answer makes no sense (libcurl error \(code.rawValue))"
    default: "the connection broke (libcurl error \(code.rawValue))"
    }
}
