import ArgumentParser
import TocsinModel

/// `--enable-feature`: Alertmanager's names.
struct FeatureOptions: ParsableArguments {
    @Option(
        name: .customLong("enable-feature"),
        help: "classic-mode or utf8-strict-mode: how matchers and label names are written."
    )
    var features = ""

    private enum Feature: String, CaseIterable {
        case classicMode = "classic-mode"
        case strictMode = "utf8-strict-mode"
        case memoryLimit = "auto-gomemlimit"
        case alertNames = "alert-names-in-metrics"
        case receiverNames = "receiver-name-in-metrics"
        case groupKeys = "group-key-in-metrics"
        case eventRecorder = "event-recorder"
    }

    func validate() throws {
        for name in self.names where Feature(rawValue: name) == nil {
            let known = Feature.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--enable-feature: there is no feature \(name); known are \(known)")
        }
        if self.has(.classicMode), self.has(.strictMode) {
            throw ValidationError("--enable-feature: classic-mode and utf8-strict-mode exclude one another")
        }
        // Who asks for a record of events wants to rely on it.
        if self.has(.eventRecorder) { throw ValidationError("--enable-feature=event-recorder is not supported yet") }
    }

    var syntax: MatcherSyntax {
        self.has(.classicMode) ? .classic : self.has(.strictMode) ? .utf8Strict : .fallback
    }

    /// One line for each feature that is accepted and does nothing.
    var warnings: [String] {
        [Feature.memoryLimit, .alertNames, .receiverNames, .groupKeys].filter { self.has($0) }
            .map { "--enable-feature=\($0.rawValue) has no effect" }
    }

    private func has(_ feature: Feature) -> Bool { self.names.contains(feature.rawValue) }

    private var names: [String] { self.features.split(separator: ",").map(String.init) }
}
