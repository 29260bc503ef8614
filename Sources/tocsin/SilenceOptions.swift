import ArgumentParser
import TocsinCore

/// What is asked of silences, and of those who hear of what they hold back.
struct SilenceOptions: ParsableArguments {
    @Option(name: .customLong("silences.max-silences"), help: "Silences at once, expired ones too; 0: 100000.")
    var maximumCount = 0

    @Option(
        name: .customLong("silences.max-silence-size-bytes"),
        help: "The longest silence, in Alertmanager's encoding; 0: any that fits into a request."
    )
    var maximumSize = 0

    @Flag(
        name: .customLong("tell-the-end"),
        inversion: .prefixedNo,
        help: "Whether those who were told of an alert are told its end although it is silenced or inhibited."
    )
    var tellsTheEnd = true

    func validate() throws {
        if self.maximumCount < 0 { throw ValidationError("--silences.max-silences must not be negative") }
        if self.maximumSize < 0 { throw ValidationError("--silences.max-silence-size-bytes must not be negative") }
    }

    func apply(to settings: inout Server.Settings) {
        if self.maximumCount > 0 { settings.limits.silences = self.maximumCount }
        if self.maximumSize > 0 { settings.limits.silenceSize = self.maximumSize }
        settings.tellsTheEnd = self.tellsTheEnd
    }
}
