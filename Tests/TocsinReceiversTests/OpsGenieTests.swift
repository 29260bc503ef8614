import Testing
import TocsinJSON
import TocsinModel

@testable import TocsinReceivers

@Suite struct OpsGenieTests {
    @Test func withoutUpdateAlertsThereIsOneRequest() throws {
        let receiver = try OpsGenieReceiver(["api_key": "k"])

        #expect(try receiver.next(after: .taken(1), for: .sample, with: Receivers.templates) == nil)
    }

    @Test func theEndIsOneRequestAlsoWithUpdateAlerts() throws {
        let receiver = try OpsGenieReceiver(["api_key": "k", "update_alerts": true])
        let notification = TocsinReceivers.Notification.about([
            AnnouncedAlert(labels: ["alertname": "A"], startsAt: .epoch, endedAt: .epoch)
        ])

        #expect(try receiver.next(after: .taken(1), for: notification, with: Receivers.templates) == nil)
        #expect(try receiver.send(notification).request.url.hasSuffix("/close?identifierType=alias"))
    }

    /// A crash between two steps repeats all of them.
    @Test func theSameSequenceTwiceIsTheSameRequests() throws {
        let receiver = try OpsGenieReceiver(["api_key": "k", "update_alerts": true])
        let sequences = try (0..<2).map { _ in
            var requests = [try receiver.send().request]
            for step in 1... {
                let next = try receiver.next(
                    after: .taken(step), for: .sample, with: Receivers.templates)
                guard let next else { break }
                requests.append(next.request)
            }
            return requests
        }

        #expect(sequences[0] == sequences[1])
        #expect(sequences[0].map(\.method) == ["POST", "PUT", "PUT"])
    }

    @Test func aMessageAndADescriptionAreShort() throws {
        let receiver = try OpsGenieReceiver(["api_key": "k", "note": "{{ .CommonLabels.a }}", "update_alerts": true])
        let long = AnnouncedAlert(labels: ["a": String(repeating: "x", count: 30_000)], startsAt: .epoch)
        let notification = TocsinReceivers.Notification.about([long], groupLabels: long.labels)

        let json = try receiver.send(notification).json

        #expect(json["message"]?.string?.unicodeScalars.count == 130)
        #expect(json["message"]?.string?.hasSuffix("…") ?? false)
        #expect(json["description"]?.string?.unicodeScalars.count == 15_000)
        #expect(json["note"]?.string?.unicodeScalars.count == 25_000)
        let update = try receiver.next(after: .taken(1), for: notification, with: Receivers.templates)
        #expect(try update?.json["message"] == json["message"])
    }

    /// A responder without a name would make OpsGenie refuse the alert.
    @Test func aResponderThatNamesNobodyIsLeftOut() throws {
        let receiver = try OpsGenieReceiver([
            "api_key": "k", "responders": [["name": "{{ .CommonLabels.none }}", "type": "team"]],
        ])

        #expect(try receiver.send().json["responders"] == nil)
    }

    @Test(arguments: ["a\r\nX-Header: 1", "a b", "", "ü"])
    func aKeyThatCannotStandInAHeaderIsARefusal(key: String) throws {
        let receiver = try OpsGenieReceiver(["api_key": "x{{ .CommonLabels.none }}", "message": "m"])
        let fromFile = try OpsGenieReceiver(["api_key_file": "f"])
        var notification = TocsinReceivers.Notification.sample
        notification.secretFiles.add(key, of: "f")

        #expect(throws: Refusal("`api_key` is empty, or holds a character that cannot stand in a header")) {
            try fromFile.send(notification)
        }
        #expect(throws: Never.self) { try receiver.send(notification) }
    }

    @Test func theReasonIsOpsGenies() throws {
        let response = HTTPResponse.json(422, ["message": "Request body is not processable", "took": 0.1])

        let outcome = try OpsGenieReceiver(["api_key": "k"]).outcome(of: response)

        #expect(outcome == .refused(reason: "HTTP 422: Request body is not processable"))
    }
}

@Suite struct VictorOpsTests {
    @Test(arguments: [
        ("a/../../x?y#z", "a%2F..%2F..%2Fx%3Fy%23z"), ("a b%2e", "a%20b%252e"), ("team-1_x.y~", "team-1_x.y~"),
        ("\r\nHost: x", "%0D%0AHost:%20x"),
    ])
    func aLabelCannotLeaveItsPlaceInThePath(label: String, segment: String) throws {
        let receiver = try VictorOpsReceiver(["api_key": "k", "routing_key": "{{ .CommonLabels.team }}"])
        let alert = AnnouncedAlert(labels: ["team": label], startsAt: .epoch)

        let url = try receiver.send(.about([alert])).request.url

        #expect(url == "https://alert.victorops.com/integrations/generic/20131114/alert/k/\(segment)")
    }

    @Test(arguments: ["", ".", ".."])
    func aRoutingKeyThatIsNoSegmentIsARefusal(label: String) throws {
        let receiver = try VictorOpsReceiver(["api_key": "k", "routing_key": "{{ .CommonLabels.team }}"])
        let alert = AnnouncedAlert(labels: ["team": label, "a": "b"], startsAt: .epoch)

        #expect(throws: Refusal("`routing_key` cannot stand in a URL: it is empty, or made of dots")) {
            try receiver.send(.about([alert]))
        }
    }

    @Test func theStateMessageIsCut() throws {
        let receiver = try VictorOpsReceiver(["api_key": "k", "routing_key": "r"])
        let alert = AnnouncedAlert(labels: ["a": String(repeating: "x", count: 30_000)], startsAt: .epoch)

        #expect(try receiver.send(.about([alert])).json["state_message"]?.string?.unicodeScalars.count == 20_480)
    }
}
