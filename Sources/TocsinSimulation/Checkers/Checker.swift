import TocsinCore
import TocsinModel
import TocsinRuntime

/// Holds what happens on the stage to some of the promises, each written down without the engine's help.
///
/// A new promise is a new checker in ``Watch``'s list.
protocol Checker {
    /// - Returns: what was not kept, a sentence each.
    mutating func see(_ occurrence: Stage.Occurrence, at moment: Moment, in scene: Scene) -> [String]

    /// Peace has lasted.
    mutating func conclude(at moment: Moment, in scene: Scene) -> [String]
}

extension Checker {
    mutating func conclude(at moment: Moment, in scene: Scene) -> [String] { [] }
}

/// The audience of a run: keeps the ledger, asks the checkers, writes down the facts.
final class Watch: Audience {
    let scene: Scene
    private let disk: SimulatedDisk
    private var checkers: [any Checker]
    /// What was not kept, the first few sentences.
    private(set) var problems: [String] = []
    /// A hash over all facts and their times.
    private(set) var checksum = FNV1a()
    private(set) var turns = 0
    private(set) var messages = 0
    /// Every fact as a line, if somebody wants to read them.
    private let tell: ((String) -> Void)?

    init(scene: Scene, disk: SimulatedDisk, tell: ((String) -> Void)?) {
        self.scene = scene
        self.disk = disk
        self.tell = tell
        self.checkers = [
            Announcements(), Rhythm(), News(), Attempts(), Numbers(), Durability(disk: disk), Beliefs(), Timeouts(),
        ]
    }

    func see(_ occurrence: Stage.Occurrence, at moment: Moment) {
        self.keepBooks(occurrence, at: moment)
        self.write(occurrence, at: moment)
        for index in self.checkers.indices {
            self.note(self.checkers[index].see(occurrence, at: moment, in: self.scene), at: moment)
        }
        if case .turn(let turn, _) = occurrence { self.settle(turn, at: moment) }
    }

    func conclude(at moment: Moment) {
        for index in self.checkers.indices {
            self.note(self.checkers[index].conclude(at: moment, in: self.scene), at: moment)
        }
    }

    func note(_ problems: [String], at moment: Moment) {
        for problem in problems {
            let line = "\(moment.time.scenarioText) \(problem)"
            self.tell?("PROBLEM \(line)")
            if self.problems.count < 20 { self.problems.append(line) }
        }
    }

    private func keepBooks(_ occurrence: Stage.Occurrence, at moment: Moment) {
        switch occurrence {
        case .up: break
        case .down(let isClean, let wasDegraded):
            if isClean && !wasDegraded { self.scene.ledger.noteSaved() }
            self.scene.ledger.noteCrash()
        case .turn(_, let step):
            self.turns += 1
            if self.disk.delay > .zero {
                self.scene.noteGap(from: moment.time, to: moment.time + self.disk.delay)
            }
            if let step { self.scene.ledger.noteStep(by: step, at: moment.wall) }
        case .sent: self.messages += 1
        case .answered: break
        }
    }

    /// Once the checkers have compared the turn with the books as they were before it.
    private func settle(_ turn: Turn, at moment: Moment) {
        for case .alertEnded(let fingerprint, timedOut: true) in turn.facts {
            guard let alert = self.scene.alert(fingerprint) else { continue }
            self.scene.ledger.noteTimeout(of: alert, at: moment.wall)
        }
        if !moment.isDegraded { self.scene.ledger.noteSaved() }
    }

    private func write(_ occurrence: Stage.Occurrence, at moment: Moment) {
        for line in occurrence.lines {
            var text = line
            text.withUTF8 { self.checksum.combine(UnsafeRawBufferPointer($0)) }
            let nanoseconds = moment.wall.nanosecondsSince1970
            withUnsafeBytes(of: nanoseconds) { self.checksum.combine($0) }
            if let tell = self.tell { tell("\(moment.time.scenarioText) \(line)") }
        }
    }
}
