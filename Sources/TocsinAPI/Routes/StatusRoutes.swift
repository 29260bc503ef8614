import TocsinJSON
import TocsinModel

extension Endpoint {
    static let statusEndpoints = [
        Endpoint(.get, "/api/v2/status", summary: "Says what runs here, since when, and with which configuration.") {
            (api, _) async throws(APIError) in api.status()
        },
        Endpoint(.get, "/api/v2/receivers", summary: "Lists the configured receivers.") {
            (api, call) async throws(APIError) in try api.listReceivers(call)
        },
    ]
}

extension API {
    /// amtool takes every one of these members for granted.
    fileprivate func status() -> APIResponse {
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.key("cluster")
        API.write(self.context.peer, to: &writer)
        writer.key("config")
        writer.beginObject()
        writer.member("original", self.context.settings.configText)
        writer.endObject()
        writer.member("uptime", self.context.startedAt.utc.rfc3339Milliseconds)
        writer.key("versionInfo")
        API.write(self.context.build, to: &writer)
        writer.endObject()
        return .json(writer)
    }

    /// A cluster of one is ready at once.
    private static func write(_ peer: ClusterPeer?, to writer: inout JSONWriter) {
        writer.beginObject()
        if let peer { writer.member("name", peer.name) }
        writer.key("peers")
        writer.beginArray()
        if let peer {
            writer.beginObject()
            writer.member("address", peer.address)
            writer.member("name", peer.name)
            writer.endObject()
        }
        writer.endArray()
        writer.member("status", peer == nil ? "disabled" : "ready")
        writer.endObject()
    }

    private static func write(_ build: BuildInfo, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("branch", build.branch)
        writer.member("buildDate", build.date)
        writer.member("buildUser", build.user)
        writer.member("goVersion", build.toolchain)
        writer.member("revision", build.revision)
        writer.member("version", build.version)
        writer.endObject()
    }

    fileprivate func listReceivers(_ call: Call) throws(APIError) -> APIResponse {
        let settings = self.context.settings
        let matchers = try MatcherParameter.matchers("receiver_matchers", of: call.query, settings.matcherSyntax) {
            "failed to parse receiver_matchers param: \($0)"
        }
        var writer = JSONWriter(.plain)
        writer.beginArray()
        for receiver in settings.receivers where matchers.passFilter(receiver.labels) {
            writer.beginObject()
            writer.key("labels")
            writer.labels(receiver.labels)
            writer.member("name", receiver.name)
            writer.endObject()
        }
        writer.endArray()
        return .json(writer)
    }
}

extension JSONWriter {
    /// An object of strings.
    fileprivate mutating func labels(_ labels: LabelSet) {
        self.beginObject()
        labels.forEachBytes { name, value in
            self.key(name)
            self.string(value)
        }
        self.endObject()
    }
}
