import Foundation
import Testing

/// The commands that ask a server, beside the real amtool where it has the same.
@Suite(.timeLimit(.minutes(3)))
struct ClientCommandTests {
    @Test func alertsAreAddedAndListedAsAmtoolListsThem() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let shell = Shell(stage, port: try await Tocsin.start(on: stage).client.port)

            _ = try await shell.tocsin(
                "alert", "add", "DiskFull", "node=db-1", #"path="/a b""#, "--annotation=summary=x=y")
            _ = try await shell.amtool("alert", "add", "HostDown", "node=db-2", "--annotation=summary=down")

            for query in [
                [], ["DiskFull"], ["node=~db.*"], ["alertname!=DiskFull", "node=db-2"], ["--receiver=slack.*"],
            ] {
                let ours = try await shell.tocsin(["alert", "query", "-o", "json"] + query)
                let theirs = try await shell.amtool(["alert", "query", "-o", "json"] + query)
                #expect(try Fact.all(in: ours) == Fact.all(in: theirs), "\(query)")
            }
            let table = try await shell.tocsin("alert", "DiskFull")
            #expect(
                table.contains(#/^Alertname +Starts At +Summary +State\nDiskFull +\d{4}-.* x=y +active\n$/#), "\(table)"
            )
        }
    }

    @Test func silencesGoFromHandToHandBetweenTheTwoPrograms() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let shell = Shell(stage, port: try await Tocsin.start(on: stage).client.port)

            let first = try await shell.tocsin(
                "silence", "add", "DiskFull", "node=~db.*", "-d", "2d", "-a", "ana", "-c", "why not"
            ).lastLine
            let second = try await shell.amtool("silence", "add", "HostDown", "-a", "ben", "-c", "because").trimmed

            for query in [
                [], ["DiskFull"], ["--within=3h"], ["--created-by=ana"], ["--expired"], ["-q"], ["-q", "node=~db.*"],
            ] {
                let words = ["silence", "query"] + query + (query.contains("-q") ? [] : ["-o", "json"])
                let (ours, theirs) = (try await shell.tocsin(words), try await shell.amtool(words))
                if query.contains("-q") {
                    #expect(ours == theirs, "\(query)")
                } else {
                    #expect(try Fact.all(in: ours) == Fact.all(in: theirs), "\(query)")
                }
            }

            let updated = try await shell.tocsin("silence", "update", first, "-c", "longer", "-d", "3d", "-q").trimmed
            #expect(updated == first)
            #expect(try await shell.amtool("silence", "query", "DiskFull").contains("longer"))
            _ = try await shell.tocsin("silence", "expire", first, second)
            #expect(try await shell.tocsin("silence", "query", "-q").isEmpty)
            let over = try await shell.amtool("silence", "query", "-q", "--expired")
            #expect(Set(over.split(separator: "\n").map(String.init)) == [first, second])
        }
    }

    @Test func silencesAreExportedAndImported() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let shell = Shell(stage, port: try await Tocsin.start(on: stage).client.port)
            for number in 1...3 { _ = try await shell.tocsin("silence", "add", "A\(number)", "-c", "x") }
            let text = try await shell.tocsin("silence", "query", "-o", "json")
            try stage.write(text, to: "silences.json")
            let ids = try await shell.tocsin("silence", "query", "-q")

            // With their IDs they are those that there are.
            #expect(try await shell.tocsin("silence", "import", "silences.json") == ids)
            let new = try await shell.tocsin("silence", "import", "--force", "-w", "2", "silences.json")

            #expect(new.split(separator: "\n").count == 3)
            #expect(Set(new.split(separator: "\n")).isDisjoint(with: ids.split(separator: "\n")))
            #expect(try await shell.tocsin("silence", "query", "-q").split(separator: "\n").count == 6)
        }
    }

    @Test func theExitStatusSaysWhatKindOfFailureItWas() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let shell = Shell(stage, port: try await Tocsin.start(on: stage).client.port)
            let nobody = Shell(stage, port: 1)
            let unknown = "11111111-1111-1111-1111-111111111111"

            #expect(try await shell.status("silence", "expire", unknown) == 3)
            #expect(try await shell.status("silence", "update", unknown, "-c", "x") == 3)
            #expect(try await shell.status("silence", "add", "DiskFull") == 2)
            #expect(try await shell.status("silence", "add", "-c", "x") == 2)
            #expect(try await shell.status("silence", "add", "a=~(", "-c", "x") == 2)
            #expect(try await shell.status("silence", "add", "a=~.*", "-c", "x") == 1)
            #expect(try await shell.status("silence", "expire") == 2)
            #expect(try await shell.status("silence", "query", "--nosuchflag") == 2)
            #expect(try await shell.status("alert", "query", "-o", "xml") == 2)
            #expect(try await shell.status("cluster", "show") == 0)
            #expect(try await nobody.status("alert", "query") == 6)
            #expect(try await nobody.status("silence", "expire", unknown) == 6)
        }
    }

    @Test func theServerIsNamedByFlagEnvironmentOrFileAndTheTokenGoesWithTheRequest() async throws {
        try await Stage.play { stage in
            stage.sink.answer("/pre/api/v2/alerts", with: .respond(headers: [], body: "[]"))
            stage.sink.answer("/denied", with: .respond(status: 401, headers: [], body: ""))
            try stage.write("url: \(stage.sink.url("/pre/"))\n", to: ".config/tocsin/config.yml")
            try stage.write("tocsin_1_fromfile\n", to: "token")
            let shell = Shell(stage, port: 1)

            let fromFile = try await shell.run(["alert", "query", "-o", "json"], ["TOCSIN_TOKEN": "tocsin_1_abc"])
            #expect(fromFile.output == "[]\n")
            let denied = try await shell.run(["alert"], ["TOCSIN_URL": stage.sink.url("/denied")])
            #expect(denied.end == .exited(5))
            let byFlag = try await shell.run(
                ["--url=\(stage.sink.url("/pre"))", "alert", "--token-file=token"], ["TOCSIN_URL": "http://127.0.0.1:1"]
            )
            #expect(byFlag.end == .exited(0))

            let proofs = stage.sink.requests("/pre").map { $0.message.header("Authorization") }
            #expect(proofs == ["Bearer tocsin_1_abc", "Bearer tocsin_1_fromfile"])
        }
    }

    @Test func whatSendersWroteDoesNotReachTheTerminalAsCommands() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let server = try await Tocsin.start(on: stage)
            let shell = Shell(stage, port: server.client.port)
            var alert = PostedAlert("Bad", severity: "warning", ["x": "\u{1B}]0;owned\u{7}\u{202E}"])
            alert.annotations["summary"] = "line\n\u{1B}[31mred"
            #expect(try await server.post([alert]).status == 200)

            for output in ["table", "wide", "json"] {
                let text = try await shell.tocsin("alert", "query", "-o", output)
                let harmful = text.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control }
                #expect(harmful.isEmpty, "\(output)")
                #expect(text.contains("Bad"))
            }
        }
    }

    @Test func routesAreDrawnAndTestedAsAmtoolDoes() async throws {
        try await Stage.play { stage in
            try stage.write(ClientCommandTests.routes, to: "am.yml")
            let shell = Shell(stage)
            let file = "--config.file=am.yml"

            for words in [
                ["routes", file], ["routes", "show", file], ["routes", "test", file],
                ["routes", "test", file, "severity=critical", "team=db"],
                ["routes", "test", file, "severity=critical", "team=db", "service=a b", "--tree"],
                ["routes", "test", file, "service=xyz", "--tree", "--verify.receivers=svc"],
            ] {
                let (ours, theirs) = (
                    try await shell.tocsin(["config"] + words), try await shell.amtool(["config"] + words)
                )
                // amtool warns that the file goes before the server, puts an empty line behind a tree, and draws it
                // with blanks at which no line may break.
                let said = theirs.replacing("\u{A0}", with: " ")
                    .replacing("Warning: --config.file flag overrides the --alertmanager.url.\n", with: "")
                #expect(ours.trimmed == said.trimmed, "\(words)")
            }
            #expect(try await shell.status("config", "routes", "test", file, "--verify.receivers=svc", "a=b") == 1)
            #expect(try await shell.status("config", "routes", "test", "--config.file=missing.yml") == 2)
        }
    }

    private static let routes = """
        route:
          receiver: default
          group_by: [alertname, cluster]
          routes:
          - matchers: [ severity="critical", team=~"db|web" ]
            receiver: pager
            continue: true
            routes:
            - match: {service: "a b"}
              receiver: deep
          - match_re: {service: "x.*"}
            receiver: svc
          - receiver: all
            continue: true
            matchers: [team="db"]
        receivers: [{name: default}, {name: pager}, {name: deep}, {name: svc}, {name: all}]
        """

    @Test func templatesAreRenderedAsAmtoolRendersThem() async throws {
        try await Stage.play { stage in
            try stage.write(
                #"{{ define "a" }}A {{ .Status | toUpper }} {{ .CommonLabels.x }}{{ end }}"#, to: "t/x.tmpl")
            try stage.write(
                """
                {"status":"firing","receiver":"r","externalURL":"http://x","commonLabels":{"x":"<1>"},"alerts":[
                {"status":"firing","labels":{"alertname":"A","x":"<1>"},"startsAt":"2026-01-02T03:04:05Z"}]}
                """, to: "data.json")
            let shell = Shell(stage)

            let text = #"{{ template "a" . }}: {{ range .Alerts }}{{ .Labels.alertname }}{{ end }}{{ .Receiver }}"#

            for type in ["text", "html"] {
                let words = [
                    "template", "render", "--template.glob=t/*.tmpl", "--template.type=\(type)",
                    "--template.data=data.json", "--template.text=\(text)",
                ]
                let (ours, theirs) = (try await shell.tocsin(words), try await shell.amtool(words))
                #expect(ours == theirs)
                #expect(ours.hasPrefix("A FIRING "))
            }
            #expect(try await shell.tocsin("template").contains("{{ .Status | toUpper }}  →  FIRING"))
        }
    }

    @Test func everyShellGetsAScriptThatCompletesTheCommands() async throws {
        try await Stage.play { stage in
            let shell = Shell(stage)
            for name in ["bash", "zsh", "fish"] {
                let script = try await shell.tocsin("--generate-completion-script", name)
                #expect(script.contains("silence") && script.contains("verify.receivers"), "\(name)")
                // A flag with a dot in its name must not become a variable.
                #expect(!script.contains(#/local -ar? ___\w+[.-]/#), "\(name)")
                try stage.write(script, to: name)
            }
            try await stage.finish("/bin/bash", ["-n", "bash"])
        }
    }

    @Test func theCommandsWorkWithAnAlertmanagerToo() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let tocsin = try await Tocsin.start(on: stage)
            let alertmanager = try await PeerTests.startAlertmanager(forwardingTo: tocsin, on: stage)
            let shell = Shell(stage, port: alertmanager.port)

            _ = try await shell.tocsin("alert", "add", "DiskFull", "node=db-1", "--annotation=summary=x")
            let id = try await shell.tocsin("silence", "add", "DiskFull", "-c", "x").trimmed

            #expect(try await shell.amtool("silence", "query", "-q").trimmed == id)
            #expect(try await shell.tocsin("alert", "query", "--silenced", "-o", "wide").contains("DiskFull"))
            #expect(try await shell.tocsin("silence", "update", id, "-d", "2h").contains(id))
            #expect(try await shell.status("silence", "expire", "11111111-1111-1111-1111-111111111111") == 3)
            #expect(try await shell.status("silence", "preview", "DiskFull") == 1)
            _ = try await shell.tocsin("silence", "expire", id)
            #expect(try await shell.tocsin("silence").split(separator: "\n").count == 1)
            #expect(try await shell.tocsin("cluster", "show") == shell.amtool("cluster", "show"))
            #expect(try await shell.tocsin("config", "show").contains("receiver: tocsin"))
            #expect(try await shell.tocsin("config", "routes", "test", "a=b") == "tocsin\n")
        }
    }
}

/// What a listing in JSON says of one alert or silence, whatever the order of its members.
private struct Fact: Hashable {
    let text: String

    static func all(in output: String) throws -> Set<Fact> {
        let list = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
        return Set(
            try list.map { item in
                // The older program does not know it, and leaves it out.
                var item = item
                if var status = item["status"] as? [String: Any] {
                    status["mutedBy"] = nil
                    item["status"] = status
                }
                let bytes = try JSONSerialization.data(withJSONObject: item, options: [.sortedKeys])
                return Fact(text: String(decoding: bytes, as: UTF8.self))
            })
    }
}

extension String {
    /// Without what is said on standard error before it.
    fileprivate var lastLine: String { self.trimmed.split(separator: "\n").last.map(String.init) ?? "" }

    fileprivate var trimmed: String { self.trimmingCharacters(in: .whitespacesAndNewlines) }
}
