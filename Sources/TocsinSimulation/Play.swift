import TocsinCore
import TocsinModel
import TocsinRuntime

/// One run of a plan: senders, people, crashes and the clock, played against the service on its stage.
struct Play {
    private let plan: Plan
    private var stage: Stage
    private let scene: Scene
    private let watch: Watch
    private var senders: [Sender]
    /// The minute in which senders speak next.
    private var nextWord: Duration = .zero
    private var minute = 0
    private var deafUntil: Duration = .zero
    /// Names of silences in the order in which they were asked for; `nil` where that was refused.
    private var silences: [ID<Silence>?] = []
    private var notes = 0
    private var setting = 0

    /// How an alert's sender sees it.
    private struct Sender {
        var firesSince: Timestamp?
        /// What it repeats for a quarter of an hour.
        var ended: (startsAt: Timestamp, endedAt: Timestamp, until: Duration)?
        var note = 0
    }

    init(_ plan: Plan, tell: ((String) -> Void)? = nil) {
        self.plan = plan
        let options = EngineOptions()
        let disk = SimulatedDisk()
        self.scene = Scene(pool: plan.pool, routes: plan.settings[0].routes, options: options)
        self.watch = Watch(scene: self.scene, disk: disk, tell: tell)
        self.stage = Stage(
            routing: plan.settings[0].table,
            options: options,
            start: plan.start,
            dice: plan.dice,
            disk: disk,
            audience: self.watch
        )
        self.senders = Array(repeating: Sender(), count: plan.pool.count)
    }

    /// Trouble, then peace.
    mutating func run() -> Verdict {
        self.stage.begin()
        for step in self.plan.steps {
            switch step.pause {
            case .of(let pause): self.advance(by: pause)
            case .untilDeadline(let most): self.advanceToDeadline(atMost: most)
            }
            self.perform(step.action)
            if self.stage.isStuck { break }
        }
        if !self.stage.isStuck { self.makePeace() }
        let moment = Moment(
            time: self.stage.time, wall: self.stage.wall, engine: self.stage.engine, isDegraded: false
        )
        if self.stage.isStuck {
            self.watch.note(["the service asks for turn after turn and time stands still"], at: moment)
        } else {
            self.watch.conclude(at: moment)
        }
        return Verdict(
            seed: self.plan.seed,
            problems: self.watch.problems,
            checksum: self.watch.checksum.value,
            turns: self.watch.turns,
            messages: self.watch.messages,
            time: self.stage.time
        )
    }

    private mutating func makePeace() {
        for receiver in self.plan.settings[self.setting].table.integrations.keys.sorted() {
            self.stage.network.weather[receiver] = .fair
        }
        self.stage.disk.mood = .well
        self.stage.breakpoint = nil
        self.deafUntil = .zero
        // So that no shutdown is in the way of what is told next.
        self.advance(by: .seconds(960))
        self.scene.isPeace = true
        self.advance(by: self.plan.peace)
    }
}

// MARK: - Time

extension Play {
    private mutating func advance(by pause: Duration) { self.advance(to: self.stage.time + pause) }

    private mutating func advance(to end: Duration) {
        while self.nextWord <= end && !self.stage.isStuck {
            self.stage.run(until: self.nextWord)
            self.speak()
        }
        self.stage.run(until: end)
    }

    /// Up to a second in which the service does something by itself, so that the action shares its turn.
    private mutating func advanceToDeadline(atMost most: Duration) {
        guard let deadline = self.stage.loop?.nextDeadline else { return }
        let wait = deadline - self.stage.wall
        guard wait > .zero && wait <= most else {
            self.advance(by: min(most, .seconds(30)))
            return
        }
        let end = self.stage.time + wait
        while self.nextWord < end && !self.stage.isStuck {
            self.stage.run(until: self.nextWord)
            self.speak()
        }
        if self.stage.time < end { self.stage.run(before: end) }
    }

    /// Each minute senders repeat what they said.
    private mutating func speak() {
        self.nextWord += .seconds(60)
        self.minute += 1
        if self.stage.time < self.deafUntil { return }
        var posts: [Ledger.Post] = []
        for alert in self.senders.indices {
            if let ended = self.senders[alert].ended, ended.until < self.stage.time { self.senders[alert].ended = nil }
            guard self.minute % self.plan.manners[alert].period == 0 else { continue }
            if let post = self.word(about: alert) { posts.append(post) }
        }
        self.post(posts)
    }

    private func word(about alert: Int) -> Ledger.Post? {
        let sender = self.senders[alert]
        let manner = self.plan.manners[alert]
        if let startsAt = sender.firesSince {
            return Ledger.Post(
                alert: alert,
                startsAt: startsAt,
                endsAt: self.stage.wall + manner.window,
                endsByTimeout: manner.endsByTimeout,
                note: sender.note
            )
        }
        guard let ended = sender.ended else { return nil }
        return Ledger.Post(
            alert: alert,
            startsAt: min(ended.startsAt, ended.endedAt),
            endsAt: ended.endedAt,
            endsByTimeout: false,
            note: sender.note
        )
    }

    private mutating func post(_ posts: [Ledger.Post]) {
        if posts.isEmpty { return }
        self.stage.deliverAnswers()
        guard self.stage.isUp else { return }
        var batch = AlertBatch()
        for post in posts {
            batch.append(
                Alert(
                    labels: self.plan.pool[post.alert].labels,
                    details: AlertDetails(annotations: ["note": "\(post.note)"], generatorURL: ""),
                    startsAt: post.startsAt,
                    endsAt: post.endsAt,
                    updatedAt: self.stage.wall,
                    endsByTimeout: post.endsByTimeout
                )
            )
            self.scene.ledger.note(post, at: self.stage.wall)
        }
        self.scene.submission = posts
        let receipts = self.stage.submit([.alertsReceived(batch)])
        self.scene.submission = []
        if receipts.first?.isDurable == true {
            for post in posts { self.scene.ledger.entries[post.alert].isSaved = true }
        }
    }
}

// MARK: - What happens

extension Play {
    private mutating func perform(_ action: Action) {
        switch action {
        case .fire(let alert): self.fire(alert)
        case .end(let alert): self.end(alert)
        case .echo(let alert, let later): self.echo(alert, later: later)
        case .reword(let alert):
            self.notes += 1
            self.senders[alert].note = self.notes
            self.speak(about: alert)
        case .mishear(let length): self.deafUntil = self.stage.time + length
        case .silence(let texts, let wait, let length): self.silence(texts, startsIn: wait, lasts: length)
        case .changeSilence(let number, let length): self.changeSilence(number, lasts: length)
        case .expireSilence(let number): self.expireSilence(number)
        case .reload(let number): self.reload(number)
        case .crash(let point, let away, let configuration): self.crash(point, away: away, configuration)
        case .stop(let away, let configuration):
            self.stage.deliverAnswers()
            self.stage.stop()
            self.comeBack(after: away, configuration)
        case .weather(let receiver, let weather): self.stage.network.weather[receiver] = weather
        case .disk(let mood): self.stage.disk.mood = mood
        case .setClock(let step): self.stage.setClock(by: step)
        case .sleep(let length): self.sleep(length)
        }
    }

    private mutating func fire(_ alert: Int) {
        if self.senders[alert].firesSince == nil {
            self.notes += 1
            self.senders[alert] = Sender(firesSince: self.stage.wall, note: self.notes)
        }
        self.speak(about: alert)
    }

    private mutating func end(_ alert: Int) {
        guard let since = self.senders[alert].firesSince else { return }
        self.senders[alert].firesSince = nil
        self.senders[alert].ended = (since, self.stage.wall, self.stage.time + .seconds(900))
        self.speak(about: alert)
    }

    private mutating func speak(about alert: Int) {
        if self.stage.time < self.deafUntil { return }
        if let post = self.word(about: alert) { self.post([post]) }
    }

    private mutating func echo(_ alert: Int, later: Duration) {
        guard let since = self.senders[alert].firesSince, since + later < self.stage.wall else { return }
        guard var post = self.word(about: alert) else { return }
        post = Ledger.Post(
            alert: alert,
            startsAt: since + later,
            endsAt: post.endsAt,
            endsByTimeout: post.endsByTimeout,
            note: post.note
        )
        self.post([post])
    }

    private mutating func reload(_ number: Int) {
        self.stage.deliverAnswers()
        guard self.stage.isUp else { return }
        self.setting = number
        self.scene.reload(self.plan.settings[number].routes)
        _ = self.stage.submit([.routingReplaced(self.plan.settings[number].table)])
    }

    private mutating func crash(_ point: Stage.Breakpoint?, away: Duration, _ configuration: Int?) {
        if let point {
            self.stage.breakpoint = point
            // Until the next turn, be it that somebody speaks.
            self.advance(by: .seconds(61))
        }
        self.stage.crash()
        self.comeBack(after: away, configuration)
    }

    private mutating func comeBack(after away: Duration, _ configuration: Int?) {
        let start = self.stage.time
        self.advance(by: away)
        if let configuration {
            self.setting = configuration
            self.scene.reload(self.plan.settings[configuration].routes)
        }
        self.scene.noteGap(from: start - .seconds(61), to: self.stage.time)
        self.scene.absentUntil = self.stage.time
        self.stage.begin(with: self.plan.settings[self.setting].table)
    }

    private mutating func sleep(_ length: Duration) {
        let (start, wall) = (self.stage.time, self.stage.wall)
        let end = start + length
        self.scene.noteGap(from: start, to: end)
        self.scene.absentUntil = end
        // A group of whatever fires was due more than a minute before the end of a sleep as long as that.
        let isLong = length > self.scene.longestInterval + .seconds(120)
        self.scene.ledger.noteSleep(until: wall + length, since: isLong ? wall : wall + length)
        self.stage.sleep(until: end)
        // Nobody speaks for the minutes that were slept through.
        while self.nextWord <= end { self.nextWord += .seconds(60) }
    }
}

// MARK: - Silences

extension Play {
    private mutating func silence(_ texts: [MatcherText], startsIn wait: Duration, lasts length: Duration) {
        let startsAt = self.stage.wall + wait
        self.silences.append(self.submit(nil, texts, from: startsAt, until: startsAt + length))
    }

    private mutating func submit(
        _ old: ID<Silence>?,
        _ texts: [MatcherText],
        from start: Timestamp,
        until end: Timestamp
    ) -> ID<Silence>? {
        self.stage.deliverAnswers()
        guard self.stage.isUp else { return nil }
        let draft: SilenceDraft
        do {
            draft = try SilenceDraft(
                id: old, matcherSets: [texts], startsAt: start, endsAt: end, comment: "\(self.silences.count)",
                now: self.stage.wall
            )
        } catch {
            return nil
        }
        let before = self.scene.ledger.mutes
        // In force within its own turn; its number comes with the answer.
        let unnamed = ID<Silence>(-1)
        if let old { self.scene.ledger.changeMutes(old) { $0.isCertain = false } }
        self.scene.ledger.mutes.append(
            Ledger.Mute(
                id: unnamed,
                matchers: draft.matcherSets[0],
                startsAt: max(start, self.stage.wall),
                endsAt: end,
                isSaved: false
            )
        )
        let receipts = self.stage.submit([.silenceSubmitted(draft)])
        guard let receipt = receipts.first else {
            // It died of it: perhaps the silence is there, perhaps not, under a number that nobody knows.
            self.scene.ledger.changeMutes(unnamed) {
                $0.isCertain = false; $0.id = ID(-2)
            }
            return nil
        }
        guard case .silence(let id)? = receipt.answer else {
            self.scene.ledger.mutes = before
            return nil
        }
        if let old { self.scene.ledger.mutes.removeAll { $0.id == old && receipt.isDurable } }
        self.scene.ledger.changeMutes(unnamed) { mute in
            mute.id = id
            mute.isSaved = receipt.isDurable
        }
        return id
    }

    private mutating func changeSilence(_ number: Int, lasts length: Duration) {
        guard number < self.silences.count, let id = self.silences[number] else { return }
        guard let mute = self.scene.ledger.mutes.first(where: { $0.id == id && $0.isCertain }) else { return }
        // Only what is active is changed in place, whatever the clock does meanwhile.
        guard mute.isActive(at: self.stage.wall) else { return }
        let texts = mute.matchers.map {
            MatcherText(name: $0.name, value: $0.value, isRegex: $0.isRegex, isEqual: $0.isEqual)
        }
        self.silences[number] = self.submit(id, texts, from: mute.startsAt, until: self.stage.wall + length)
    }

    private mutating func expireSilence(_ number: Int) {
        guard number < self.silences.count, let id = self.silences[number] else { return }
        self.stage.deliverAnswers()
        guard self.stage.isUp else { return }
        guard let mute = self.scene.ledger.mutes.first(where: { $0.id == id }) else { return }
        let now = self.stage.wall
        self.scene.ledger.changeMutes(id) { mute in
            mute.endsAt = min(mute.endsAt, now)
            mute.isSaved = false
        }
        let receipts = self.stage.submit([.silenceExpired(id)])
        if let receipt = receipts.first, receipt.isDurable {
            self.scene.ledger.changeMutes(id) { $0.isSaved = true }
            return
        }
        // A crash may bring it back.
        var ghost = mute
        ghost.isCertain = false
        self.scene.ledger.mutes.append(ghost)
    }
}
