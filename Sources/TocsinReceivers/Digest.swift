import CCrypto

enum Digest {
    /// The SHA-256 of a text's UTF-8 as 64 lower-case hexadecimal digits.
    static func sha256(_ text: String) -> String { self.sha256(Array(text.utf8)) }

    static func sha256(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        SHA256(bytes, bytes.count, &digest)
        return self.hexadecimal(digest)
    }

    /// The HMAC of a text's UTF-8 with SHA-256, 32 bytes.
    static func hmac(_ text: String, key: [UInt8]) -> [UInt8] {
        let bytes = Array(text.utf8)
        var code = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        var length = UInt32(code.count)
        // OpenSSL takes an empty key for one that was set before; a byte of zero means the same and is none.
        let key = key.isEmpty ? [0] : key
        _ = HMAC(EVP_sha256(), key, Int32(clamping: key.count), bytes, bytes.count, &code, &length)
        return code
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
