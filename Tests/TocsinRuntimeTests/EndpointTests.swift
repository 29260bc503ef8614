import Testing
import TocsinModel
import TocsinReceivers
import TocsinSettings
import TocsinTemplate

@testable import TocsinRuntime

/// What the limits for one destination hold for.
@Suite struct EndpointTests {
    private struct Leading: Receiver {
        static let kind = "stub"
        var destination: [String]
        var channel: [String] { self.destination }
        var sendResolved: Bool { true }
        var templates: [Template] { [] }

        init(_ destination: String...) { self.destination = destination }
        init(from fields: inout Fields, context: ReceiverContext) throws(SettingsError) { self.destination = [] }

        func request(for notification: Notification, with templates: TemplateSet) throws(Refusal) -> RenderedRequest {
            throw Refusal("it only leads somewhere")
        }

        func outcome(of response: HTTPResponse) -> Outcome { .delivered }
    }

    @Test(arguments: [
        (Leading("https://ann:pw@h:8443/a?b", "key"), "https://h:8443"), (Leading("http://h/a"), "http://h"),
        (Leading("key", "https://h#x"), "https://h"), (Leading("smtp://mail:587", "a@b", "c@d"), "smtp://mail:587"),
        (Leading("smtps://mail:465", "a@b"), "smtps://mail:465"),
    ])
    private func mailsAndRequestsToOneServerShareIt(receiver: Leading, endpoint: String) {
        #expect(receiver.endpoint == endpoint)
    }

    @Test func whereNoServerIsKnownTheDestinationIsOne() {
        #expect(Leading("key").endpoint == Leading("key").endpoint)
        #expect(Leading("key").endpoint != Leading("other").endpoint)
    }
}
