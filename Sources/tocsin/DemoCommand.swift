import ArgumentParser
import Foundation
import TocsinRuntime

/// `tocsin demo`: the main job, to be watched. It is a check, too: it fails where a notification does not come.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Plays three GPU incidents and shows what Slack and PagerDuty would have got.",
        discussion: """
            Starts the server on a free port of this machine, with a storage folder that is removed afterwards. A \
            stand-in takes the place of Slack and PagerDuty: no account is needed, nothing leaves the machine. It \
            takes some 20 seconds, and ends with status 1 if a notification does not arrive as it should.
            """
    )

    @Option(
        name: .customLong("config.file"),
        help: "A configuration that tells Slack of warnings and PagerDuty of critical alerts, as the shipped one does."
    )
    var configFile = "config/tocsin.yml"

    func run() async throws {
        guard Files.exists(self.configFile) else {
            DemoScreen.complain([
                "There is no \(self.configFile) here. Run the demo in the project's folder, or name a configuration:",
                "    tocsin demo --config.file FILE",
            ])
            throw ExitCode(1)
        }
        let signals = Signals()
        let interruption = Locked(false)
        let listening = Task {
            await signals.forEach { _ in
                interruption.withLock { $0 = true }
                return false
            }
            // One press may come as two signals, by way of a wrapper. Whoever asks again does not want to wait.
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
            await signals.forEach { _ in Foundation.exit(130) }
        }
        defer { listening.cancel() }

        let screen = DemoScreen.standardOutput()
        do throws(DemoFailure) {
            let stage = try await DemoStage.setUp(
                configFile: self.configFile,
                screen: screen,
                interruption: interruption
            )
            try await self.play(on: stage)
        } catch {
            switch error {
            case .interrupted:
                screen.emptyLine()
                screen.paragraph(DemoText("Stopped. Nothing is left behind."))
                throw ExitCode(130)
            case .failed(let lines):
                DemoScreen.complain(["", "The demo has failed."] + lines)
                throw ExitCode(1)
            }
        }
    }

    private func play(on stage: DemoStage) async throws(DemoFailure) {
        do throws(DemoFailure) {
            self.introduce(stage)
            try await DemoStory(on: stage).play()
            let length = stage.screen.elapsed
            await stage.stopServer()
            self.sumUp(stage, length: length)
            self.sayWhatIsNext(stage.screen)
            await stage.takeDown()
        } catch {
            let complaints = stage.complaints
            await stage.takeDown()
            guard case .failed(let lines) = error, !complaints.isEmpty else { throw error }
            throw .failed(lines + ["The server's log says:"] + complaints)
        }
    }

    // MARK: - Around the story

    private func introduce(_ stage: DemoStage) {
        let text = """
            Three GPU incidents on their way to Slack and PagerDuty. The server is the real one; Prometheus, Slack and \
            PagerDuty are played by stand-ins, and nothing leaves this machine.
            """
        stage.screen.paragraph(DemoText("Tocsin demo. ", .strong) + DemoText(text))
        let changes = "The configuration is \(self.configFile), with shorter waits: \(stage.configuration.changes)."
        stage.screen.paragraph(DemoText(changes, .faint))
    }

    private func sumUp(_ stage: DemoStage, length: Duration) {
        let screen = stage.screen
        let seconds = DemoScreen.seconds(length)
        screen.heading("That was all: \(seconds) s, and every notification came once, where it belongs")
        let sender = stage.prometheus
        let posted = "\(sender.alertCount) alerts in \(sender.requestCount) requests, repeats included"
        screen.item("Prometheus posted", posted)
        let slack = stage.standIn.messages.filter { $0.channel == .slack }
        let firing = slack.filter { $0.state == .firing }.count
        screen.item("Slack got", "\(slack.count) messages: \(firing) firing, \(slack.count - firing) resolved")
        let pages = stage.standIn.messages.filter { $0.channel == .pagerDuty }
        let incidents = stage.standIn.incidents.count
        screen.item("PagerDuty got", "\(pages.count) events about \(incidents) incidents, all of them over now")
        let size = (stage.databaseSize + 1023) / 1024
        screen.item("Tocsin kept", "all its state in one SQLite file of \(size) KiB, which is removed now")
    }

    private func sayWhatIsNext(_ screen: DemoScreen) {
        screen.heading("What next")
        let run = "starts the server on port 9093; your Slack webhook and PagerDuty key go into config/tocsin.yml"
        screen.item("make run", run)
        screen.item("Prometheus", "is pointed at it by these lines of its prometheus.yml (a whole one is in config/):")
        screen.verbatim([
            "alerting:",
            "  alertmanagers:",
            "    - static_configs:",
            "        - targets: [\"localhost:9093\"]",
        ])
    }
}
