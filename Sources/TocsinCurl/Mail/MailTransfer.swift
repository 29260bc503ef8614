import CCurlShim
import TocsinReceivers

/// One mail on its way, on a thread of its own.
final class MailTransfer {
    typealias Answer = Result<HTTPResponse, TransportFailure>

    private let mail: CheckedMail
    private let isCancelled: () -> Bool
    /// Asked once, as soon as it is known what became of the mail.
    private var answer: ((Answer) -> Void)?
    private var reply = MailReply()
    private var sent = 0
    private var wasReadToItsEnd = false
    private var easy: EasyHandle?
    private var systemError = 0
    private var certificateError = 0

    init(_ mail: CheckedMail, isCancelled: @escaping () -> Bool, answer: @escaping (Answer) -> Void) {
        self.mail = mail
        self.isCancelled = isCancelled
        self.answer = answer
    }

    /// Blocks until the connection is closed, which may be a while after the answer.
    func run() {
        var ways: [MailLogin?] = MailLogin.ways(of: self.mail)
        if ways.isEmpty { ways = [nil] }
        for (index, way) in ways.enumerated() {
            let code = self.attempt(way)
            // Nothing was tried: the server offers no such way. There may be another.
            let knowsNoWay = code == CURLE_LOGIN_DENIED && self.reply.code < 300
            if knowsNoWay, index + 1 < ways.count { continue }
            self.finish(self.conclusion(code, knowsNoWay: knowsNoWay))
            return
        }
    }

    private func finish(_ result: Answer) {
        self.answer?(result)
        self.answer = nil
    }

    private func attempt(_ login: MailLogin?) -> CURLcode {
        guard !self.isCancelled() else { return CURLE_ABORTED_BY_CALLBACK }
        guard let easy = EasyHandle() else { return CURLE_OUT_OF_MEMORY }
        self.easy = easy
        self.reply = MailReply()
        self.sent = 0
        do throws(OptionRefused) {
            try easy.setMail(self.mail, login: login)
            try self.setCallbacks(of: easy)
        } catch {
            return error.code
        }
        defer { self.easy = nil }
        let code = curl_easy_perform(easy.pointer)
        self.systemError = easy.number(CURLINFO_OS_ERRNO)
        self.certificateError = easy.number(CURLINFO_SSL_VERIFYRESULT)
        return code
    }

    // MARK: - What became of it

    private var mayHaveArrived: Bool { self.wasReadToItsEnd }

    private func conclusion(_ code: CURLcode, knowsNoWay: Bool) -> Answer {
        let origin = self.mail.origin
        if code == CURLE_OK { return .success(HTTPResponse(status: max(self.reply.code, 200))) }
        if code == CURLE_ABORTED_BY_CALLBACK { return .failure(.cancelled(mayHaveArrived: self.mayHaveArrived)) }
        if knowsNoWay {
            let offer = self.reply.mechanisms.filter { $0.utf8.count < 30 }.prefix(8).joined(separator: ", ")
            return .failure(self.failure("\(origin): the server offers no way to log in that we can use (\(offer))"))
        }
        // The server said what it has against the mail.
        if self.reply.code >= 400, code != CURLE_OPERATION_TIMEDOUT {
            return .success(HTTPResponse(status: self.reply.code, body: Array(self.reply.text.utf8)))
        }
        if code == CURLE_USE_SSL_FAILED, self.reply.code < 400 {
            return .failure(
                self.failure(
                    "'require_tls' is true (default) but \"\(origin)\" does not advertise the STARTTLS extension"))
        }
        return .failure(
            TransportFailure(
                code: code, origin: origin, mayHaveArrived: self.mayHaveArrived, systemError: self.systemError,
                certificateError: self.certificateError))
    }

    private func failure(_ message: String) -> TransportFailure {
        TransportFailure(kind: .unreachable, mayHaveArrived: false, message: message)
    }

    // MARK: - libcurl's questions

    private func setCallbacks(of easy: EasyHandle) throws(OptionRefused) {
        try easy.set(CURLOPT_HEADERDATA, unretained: self)
        try easy.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, transfer in
            guard let transfer else { return 0 }
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            Unmanaged<MailTransfer>.fromOpaque(transfer).takeUnretainedValue().take(line)
            return line.count
        }
        try easy.set(CURLOPT_WRITEDATA, unretained: self)
        try easy.set(CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        try easy.set(CURLOPT_READDATA, unretained: self)
        try easy.setReader(CURLOPT_READFUNCTION) { buffer, size, count, transfer in
            guard let transfer, let buffer else { return 0 }
            let room = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
            return Unmanaged<MailTransfer>.fromOpaque(transfer).takeUnretainedValue().fill(room)
        }
        try easy.set(CURLOPT_NOPROGRESS, false)
        try easy.set(CURLOPT_XFERINFODATA, unretained: self)
        try easy.setProgress(CURLOPT_XFERINFOFUNCTION) { transfer, _, _, _, _ in
            guard let transfer else { return 1 }
            return Unmanaged<MailTransfer>.fromOpaque(transfer).takeUnretainedValue().mayGoOn ? 0 : 1
        }
    }

    /// Once the mail is taken nothing is left to be called off.
    private var mayGoOn: Bool { self.answer == nil || !self.isCancelled() }

    private func take(_ line: UnsafeRawBufferPointer) {
        guard self.reply.take(line), self.wasReadToItsEnd, (200..<300).contains(self.reply.code) else { return }
        // The mail is the server's. What follows is the goodbye, for whose answer nobody should have to wait.
        _ = self.easy?.hurryGoodbye()
        self.finish(.success(HTTPResponse(status: self.reply.code)))
    }

    private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let rest = self.mail.request.body[self.sent...]
        let count = min(rest.count, room.count)
        room.copyBytes(from: rest.prefix(count))
        self.sent += count
        self.wasReadToItsEnd = self.sent == self.mail.request.body.count
        return count
    }
}
