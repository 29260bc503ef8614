import GRDB
import TocsinCore
import TocsinJSON
import TocsinModel

/// Rows into statements. Hot: an insert of ten thousand alerts goes through here, so values are bound as bytes.
struct RowWriter {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func write(_ write: Write) throws {
        switch write {
        case .alert(let known, let departedFrom): try self.write(known, departedFrom: departedFrom)
        case .alertGone(let fingerprint):
            try self.run("DELETE FROM alert WHERE fingerprint = ?") { $0.bind(fingerprint) }
        case .group(let group): try self.write(group)
        case .groupGone(let id): try self.run("DELETE FROM alert_group WHERE id = ?") { $0.bind(id.number) }
        case .told(let key, let told): try self.write(told, under: key)
        case .toldGone(let key): try self.deleteTold(key)
        case .delivery(let delivery): try self.write(delivery)
        case .deliveryGone(let id): try self.run("DELETE FROM delivery WHERE id = ?") { $0.bind(id.number) }
        case .silence(let silence): try self.write(silence)
        case .silenceGone(let id): try self.run("DELETE FROM silence WHERE id = ?") { $0.bind(id.number) }
        case .incident(let incident): try self.write(incident)
        case .timeline(let entry): try self.write(entry)
        case .deadLetter(let letter): try self.write(letter)
        case .deadLetterGone(let id): try self.run("DELETE FROM dead_letter WHERE id = ?") { $0.bind(id.number) }
        case .request(let key, let request): try self.write(request, under: key)
        case .requestGone(let key):
            try self.run("DELETE FROM request WHERE sender = ? AND key = ?") {
                $0.bind(RowText.text(key.sender))
                $0.bind(RowText.text(key.key))
            }
        case .incidentsForgotten(let before): try self.forgetIncidents(before: before)
        case .inherited(let key, let inherited): try self.write(inherited, under: key)
        case .inheritedGone(let key): try self.deleteInherited(key)
        case .engine(let row): try self.write(row)
        }
    }

    func run(_ sql: String, _ bind: (inout Binder) -> Void) throws {
        let statement = try self.db.cachedStatement(sql: sql)
        var binder = Binder(statement)
        bind(&binder)
        try binder.finish()
    }

    private func write(_ row: EngineRow) throws {
        let columns = "id, last_number, routing, now, reserved_reference"
        try self.run("INSERT OR REPLACE INTO engine (\(columns)) VALUES (1, ?, ?, ?, ?)") {
            $0.bind(row.lastNumber)
            $0.bind(Int64(bitPattern: row.routing))
            $0.bind(row.now)
            $0.bind(row.reservedReference)
        }
    }

    private func write(_ known: KnownAlert, departedFrom: [ID<Group>]) throws {
        let alert = known.alert
        try self.run(
            """
            INSERT INTO alert (fingerprint, labels, annotations, generator_url, starts_at, ends_at,
                updated_at, ends_by_timeout, ended_at, groups, departed_from)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (fingerprint) DO UPDATE SET
                labels = excluded.labels, annotations = excluded.annotations,
                generator_url = excluded.generator_url, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
                updated_at = excluded.updated_at, ends_by_timeout = excluded.ends_by_timeout,
                ended_at = excluded.ended_at, groups = excluded.groups, departed_from = excluded.departed_from
            """
        ) {
            $0.bind(alert.fingerprint)
            $0.bind(RowText.labels(alert.labels))
            $0.bind(RowText.labels(alert.annotations))
            $0.bind(alert.generatorURL)
            $0.bind(alert.startsAt)
            $0.bind(alert.endsAt)
            $0.bind(alert.updatedAt)
            $0.bind(alert.endsByTimeout)
            $0.bind(known.endedAt)
            $0.bind(RowText.numbers(known.groups.all))
            $0.bind(RowText.numbers(departedFrom))
        }
    }

    private func write(_ group: Group) throws {
        try self.run(
            """
            INSERT OR REPLACE INTO alert_group (id, key, labels, receiver, route, due_at, has_flushed,
                incident)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.bind(group.id.number)
            $0.bind(group.key.text)
            $0.bind(RowText.labels(group.labels))
            $0.bind(group.receiver)
            $0.bind(group.routeSignature)
            $0.bind(group.dueAt)
            $0.bind(group.hasFlushed)
            $0.bind(group.incident?.number)
        }
    }

    private func write(_ told: Told, under key: ToldKey) throws {
        try self.run(
            """
            INSERT OR REPLACE INTO told (group_key, receiver, kind, destination, ordinal, integration_index,
                send_resolved, firing, resolved, flushed_at, may_believe, kept_for, noted_at, receiver_data)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.bind(key)
            $0.bind(Int64(told.integration.index))
            $0.bind(told.sendResolved)
            $0.bind(told.entry.map { RowText.fingerprints($0.firing) })
            $0.bind(told.entry.map { RowText.fingerprints($0.resolved) })
            $0.bind(told.entry?.flushedAt)
            $0.bind(RowText.fingerprints(told.mayBelieve))
            $0.bind(told.keptFor)
            $0.bind(told.notedAt)
            $0.bind(RowText.labels(told.receiverData))
        }
    }

    private func deleteTold(_ key: ToldKey) throws {
        try self.run(
            "DELETE FROM told WHERE group_key = ? AND receiver = ? AND kind = ? AND destination = ? AND ordinal = ?"
        ) { $0.bind(key) }
    }

    private func write(_ delivery: Delivery) throws {
        try self.run(
            """
            INSERT OR REPLACE INTO delivery (id, group_key, receiver, kind, destination, ordinal, integration_index,
                content, firing, resolved, send_resolved, kept_for, attempts, failures, next_attempt_at,
                is_told_to_wait, may_have_arrived, decide_again)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.bind(delivery)
        }
    }

    private func write(_ silence: Silence) throws {
        try self.run(
            """
            INSERT OR REPLACE INTO silence (id, matcher_sets, starts_at, ends_at, updated_at, created_by, comment,
                annotations, foreign_name)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.bind(silence.id.number)
            $0.bind(RowText.matcherSets(silence.matcherSets))
            $0.bind(silence.startsAt)
            $0.bind(silence.endsAt)
            $0.bind(silence.updatedAt)
            $0.bind(RowText.text(silence.createdBy))
            $0.bind(RowText.text(silence.comment))
            $0.bind(RowText.labels(silence.annotations))
            $0.bind(silence.foreignName.map { Array($0.description.utf8) })
        }
    }

    private func write(_ inherited: Inherited, under key: InheritedKey) throws {
        try self.run(
            """
            INSERT OR REPLACE INTO inherited (group_key, receiver, kind, integration_index, firing, told_at, taken_at,
                expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) {
            $0.bind(key)
            $0.bind(RowText.hashes(inherited.firing))
            $0.bind(inherited.toldAt)
            $0.bind(inherited.takenAt)
            $0.bind(inherited.expiresAt)
        }
    }

    private func deleteInherited(_ key: InheritedKey) throws {
        try self.run(
            "DELETE FROM inherited WHERE group_key = ? AND receiver = ? AND kind = ? AND integration_index = ?"
        ) { $0.bind(key) }
    }
}
