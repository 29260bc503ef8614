public import TocsinModel

/// Everything that can happen to the engine. Restart and the passing of time are events like any other, so that there
/// is no second way through the rules.
public enum Event: Hashable, Sendable {
    /// The process begins, after ``Engine/restore(_:routing:options:)``.
    case started
    /// A sender posted alerts.
    case alertsReceived(AlertBatch)
    /// An attempt came to its end. What a receiver that took the notification wants to know again comes with it.
    case deliveryFinished(ID<Delivery>, attempt: Int, Outcome, receiverData: LabelSet = .empty)
    /// Somebody asks for a silence, or for one to be changed. The answer is the silence that is in force then.
    case silenceSubmitted(SilenceDraft)
    /// Somebody ends a silence.
    case silenceExpired(ID<Silence>)
    /// Somebody does something with an incident. The answer says whether anything is different now.
    case incidentCommanded(IncidentCommand)
    /// Somebody opens an incident that no alert told of.
    case incidentReported(IncidentDraft)
    /// Somebody sends a page that was given up once more.
    case deliveryRevived(ID<Delivery>, by: Actor)
    /// A new configuration is in force.
    case routingReplaced(RoutingTable)
    /// The wall clock was set: `now` has moved by that much more than time has passed.
    case clockStepped(by: Duration)
    /// Nothing but time: run what is due.
    case timePassed
}

/// Why something that was asked for is refused. The engine is then as it was before.
public enum Rejection: Error, Hashable, Sendable {
    /// New alerts beyond ``Limits/alerts``; the known ones of the same request were taken.
    case tooManyAlerts(refused: Int, limit: Int)
    case unknownSilence
    /// The time for which a silence was asked for went by while the request waited.
    case silenceEndsInThePast
    /// ``Limits/silences`` are there already, expired ones among them.
    case tooManySilences(count: Int, limit: Int)
    /// Longer than ``Limits/silenceSize`` in Alertmanager's encoding.
    case silenceTooLarge(size: Int, limit: Int)
    case unknownIncident
    case incidentResolved(ID<Incident>)
    /// It is part of another one now.
    case incidentMerged(ID<Incident>)
    /// Another incident about the same is open.
    case incidentSuperseded(by: ID<Incident>)
    /// It is at another version than the one that was read.
    case incidentChanged(ID<Incident>, version: Int)
    /// In the past, or more than 30 days ahead.
    case invalidSnooze
    /// Its policy calls nobody, or it has none.
    case nobodyToEscalateTo
    /// Only administrators may do that.
    case adminOnly
    case cannotMerge
    /// Some of its groups must go, and some must stay.
    case cannotSplit
    case unknownPolicy(String)
    /// The key of an earlier request came with another one.
    case requestKeyReused
    /// ``Limits/requestKeys`` of the last day are remembered.
    case tooManyRequestKeys(limit: Int)
    /// ``Limits/incidents`` are held already.
    case tooManyIncidents(limit: Int)
    case unknownDelivery
}

/// What somebody who submitted an event is told beside that it was done.
public enum Answer: Hashable, Sendable {
    case silence(ID<Silence>)
    case incident(IncidentAnswer)
}

/// Numbers beyond which the engine takes no more. Each is a fact when it is reached.
public struct Limits: Hashable, Sendable {
    /// Alerts held at once.
    public var alerts = 1_000_000
    /// Silences held at once, expired ones too (`--silences.max-silences`).
    public var silences = 100_000
    /// Bytes of a silence; `nil`: any number (`--silences.max-silence-size-bytes`).
    public var silenceSize: Int?

    /// Keys of requests that are remembered for a day.
    public var requestKeys = 100_000
    /// Incidents held at once beyond which people open no more; alerts open theirs all the same.
    public var incidents = 100_000

    public init() {}
}

/// What the engine is told at its start beside the routes.
public struct EngineOptions: Hashable, Sendable {
    /// How long told state is kept at most once its group is gone, and a silence once it expired (`--data.retention`).
    public var retention: Duration = .seconds(120 * 3600)
    /// How long a restored alert fires without a word from its sender; `nil`: as long as its sender asked for, at
    /// least 2 min and at most 1 h (`--alerts.restart-grace`).
    public var restartGrace: Duration?
    /// Whether those who may believe that an alert fires are told its end although it is silenced or inhibited
    /// (`--tell-the-end`). Alertmanager leaves them in that belief.
    public var tellsTheEnd = true
    /// How long after the start no group speaks, so that senders have said what inhibits (`--dispatch.start-delay`).
    public var startDelay: Duration = .zero
    /// What the names of silences are made from; kept with the rows.
    public var installation = InstallationID.none
    public var limits = Limits()

    public init() {}
}
