public import TocsinModel

/// People make, change and end silences. There is no real deletion: an expired one is history until it has served its
/// time.
extension Engine {
    /// Makes a silence, or changes the one that the draft names (`spec` section 5.3).
    ///
    /// - Returns: the silence that is in force now: a new one where the old could not be changed in place.
    mutating func submit(_ draft: SilenceDraft) throws(Rejection) -> ID<Silence> {
        // The draft was checked before it waited for its turn.
        if draft.endsAt < self.now { throw .silenceEndsInThePast }
        guard let id = draft.id else { return try self.add(draft) }
        guard let old = self.silences[id] else { throw .unknownSilence }
        if self.canChange(old, into: draft) {
            let hasBegun = old.state(at: self.now) == .active
            var changed = self.silence(id, from: draft, startsAt: hasBegun ? old.startsAt : draft.startsAt)
            changed.foreignName = old.foreignName
            try self.checkSize(of: changed)
            self.put(changed)
            self.note(.silenceChanged(self.name(of: id), by: draft.createdBy))
            return id
        }
        let new = try self.add(draft)
        self.expire(old)
        return new
    }

    /// In place if its matchers stay, in their order; what has begun keeps its start, and what has ended stays so.
    private func canChange(_ old: Silence, into draft: SilenceDraft) -> Bool {
        guard old.matcherSets == draft.matcherSets else { return false }
        switch old.state(at: self.now) {
        case .active: return old.startsAt.seconds == draft.startsAt.seconds
        case .pending: return draft.startsAt >= self.now
        case .expired: return false
        }
    }

    private mutating func add(_ draft: SilenceDraft) throws(Rejection) -> ID<Silence> {
        let limit = self.options.limits.silences
        guard self.silences.count < limit else { throw .tooManySilences(count: self.silences.count, limit: limit) }
        let startsAt = draft.startsAt < self.now ? self.now : draft.startsAt
        try self.checkSize(of: self.silence(ID(0), from: draft, startsAt: startsAt))
        let silence = self.silence(ID(self.nextNumber()), from: draft, startsAt: startsAt)
        self.put(silence)
        self.note(.silenceMade(self.name(of: silence.id), by: draft.createdBy, until: silence.endsAt))
        return silence.id
    }

    private func silence(_ id: ID<Silence>, from draft: SilenceDraft, startsAt: Timestamp) -> Silence {
        Silence(
            id: id,
            matcherSets: draft.matcherSets,
            startsAt: startsAt,
            endsAt: draft.endsAt,
            updatedAt: self.now,
            createdBy: draft.createdBy,
            comment: draft.comment,
            annotations: draft.annotations
        )
    }

    private func checkSize(of silence: Silence) throws(Rejection) {
        guard let limit = self.options.limits.silenceSize else { return }
        let size = silence.encodedSize(keptUntil: silence.endsAt + self.options.retention)
        if size > limit { throw .silenceTooLarge(size: size, limit: limit) }
    }

    /// Ends a silence now; one that has ended stays as it is.
    mutating func expireSilence(_ id: ID<Silence>) throws(Rejection) {
        guard let silence = self.silences[id] else { throw .unknownSilence }
        self.expire(silence)
    }

    private mutating func expire(_ silence: Silence) {
        let state = silence.state(at: self.now)
        if state == .expired { return }
        var ended = silence
        if state == .pending { ended.startsAt = self.now }
        ended.endsAt = self.now
        ended.updatedAt = self.now
        self.put(ended)
        self.note(.silenceEnded(self.name(of: silence.id)))
    }

    /// What the names of silences are made from.
    public var installation: InstallationID { self.options.installation }

    /// The name of a silence outside.
    public func name(of silence: ID<Silence>) -> String {
        self.silences[silence].map { self.installation.name(of: $0) } ?? self.installation.name(of: silence)
    }

    /// The silence of that name, if it may be one of ours or came with that name.
    public func silence(named name: String) -> ID<Silence>? {
        self.installation.silence(named: name) ?? ForeignName(name).flatMap { self.foreignSilences[$0] }
    }
}

// MARK: - What is derived

extension Engine {
    private mutating func put(_ silence: Silence) {
        if let old = self.silences[silence.id] {
            self.timers.cancel(.silence, old.id.number, at: old.endsAt)
            self.silenceIndex.remove(old.id)
        }
        self.silences.put(silence, for: silence.id)
        self.watch(silence)
        self.wakeSuppressionReview()
    }

    /// Makes a silence findable until its end.
    private mutating func watch(_ silence: Silence) {
        guard silence.endsAt > self.now else { return }
        self.silenceIndex.insert(silence.id, under: silence.matcherSets)
        self.timers.set(.silence, silence.id.number, at: silence.endsAt)
    }

    /// The end of a silence has come. Nobody is told: the next flush of a group speaks of what still fires.
    mutating func noticeEnd(of id: ID<Silence>) {
        self.silenceIndex.remove(id)
        self.wakeSuppressionReview()
        self.note(.silenceEnded(self.name(of: id)))
    }

    /// Makes all silences that have not ended findable, as after rows were read.
    mutating func watchSilences() {
        self.silenceIndex = MatcherIndex()
        self.foreignSilences = [:]
        for (_, silence) in self.silences {
            self.watch(silence)
            if let name = silence.foreignName { self.foreignSilences[name] = silence.id }
        }
    }

    /// People give the times of silences by the clock on the wall, so a step of the clock does not move them. But what
    /// had begun does not wait for its start a second time when the clock goes back, and what had ended does not come
    /// back to life: those times become the present one.
    mutating func stepSilences(by step: Duration) {
        let (now, before) = (self.now, self.now - step)
        for (id, silence) in self.silences {
            let hadBegun = silence.startsAt <= before && silence.startsAt > now
            let hadEnded = silence.endsAt <= before && silence.endsAt > now
            if !hadBegun && !hadEnded { continue }
            self.silences.change(id) { silence in
                if hadBegun { silence.startsAt = now }
                if hadEnded { silence.endsAt = now }
            }
        }
        self.watchSilences()
    }

    /// Forgets silences that have been history for long enough.
    mutating func clearSilences() {
        for (id, silence) in self.silences where silence.endsAt + self.options.retention <= self.now {
            if let name = silence.foreignName { self.foreignSilences[name] = nil }
            self.silences.remove(id)
        }
    }
}
