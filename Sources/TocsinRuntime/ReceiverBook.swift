public import TocsinCore
public import TocsinModel
public import TocsinReceivers
public import TocsinTemplate

/// The receivers that are configured, with what they need to render. One value a configuration.
public struct ReceiverBook: Sendable {
    public var receivers: [IntegrationKey: any Receiver]
    /// The integrations of each receiver in the order in which they are told; a receiver may have none.
    public var integrations: [String: [(id: IntegrationID, key: IntegrationKey)]]
    public var templates: TemplateSet
    /// Without a trailing slash; links in messages begin with it.
    public var externalURL: String

    public init(
        receivers: [IntegrationKey: any Receiver],
        integrations: [String: [(id: IntegrationID, key: IntegrationKey)]] = [:],
        templates: TemplateSet,
        externalURL: String
    ) {
        self.receivers = receivers
        self.integrations = integrations
        self.templates = templates
        self.externalURL = externalURL
    }
}

/// The book in force, and for an hour the pages that a reload tore out: whoever was told that something fires is told
/// its end with the settings it was told with.
struct Bookshelf: Sendable {
    private var current: ReceiverBook
    private var retired: [IntegrationKey: (receiver: any Receiver, book: ReceiverBook, until: Timestamp)] = [:]

    init(_ book: ReceiverBook) { self.current = book }

    mutating func replace(with book: ReceiverBook, at now: Timestamp) {
        for (key, receiver) in self.current.receivers where book.receivers[key] == nil {
            self.retired[key] = (receiver, self.current, now + Engine.orphanage)
        }
        self.retired = self.retired.filter { book.receivers[$0.key] == nil && now < $0.value.until }
        self.current = book
    }

    /// Those in force; `nil` if there is no such receiver.
    func integrations(
        of receiver: String
    ) -> [(id: IntegrationID, receiver: any Receiver, book: ReceiverBook)]? {
        guard let integrations = self.current.integrations[receiver] else { return nil }
        return integrations.compactMap { id, key in
            self.current.receivers[key].map { (id, $0, self.current) }
        }
    }

    func find(_ key: IntegrationKey, at now: Timestamp) -> (receiver: any Receiver, book: ReceiverBook)? {
        if let receiver = self.current.receivers[key] { return (receiver, self.current) }
        guard let retired = self.retired[key], now < retired.until else { return nil }
        return (retired.receiver, retired.book)
    }
}
