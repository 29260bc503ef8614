import TocsinModel
import TocsinSettings

/// Signs requests as AWS wants them, by its Signature Version 4: the method, the address, the headers and the body.
struct AWSSignature {
    let credentials: AWSCredentials
    let region: String
    /// `sns`, `sts`
    let service: String

    private static let algorithm = "AWS4-HMAC-SHA256"

    /// The request with the headers that prove who sends it.
    ///
    /// - Parameters:
    ///   - request: its URL must be one of ``AWSEndpoint``, in the form in which it is sent.
    ///   - now: AWS takes what is at most five minutes old.
    func signed(_ request: HTTPRequest, to endpoint: AWSEndpoint, at now: Timestamp) -> HTTPRequest {
        let time = TemplateTime(seconds: now.seconds).formatted("20060102T150405Z")
        let day = String(time.prefix(8))
        let scope = "\(day)/\(self.region)/\(self.service)/aws4_request"
        var signed = request
        signed.headers.append(HTTPRequest.Header("X-Amz-Date", time))
        if let token = self.credentials.sessionToken {
            signed.headers.append(HTTPRequest.Header("X-Amz-Security-Token", token))
        }
        let headers = (signed.headers + [HTTPRequest.Header("Host", endpoint.host)])
            .map { ($0.name.lowercased(), $0.value.trimmed) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        let names = headers.map(\.0).joined(separator: ";")
        let canonical = [
            request.method, endpoint.canonicalPath, "", headers.map { "\($0.0):\($0.1)\n" }.joined(), names,
            Digest.sha256(request.body),
        ].joined(separator: "\n")
        let toSign = [AWSSignature.algorithm, time, scope, Digest.sha256(canonical)].joined(separator: "\n")
        let signature = Digest.hexadecimal(Digest.hmac(toSign, key: self.key(day: day)))
        let value =
            "\(AWSSignature.algorithm) Credential=\(self.credentials.accessKey)/\(scope), "
            + "SignedHeaders=\(names), Signature=\(signature)"
        signed.headers.append(HTTPRequest.Header("Authorization", value))
        return signed
    }

    private func key(day: String) -> [UInt8] {
        var key = Array("AWS4\(self.credentials.secretKey)".utf8)
        for part in [day, self.region, self.service, "aws4_request"] { key = Digest.hmac(part, key: key) }
        return key
    }
}

/// Where a service of AWS is: an address without query, in the one form that is both signed and sent.
struct AWSEndpoint {
    let url: String
    /// With the port where it is not the scheme's own, as in the header `Host`.
    let host: String
    /// As the signature has it: every character that is not plain is escaped once more.
    let canonicalPath: String

    /// - Parameters:
    ///   - text: a URL; a query, a fragment and credentials in it are dropped.
    ///   - key: the setting's, for the refusal.
    init(_ text: String, of key: String) throws(Refusal) {
        do {
            _ = try HTTPURL(text)
        } catch {
            throw Refusal("`\(key)` \(error.message)")
        }
        let parts = text.split(separator: ":", maxSplits: 1)
        let scheme = parts[0].lowercased()
        let rest = parts[1].drop { $0 == "/" }.prefix { $0 != "?" && $0 != "#" }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash].split(separator: "@").last.map { $0.lowercased() } ?? ""
        let standard = scheme == "https" ? ":443" : ":80"
        let host = authority.hasSuffix(standard) ? String(authority.dropLast(standard.count)) : authority
        var path = String(rest[slash...]).percentEncoded(keeping: "-_.~/%", space: "%20")
        if !path.hasSuffix("/") { path += "/" }
        self.url = "\(scheme)://\(host)\(path)"
        self.host = host
        self.canonicalPath = path.percentEncoded(keeping: "-_.~/", space: "%20")
    }

    /// The service's own in a region.
    static func url(of service: String, in region: String) -> String {
        let domain = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return "https://\(service).\(region).\(domain)/"
    }
}
