import CCurlShim

/// libcurl's easy handle: the options of one transfer, and what became of it. The options themselves are set in
/// `Options/`, one file per concern.
final class EasyHandle {
    let pointer: UnsafeMutableRawPointer
    /// libcurl keeps only pointers to these.
    private var lists: [UnsafeMutablePointer<curl_slist>?] = []

    init?() {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
    }

    /// It must not be part of a multi handle any more.
    deinit {
        curl_easy_cleanup(self.pointer)
        self.lists.forEach { curl_slist_free_all($0) }
    }

    /// Forgets all options, so that no secret of one transfer gets into the next.
    func reset() {
        curl_easy_reset(self.pointer)
        self.lists.forEach { curl_slist_free_all($0) }
        self.lists = []
    }

    // MARK: - Options

    func set(_ option: CURLoption, _ value: Int) throws(OptionRefused) {
        try Self.check(ccurl_set_long(self.pointer, option, value))
    }

    func set(_ option: CURLoption, _ value: Bool) throws(OptionRefused) {
        try Self.check(ccurl_set_long(self.pointer, option, value ? 1 : 0))
    }

    /// The text must hold no NUL, where libcurl would end it.
    func set(_ option: CURLoption, _ value: String) throws(OptionRefused) {
        try Self.check(ccurl_set_string(self.pointer, option, value))
    }

    func set(_ option: CURLoption, _ callback: curl_write_callback) throws(OptionRefused) {
        try Self.check(ccurl_set_write_callback(self.pointer, option, callback))
    }

    func setReader(_ option: CURLoption, _ callback: curl_read_callback) throws(OptionRefused) {
        try Self.check(ccurl_set_read_callback(self.pointer, option, callback))
    }

    func setProgress(_ option: CURLoption, _ callback: curl_xferinfo_callback) throws(OptionRefused) {
        try Self.check(ccurl_set_progress_callback(self.pointer, option, callback))
    }

    func set(_ option: CURLoption, offset value: Int) throws(OptionRefused) {
        try Self.check(ccurl_set_offset(self.pointer, option, curl_off_t(value)))
    }

    /// The object must outlive the transfer.
    func set(_ option: CURLoption, unretained object: AnyObject) throws(OptionRefused) {
        try Self.check(ccurl_set_pointer(self.pointer, option, Unmanaged.passUnretained(object).toOpaque()))
    }

    func setBody(_ body: [UInt8]) throws(OptionRefused) {
        try Self.check(ccurl_set_offset(self.pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        let code = body.withUnsafeBytes { bytes in
            // An empty array may have no address, and without one libcurl would ask a callback for the body.
            ccurl_set_bytes(self.pointer, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress ?? UnsafeRawPointer(self.pointer))
        }
        try Self.check(code)
    }

    func set(_ option: CURLoption, _ lines: [String]) throws(OptionRefused) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let extended = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                throw OptionRefused(code: CURLE_OUT_OF_MEMORY)
            }
            list = extended
        }
        self.lists.append(list)
        try Self.check(ccurl_set_list(self.pointer, option, list))
    }

    /// A text that libcurl takes as the contents of a file.
    func set(_ option: CURLoption, contents text: String) throws(OptionRefused) {
        let bytes = Array(text.utf8)
        try Self.check(ccurl_set_blob(self.pointer, option, bytes, bytes.count))
    }

    private static func check(_ code: CURLcode) throws(OptionRefused) {
        guard code == CURLE_OK else { throw OptionRefused(code: code) }
    }

    // MARK: - What became of it

    /// 0 where libcurl knows none.
    func number(_ info: CURLINFO) -> Int {
        var value = 0
        let code = ccurl_get_long(self.pointer, info, &value)
        return code == CURLE_OK ? value : 0
    }

    /// 0 where libcurl knows none.
    func offset(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        let code = ccurl_get_offset(self.pointer, info, &value)
        return code == CURLE_OK ? Int64(value) : 0
    }

    /// The transfer that ``Transfer/configure()`` wrote into the handle.
    static func transfer(of easy: UnsafeMutableRawPointer) -> Transfer {
        var pointer: UnsafeMutableRawPointer?
        guard ccurl_get_pointer(easy, CURLINFO_PRIVATE, &pointer) == CURLE_OK, let pointer else {
            preconditionFailure("every handle in the multi handle belongs to a transfer")
        }
        return Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
    }
}

/// libcurl does not take an option: it was built without it, its value makes no sense, or memory ran out.
struct OptionRefused: Error {
    let code: CURLcode
}
