import GRDB
import TocsinCore
import TocsinJSON
import TocsinModel

/// Statements into rows, at a start.
enum RowReader {
    static func all(in db: Database) throws -> [Write] {
        var rows: [Write] = []
        try self.read("engine", in: db) { rows.append(.engine(try RowReader.engine($0))) }
        try self.read("alert_group", in: db) { rows.append(.group(try RowReader.group($0))) }
        try self.read("alert", in: db) { row in
            let departed: [ID<Group>] = try row.numbers("departed_from")
            rows.append(.alert(try RowReader.alert(row), departedFrom: departed))
        }
        try self.read("told", in: db) { rows.append(.told(RowReader.key($0), try RowReader.told($0))) }
        try self.read("delivery", in: db) { rows.append(.delivery(try RowReader.delivery($0))) }
        try self.read("silence", in: db) { rows.append(.silence(try RowReader.silence($0))) }
        let recent = "incident WHERE status <> 'resolved' OR resolved_at >= (SELECT max(resolved_at) FROM incident) - "
        try self.read(recent + "\(self.memory)", in: db) { rows.append(.incident(try IncidentReader.incident($0))) }
        try self.read("dead_letter", in: db) { row in
            let letter = DeadLetter(
                delivery: try RowReader.delivery(row), reason: try row.text("reason"), at: row.instant("died_at"))
            rows.append(.deadLetter(letter))
        }
        try self.read("request", in: db) { row in
            let answer = IncidentAnswer(incident: ID(row["incident"]), changed: row["changed"])
            let content = UInt64(bitPattern: row["content"])
            let key = RequestKey(sender: try row.text("sender"), key: try row.text("key"))
            rows.append(.request(key, PastRequest(content: content, answer: answer, at: row.instant("at"))))
        }
        try self.read("inherited", in: db) { row in
            let key = InheritedKey(group: GroupKey(row["group_key"]), integration: RowReader.integration(row))
            rows.append(.inherited(key, try RowReader.inherited(row)))
        }
        return rows
    }

    /// Of incidents that ended, those that the engine may still hold, in nanoseconds before the last end.
    private static let memory = 2 * Engine.incidentMemory.components.seconds * 1_000_000_000

    private static func inherited(_ row: Row) throws -> Inherited {
        Inherited(
            firing: try row.fingerprints("firing").map { LogHash($0.value) },
            toldAt: try row.time("told_at"),
            takenAt: try row.time("taken_at"),
            expiresAt: try row.time("expires_at")
        )
    }

    private static func read(_ table: String, in db: Database, _ body: (Row) throws -> Void) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table)")
        while let row = try rows.next() { try body(row) }
    }

    private static func engine(_ row: Row) throws -> EngineRow {
        EngineRow(
            lastNumber: row["last_number"],
            routing: UInt64(bitPattern: row["routing"]),
            now: try row.time("now"),
            reservedReference: row["reserved_reference"]
        )
    }

    private static func alert(_ row: Row) throws -> KnownAlert {
        let alert = Alert(
            labels: try row.labels("labels"),
            details: AlertDetails(annotations: try row.labels("annotations"), generatorURL: row["generator_url"]),
            startsAt: try row.time("starts_at"),
            endsAt: try row.time("ends_at"),
            updatedAt: try row.time("updated_at"),
            endsByTimeout: row["ends_by_timeout"]
        )
        let ended: String? = row["ended_at"]
        return KnownAlert(alert: alert, hasEnded: ended != nil, groups: GroupMembership(try row.numbers("groups")))
    }

    private static func group(_ row: Row) throws -> Group {
        Group(
            id: ID(row["id"]),
            key: GroupKey(row["key"]),
            labels: try row.labels("labels"),
            receiver: row["receiver"],
            route: nil,
            routeSignature: row["route"],
            dueAt: try row.time("due_at"),
            hasFlushed: row["has_flushed"],
            incident: (row["incident"] as Int64?).map { ID($0) }
        )
    }

    private static func key(_ row: Row) -> ToldKey {
        ToldKey(
            group: GroupKey(row["group_key"]),
            integration: IntegrationKey(
                receiver: row["receiver"],
                kind: row["kind"],
                destination: UInt64(bitPattern: row["destination"]),
                ordinal: row["ordinal"]
            )
        )
    }

    private static func integration(_ row: Row) -> IntegrationID {
        IntegrationID(receiver: row["receiver"], kind: row["kind"], index: row["integration_index"])
    }

    private static func told(_ row: Row) throws -> Told {
        let flushedAt: String? = row["flushed_at"]
        let entry =
            flushedAt == nil
            ? nil
            : Told.Entry(
                firing: try row.fingerprints("firing"),
                resolved: try row.fingerprints("resolved"),
                flushedAt: try row.time("flushed_at")
            )
        return Told(
            integration: self.integration(row),
            sendResolved: row["send_resolved"],
            entry: entry,
            mayBelieve: try row.fingerprints("may_believe"),
            keptFor: .milliseconds(row["kept_for"] as Int64),
            notedAt: try row.time("noted_at"),
            receiverData: try row.labels("receiver_data")
        )
    }

    static func delivery(_ row: Row) throws -> Delivery {
        let key = self.key(row)
        return Delivery(
            id: ID(row["id"]),
            key: key,
            integration: self.integration(row),
            content: try self.content(try row.json("content"), of: key),
            firing: try row.fingerprints("firing"),
            resolved: try row.fingerprints("resolved"),
            sendResolved: row["send_resolved"],
            keptFor: .milliseconds(row["kept_for"] as Int64),
            attempts: row["attempts"],
            failures: row["failures"],
            nextAttemptAt: try row.time("next_attempt_at"),
            isToldToWait: row["is_told_to_wait"],
            mayHaveArrived: row["may_have_arrived"],
            decideAgain: row["decide_again"]
        )
    }

    private static func silence(_ row: Row) throws -> Silence {
        guard let sets = try row.json("matcher_sets").array else { throw Damage(column: "matcher_sets") }
        return Silence(
            id: ID(row["id"]),
            matcherSets: try sets.map { set in
                guard let matchers = set.array else { throw Damage(column: "matcher_sets") }
                return try matchers.map { try self.matcher($0) }
            },
            startsAt: try row.time("starts_at"),
            endsAt: try row.time("ends_at"),
            updatedAt: try row.time("updated_at"),
            createdBy: try row.text("created_by"),
            comment: try row.text("comment"),
            annotations: try row.labels("annotations"),
            foreignName: (row["foreign_name"] as String?).flatMap { ForeignName($0) }
        )
    }

    private static func matcher(_ json: JSONValue) throws -> Matcher {
        let texts = json.array?.compactMap(\.string) ?? []
        guard texts.count == 3, let kind = Matcher.Kind.allCases.first(where: { $0.symbol == texts[1] }) else {
            throw Damage(column: "matcher_sets")
        }
        return try Matcher(name: texts[0], kind: kind, value: texts[2])
    }

    private static func content(_ json: JSONValue, of key: ToldKey) throws -> NotificationContent {
        guard let reason = json["reason"]?.string.flatMap({ NotificationReason(rawValue: $0) }),
            let alerts = json["alerts"]?.array
        else { throw Damage(column: "content") }
        return NotificationContent(
            receiver: key.integration.receiver,
            groupKey: key.group.text,
            groupLabels: try LabelSet(json: json["group_labels"]),
            routeLabels: try LabelSet(json: json["route_labels"]),
            alerts: try alerts.map { try self.announced($0) },
            reason: reason,
            flushedAt: try Timestamp(json: json["flushed_at"]),
            incident: try json["incident"].map { try self.notice($0) }
        )
    }

    private static func notice(_ json: JSONValue) throws -> IncidentNotice {
        guard let name = json["name"]?.string, let reference = json["reference"]?.string,
            let title = json["title"]?.string, let status = json["status"]?.string, let key = json["key"]?.string,
            let priority = json["priority"]?.string.flatMap({ Priority($0) })
        else { throw Damage(column: "content") }
        return IncidentNotice(
            name: name,
            reference: reference,
            title: title,
            priority: priority,
            status: status,
            key: key,
            owner: json["owner"]?.string,
            step: json["step"]?.integer.map { Int($0) }
        )
    }

    private static func announced(_ json: JSONValue) throws -> AnnouncedAlert {
        AnnouncedAlert(
            labels: try LabelSet(json: json["labels"]),
            details: AlertDetails(
                annotations: try LabelSet(json: json["annotations"]),
                generatorURL: json["generator_url"]?.string ?? ""
            ),
            startsAt: try Timestamp(json: json["starts_at"]),
            endedAt: try json["ended_at"].map { try Timestamp(json: $0) }
        )
    }
}

/// A column whose text is not what this program writes there.
struct Damage: Error, CustomStringConvertible {
    let column: String

    var description: String { "damaged data in column \(self.column)" }
}

extension Row {
    /// A time that is kept as a number.
    func instant(_ column: String) -> Timestamp { Timestamp(nanosecondsSince1970: self[column]) }

    func instant(ifAny column: String) -> Timestamp? {
        (self[column] as Int64?).map { Timestamp(nanosecondsSince1970: $0) }
    }

    fileprivate func time(_ column: String) throws -> Timestamp {
        guard let time = Timestamp(rfc3339: self[column] as String) else { throw Damage(column: column) }
        return time
    }

    func json(_ column: String) throws -> JSONValue {
        do {
            return try JSONValue(parsing: self[column] as String)
        } catch {
            throw Damage(column: column)
        }
    }

    func text(_ column: String) throws -> String {
        guard let text = try self.json(column).string else { throw Damage(column: column) }
        return text
    }

    func labels(_ column: String) throws -> LabelSet {
        do {
            return try LabelSet(json: try self.json(column))
        } catch {
            throw Damage(column: column)
        }
    }

    func fingerprints(_ column: String) throws -> FingerprintSet {
        guard let texts = try self.json(column).array else { throw Damage(column: column) }
        return FingerprintSet(
            try texts.map { text in
                guard let fingerprint = text.string.flatMap({ Fingerprint($0) }) else { throw Damage(column: column) }
                return fingerprint
            }
        )
    }

    fileprivate func numbers<Thing>(_ column: String) throws -> [ID<Thing>] {
        guard let numbers = try self.json(column).array else { throw Damage(column: column) }
        return try numbers.map { number in
            guard let number = number.integer else { throw Damage(column: column) }
            return ID(number)
        }
    }
}

extension LabelSet {
    /// From an object whose names are in byte order, as ``RowText`` writes it.
    fileprivate init(json: JSONValue?) throws {
        guard let members = json?.members else { throw Damage(column: "labels") }
        var encoder = LabelEncoder()
        for member in members {
            guard let value = member.value.string else { throw Damage(column: "labels") }
            encoder.append(name: member.name, value: value)
        }
        self = encoder.finish()
    }
}

extension Timestamp {
    fileprivate init(json: JSONValue?) throws {
        guard let time = json?.string.flatMap({ Timestamp(rfc3339: $0) }) else { throw Damage(column: "time") }
        self = time
    }
}
