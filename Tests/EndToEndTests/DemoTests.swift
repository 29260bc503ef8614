import Foundation
import Testing

/// `tocsin demo`, as a newcomer runs it.
@Suite struct DemoTests {
    /// What must be read, in this order: who says it, and what.
    private static let story = [
        ("Prometheus", "GPUHighMemoryUsage fires on gpu 0 (warning)"),
        ("#zakenak-alerts", "[FIRING 1] GPUHighMemoryUsage, zakenak (warning)"),
        ("", "GPU 0 memory usage above 90% for 5 minutes"),
        ("Prometheus", "GPUHighTemperature fires on gpu 1 (critical)"),
        ("PagerDuty", "trigger: incident 1 opens, somebody is paged"),
        ("", "GPUHighTemperature (critical) gpu 1 on node1:9835: GPU 1 temperature above 80°C"),
        ("Prometheus", "GPUHighTemperature fires on gpu 2 (critical)"),
        ("PagerDuty", "trigger: incident 1 has 2 alerts now, no new page"),
        ("Prometheus", "GPUErrorsDetected fires on gpu 1 (critical)"),
        ("PagerDuty", "trigger: incident 2 opens, somebody is paged"),
        ("", "GPUErrorsDetected (critical) gpu 1 on node1:9835: GPU errors detected on 1"),
        ("Tocsin", "stops"),
        ("Tocsin", "is back after "),
        ("Prometheus", "posts all 4 again"),
        ("Tocsin", "sends nothing: there is no news"),
        ("Prometheus", "GPUErrorsDetected ends on gpu 1"),
        ("PagerDuty", "resolve: incident 2 is over"),
        ("Prometheus", "GPUHighTemperature ends on gpu 2"),
        ("PagerDuty", "trigger: incident 1 has 1 alert now, no new page"),
        ("Prometheus", "GPUHighTemperature ends on gpu 1"),
        ("PagerDuty", "resolve: incident 1 is over"),
        ("Prometheus", "GPUHighMemoryUsage ends on gpu 0"),
        ("#zakenak-alerts", "[RESOLVED 1] GPUHighMemoryUsage, zakenak (warning)"),
        ("That was all", "every notification came once"),
        ("Slack got", "2 messages: 1 firing, 1 resolved"),
        ("PagerDuty got", "6 events about 2 incidents"),
        ("make run", "config/tocsin.yml"),
    ]

    @Test func theDemoTellsItsStoryAndLeavesNothingBehind() async throws {
        let place = try DemoPlace()
        defer { #expect(throws: Never.self) { try place.remove() } }

        let run = try await place.demo(in: Peers.projectRoot)

        #expect(run.status == 0, "\(run.output)")
        #expect(run.missing(of: DemoTests.story) == nil, "\(run.output)")
        #expect(!run.output.contains("\u{1B}"), "not on a terminal, and yet: \(run.output.debugDescription)")
        #expect(try place.leftovers() == [])
    }

    @Test func whereThereIsNoConfigurationTheDemoSaysWhereToRunIt() async throws {
        let place = try DemoPlace()
        defer { #expect(throws: Never.self) { try place.remove() } }

        let run = try await place.demo(in: place.folder)

        #expect(run.status == 1)
        #expect(run.output.contains("There is no config/tocsin.yml here. Run the demo in the project's folder"))
    }

    @Test func theMistakeInAConfigurationIsNamedWithItsPlace() async throws {
        let place = try DemoPlace()
        defer { #expect(throws: Never.self) { try place.remove() } }
        let file = try place.configuration { try $0.replace("group_interval: 5m", by: "group_intervall: 5m") }

        let run = try await place.demo(in: Peers.projectRoot, ["--config.file", file.path])

        #expect(run.status == 1)
        #expect(run.output.contains("\(file.path):"), "\(run.output)")
        #expect(run.output.contains("group_intervall"), "\(run.output)")
        #expect(try place.leftovers() == [])
    }

    @Test func theDemoFailsWhenANotificationGoesElsewhere() async throws {
        let place = try DemoPlace()
        defer { #expect(throws: Never.self) { try place.remove() } }
        let file = try place.configuration { text in
            try text.replace("receiver: 'slack-warnings'", by: "receiver: 'pagerduty-critical'")
        }

        let run = try await place.demo(in: Peers.projectRoot, ["--config.file", file.path])

        #expect(run.status == 1)
        #expect(run.output.contains("The demo has failed."), "\(run.output)")
        #expect(run.output.contains("GPUHighMemoryUsage"), "\(run.output)")
        #expect(try place.leftovers() == [])
    }

    @Test func theDemoFailsWhenANotificationDoesNotCome() async throws {
        let place = try DemoPlace()
        defer { #expect(throws: Never.self) { try place.remove() } }
        let file = try place.configuration { text in
            let receiver = "name: 'slack-warnings'\n"
            try text.replace(receiver, by: "name: 'slack-warnings'\n  - name: 'nobody'\n")
        }

        let run = try await place.demo(in: Peers.projectRoot, ["--config.file", file.path])

        #expect(run.status == 1)
        #expect(run.output.contains("Slack was to hear within 15 s that GPUHighMemoryUsage is firing, and did not."))
        #expect(try place.leftovers() == [])
    }

    @Test func anInterruptEndsTheDemoAndLeavesNothingBehind() async throws {
        let place = try DemoPlace()
        defer { #expect(throws: Never.self) { try place.remove() } }
        let program = try place.start(in: Peers.projectRoot)
        // On a thread of its own: on a busy machine the story could be over before a task gets its turn.
        Thread.detachNewThread {
            while program.end == nil && !program.output.contains("GPUHighMemoryUsage fires") { usleep(10_000) }
            program.signal(SIGINT)
        }
        let end = try await eventually("the demo ends") { program.end }

        #expect(end == .exited(130))
        #expect(program.output.contains("Stopped."), "\(program.output)")
        #expect(try place.leftovers() == [])
    }
}

/// A folder for a run of the demo, in which it also makes its own temporary one.
private struct DemoPlace {
    let folder: URL
    private let temporary: URL

    struct Run {
        let status: Int32?
        let output: String

        /// The first line of the story that is not there, or not after those before it.
        func missing(of story: [(place: String, text: String)]) -> String? {
            var lines = self.output.split(separator: "\n")[...]
            for (place, text) in story {
                let index = lines.firstIndex { (place.isEmpty || $0.contains(place)) && $0.contains(text) }
                guard let index else { return "\(place) \(text)" }
                lines = lines[(index + 1)...]
            }
            return nil
        }
    }

    init() throws {
        let name = "tocsin-demo-test-\(UUID().uuidString)"
        self.folder = FileManager.default.temporaryDirectory.appending(path: name)
        self.temporary = self.folder.appending(path: "temporary")
        try FileManager.default.createDirectory(at: self.temporary, withIntermediateDirectories: true)
    }

    func remove() throws { try FileManager.default.removeItem(at: self.folder) }

    func leftovers() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: self.temporary.path) }

    /// The shipped configuration with a change, templates beside it.
    func configuration(_ change: (inout String) throws -> Void) throws -> URL {
        let config = self.folder.appending(path: "config")
        try FileManager.default.createDirectory(at: config, withIntermediateDirectories: false)
        try FileManager.default.copyItem(
            at: Peers.projectRoot.appending(path: "config/templates"),
            to: config.appending(path: "templates")
        )
        var text = try ShippedFiles.text("tocsin.yml")
        try change(&text)
        let file = config.appending(path: "tocsin.yml")
        try text.write(to: file, atomically: false, encoding: .utf8)
        return file
    }

    func start(in working: URL, _ arguments: [String] = []) throws -> Program {
        try Program(
            Tocsin.binary,
            ["demo"] + arguments,
            in: working,
            environment: ["TMPDIR": self.temporary.path, "TERM": "xterm-256color"]
        )
    }

    /// From start to end.
    func demo(in working: URL, _ arguments: [String] = []) async throws -> Run {
        let program = try self.start(in: working, arguments)
        let end = try await eventually("the demo ends", within: .seconds(60)) { program.end }
        guard case .exited(let status) = end else { return Run(status: nil, output: program.output) }
        return Run(status: status, output: program.output)
    }
}
