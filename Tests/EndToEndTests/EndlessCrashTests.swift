import Foundation
import Testing

/// `bench/crash`, as often as a test run can bear; `make crash ROUNDS=500` is for a night.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct EndlessCrashTests {
    @Test func whatWasConfirmedSurvivesCrashesAtRandomMoments() async throws {
        try await Stage.play { stage in
            let script = Peers.projectRoot.appending(path: "bench/crash")
            let seed = Int.random(in: 1...1_000_000)
            let arguments = ["--tocsin", try Tocsin.binary.path, "--rounds", "8", "--seed", "\(seed)"]

            let program = try stage.run(script, arguments)
            let end = try await eventually("the crashes are over", within: .seconds(240)) { program.end }

            #expect(end == .exited(0), "\(program.output)")
            #expect(program.output.contains("8 kills"), "\(program.output)")
        }
    }
}
