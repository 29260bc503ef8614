import CCurlShim
import TocsinReceivers
import TocsinSettings

extension EasyHandle {
    /// Whom we trust: the authorities the system trusts, or those that are named; and who we are.
    func setTLS(_ options: TLSOptions) throws(OptionRefused) {
        try self.setTLS(options, on: .server)
    }

    /// The same for a proxy that is spoken to over TLS.
    func setProxyTLS(_ options: TLSOptions) throws(OptionRefused) {
        var options = options
        options.serverName = nil
        try self.setTLS(options, on: .proxy)
    }

    private func setTLS(_ options: TLSOptions, on side: Side) throws(OptionRefused) {
        try self.set(side.verifyPeer, options.verifiesServer)
        // 2: the certificate must name the host.
        try self.set(side.verifyHost, options.verifiesServer ? 2 : 0)
        try self.set(side.version, options.minimumVersion.least | (options.maximumVersion?.most ?? 0))
        if let authorities = options.authorities { try self.set(side.authorities, contents: authorities) }
        if let certificate = options.certificate, let key = options.key {
            try self.set(side.certificate, contents: certificate)
            try self.set(side.key, contents: key.revealed)
        }
    }

    /// libcurl has each of the options twice.
    private struct Side {
        let verifyPeer: CURLoption
        let verifyHost: CURLoption
        let version: CURLoption
        let authorities: CURLoption
        let certificate: CURLoption
        let key: CURLoption

        static let server = Side(
            verifyPeer: CURLOPT_SSL_VERIFYPEER,
            verifyHost: CURLOPT_SSL_VERIFYHOST,
            version: CURLOPT_SSLVERSION,
            authorities: CURLOPT_CAINFO_BLOB,
            certificate: CURLOPT_SSLCERT_BLOB,
            key: CURLOPT_SSLKEY_BLOB
        )
        static let proxy = Side(
            verifyPeer: CURLOPT_PROXY_SSL_VERIFYPEER,
            verifyHost: CURLOPT_PROXY_SSL_VERIFYHOST,
            version: CURLOPT_PROXY_SSLVERSION,
            authorities: CURLOPT_PROXY_CAINFO_BLOB,
            certificate: CURLOPT_PROXY_SSLCERT_BLOB,
            key: CURLOPT_PROXY_SSLKEY_BLOB
        )
    }
}

extension TLSOptions.Version {
    fileprivate var least: Int {
        let version =
            switch self {
            case .tls10: CURL_SSLVERSION_TLSv1_0
            case .tls11: CURL_SSLVERSION_TLSv1_1
            case .tls12: CURL_SSLVERSION_TLSv1_2
            case .tls13: CURL_SSLVERSION_TLSv1_3
            }
        return Int(version)
    }

    fileprivate var most: Int { self.least << 16 }
}
