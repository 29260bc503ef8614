import Foundation
import Testing

/// The web configuration as it is shipped, with a client that people have.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct WebConfigurationTests {
    @Test func amtoolComesInWithThePasswordAndNotWithout() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            try WebConfigurationTests.copyWebConfiguration(to: stage)
            var launch = Tocsin.Launch()
            launch.arguments = ["--web.config.file=web.yml"]
            let tocsin = try await Tocsin.start(launch, on: stage)
            let address = "--alertmanager.url=https://127.0.0.1:\(tocsin.client.port)"

            for (password, isRight) in [("change-me", true), ("guess", false)] {
                try stage.write(
                    """
                    basic_auth: {username: tocsin, password: \(password)}
                    tls_config: {ca_file: ca.pem}
                    """,
                    to: "amtool-http.yml"
                )
                let program = try stage.run(
                    try Peers.amtool, ["--http.config.file=amtool-http.yml", address, "alert", "add", "DiskFull"])
                let end = try await eventually("amtool ends") { program.end }

                #expect((end == .exited(0)) == isRight, "\(program.output)")
            }
            try await eventually("the alert is told") { try stage.sink.slackMessages().isEmpty == false }
        }
    }

    @Test func aWebConfigurationIsCheckedBeforeTheServerStarts() async throws {
        try await Stage.play(isQuiet: true) { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            try stage.write("tls_server_config: {cert_file: nothing.pem, key_file: x}", to: "web.yml")
            var launch = Tocsin.Launch()
            launch.arguments = ["--web.config.file=web.yml"]
            let mistake = "web.yml:1:32: `cert_file`: nothing.pem: no such file"

            let program = try Tocsin.run(launch, on: stage)
            #expect(try await eventually("the server ends") { program.end } == .exited(1))
            #expect(program.output.contains(mistake))

            let check = try stage.run(try Tocsin.binary, ["check-config", "--web.config.file=web.yml"])
            #expect(try await eventually("the check ends") { check.end } == .exited(1))
            #expect(check.output.contains("Checking 'web.yml'  FAILED: \(mistake)\n"))
        }
    }

    private static func copyWebConfiguration(to stage: Stage) throws {
        try stage.write(try ShippedFiles.text("web.yml"), to: "web.yml")
        let cases = Peers.projectRoot.appending(path: "Tests/TocsinHTTPTests/Cases")
        for name in ["ca.pem", "server.pem", "server.key"] {
            try FileManager.default.copyItem(
                at: cases.appending(path: name), to: stage.folder.appending(path: name))
        }
    }
}
