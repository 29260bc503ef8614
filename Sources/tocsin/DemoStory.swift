import TocsinModel

/// Three GPU incidents, told by what the parts really do.
struct DemoStory {
    private let stage: DemoStage
    private var screen: DemoScreen { self.stage.screen }

    private static let reading = Duration.milliseconds(1200)

    init(on stage: DemoStage) { self.stage = stage }

    /// Ends when all alerts are over and all channels know it, or fails where one does not.
    func play() async throws(DemoFailure) {
        self.screen.startClock()
        try await self.warning()
        try await self.page()
        try await self.otherIncident()
        try await self.restart()
        try await self.recovery()
    }

    private func warning() async throws(DemoFailure) {
        self.screen.heading("A warning goes to Slack")
        try await self.fire(.memory)
        try await self.stage.expect(.slack, .firing, .memory)
        try await self.stage.pause(DemoStory.reading)
    }

    private func page() async throws(DemoFailure) {
        self.screen.heading("A critical alert pages somebody; what joins its group is told a little later")
        try await self.fire(.temperature(gpu: "1"))
        try await self.stage.expect(.pagerDuty, .firing, .temperature(gpu: "1"), firing: 1)
        try await self.stage.pause(.milliseconds(500))
        try await self.fire(.temperature(gpu: "2"))
        try await self.stage.expect(.pagerDuty, .firing, .temperature(gpu: "2"), firing: 2)
        try await self.stage.pause(DemoStory.reading)
    }

    private func otherIncident() async throws(DemoFailure) {
        self.screen.heading("Trouble of another kind is a group and an incident of its own")
        try await self.fire(.errors)
        try await self.stage.expect(.pagerDuty, .firing, .errors, firing: 1)
        try await self.stage.pause(DemoStory.reading)
    }

    private func restart() async throws(DemoFailure) {
        self.screen.heading("The server restarts; nobody is paged twice")
        self.tocsin("stops")
        let before = self.screen.elapsed
        await self.stage.stopServer()
        try await self.stage.startServer()
        let pause = (self.screen.elapsed - before).wholeNanoseconds / 1_000_000
        let count = try await self.stage.prometheus.countAtServer()
        guard count == 4 else { throw DemoFailure("After its restart the server knows \(count) alerts, not 4.") }
        self.tocsin("is back after \(pause) ms; the 4 alerts, and what was told of them, were in its database")
        try await self.stage.prometheus.repeatAll()
        self.prometheus("posts all 4 again, as it does all the time")
        // Longer than any group waits: each has had its chance to say something.
        try await self.stage.pause(.milliseconds(3200))
        try self.stage.expectNothingMore()
        self.tocsin("has looked at every group again, and sends nothing: there is no news")
        try await self.stage.pause(.milliseconds(500))
    }

    private func recovery() async throws(DemoFailure) {
        self.screen.heading("Recovery, one after another")
        try await self.resolve(.errors)
        try await self.stage.expect(.pagerDuty, .resolved, .errors, firing: 0)
        try await self.stage.pause(.milliseconds(500))
        try await self.resolve(.temperature(gpu: "2"))
        try await self.stage.expect(.pagerDuty, .firing, .temperature(gpu: "1"), firing: 1)
        try await self.stage.pause(.milliseconds(500))
        try await self.resolve(.temperature(gpu: "1"))
        try await self.stage.expect(.pagerDuty, .resolved, .temperature(gpu: "1"), firing: 0)
        try await self.stage.pause(.milliseconds(500))
        try await self.resolve(.memory)
        try await self.stage.expect(.slack, .resolved, .memory)
        try await self.stage.pause(DemoStory.reading)
        try self.stage.expectNothingMore()
        try self.stage.expectAllIncidentsOver(count: 2)
    }
}

// MARK: - Who does what

extension DemoStory {
    /// Said before it is posted: the answer may take longer than the notification.
    private func fire(_ alert: DemoPrometheus.Alert) async throws(DemoFailure) {
        self.prometheus("\(alert.name) fires on gpu \(alert.gpu) (\(alert.severity))")
        try await self.stage.prometheus.fire(alert)
    }

    private func resolve(_ alert: DemoPrometheus.Alert) async throws(DemoFailure) {
        self.prometheus("\(alert.name) ends on gpu \(alert.gpu)")
        try await self.stage.prometheus.resolve(alert)
    }

    private func prometheus(_ text: String) {
        self.screen.event(DemoText("Prometheus", .yellow), [DemoText(text)])
    }

    private func tocsin(_ text: String) { self.screen.event(DemoText("Tocsin", .strong), [DemoText(text)]) }
}

/// As `config/rules/gpu.rules.yml` has them.
extension DemoPrometheus.Alert {
    static let memory = DemoPrometheus.Alert(
        name: "GPUHighMemoryUsage",
        severity: "warning",
        gpu: "0",
        expression: "nvidia_gpu_memory_used_bytes / nvidia_gpu_memory_total_bytes > 0.9",
        description: "GPU 0 memory usage above 90% for 5 minutes"
    )

    static let errors = DemoPrometheus.Alert(
        name: "GPUErrorsDetected",
        severity: "critical",
        gpu: "1",
        expression: "increase(nvidia_gpu_error_count[5m]) > 0",
        description: "GPU errors detected on 1"
    )

    static func temperature(gpu: String) -> DemoPrometheus.Alert {
        DemoPrometheus.Alert(
            name: "GPUHighTemperature",
            severity: "critical",
            gpu: gpu,
            expression: "nvidia_gpu_temperature_celsius > 80",
            description: "GPU \(gpu) temperature above 80°C"
        )
    }
}
