import Logging
import Testing
import TocsinAPI
import TocsinHTTP

private let alerts = #"[{"labels":{"alertname":"A"}}]"#

private func post(_ body: String, more: String = "") -> String {
    "POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\(more)\r\n\(body)"
}

private func get(_ path: String, more: String = "") -> String { "GET \(path) HTTP/1.1\r\nHost: x\r\n\(more)\r\n" }

@Suite(.timeLimit(.minutes(1))) struct ServerTests {
    @Test func aConnectionServesOneRequestAfterTheOther() async throws {
        try await LiveServer.with { live in
            try await live.talk { client in
                try await client.send(post(alerts))
                let posted = try await client.answer()
                try await client.send(get("/api/v2/alerts"))
                let listed = try await client.answer()

                #expect(posted.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(posted.head.contains("Content-Length: 0"))
                #expect(posted.head.contains(#/Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT/#))
                #expect(listed.head.contains("Content-Type: application/json"))
                #expect(listed.body.contains(#""labels":{"alertname":"A"}"#))
            }
        }
    }

    @Test func requestsThatComeAtOnceAreAnsweredInTheirOrder() async throws {
        try await LiveServer.with { live in
            try await live.talk { client in
                try await client.send(get("/-/healthy") + post(alerts) + get("/api/v2/x") + get("/-/ready"))
                let heads = [
                    try await client.answer().head, try await client.answer().head, try await client.answer().head,
                    try await client.answer().head,
                ]

                #expect(heads.map { $0.split(separator: " ")[1] } == ["200", "200", "404", "200"])
            }
        }
    }

    @Test func aBodyMayComeInChunks() async throws {
        try await LiveServer.with { live in
            try await live.talk { client in
                try await client.send(
                    "POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                )
                for piece in [#"[{"labels":"#, #"{"alertname":"#, #""A"}}]"#] {
                    try await client.send("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n")
                }
                try await client.send("0\r\n\r\n")
                let posted = try await client.answer()
                try await client.send(get("/api/v2/alerts"))
                let listed = try await client.answer()

                #expect(posted.head.hasPrefix("HTTP/1.1 200 "))
                #expect(listed.body.contains(#""alertname":"A""#))
            }
        }
    }

    @Test func aHeadIsAnsweredWithoutABody() async throws {
        try await LiveServer.with { live in
            try await live.talk { client in
                try await client.send("HEAD /api/v2/receivers HTTP/1.1\r\nHost: x\r\n\r\n")
                let head = try await client.answer(hasBody: false).head
                // The next answer would begin with the body if there were one.
                try await client.send(get("/-/healthy"))
                let next = try await client.answer()

                #expect(head.contains("Content-Length: 3"))
                #expect(next.head.hasPrefix("HTTP/1.1 200 "))
                #expect(next.body == "OK")
            }
        }
    }

    @Test func theServerWaitsForABodyThatItsClientAsksLeaveFor() async throws {
        try await LiveServer.with { live in
            try await live.talk { client in
                let request = post(alerts, more: "Expect: 100-continue\r\n")
                try await client.send(String(request.dropLast(alerts.count)))
                let leave = try await client.answer()
                try await client.send(alerts)
                let answer = try await client.answer()

                #expect(leave.head == "HTTP/1.1 100 Continue")
                #expect(answer.head.hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test(arguments: ["Connection: close\r\n", ""])
    func aConnectionEndsWhenItsClientWantsIt(_ field: String) async throws {
        try await LiveServer.with { live in
            let text = try await live.talk { client in
                // HTTP/1.0 closes unless it is told not to.
                let version = field.isEmpty ? "1.0" : "1.1"
                try await client.send("GET /-/healthy HTTP/\(version)\r\nHost: x\r\n\(field)\r\n")
                return try await client.rest()
            }

            #expect(text.hasSuffix("\r\n\r\nOK"))
            #expect(text.contains("Connection: close"))
        }
    }

    @Test func aClientThatSendsNoMoreIsStillAnswered() async throws {
        try await LiveServer.with { live in
            let text = try await live.talk { client in
                try await client.send(post(alerts))
                client.finishSending()
                return try await client.rest()
            }

            #expect(text.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func everyPathLiesUnderThePrefix() async throws {
        try await LiveServer.with(prefix: "/am") { live in
            try await live.talk { client in
                try await client.send(get("/"))
                let root = try await client.answer()
                try await client.send(get("/am/-/healthy"))
                let healthy = try await client.answer()

                #expect(root.head.hasPrefix("HTTP/1.1 302 "))
                #expect(root.head.contains("Location: /am/"))
                #expect(healthy.body == "OK")
            }
        }
    }

    @Test func aLongAnswerComesInChunks() async throws {
        try await LiveServer.with { live in
            try await live.talk { client in
                let text = String(repeating: "x", count: 1000)
                let many = (0..<500).map { #"{"labels":{"alertname":"A\#($0)","text":"\#(text)"}}"# }
                try await client.send(post("[\(many.joined(separator: ","))]"))
                _ = try await client.answer()
                try await client.send(get("/api/v2/alerts", more: "Connection: close\r\n"))
                let answer = try await client.rest()

                #expect(answer.lowercased().contains("transfer-encoding: chunked\r\n"))
                #expect(answer.matches(of: #/"fingerprint"/#).count == 500)
                #expect(answer.hasSuffix("\r\n0\r\n\r\n"))
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct BadClientTests {
    @Test(arguments: [
        "GET\r\n\r\n", "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func whatIsNoRequestIsRefusedAndTheConnectionClosed(_ text: String) async throws {
        try await LiveServer.with { live in
            let answer = try await live.talk { client in
                try await client.send(text)
                return try await client.rest()
            }

            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test(arguments: ["GET /", "GET / HTTP/1.1\r\nHost: ", "GET / HTTP/1.1\r\n"])
    func aHeadWithoutAnEndIsCutOff(_ beginning: String) async throws {
        try await LiveServer.with { live in
            let answer = try await live.talk { client in
                try await client.send(beginning)
                let more = String(repeating: "x: y\r\n", count: 2000).filter { beginning.hasSuffix("\n") || $0 > " " }
                do {
                    while true { try await client.send(more) }
                } catch {
                    // The server has closed, and may have thrown away its answer with what it did not read.
                    return ""
                }
            }
            #expect(answer == "")

            try await live.talk { client in
                try await client.send(get("/-/healthy"))
                #expect(try await client.answer().body == "OK")
            }
        }
    }

    @Test(arguments: [true, false])
    func aBodyBeyondTheLimitIsRefused(_ isAnnounced: Bool) async throws {
        try await LiveServer.with(configure: { $0.maximumBodySize = 1000 }) { live in
            let answer = try await live.talk { client in
                let body = String(repeating: " ", count: 1001)
                if isAnnounced {
                    try await client.send(post(body))
                } else {
                    try await client.send(
                        "POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n\(body)\r\n0\r\n\r\n"
                    )
                }
                return try await client.rest()
            }

            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains("Connection: close"))
            #expect(answer.hasSuffix(#"{"code":413,"message":"the body is longer than 1000 bytes"}"#))
        }
    }

    @Test func aBodyBeyondTheLimitIsAProblemOfOurOwnAPI() async throws {
        try await LiveServer.with(configure: { $0.maximumBodySize = 1000 }) { live in
            let answer = try await live.talk { client in
                try await client.send(
                    "POST /api/v1/silences/preview HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 1001\r\n\r\n\(String(repeating: " ", count: 1001))"
                )
                return try await client.rest()
            }

            #expect(answer.hasPrefix("HTTP/1.1 413 "))
            #expect(answer.contains("application/problem+json"))
            #expect(answer.contains(#""detail":"the body is longer than 1000 bytes""#))
        }
    }

    @Test func aBodyOfTheLimitIsTaken() async throws {
        try await LiveServer.with(configure: { $0.maximumBodySize = 1000 }) { live in
            try await live.talk { client in
                try await client.send(post("[]" + String(repeating: " ", count: 998)))
                #expect(try await client.answer().head.hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test(arguments: [
        "", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n",
        "POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n[",
    ])
    func whoNeverFinishesARequestIsLeft(_ text: String) async throws {
        try await LiveServer.with(configure: { $0.readTimeout = .milliseconds(50) }) { live in
            let answer = try await live.talk { client in
                try await client.send(text)
                return try await client.rest()
            }

            #expect(answer == "")
        }
    }

    @Test func aSilentConnectionIsClosedInTheEnd() async throws {
        try await LiveServer.with(configure: { $0.idleTimeout = .milliseconds(50) }) { live in
            try await live.talk { client in
                try await client.send(get("/-/healthy"))
                let answer = try await client.answer()

                #expect(answer.body == "OK")
                #expect(try await client.rest() == "")
            }
        }
    }
}
