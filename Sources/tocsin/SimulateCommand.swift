import ArgumentParser
import TocsinConfig
import TocsinCore
import TocsinSimulation

/// `tocsin simulate`: random trouble for the service in virtual time.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Plays random trouble against the service in virtual time, and checks what it promises.",
        discussion: """
            Each seed is a run of its own: alerts, silences, reloads, crashes, a clock that is set, failing receivers, \
            a disk that is full. The same seed is the same run, on any machine.
            """
    )

    @Option(name: .customLong("config.file"), help: "Runs on the routes of this file instead of random ones.")
    var configFile: String?

    @Option(help: "The first seed, or the only one.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds to run, from the first one on.")
    var count: UInt64 = 1

    @Option(help: "How many runs at a time.")
    var jobs = 2

    @Flag(help: "Prints everything that happens in the run.")
    var verbose = false

    @Flag(help: "Leaves out of a failing run what it does not need to fail, and prints the rest.")
    var minimize = false

    func validate() throws {
        if self.count < 1 { throw ValidationError("--count must be at least 1") }
        if self.jobs < 1 { throw ValidationError("--jobs must be at least 1") }
        if self.seed > UInt64.max - self.count { throw ValidationError("--seed and --count are too large") }
    }

    func run() async throws {
        let routing = try self.routing()
        if self.minimize {
            let lines = Simulation.minimized(seed: self.seed, routing: routing)
            for line in lines ?? ["seed \(self.seed) keeps every promise"] { print(line) }
            if lines != nil { throw ExitCode(1) }
            return
        }
        if self.verbose && self.count == 1 {
            let verdict = Simulation.run(seed: self.seed, routing: routing) { print($0) }
            self.show(verdict)
            if !verdict.problems.isEmpty { throw ExitCode(1) }
            return
        }
        let failed = await self.runAll(routing)
        if failed > 0 { throw ExitCode(1) }
    }

    /// - Returns: how many seeds failed.
    private func runAll(_ routing: RoutingTable?) async -> Int {
        let clock = ContinuousClock()
        let start = clock.now
        var failed = 0
        var checksum: UInt64 = 0
        var next = self.seed
        let end = self.seed + self.count
        await withTaskGroup(of: TocsinSimulation.Verdict.self) { group in
            for _ in 0..<self.jobs where next < end {
                let seed = next
                group.addTask { Simulation.run(seed: seed, routing: routing) }
                next += 1
            }
            while let verdict = await group.next() {
                checksum ^= verdict.checksum
                if !verdict.problems.isEmpty {
                    failed += 1
                    self.show(verdict)
                }
                guard next < end else { continue }
                let seed = next
                group.addTask { Simulation.run(seed: seed, routing: routing) }
                next += 1
            }
        }
        let seconds = max(Int((clock.now - start).components.seconds), 1)
        print("\(self.count) seeds, \(failed) failed, in \(seconds) s; checksum \(checksum)")
        return failed
    }

    private func show(_ verdict: TocsinSimulation.Verdict) {
        if verdict.problems.isEmpty {
            print("seed \(verdict.seed): every promise kept; \(verdict.turns) turns, checksum \(verdict.checksum)")
            return
        }
        print("seed \(verdict.seed): FAILED")
        for problem in verdict.problems { print("  \(problem)") }
        let file = self.configFile.map { " --config.file \($0)" } ?? ""
        print("  replay: tocsin simulate\(file) --seed \(verdict.seed) --verbose")
    }

    private func routing() throws -> RoutingTable? {
        guard let file = self.configFile else { return nil }
        do {
            return try Configuration.load(path: file).routing
        } catch {
            for line in error.lines { print(line) }
            throw ExitCode(1)
        }
    }
}
