import TocsinReceivers
import TocsinSettings

/// The sections `tracing` and `event_recorder`: they are read and checked, so that a file with them can be used as it
/// is, and they do nothing, which a warning says.
enum InertSections {
    /// - Parameter fields: the document's.
    static func read(from fields: inout Fields, context: ReceiverContext) -> [SettingsError] {
        var warnings: [SettingsError] = []
        let sections: [(key: String, doc: String, read: (inout Fields, ReceiverContext) -> Void)] = [
            ("tracing", "Where Alertmanager sends its traces. Read and not used.", Self.readTracing),
            ("event_recorder", "Where Alertmanager writes its events. Read and not used.", Self.readRecorder),
        ]
        for section in sections {
            let read: Void? = fields.nested(section.key, doc: section.doc) { section.read(&$0, context) }
            guard read != nil, !fields.isReference else { continue }
            let text = "`\(section.key)` has no effect: this server does not have it"
            warnings.append(SettingsError(text, at: fields.position(of: section.key)))
        }
        return warnings
    }

    private enum ClientType: String, CaseIterable { case grpc, http }
    private enum Format: String, CaseIterable { case json, protobuf }

    private static func readTracing(from fields: inout Fields, context: ReceiverContext) {
        _ = fields.enumeration("client_type", default: ClientType.grpc, doc: "How the collector is spoken to.")
        if fields.optional("endpoint", default: "", doc: "The collector.").isEmpty {
            fields.report("tracing endpoint must be set", at: "endpoint")
        }
        self.readFraction("sampling_fraction", doc: "How many traces of one are kept.", from: &fields)
        _ = fields.optional("insecure", default: false, doc: "Whether without TLS.")
        self.readTLS(from: &fields)
        _ = fields.node("headers", type: "map of any", isSecret: true, doc: "Headers of requests.")
        let compression = fields.optional("compression", default: "", doc: "`gzip`, or nothing.")
        if !["", "gzip"].contains(compression) {
            fields.report("invalid compression type \(compression.quotedForMessage)", at: "compression")
        }
        _ = fields.optionalDuration("timeout", doc: "How long a request may take.")
    }

    private static func readRecorder(from fields: inout Fields, context: ReceiverContext) {
        _ = fields.nestedList("file_outputs", doc: "Files.") { fields, _ in
            _ = fields.required("path", as: String.self, doc: "The file.")
        }
        _ = fields.nestedList("stdout_outputs", doc: "The standard output.") { _, _ in }
        _ = fields.nestedList("webhook_outputs", doc: "Webhooks.") { fields, _ in
            _ = fields.secretURL("url", doc: "Where to post.")
            _ = fields.httpConfig(in: context)
            for key in ["timeout", "retry_backoff", "batch_flush_interval"] {
                _ = fields.optionalDuration(key, doc: "A time.")
            }
            for key in ["workers", "max_retries", "batch_max_events"] {
                _ = fields.optional(key, as: Int.self, doc: "A number.")
            }
            _ = fields.optional("batch", default: false, doc: "Whether several go in one request.")
            _ = fields.optional("batch_max_bytes", as: String.self, doc: "A size.")
        }
        _ = fields.nestedList("kafka_outputs", doc: "Topics of Kafka.") { fields, _ in
            _ = fields.list("brokers", of: String.self, doc: "The brokers.")
            for key in ["topic", "client_id", "acks", "compression"] {
                _ = fields.optional(key, as: String.self, doc: "A setting of the client.")
            }
            _ = fields.enumeration("format", default: Format.json, doc: "How events are written.")
            _ = fields.optional("buffer_size", as: Int.self, doc: "A number.")
            self.readTLS(from: &fields)
        }
    }

    private static func readTLS(from fields: inout Fields) {
        _ = fields.nested("tls_config", doc: "How TLS is set up.") { fields in
            _ = fields.secret("key", doc: "The client's key.")
            for key in ["ca", "ca_file", "ca_ref", "cert", "cert_file", "cert_ref", "key_file", "key_ref"] {
                _ = fields.optional(key, as: String.self, doc: "A certificate or a key.")
            }
            for key in ["server_name", "min_version", "max_version"] {
                _ = fields.optional(key, as: String.self, doc: "A setting of TLS.")
            }
            _ = fields.optional("insecure_skip_verify", default: false, doc: "Whether certificates go unchecked.")
        }
    }

    private static func readFraction(_ key: String, doc: String, from fields: inout Fields) {
        _ = fields.parsed(key, type: "number", doc: doc) { (text: String) throws(SettingsMismatch) -> Double in
            guard let value = Double(text), (0...1).contains(value) else {
                throw SettingsMismatch("must be a number from 0 to 1", quoting: text)
            }
            return value
        }
    }
}
