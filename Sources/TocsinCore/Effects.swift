public import TocsinModel

/// What follows from the events of a turn, in the order in which the shell sees to it: make durable, send, tell.
public struct Effects: Sendable {
    public var writes: [Write] = []
    public var sends: [Send] = []
    public var facts: [Fact] = []

    public init() {}
}

/// A row as it shall be on the disk from now on. Writing it twice is no different from once.
public enum Write: Hashable, Sendable {
    case alert(KnownAlert, departedFrom: [ID<Group>])
    case alertGone(Fingerprint)
    case group(Group)
    case groupGone(ID<Group>)
    case told(ToldKey, Told)
    case toldGone(ToldKey)
    case delivery(Delivery)
    case deliveryGone(ID<Delivery>)
    case silence(Silence)
    case silenceGone(ID<Silence>)
    /// The engine's own row, see ``EngineRow``.
    case engine(EngineRow)

    /// Which row it is: of two writes of one row the later stands.
    public var row: RowKey {
        switch self {
        case .alert(let known, _): .alert(known.alert.fingerprint)
        case .alertGone(let fingerprint): .alert(fingerprint)
        case .group(let group): .group(group.id)
        case .groupGone(let id): .group(id)
        case .told(let key, _), .toldGone(let key): .told(key)
        case .delivery(let delivery): .delivery(delivery.id)
        case .deliveryGone(let id): .delivery(id)
        case .silence(let silence): .silence(silence.id)
        case .silenceGone(let id): .silence(id)
        case .engine: .engine
        }
    }
}

public enum RowKey: Hashable, Sendable {
    case alert(Fingerprint)
    case group(ID<Group>)
    case told(ToldKey)
    case delivery(ID<Delivery>)
    case silence(ID<Silence>)
    case engine
}

/// What the engine must know again beyond its rows.
public struct EngineRow: Hashable, Sendable {
    /// The last number given out.
    public var lastNumber: Int64
    /// A hash of the routes in force, so that a start knows whether the file changed meanwhile.
    public var routing: UInt64
    /// The time of the last turn that wrote something.
    public var now: Timestamp

    public init(lastNumber: Int64, routing: UInt64, now: Timestamp) {
        self.lastNumber = lastNumber
        self.routing = routing
        self.now = now
    }
}

/// A notification to carry out now. Its result comes back as ``Event/deliveryFinished(_:attempt:_:)``.
public struct Send: Hashable, Sendable {
    public let delivery: ID<Delivery>
    public let attempt: Int
    public let integration: IntegrationKey
    /// The integration's place in the file, for people.
    public let name: IntegrationID
    public let content: NotificationContent

    public init(
        delivery: ID<Delivery>,
        attempt: Int,
        integration: IntegrationKey,
        name: IntegrationID,
        content: NotificationContent
    ) {
        self.delivery = delivery
        self.attempt = attempt
        self.integration = integration
        self.name = name
        self.content = content
    }

    /// Whether it is news of something that fires: such messages go first where a channel is paced.
    public var isPage: Bool {
        switch self.content.reason {
        case .firstNotification, .newAlertsAdded: true
        default: false
        }
    }
}

/// What happened, for logs, metrics, history and checkers. Rules say it once; nobody else describes it.
public enum Fact: Hashable, Sendable {
    case restored(alerts: Int, groups: Int, deliveries: Int)
    case alertStarted(Fingerprint)
    case alertEnded(Fingerprint, timedOut: Bool)
    case alertsRefused(count: Int, limit: Int)
    case groupOpened(ID<Group>, GroupKey)
    case groupClosed(ID<Group>, GroupKey)
    case flushed(ID<Group>, firing: Int, resolved: Int)
    /// Members of a group that a flush did not speak of; whoever believes that an ended one fires is told all the same.
    case heldBack(ID<Group>, GroupKey, SuppressionReason, count: Int)
    /// The names are those that people see.
    case silenceMade(String, by: String, until: Timestamp)
    case silenceChanged(String, by: String)
    /// Its time is over, or somebody ended it.
    case silenceEnded(String)
    case notificationDecided(ID<Delivery>, IntegrationID, GroupKey, NotificationReason, firing: Int, resolved: Int)
    case notificationReplaced(ID<Delivery>, IntegrationID)
    case attemptBegun(ID<Delivery>, IntegrationID, attempt: Int)
    case delivered(ID<Delivery>, IntegrationID, GroupKey, attempt: Int)
    case attemptFailed(ID<Delivery>, IntegrationID, attempt: Int, reason: String, nextAttemptAt: Timestamp)
    /// The other side named the time of the next attempt; that counts as none.
    case toldToWait(ID<Delivery>, IntegrationID, reason: String, nextAttemptAt: Timestamp)
    case refused(ID<Delivery>, IntegrationID, GroupKey, attempt: Int, reason: String)
    /// Someone may believe that something fires and is not told its end any more.
    case givenUp(IntegrationID, GroupKey, reason: GiveUpReason)
    case routingReplaced(groupsKept: Int, groupsRetired: Int)
    case clockStepped(by: Duration)
    case wokeLate(by: Duration)
}

public enum GiveUpReason: String, Hashable, Sendable {
    /// The integration is gone from the configuration, and its settings with it.
    case receiverRemoved = "receiver_removed"
    /// It refused to hear of the end for as long as told state is kept.
    case refused
}
