import Logging
import Testing
import TocsinTelemetry

/// Times as text. The expected ones are those of `date -u`.
@Suite struct LogClockTests {
    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00.000Z"),
        (-1, 999_999_999, "1969-12-31T23:59:59.999Z"),
        (951_782_400, 0, "2000-02-29T00:00:00.000Z"),
        (951_868_799, 1_000_000, "2000-02-29T23:59:59.001Z"),
        (4_107_542_400, 0, "2100-03-01T00:00:00.000Z"),
        (1_709_164_800, 0, "2024-02-29T00:00:00.000Z"),
        (-62_135_596_800, 0, "0001-01-01T00:00:00.000Z"),
        (253_402_300_799, 0, "9999-12-31T23:59:59.000Z"),
        (Int64.max, Int32.max, "9999-12-31T23:59:59.999Z"),
        (Int64.min, Int32.min, "0001-01-01T00:00:00.000Z"),
    ])
    func anInstantIsWrittenInUTCWithMilliseconds(seconds: Int64, nanoseconds: Int32, text: String) {
        let recorder = Recorder()
        let clock = LogClock(now: { LogInstant(seconds: seconds, nanoseconds: nanoseconds) })

        LogOutput(format: .logfmt, level: .info, sink: recorder, clock: clock).logger("server").info("x")

        #expect(recorder.text.hasPrefix("time=\(text) "))
    }

    @Test(arguments: [
        (0, "00:00:00.000"), (-3600, "23:00:00.000"), (20_700, "05:45:00.000"), (86_399, "23:59:59.000"),
        (Int.max, "00:00:00.000"),
    ])
    func aPersonReadsLocalTime(offset: Int, text: String) {
        let recorder = Recorder()
        let clock = LogClock(now: { LogInstant(seconds: 0, nanoseconds: 0) }, offsetFromUTC: { _ in offset })

        LogOutput(format: .readable, level: .info, sink: recorder, clock: clock).logger("server").info("x")

        #expect(recorder.text.hasPrefix("\(text) "))
    }
}
