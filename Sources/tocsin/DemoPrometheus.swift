import Foundation
import TocsinHTTP
import TocsinJSON
import TocsinModel
import TocsinReceivers
import TocsinRuntime

/// The sender of the story: posts alerts over HTTP just as Prometheus does, and says them again as long as they fire.
struct DemoPrometheus {
    /// What a rule of `config/rules/gpu.rules.yml` says about one GPU.
    struct Alert: Equatable {
        let name: String
        let severity: String
        let gpu: String
        let expression: String
        let description: String
    }

    private struct Active {
        let alert: Alert
        let startsAt: Timestamp
        var endedAt: Timestamp?
    }

    /// Where Tocsin is; `nil` while it is not there.
    var target: ListenAddress?
    private(set) var requestCount = 0
    private(set) var alertCount = 0
    private var alerts: [Active] = []
    private var postedAt = Duration.zero
    private let transport: any Transport
    private let clock = SystemClock()

    /// A real one says everything again after a minute.
    private static let resendDelay = Duration.seconds(1)

    init(transport: any Transport) { self.transport = transport }

    mutating func fire(_ alert: Alert) async throws(DemoFailure) {
        let active = Active(alert: alert, startsAt: self.clock.now())
        self.alerts.append(active)
        try await self.post([active])
    }

    mutating func resolve(_ alert: Alert) async throws(DemoFailure) {
        guard let index = self.alerts.firstIndex(where: { $0.alert == alert }) else { return }
        self.alerts[index].endedAt = self.clock.now()
        try await self.post([self.alerts[index]])
    }

    /// Says everything again if it is time to, also what has ended: Prometheus goes on with that for 15 minutes.
    mutating func repeatIfDue() async throws(DemoFailure) {
        if self.clock.sinceBoot() - self.postedAt >= DemoPrometheus.resendDelay { try await self.repeatAll() }
    }

    mutating func repeatAll() async throws(DemoFailure) {
        if self.target != nil && !self.alerts.isEmpty { try await self.post(self.alerts) }
    }

    /// How many alerts Tocsin itself says are active.
    func countAtServer() async throws(DemoFailure) -> Int {
        let answer = try await self.perform("GET", "/api/v2/alerts?active=true", [])
        return JSONValue.document(answer.body)?.array?.count ?? 0
    }
}

// MARK: - Requests

extension DemoPrometheus {
    private mutating func post(_ alerts: [Active]) async throws(DemoFailure) {
        _ = try await self.perform("POST", "/api/v2/alerts", self.body(alerts))
        self.requestCount += 1
        self.alertCount += alerts.count
        self.postedAt = self.clock.sinceBoot()
    }

    private func perform(_ method: String, _ path: String, _ body: [UInt8]) async throws(DemoFailure) -> HTTPResponse {
        guard let target = self.target else { throw DemoFailure("the server is not there") }
        let headers = body.isEmpty ? [] : [HTTPRequest.Header("Content-Type", "application/json")]
        let request = HTTPRequest(method: method, url: "http://\(target)\(path)", headers: headers, body: body)
        do {
            let response = try await self.transport.perform(request)
            guard response.status == 200 else {
                let reason = String(decoding: response.body.prefix(500), as: UTF8.self)
                throw DemoFailure("\(method) \(path) was answered with \(response.status): \(reason)")
            }
            return response
        } catch let failure as TransportFailure {
            throw DemoFailure("\(method) \(path) failed: \(failure.message)")
        } catch {
            throw error as? DemoFailure ?? DemoFailure("\(error)")
        }
    }

    /// In Prometheus's own order of members.
    private func body(_ alerts: [Active]) -> [UInt8] {
        let now = self.clock.now()
        let entries = alerts.map { active -> JSONValue in
            let alert = active.alert
            let query = alert.expression.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            // Four minutes are what Prometheus gives an alert in case it should not be able to say more.
            let endsAt = active.endedAt ?? now + .seconds(240)
            return [
                "annotations": ["description": .string(alert.description)],
                "endsAt": .string(endsAt.rfc3339Milliseconds),
                "startsAt": .string(active.startsAt.rfc3339Milliseconds),
                "generatorURL": .string("http://localhost:9090/graph?g0.expr=\(query)&g0.tab=1"),
                "labels": [
                    "alertname": .string(alert.name), "cluster": "zakenak", "gpu": .string(alert.gpu),
                    "instance": "node1:9835", "job": "gpu", "severity": .string(alert.severity),
                ],
            ]
        }
        return JSONValue.array(entries).encoded()
    }
}
