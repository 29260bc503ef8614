/// Who did something, and through which door.
public struct Actor: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Somebody the server knows: a token's user, a mapped Slack or PagerDuty account.
        case user
        /// A name that nobody vouched for, as from a CLI without a token.
        case claimed
        /// A token that stands for a program.
        case token
        /// An account of Slack or PagerDuty that no user of the configuration has.
        case foreign
        /// The service: an alert, a timer.
        case system
    }

    /// The door through which a change came. What a change brings about is told everywhere but to where it came from.
    public enum Source: String, Hashable, Sendable, CaseIterable {
        case ui
        case cli
        case api
        case slack
        case pagerduty
        case alerts
        case timer
    }

    public let kind: Kind
    public let name: String
    public let via: Source
    /// Free text: on whose behalf a program acts.
    public let onBehalfOf: String?

    public init(_ kind: Kind, _ name: String, via: Source, onBehalfOf: String? = nil) {
        self.kind = kind
        self.name = name
        self.via = via
        self.onBehalfOf = onBehalfOf
    }

    /// Alerts that fire and resolve.
    public static let alerts = Actor(.system, "tocsin", via: .alerts)
    /// A time that has come.
    public static let timer = Actor(.system, "tocsin", via: .timer)

    /// Whether it is the same person, through whichever door.
    public func isSamePerson(as other: Actor) -> Bool {
        self.name.utf8.elementsEqual(other.name.utf8) && (self.kind == .system) == (other.kind == .system)
    }
}
