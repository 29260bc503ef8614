import Foundation
import Testing

/// The command line, as units and scripts made for Alertmanager use it.
@Suite(.timeLimit(.minutes(3)))
struct CommandLineTests {
    @Test(arguments: [
        ["--config.file=tocsin.yml", "--storage.path=data", "--web.listen-address=127.0.0.1:0"],
        ["--config.file", "tocsin.yml", "--storage.path", "data", "--web.listen-address", "127.0.0.1:0"],
        ["serve", "--config.file", "tocsin.yml", "--web.listen-address=127.0.0.1:0"],
        // Without a name: tocsin.yml of the working directory.
        ["--web.listen-address", "127.0.0.1:0"],
    ])
    func theServerStartsWith(arguments: [String]) async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)

            let server = try await Tocsin.listening(try stage.run(try Tocsin.binary, arguments))

            #expect(try await server.get("/-/ready").status == 200)
            #expect(try await server.get("/-/healthy").status == 200)
            #expect(FileManager.default.fileExists(atPath: stage.path("data/tocsin.db")))
        }
    }

    @Test func everyListenAddressIsServed() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)

            let launch = Tocsin.Launch(arguments: ["--web.listen-address", "127.0.0.1:0"])
            let server = try await Tocsin.start(launch, on: stage)

            let line = try #require(server.program.logLines.first { $0.message == "listening" })
            let ports = line.metadata?["address"]?.matches(of: #/127\.0\.0\.1:(\d+)/#).compactMap { Int($0.1) } ?? []
            #expect(Set(ports).count == 2)
            for port in ports {
                #expect(try await HTTPClient(port: port).send("GET", "/-/ready").status == 200)
            }
        }
    }

    @Test(arguments: [
        ["--web.external-url=http://pager.example:1234/on/call/"],
        ["--web.external-url", "http://pager.example:1234", "--web.route-prefix", "/on/call"],
    ])
    func everythingLivesUnderTheRoutePrefixAndLinksBeginWithTheExternalURL(arguments: [String]) async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)

            let server = try await Tocsin.start(Tocsin.Launch(arguments: arguments), on: stage)

            #expect(try await server.get("/on/call/-/ready").status == 200)
            #expect(try await server.get("/on/call/api/v2/alerts").status == 200)
            #expect(try await server.get("/api/v2/alerts").status == 404)
            let alert = PostedAlert("DiskFull", severity: "warning")
            let answer = try await server.client.send("POST", "/on/call/api/v2/alerts", body: [alert].json)
            #expect(answer.status == 200)
            let message = try await eventually("Slack hears of it") { try stage.sink.slackMessages().first }
            let link = message.attachments.first?.titleLink ?? ""
            let url = arguments.count == 1 ? "http://pager.example:1234/on/call" : "http://pager.example:1234"
            #expect(link.hasPrefix("\(url)/#/alerts?receiver="), "\(link)")
        }
    }

    @Test func everyLineOfTheLogIsAnObjectWithTimeLevelComponentAndMessage() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let server = try await Tocsin.start(Tocsin.Launch(logLevel: "trace"), on: stage)
            // A line with all that could break one.
            let alert = PostedAlert("Disk \"full\"\n\u{1B}[31m\u{2028}é", severity: "warning")
            #expect(try await server.post([alert]).status == 200)
            try await eventually("Slack hears of it") { !stage.sink.requests().isEmpty }
            #expect(try await server.stop() == .exited(0))

            let lines = server.program.output.split(separator: "\n", omittingEmptySubsequences: true)
            #expect(lines.count >= 5)
            for line in lines {
                let parsed = try JSONDecoder().decode(LogLine.self, from: Data(line.utf8))
                #expect(parsed.timestamp.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil)
                #expect(["TRACE", "DEBUG", "INFO", "WARN", "ERROR"].contains(parsed.level))
                #expect(!parsed.component.isEmpty && !parsed.message.isEmpty)
                #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
            }
        }
    }

    @Test func logfmtIsAlertmanagersFormat() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let arguments = ["--web.listen-address=127.0.0.1:0", "--log.format=logfmt"]
            let program = try stage.run(try Tocsin.binary, arguments)

            try await eventually("the log says that it listens") { program.output.contains("msg=listening") }

            for line in program.output.split(separator: "\n") {
                let start = #/^time=\d{4}-\S+Z level=(DEBUG|INFO|WARN|ERROR) source=\S+:\d+ msg=/#
                #expect(line.contains(start), "\(line)")
            }
        }
    }

    @Test(arguments: [
        ["--cluster.listen-address="],
        ["--cluster.listen-address", ""],
        ["--cluster.listen-address=0.0.0.0:9094"],
    ])
    func theAddressOfAClusterIsTakenInSilence(arguments: [String]) async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)

            let server = try await Tocsin.start(Tocsin.Launch(arguments: arguments), on: stage)

            #expect(server.program.logLines.allSatisfy { $0.level != "WARN" && $0.level != "ERROR" })
        }
    }

    @Test func otherFlagsOfAClusterAreTakenWithOneWarning() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let arguments = [
                "--cluster.peer=am1:9094", "--cluster.peer", "am2:9094", "--cluster.peer-timeout=15s",
                "--cluster.settle-timeout", "1m",
            ]

            let server = try await Tocsin.start(Tocsin.Launch(arguments: arguments), on: stage)

            let warnings = server.program.logLines.filter { $0.level == "WARN" }.map(\.message)
            #expect(warnings.count == 1)
            #expect(warnings.first?.contains("--cluster") == true)
        }
    }

    @Test func theVersionIsOneLine() async throws {
        let program = try await self.end(of: ["--version"])

        #expect(program.end == .exited(0))
        #expect(program.output.wholeMatch(of: #/tocsin, version \d+\.\d+\.\d+\S*\n/#) != nil, "\(program.output)")
    }

    @Test(arguments: [
        (["--confg.file=tocsin.yml"], "--config.file"),
        (["--web.listen-address=nonsense"], "--web.listen-address"),
        (["--log.level=loud"], "debug"),
        (["--log.format=yaml"], "logfmt"),
        (["--data.retention=soon"], "--data.retention"),
        (["--web.external-url=ftp://x"], "--web.external-url"),
        (["--web.systemd-socket"], "--web.systemd-socket"),
        (["--enable-feature=classic"], "classic-mode"),
        (["--enable-feature=classic-mode,utf8-strict-mode"], "exclude one another"),
        (["serv"], "serv"),
    ])
    func aWrongCommandLineEndsAtOnceWithAHint(arguments: [String], hint: String) async throws {
        let program = try await self.end(of: arguments)

        // sysexits.h: the command was used wrongly.
        #expect(program.end == .exited(64))
        #expect(program.output.contains(hint), "\(program.output)")
    }

    @Test func checkConfigJudgesTheShippedFile() async throws {
        let file = Peers.projectRoot.appending(path: "config/tocsin.yml").path

        let program = try await self.end(of: ["check-config", file])

        #expect(program.end == .exited(0))
        let found = " - global config\n - route\n - 0 inhibit rules\n - 3 receivers\n - 1 templates\n"
        #expect(program.output == "Checking '\(file)'  SUCCESS\nFound:\n\(found)\n", "\(program.output)")
    }

    @Test func checkConfigJudgesEachFileAndTriesItsTemplates() async throws {
        try await Stage.play { stage in
            try stage.write("route: {receiver: r, a: b}\nreceivers: [{name: r, labls: {}}]", to: "bad.yml")
            let text = """
                route: {receiver: r}
                receivers:
                - name: r
                  discord_configs:
                  - webhook_url: http://h/
                    title: '{{ (index .Alerts.Firing 0).Labels.instance }}'
                """
            try stage.write(text, to: "good.yml")

            let program = try stage.run(try Tocsin.binary, ["check-config", "bad.yml", "good.yml"])
            try await eventually("check-config ends") { program.end != nil }

            #expect(program.end == .exited(1))
            let output = program.output
            let first = "Checking 'bad.yml'  FAILED: bad.yml:1:22: unknown key `a` in route"
            #expect(output.contains(first), "\(output)")
            let second = "\n  bad.yml:2:23: unknown key `labls` in receiver; did you mean `labels`?\n"
            #expect(output.contains(second), "\(output)")
            #expect(output.contains("Checking 'good.yml'  SUCCESS\nFound:\n"))
            let warning = "warning: good.yml:6:12: the template of `title` fails for resolved alerts: "
            #expect(output.contains(warning), "\(output)")
            #expect(!output.contains("fails for firing alerts"))
            #expect(output.contains("tocsin: error: failed to validate 1 file(s)\n"))
        }
    }

    @Test func theWayMatchersAreWrittenCanBeChosen() async throws {
        try await Stage.play { stage in
            let route = "receiver: r\n  group_by: ['a b']\n  routes: [{matchers: ['foo=~\\d+']}]"
            try stage.write("route:\n  \(route)\nreceivers: [{name: r}]", to: "tocsin.yml")

            for (feature, mistake) in [
                ("classic-mode", "tocsin.yml:3:14: invalid label name \"a b\" in group_by list"),
                ("utf8-strict-mode", "tocsin.yml:4:24: "),
            ] {
                let program = try stage.run(
                    try Tocsin.binary,
                    ["check-config", "--enable-feature=\(feature)", "tocsin.yml"]
                )
                try await eventually("check-config ends") { program.end != nil }
                #expect(program.end == .exited(1))
                #expect(program.output.contains("FAILED: \(mistake)"), "\(program.output)")
            }
        }
    }

    @Test func inTheClassicModeAlertsHaveClassicNames() async throws {
        try await Stage.play { stage in
            try stage.write("route: {receiver: r}\nreceivers: [{name: r}]", to: "tocsin.yml")
            let launch = Tocsin.Launch(arguments: ["--enable-feature=classic-mode"])
            let tocsin = try await Tocsin.start(launch, on: stage)

            let refused = try await tocsin.post("/api/v2/alerts", #"[{"labels":{"a b":"c"}}]"#)
            let taken = try await tocsin.post("/api/v2/alerts", #"[{"labels":{"a_b":"c"}}]"#)

            #expect(refused.status == 400)
            #expect(taken.status == 200)
        }
    }

    private func end(of arguments: [String]) async throws -> Program {
        var program: Program?
        try await Stage.play { stage in
            let started = try stage.run(try Tocsin.binary, arguments)
            try await eventually("\(arguments) ends") { started.end != nil }
            program = started
        }
        return try #require(program)
    }
}
