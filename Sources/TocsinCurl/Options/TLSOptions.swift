import CCurlShim
import TocsinReceivers

extension EasyHandle {
    /// Whom we trust: the authorities the system trusts.
    func setTLS(_ options: HTTPOptions) throws(OptionRefused) {
        try self.set(CURLOPT_SSL_VERIFYPEER, options.verifyTLS)
        // 2: the certificate must name the host.
        try self.set(CURLOPT_SSL_VERIFYHOST, options.verifyTLS ? 2 : 0)
    }
}
