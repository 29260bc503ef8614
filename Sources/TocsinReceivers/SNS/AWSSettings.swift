import TocsinSettings

/// What `sigv4` says: who signs, and in which region.
struct AWSSettings {
    var account: AWSAccount
    var role: AWSRole?

    /// Where nothing is said: what the environment and the shared files say.
    init(context: ReceiverContext) {
        self.account = AWSAccount(region: "", key: nil, profile: "", environment: context.environment)
    }

    init(from fields: inout Fields, context: ReceiverContext) {
        let region = fields.optional("region", default: "", doc: "The region, such as `eu-central-1`.")
        let accessKey = fields.optional("access_key", default: "", doc: "The ID of an access key.")
        let secretKey = fields.secret("secret_key", doc: "The secret that belongs to it.")
        if accessKey.isEmpty != (secretKey == nil) {
            fields.report(
                """
                must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config
                """
            )
        }
        let profile = fields.optional("profile", default: "", doc: "A name in AWS's shared credentials file.")
        let roleARN = fields.optional("role_arn", default: "", doc: "A role to take on first.")
        let externalID = fields.optional("external_id", default: "", doc: "What the role wants to be told.")
        if roleARN.isEmpty, !externalID.isEmpty {
            fields.report("external_id can only be used with role_arn", at: "external_id")
        }
        let fipsDoc = "Whether the role is taken on where FIPS 140 holds."
        let isFIPS = fields.optional("use_fips_sts_endpoint", default: false, doc: fipsDoc)
        _ = fields.optional("service_name", default: "", doc: "Taken, and makes no difference: it is `sns`.")
        self.account = AWSAccount(
            region: region,
            key: secretKey.map { (accessKey, $0) },
            profile: profile,
            environment: context.environment
        )
        self.role =
            roleARN.isEmpty
            ? nil
            : AWSRole(
                arn: roleARN,
                externalID: externalID,
                isFIPS: isFIPS,
                environmentURL: context.environment["AWS_ENDPOINT_URL_STS"]
            )
    }
}

/// A role that is taken on for an hour, by AWS's Security Token Service.
struct AWSRole: Sendable {
    let arn: String
    let externalID: String
    let isFIPS: Bool
    let environmentURL: String?

    var identity: String { "\(self.arn) \(self.externalID)" }

    func url(in region: String) -> String {
        self.environmentURL ?? AWSEndpoint.url(of: self.isFIPS ? "sts-fips" : "sts", in: region)
    }

    var parameters: [(name: String, value: String)] {
        var parameters = [
            ("Action", "AssumeRole"), ("Version", "2011-06-15"), ("RoleArn", self.arn), ("RoleSessionName", "tocsin"),
        ]
        if !self.externalID.isEmpty { parameters.append(("ExternalId", self.externalID)) }
        return parameters
    }
}
