import CCurlShim
import TocsinReceivers
import TocsinSettings

extension EasyHandle {
    /// Everything about a mail but its text and where replies go.
    func setMail(_ mail: CheckedMail, login: MailLogin?) throws(OptionRefused) {
        let options = mail.request.options
        try self.setConnection(options, timeLeft: options.timeout, protocols: "smtp,smtps")
        try self.set(CURLOPT_PROXY, "")
        try self.setTLS(options.tls)
        try self.set(CURLOPT_URL, mail.url)
        if let connectTo = mail.connectTo { try self.set(CURLOPT_CONNECT_TO, [connectTo]) }
        let tls = mail.envelope.requiresTLS ? CURLUSESSL_ALL : CURLUSESSL_NONE
        try self.set(CURLOPT_USE_SSL, Int(tls.rawValue))
        try self.set(CURLOPT_MAIL_FROM, mail.envelope.sender)
        try self.set(CURLOPT_MAIL_RCPT, mail.envelope.recipients)
        // A kept connection would have to be said goodbye to later, and libcurl waits for the answer to that, too.
        try self.set(CURLOPT_FORBID_REUSE, true)
        try self.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, options.timeout.curlMilliseconds / 1000))
        if let login {
            try self.set(CURLOPT_USERNAME, login.username)
            try self.set(CURLOPT_PASSWORD, login.secret)
            try self.set(CURLOPT_LOGIN_OPTIONS, login.mechanisms)
            if !login.identity.isEmpty { try self.set(CURLOPT_SASL_AUTHZID, login.identity) }
        }
        try self.set(CURLOPT_UPLOAD, true)
        try self.set(CURLOPT_INFILESIZE_LARGE, offset: mail.request.body.count)
    }

    /// A server that has taken the mail need not answer to our goodbye.
    func hurryGoodbye() -> Bool {
        do throws(OptionRefused) {
            try self.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, 2)
            return true
        } catch {
            return false
        }
    }
}

/// One way to say who we are.
struct MailLogin {
    let username: String
    let identity: String
    let secret: String
    /// As libcurl reads it.
    let mechanisms: String

    /// The ways to try, one after the other, until the server offers one. CRAM-MD5 goes first: it shows nobody the
    /// secret. A password goes over an open wire only to a server that wants it so.
    static func ways(of mail: CheckedMail) -> [MailLogin] {
        guard let login = mail.envelope.login else { return [] }
        let open = mail.isEncrypted || mail.isLocal
        let ways = [
            (login.secret, "AUTH=CRAM-MD5"), (login.password, open ? "AUTH=PLAIN;AUTH=LOGIN" : "AUTH=LOGIN"),
        ]
        return ways.compactMap { secret, mechanisms in
            secret.map {
                MailLogin(
                    username: login.username, identity: login.identity, secret: $0.revealed, mechanisms: mechanisms)
            }
        }
    }
}
