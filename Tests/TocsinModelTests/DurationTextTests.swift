import Testing

import TocsinModel

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("0", Duration.zero, "0s"),
        ("0s", .zero, "0s"),
        ("5m", .seconds(300), "5m"),
        ("90m", .seconds(5_400), "1h30m"),
        ("24h", .seconds(86_400), "1d"),
        ("7d", .seconds(604_800), "1w"),
        ("8d", .seconds(691_200), "8d"),
        ("1y", .seconds(31_536_000), "1y"),
        ("366d", .seconds(31_622_400), "366d"),
        ("1y2w3d4h5m6s7ms", .milliseconds(33_019_506_007), "382d4h5m6s7ms"),
        ("1500ms", .milliseconds(1_500), "1s500ms"),
        ("007s", .seconds(7), "7s"),
        ("292y", .seconds(292 * 31_536_000), "292y"),
        ("9223372036854ms", .milliseconds(9_223_372_036_854), "106751d23h47m16s854ms"),
    ])
    func aPrometheusDurationIsReadAndPrinted(text: String, duration: Duration, printed: String) throws {
        #expect(try Duration(prometheus: text) == duration)
        #expect(duration.prometheusText == printed)
        #expect(try Duration(prometheus: printed) == duration)
    }

    @Test(arguments: [
        ("", "empty duration string"),
        ("5", #"not a valid duration string: "5""#),
        ("m", #"not a valid duration string: "m""#),
        ("-5m", #"not a valid duration string: "-5m""#),
        ("+5m", #"not a valid duration string: "+5m""#),
        ("1.5h", #"unknown unit "." in duration "1.5h""#),
        ("5 m", #"unknown unit " m" in duration "5 m""#),
        ("5M", #"unknown unit "M" in duration "5M""#),
        ("1m1h", #"not a valid duration string: "1m1h""#),
        ("1m1m", #"not a valid duration string: "1m1m""#),
        ("99999999999999999999s", #"not a valid duration string: "99999999999999999999s""#),
        ("293y", "duration out of range"),
        ("292y52w", "duration out of range"),
        ("9223372036855ms", "duration out of range"),
        ("18446744073709551615ms", "duration out of range"),
    ])
    func whatIsNoPrometheusDurationIsRefused(text: String, error: String) {
        #expect(self.failure { () throws(DurationError) in try Duration(prometheus: text) } == error)
    }

    @Test(arguments: [
        ("0", Duration.zero, "0s"),
        ("-0", .zero, "0s"),
        ("1m", .seconds(60), "1m0s"),
        ("1.5s", .milliseconds(1_500), "1.5s"),
        ("1h0m0s", .seconds(3_600), "1h0m0s"),
        ("120h", .seconds(432_000), "120h0m0s"),
        (".5ms", .microseconds(500), "500\u{b5}s"),
        ("5.s", .seconds(5), "5s"),
        ("1s1h", .seconds(3_601), "1h0m1s"),
        ("+1us", .microseconds(1), "1\u{b5}s"),
        ("1\u{b5}s1\u{3bc}s", .microseconds(2), "2\u{b5}s"),
        ("-1.001s", .milliseconds(-1_001), "-1.001s"),
        ("1ns", .nanoseconds(1), "1ns"),
        ("0.1ns", .zero, "0s"),
        ("3.3333333333333333333333h", .nanoseconds(12_000_000_000_000), "3h20m0s"),
        ("2562047h47m16.854775807s", .nanoseconds(Int64.max), "2562047h47m16.854775807s"),
        ("-9223372036854775808ns", .nanoseconds(Int64.min), "-2562047h47m16.854775808s"),
    ])
    func aGoDurationIsReadAndPrinted(text: String, duration: Duration, printed: String) throws {
        #expect(try Duration(go: text) == duration)
        #expect(duration.goText == printed)
        #expect(try Duration(go: printed) == duration)
    }

    @Test(arguments: [
        ("", #"time: invalid duration """#),
        ("-", #"time: invalid duration "-""#),
        (".s", #"time: invalid duration ".s""#),
        ("3", #"time: missing unit in duration "3""#),
        ("1m3", #"time: missing unit in duration "1m3""#),
        ("1d", #"time: unknown unit "d" in duration "1d""#),
        ("1m m", #"time: unknown unit "m m" in duration "1m m""#),
        ("h", #"time: invalid duration "h""#),
        ("9223372036854775808ns", #"time: invalid duration "9223372036854775808ns""#),
        ("-9223372036854775809ns", #"time: invalid duration "-9223372036854775809ns""#),
        ("9223372036854775807ns1ns", #"time: invalid duration "9223372036854775807ns1ns""#),
        ("99999999999999999999h", #"time: invalid duration "99999999999999999999h""#),
        ("2562048h", #"time: invalid duration "2562048h""#),
    ])
    func whatIsNoGoDurationIsRefused(text: String, error: String) {
        #expect(self.failure { () throws(DurationError) in try Duration(go: text) } == error)
    }

    private func failure(of read: () throws(DurationError) -> Duration) -> String? {
        do {
            Issue.record("read as \(try read())")
            return nil
        } catch {
            return error.description
        }
    }

    @Test func durationsBeyondGoAreClamped() {
        let long = Duration.seconds(Int64.max)

        #expect(long.wholeNanoseconds == .max)
        #expect((.zero - long).wholeNanoseconds == .min)
        #expect(long.goText == "2562047h47m16.854775807s")
        #expect((.zero - long).prometheusText == "-106751d23h47m16s854ms")
        #expect(Duration.nanoseconds(Int64.min).wholeNanoseconds == .min)
        #expect(Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999).wholeNanoseconds == 1)
        #expect(Duration.microseconds(999).prometheusText == "0s")
    }
}
