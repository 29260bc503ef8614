import Logging
import TocsinAPI
import TocsinHTTP
import TocsinJSON
import TocsinRuntime

/// A local server in place of Slack and PagerDuty: takes what they take, looks at it as they do, answers as they do.
final class DemoStandIn: Sendable {
    private struct Desk {
        var messages: [DemoMessage] = []
        var refusals: [String] = []
        var incidents = DemoIncidents()
    }

    let address: ListenAddress
    private let server: HTTPServer
    private let desk: Locked<Desk>

    /// Of the demo's dozen, none is forgotten; what else finds the port must not fill the memory.
    private static let maximumCount = 1000

    private init(address: ListenAddress, server: HTTPServer, desk: Locked<Desk>) {
        self.address = address
        self.server = server
        self.desk = desk
    }

    /// - Parameter onMessage: is told of each message that was taken, before the answer goes out.
    static func start(
        logger: Logger,
        onMessage: @escaping @Sendable (DemoMessage) -> Void
    ) async throws(DemoFailure) -> DemoStandIn {
        let desk = Locked(Desk())
        var configuration = HTTPServer.Configuration()
        configuration.addresses = [ListenAddress(host: "127.0.0.1", port: 0)]
        configuration.maximumBodySize = 1 << 20
        let server = HTTPServer(configuration: configuration, logger: logger) { request in
            DemoStandIn.answer(request, at: desk, onMessage)
        }
        do {
            return DemoStandIn(address: try await server.start()[0], server: server, desk: desk)
        } catch {
            throw DemoFailure("the stand-in for Slack and PagerDuty does not start: \(error)")
        }
    }

    func stop() async { await self.server.stop(patience: .milliseconds(200)) }

    /// Everything that was taken, in the order in which it came.
    var messages: [DemoMessage] { self.desk.withLock { $0.messages } }

    /// Why requests were not taken.
    var refusals: [String] { self.desk.withLock { $0.refusals } }

    var incidents: DemoIncidents { self.desk.withLock { $0.incidents } }
}

// MARK: - Answers

extension DemoStandIn {
    private static func answer(
        _ request: APIRequest,
        at desk: Locked<Desk>,
        _ onMessage: (DemoMessage) -> Void
    ) -> APIResponse {
        // The detour has put the host that was meant before the path.
        let target = request.target.dropFirst().prefix { $0 != "?" }
        let host = target.prefix { $0 != "/" }
        let path = String(target.dropFirst(host.count))
        let body = request.body.withBytes { Array($0) }
        do throws(DemoRefusal) {
            let (message, response) = try desk.withLock { desk throws(DemoRefusal) in
                guard desk.messages.count < DemoStandIn.maximumCount else {
                    throw DemoRefusal(reason: "too many messages", status: 503, body: [])
                }
                let (message, response) = try DemoStandIn.take(body, host: String(host), path: path, at: &desk)
                desk.messages.append(message)
                return (message, response)
            }
            onMessage(message)
            return response
        } catch {
            desk.withLock { $0.refusals.append(error.reason) }
            return APIResponse(status: error.status, body: .bytes(error.body))
        }
    }

    private static func take(
        _ body: [UInt8],
        host: String,
        path: String,
        at desk: inout Desk
    ) throws(DemoRefusal) -> (DemoMessage, APIResponse) {
        switch host {
        case "hooks.slack.com":
            return (try .slack(path: path, body), APIResponse(status: 200, body: .bytes(Array("ok".utf8))))
        case "slack.com":
            return (try .slack(path: path, body), .json(200, (["ok": true] as JSONValue).encoded()))
        case "events.pagerduty.com", "events.eu.pagerduty.com":
            let message = try desk.incidents.take(body)
            let answer: JSONValue = ["status": "success", "message": "Event processed"]
            return (message, .json(path == "/v2/enqueue" ? 202 : 200, answer.encoded()))
        default:
            let lines = [DemoText("got a request of \(body.count) bytes")]
            let message = DemoMessage(channel: .other, place: host, state: .firing, lines: lines)
            return (message, .json(200, Array("{}".utf8)))
        }
    }
}
