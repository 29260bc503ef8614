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
    case incident(Incident)
    /// A line of an incident's history; it is never changed.
    case timeline(TimelineEntry)
    case deadLetter(DeadLetter)
    case deadLetterGone(ID<Delivery>)
    case request(RequestKey, PastRequest)
    case requestGone(RequestKey)
    /// Incidents that ended before then are no longer kept.
    case incidentsForgotten(before: Timestamp)
    case inherited(InheritedKey, Inherited)
    case inheritedGone(InheritedKey)
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
        case .incident(let incident): .incident(incident.id)
        case .timeline(let entry): .timeline(entry.sequence)
        case .deadLetter(let letter): .deadLetter(letter.delivery.id)
        case .deadLetterGone(let id): .deadLetter(id)
        case .request(let key, _), .requestGone(let key): .request(key)
        case .incidentsForgotten: .incidentsForgotten
        case .inherited(let key, _), .inheritedGone(let key): .inherited(key)
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
    case incident(ID<Incident>)
    case timeline(Int64)
    case deadLetter(ID<Delivery>)
    case request(RequestKey)
    case incidentsForgotten
    case inherited(InheritedKey)
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
    /// Up to which n of INC-n numbers are set aside.
    public var reservedReference: Int64

    public init(lastNumber: Int64, routing: UInt64, now: Timestamp, reservedReference: Int64 = 0) {
        self.reservedReference = reservedReference
        self.lastNumber = lastNumber
        self.routing = routing
        self.now = now
    }
}

/// A notification to carry out now. Its result comes back as ``Event/deliveryFinished(_:attempt:_:receiverData:)``.
public struct Send: Hashable, Sendable {
    public let delivery: ID<Delivery>
    public let attempt: Int
    public let integration: IntegrationKey
    /// The integration's place in the file, for people.
    public let name: IntegrationID
    public let content: NotificationContent
    /// What the receiver left behind when it last took a notification of this group (``Told/receiverData``); empty if
    /// this one begins anew.
    public let receiverData: LabelSet

    public init(
        delivery: ID<Delivery>,
        attempt: Int,
        integration: IntegrationKey,
        name: IntegrationID,
        content: NotificationContent,
        receiverData: LabelSet = .empty
    ) {
        self.delivery = delivery
        self.attempt = attempt
        self.integration = integration
        self.name = name
        self.content = content
        self.receiverData = receiverData
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
    /// The same, with the time that it took since it was decided on.
    case arrived(IntegrationID, after: Duration)
    case attemptFailed(ID<Delivery>, IntegrationID, attempt: Int, reason: String, nextAttemptAt: Timestamp)
    /// The other side named the time of the next attempt; that counts as none.
    case toldToWait(ID<Delivery>, IntegrationID, reason: String, nextAttemptAt: Timestamp)
    case refused(ID<Delivery>, IntegrationID, GroupKey, attempt: Int, reason: String)
    /// Someone may believe that something fires and is not told its end any more.
    case givenUp(IntegrationID, GroupKey, reason: GiveUpReason)
    case routingReplaced(groupsKept: Int, groupsRetired: Int)
    case incidentOpened(ID<Incident>, Priority)
    case incidentMoved(ID<Incident>, from: Incident.Status, to: Incident.Status, by: Actor.Source)
    /// Every line of every incident's history.
    case incidentChanged(TimelineEntry)
    /// Somebody has it for the first time.
    case incidentAnswered(Priority, after: Duration)
    case incidentOver(Priority, after: Duration)
    case responseBreached(ID<Incident>, Priority)
    case acknowledgementExpired(ID<Incident>)
    case escalated(ID<Incident>, policy: String, level: Int)
    case escalationExhausted(ID<Incident>)
    /// An incident without a future was found, which is a mistake of ours, and given one.
    case incidentRepaired(ID<Incident>)
    case clockStepped(by: Duration)
    case wokeLate(by: Duration)
}

public enum GiveUpReason: String, Hashable, Sendable {
    /// The integration is gone from the configuration, and its settings with it.
    case receiverRemoved = "receiver_removed"
    /// It refused to hear of the end for as long as told state is kept.
    case refused
    /// A page was tried for as long as it makes sense.
    case outOfTime = "out_of_time"
}
