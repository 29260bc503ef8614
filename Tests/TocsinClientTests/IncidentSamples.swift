import TocsinClient
import TocsinJSON
import TocsinModel

/// Answers as the server gives them.
enum IncidentSamples {
    /// Four minutes and ten seconds after the incidents triggered.
    static let now = Timestamp(seconds: 1_767_225_850)
    static let times = TimeText(now: now)

    /// An incident that nobody has.
    static func triggered(
        _ number: Int,
        _ priority: String = "P1",
        title: String = "checkout latency",
        respondBy: String = "2026-01-01T00:15:00.000Z",
        assignees: [String] = [],
        level: Int64 = 1,
        round: Int64 = 1,
        state: String = "active",
        nextAt: JSONValue = "2026-01-01T00:07:10.000Z"
    ) -> JSONValue {
        [
            "id": "01JGX3M7Q4ZK8V0000000000AA", "ref": .string("INC-\(number)"), "version": 2, "title": .string(title),
            "status": "triggered", "priority": .string(priority), "priority_source": "auto", "urgency": "high",
            "severity": "critical", "triggered_at": "2026-01-01T00:00:00.000Z", "acknowledged_at": nil,
            "resolved_at": nil,
            "response": [
                "target_seconds": 900, "respond_by": .string(respondBy), "first_responded_at": nil,
                "time_to_ack_seconds": nil, "breached": false,
            ],
            "acknowledgement": nil,
            "escalation": [
                "policy": "payments", "level": .integer(level), "round": .integer(round), "state": .string(state),
                "next_at": nextAt,
            ],
            "assignees": .array(assignees.map(JSONValue.string)), "suppressed_by": [],
            "labels": ["alertname": "HighLatency", "service": "checkout"],
            "groups": [#"{}/{team="payments"}:{alertname="HighLatency"}"#],
            "alerts": ["firing": 3, "resolved": 0, "suppressed": 0], "external_refs": [], "previous_incident": nil,
            "merged_into": nil, "links": ["self": "/api/v1/incidents/INC-1", "ui": "/i/INC-1"],
        ]
    }

    /// The same with somebody who has it.
    static func acknowledged(_ number: Int, by name: String = "ana", kind: String = "ack") -> JSONValue {
        triggered(number, state: "stopped", nextAt: nil)
            .with("status", "acknowledged")
            .with("acknowledged_at", "2026-01-01T00:03:10.000Z")
            .with(
                "acknowledgement",
                [
                    "by": ["kind": "user", "id": .string(name), "via": "slack"],
                    "expires_at": "2026-01-01T01:04:10.000Z", "kind": .string(kind), "also_by": [],
                ])
    }

    static func resolved(_ number: Int) -> JSONValue {
        triggered(number, state: "stopped", nextAt: nil)
            .with("status", "resolved")
            .with("resolved_at", "2026-01-01T00:02:10.000Z")
            .with("resolution", ["by": ["kind": "system", "id": "tocsin", "via": "alerts"], "reason": "alerts"])
    }

    static func list(_ incidents: [JSONValue], next: JSONValue = nil) -> JSONValue {
        [
            "data": .array(incidents), "next_cursor": next, "counts": ["triggered": 2, "acknowledged": 1],
        ]
    }

    static let policies: JSONValue = [
        "data": [
            [
                "name": "payments",
                "steps": [
                    ["after_seconds": 0, "notify": ["slack"]],
                    ["after_seconds": 300, "notify": ["pagerduty-critical", "ana"]],
                ],
                "repeat": 1, "on_breach": [],
            ]
        ]
    ]
}
