import TocsinCore
import TocsinJSON
import TocsinModel
import TocsinRuntime

extension Endpoint {
    static let silenceEndpoints = [
        Endpoint(.get, "/api/v2/silences", summary: "Lists silences, expired ones too.") {
            (api, call) async throws(APIError) in try await api.listSilences(call)
        },
        Endpoint(.post, "/api/v2/silences", summary: "Makes a silence, or changes the one that it names.") {
            (api, call) async throws(APIError) in try await api.postSilence(call)
        },
        Endpoint(.get, "/api/v2/silence/{silenceID}", summary: "Shows a silence.") {
            (api, call) async throws(APIError) in try await api.showSilence(call)
        },
        Endpoint(.delete, "/api/v2/silence/{silenceID}", summary: "Ends a silence; it stays in the list as expired.") {
            (api, call) async throws(APIError) in try await api.endSilence(call)
        },
    ]
}

extension API {
    func listSilences(_ call: Call) async throws(APIError) -> APIResponse {
        let filter = try SilenceFilter(call.query, self.context.settings)
        let engine = await self.service.snapshot().engine
        return .json(SilenceListJSON(of: engine, filter, at: self.clock.now(), slot: call.slot))
    }

    func showSilence(_ call: Call) async throws(APIError) -> APIResponse {
        let name = try API.silenceName(call)
        let engine = await self.service.snapshot().engine
        guard let silence = engine.silence(named: name).flatMap({ engine.silences[$0] }) else {
            return .unknownSilence
        }
        var bytes: [UInt8] = []
        SilenceJSON.write(silence, named: engine.name(of: silence.id), at: self.clock.now(), to: &bytes)
        return .json(200, bytes + [UInt8(ascii: "\n")])
    }

    func endSilence(_ call: Call) async throws(APIError) -> APIResponse {
        let name = try API.silenceName(call)
        let engine = await self.service.snapshot().engine
        guard let silence = engine.silence(named: name) else { return .unknownSilence }
        let receipt = try await self.submit(.silenceExpired(silence))
        if receipt.rejection == .unknownSilence { return .unknownSilence }
        if let rejection = receipt.rejection { throw .rejected(rejection) }
        guard receipt.isDurable else { throw .notSaved(reason: await self.reasonOfDegradation()) }
        return APIResponse(status: 200)
    }

    func postSilence(_ call: Call) async throws(APIError) -> APIResponse {
        let body = call.request.body
        if body.count > SilenceJSON.maximumLength { return Router.bodyTooLarge(limit: SilenceJSON.maximumLength) }
        let posted: SilenceJSON.Posted
        do throws(RequestProblem) {
            posted = try body.withBytes { bytes throws(RequestProblem) in try SilenceJSON.decode(bytes) }
        } catch {
            throw .problem(error)
        }
        let engine = await self.service.snapshot().engine
        var draft = try self.draft(posted)
        if !posted.id.isEmpty {
            guard let old = engine.silence(named: posted.id) else { throw .rejected(.unknownSilence) }
            draft.id = old
        }
        let receipt = try await self.submit(.silenceSubmitted(draft))
        if let rejection = receipt.rejection { throw .rejected(rejection) }
        guard case .silence(let silence) = receipt.answer else {
            preconditionFailure("the answer to a silence must be a silence")
        }
        let name = engine.name(of: silence)
        guard receipt.isDurable else {
            throw .silenceNotSaved(name, reason: await self.reasonOfDegradation())
        }
        var writer = JSONWriter(.plain)
        writer.beginObject()
        writer.member("silenceID", name)
        writer.endObject()
        return .json(writer)
    }

    private func draft(_ posted: SilenceJSON.Posted) throws(APIError) -> SilenceDraft {
        do throws(SilenceError) {
            return try SilenceDraft(
                matcherSets: [posted.matchers],
                startsAt: posted.startsAt,
                endsAt: posted.endsAt,
                createdBy: posted.createdBy,
                comment: posted.comment,
                annotations: posted.annotations,
                syntax: self.context.settings.matcherSyntax,
                now: self.clock.now()
            )
        } catch {
            throw .badRequest(error.description)
        }
    }

    private static func silenceName(_ call: Call) throws(APIError) -> String {
        let name = call.parameters.first ?? ""
        if InstallationID.isUUID(name) { return name }
        let message = "silenceID in path must be of type uuid: \(GoQuote.quote(Excerpt.cut(name)))"
        throw .problem(.framework(status: 422, code: 601, message: message))
    }
}

extension APIResponse {
    fileprivate static var unknownSilence: APIResponse { APIResponse(status: 404) }
}
