import Foundation
import Testing

/// Litestream copies the database of a running server as it grows; what it copied starts a server.
@Suite(.timeLimit(.minutes(3)))
struct LitestreamTests {
    @Test func aDatabaseThatLitestreamReplicatedHasTheConfirmedSilences() async throws {
        try await Stage.play { stage in
            try ShippedFiles.copyConfiguration(to: stage)
            let server = try await Tocsin.start(on: stage)
            let early = try await self.silence("early", at: server)
            let replica = "file://\(stage.path("replica"))"
            let litestream = try stage.run(try Peers.litestream, ["replicate", stage.path("data/tocsin.db"), replica])
            let late = try await self.silence("late", at: server)

            try await eventually("both silences are in the replica") {
                try await self.silences(in: replica, on: stage).isSuperset(of: [early, late])
            }
            #expect(litestream.end == nil, "\(litestream.output)")
            try await server.crash()

            try await self.restore(replica, to: "copy/tocsin.db", on: stage)
            let second = try await Tocsin.start(Tocsin.Launch(storage: "copy"), on: stage)
            let found: [Silence] = try await second.get("/api/v2/silences").message.decoded()
            #expect(Set(found.map(\.id)) == [early, late])
            #expect(found.allSatisfy { $0.status.state == "active" })
        }
    }

    private struct Silence: Decodable {
        struct Status: Decodable { let state: String }

        let id: String
        let status: Status
    }

    private func silence(_ name: String, at server: Tocsin) async throws -> String {
        struct Answer: Decodable { let silenceID: String }
        let text = """
            {"matchers": [{"name": "alertname", "value": "\(name)", "isRegex": false}], "createdBy": "ana",
             "comment": "\(name)", "startsAt": "2020-01-01T00:00:00Z",
             "endsAt": "\((Date.now + 86_400).ISO8601Format())"}
            """
        let answer = try await server.post("/api/v2/silences", text)
        #expect(answer.status == 200)
        let decoded: Answer = try answer.message.decoded()
        return decoded.silenceID
    }

    /// What a restore would find now; nothing while the replica is not whole yet.
    private func silences(in replica: String, on stage: Stage) async throws -> Set<String> {
        let folder = "look-\(UUID().uuidString)"
        let program = try stage.run(
            try Peers.litestream, ["restore", "-o", stage.path("\(folder)/tocsin.db"), replica])
        guard try await eventually("the restore ends", { program.end }) == .exited(0) else { return [] }
        let server = try await Tocsin.start(Tocsin.Launch(storage: folder), on: stage)
        let found: [Silence] = try await server.get("/api/v2/silences").message.decoded()
        _ = try await server.stop()
        return Set(found.map(\.id))
    }

    private func restore(_ replica: String, to path: String, on stage: Stage) async throws {
        try await stage.finish(try Peers.litestream.path, ["restore", "-o", stage.path(path), replica])
    }
}
