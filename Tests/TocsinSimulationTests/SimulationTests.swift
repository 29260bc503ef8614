import Testing
import TocsinSimulation

@Suite struct SimulationTests {
    @Test(arguments: Seeds.kept)
    func seedsThatFoundAMistakeOnceFindNoneNow(seed: UInt64) {
        expectEveryPromiseKept(Simulation.run(seed: seed))
    }

    @Test(arguments: Seeds.fixed)
    func afterAnyTroubleEveryPromiseIsKept(seed: UInt64) {
        expectEveryPromiseKept(Simulation.run(seed: seed))
    }

    @Test func seedsThatNobodyTriedKeepEveryPromise() {
        for _ in 0..<1 { expectEveryPromiseKept(Simulation.run(seed: .random(in: 1...UInt64(UInt32.max)))) }
    }

    @Test func theSameSeedIsTheSameRun() {
        var lines: [[String]] = [[], []]

        let verdicts = [0, 1].map { index in Simulation.run(seed: 1001) { lines[index].append($0) } }

        #expect(verdicts[0] == verdicts[1])
        #expect(lines[0] == lines[1])
        #expect(verdicts[0].messages > 0)
    }

    @Test func otherSeedsAreOtherRuns() {
        #expect(Simulation.run(seed: 1001).checksum != Simulation.run(seed: 1002).checksum)
    }

    @Test func aSeedThatKeepsEveryPromiseHasNothingToMinimize() {
        #expect(Simulation.minimized(seed: 1001) == nil)
    }
}

private func expectEveryPromiseKept(_ verdict: Verdict) {
    let problems = verdict.problems.joined(separator: "\n")
    #expect(
        verdict.problems.isEmpty,
        "replay: tocsin simulate --seed \(verdict.seed) --verbose\n\(problems)"
    )
}
