public import TocsinJSON

extension Client {
    /// One silence by its ID.
    public func silence(_ id: String) async throws(ClientFailure) -> JSONValue {
        try await self.get("/api/v2/silence/\(try Client.segment(id))")
    }

    /// Makes or changes a silence and returns its ID, which is a new one if the old silence was over.
    public func post(silence: JSONValue) async throws(ClientFailure) -> String {
        let answer = try await self.success(of: "POST", "/api/v2/silences", body: silence).json()
        guard let id = answer["silenceID"]?.string else {
            throw ClientFailure(.failure, "the server did not say which silence it made")
        }
        return id
    }

    /// Ends a silence; one that is over stays so.
    public func expireSilence(_ id: String) async throws(ClientFailure) {
        let answer = try await self.answer(to: "DELETE", "/api/v2/silence/\(try Client.segment(id))")
        guard let failure = ClientFailure(answer) else { return }
        // What Alertmanager said before it had a 404 for it.
        let isUnknown = answer.status == 500 && failure.message == "silence not found"
        throw isUnknown ? ClientFailure(.notFound, failure.message) : failure
    }
}

/// Many silences at once, from a file.
public enum SilenceImport {
    /// More in one file are refused.
    public static let maximumCount = 100_000

    /// The silences in a text such as `GET /api/v2/silences` answers, ready to be posted.
    ///
    /// - Parameter force: whether they lose their IDs, so that all become new ones.
    public static func silences(in text: [UInt8], force: Bool) throws(ClientFailure) -> [JSONValue] {
        let json: JSONValue
        do {
            json = try JSONValue(text, maximumCount: 10_000_000)
        } catch {
            throw .usage("the input is not JSON: \(error)")
        }
        guard let list = json.array, list.allSatisfy({ $0.members != nil }) else {
            throw .usage("the input is not a list of silences")
        }
        guard list.count <= self.maximumCount else { throw .usage("more than \(self.maximumCount) silences") }
        return list.map { silence in
            let posted = SilenceRequest.posted(silence)
            return force ? posted.with("id", nil) : posted
        }
    }

    /// Posts all of them, several at a time; the results in the order of the silences.
    public static func post(
        _ silences: [JSONValue],
        by client: Client,
        workers: Int
    ) async -> [Result<String, ClientFailure>] {
        var results: [Result<String, ClientFailure>?] = Array(repeating: nil, count: silences.count)
        await withTaskGroup(of: (Int, Result<String, ClientFailure>).self) { group in
            var rest = silences.enumerated().makeIterator()
            func addNext() {
                guard let (index, silence) = rest.next() else { return }
                group.addTask { (index, await SilenceImport.post(silence, by: client)) }
            }
            for _ in 0..<max(workers, 1) { addNext() }
            while let (index, result) = await group.next() {
                results[index] = result
                addNext()
            }
        }
        return results.compactMap { $0 }
    }

    private static func post(_ silence: JSONValue, by client: Client) async -> Result<String, ClientFailure> {
        do {
            return .success(try await client.post(silence: silence))
        } catch {
            return .failure(error)
        }
    }

    /// Why an import is none, if it is: what all of the silences say that could not be made, if they agree.
    public static func failure(in results: [Result<String, ClientFailure>]) -> ClientFailure? {
        let failures = results.compactMap { result -> ClientFailure? in
            if case .failure(let failure) = result { failure } else { nil }
        }
        guard let first = failures.first else { return nil }
        let status = failures.allSatisfy { $0.status == first.status } ? first.status : .failure
        return ClientFailure(status, "\(failures.count) of \(results.count) silences could not be made")
    }
}
