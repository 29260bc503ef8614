import Testing
import TocsinModel

@Suite struct SilenceTests {
    private static let now = Timestamp(seconds: 1_700_000_000)

    private func draft(
        _ sets: [[MatcherText]],
        from start: Int = 0,
        until end: Int = 60
    ) -> Result<SilenceDraft, SilenceError> {
        Result { () throws(SilenceError) in
            try SilenceDraft(
                matcherSets: sets,
                startsAt: SilenceTests.now + .seconds(start),
                endsAt: SilenceTests.now + .seconds(end),
                now: SilenceTests.now
            )
        }
    }

    @Test(arguments: [
        (-10, 10, Silence.State.active), (0, 10, .active), (1, 10, .pending), (-10, 0, .expired), (-10, 1, .active),
        (0, 0, .expired), (-20, -10, .expired),
    ])
    func itIsActiveFromItsStartUpToItsEnd(start: Int, end: Int, state: Silence.State) {
        let silence = Silence(
            id: ID(1),
            matcherSets: [[Matcher(name: "a", equals: "b")]],
            startsAt: SilenceTests.now + .seconds(start),
            endsAt: SilenceTests.now + .seconds(end),
            updatedAt: SilenceTests.now,
            createdBy: "",
            comment: ""
        )

        #expect(silence.state(at: SilenceTests.now) == state)
    }

    @Test(
        arguments: [
            ([], "at least one matcher set required"),
            ([[]], "matcher set 0 is empty"),
            ([[MatcherText(name: "a", value: "b")], []], "matcher set 1 is empty"),
            ([[MatcherText(name: "", value: "b")]], #"invalid label matcher 0 in set 0: invalid label name """#),
            (
                [[MatcherText(name: "a", value: "b"), MatcherText(name: "c", value: "(", isRegex: true)]],
                #"invalid label matcher 1 in set 0: invalid regular expression "(": "#
                    + "error parsing regexp: missing closing ): `(`"
            ),
            (
                [[MatcherText(name: "a", value: "b)|(c", isRegex: true)]],
                #"invalid label matcher 0 in set 0: invalid regular expression "b)|(c": "#
                    + "error parsing regexp: unexpected ): `b)|(c`"
            ),
            (
                [[MatcherText(name: "a", value: "")]],
                "matcher set 0: at least one matcher must not match the empty string"
            ),
            (
                [[MatcherText(name: "a", value: ".*", isRegex: true), MatcherText(name: "b", value: "")]],
                "matcher set 0: at least one matcher must not match the empty string"
            ),
        ] as [([[MatcherText]], String)])
    func whatIsNoSilenceIsRefusedInTheWordsThatClientsKnow(sets: [[MatcherText]], reason: String) {
        #expect(self.draft(sets) == .failure(.invalid(reason)))
    }

    @Test(arguments: [
        [MatcherText(name: "a", value: "b"), MatcherText(name: "c", value: "")],
        [MatcherText(name: "a", value: "", isEqual: false)],
        [MatcherText(name: "a", value: ".*", isRegex: true, isEqual: false)],
        [MatcherText(name: "näme with space", value: "b")],
    ])
    func whatAsksForSomethingIsASilence(set: [MatcherText]) throws {
        #expect(try self.draft([set]).get().matcherSets[0].count == set.count)
    }

    @Test(arguments: [
        (10, 10, SilenceError.endsBeforeItStarts), (10, 5, .endsBeforeItStarts), (-10, -1, .endsInThePast),
    ])
    func theTimesAreLookedAtFirst(start: Int, end: Int, error: SilenceError) {
        #expect(self.draft([], from: start, until: end) == .failure(error))
    }

    @Test func thereIsALimitToMatchers() throws {
        let set = { (count: Int) in (0..<count).map { MatcherText(name: "a\($0)", value: "b") } }

        #expect(throws: Never.self) { try self.draft([set(1000)]).get() }
        #expect(self.draft([set(999), set(2)]) == .failure(.invalid("more than 1000 matchers")))
    }
}

@Suite struct SilenceNameTests {
    private static let installation = InstallationID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)

    @Test(arguments: [0, 1, 15, 16, 0xFFFF, 1_700_000_000_123_456_789, Int64.max])
    func aNameLeadsBackToItsNumber(number: Int64) {
        let name = SilenceNameTests.installation.name(of: ID(number))

        #expect(SilenceNameTests.installation.silence(named: name) == ID(number))
        #expect(SilenceNameTests.installation.silence(named: name.uppercased()) == ID(number))
        #expect(InstallationID.isUUID(name))
        #expect(name.wholeMatch(of: #/[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#) != nil)
    }

    @Test func aNameOfAnotherInstallationLeadsNowhere() {
        let other = InstallationID(high: 1, low: 2)

        #expect(SilenceNameTests.installation.silence(named: other.name(of: ID(5))) == nil)
        #expect(SilenceNameTests.installation.silence(named: "7d8a3f6c-2b1e-4c5d-9e8f-0a1b2c3d4e5f") == nil)
    }

    @Test(arguments: [
        ("7d8a3f6c-2b1e-4c5d-9e8f-0a1b2c3d4e5f", true), ("7D8A3F6C2B1E4C5D9E8F0A1B2C3D4E5F", true), ("", false),
        ("7d8a", false), ("7d8a3f6c-2b1e-4c5d-9e8f-0a1b2c3d4e5g", false),
        ("7d8a3f6c2-b1e-4c5d-9e8f-0a1b2c3d4e5f", false),
        ("+d8a3f6c-2b1e-4c5d-9e8f-0a1b2c3d4e5f", false),
    ])
    func onlyAUUIDIsOne(text: String, isUUID: Bool) {
        #expect(InstallationID.isUUID(text) == isUUID)
    }

    @Test func anInstallationIsThirtyTwoDigits() {
        #expect(InstallationID("0123456789abcdeffedcba9876543210") == SilenceNameTests.installation)
        #expect(InstallationID("0123456789abcdef") == nil)
        #expect(InstallationID("0123456789abcdeffedcba987654321x") == nil)
    }
}
