import TocsinCore
import TocsinModel
import TocsinReceivers

/// The tokens that receivers have fetched, until they run out. They are in memory alone.
struct TokenShelf: Sendable {
    private var tokens: [String: AccessToken] = [:]

    /// More than any configuration has; beyond it tokens are fetched each time.
    private static let maximumCount = 1000

    func token(for receiver: any Receiver, at now: Timestamp) -> AccessToken? {
        guard let token = self.tokens[receiver.tokenName], now < token.expiresAt else { return nil }
        return token
    }

    mutating func keep(_ token: AccessToken, for receiver: any Receiver, at now: Timestamp) {
        self.tokens = self.tokens.filter { now < $0.value.expiresAt }
        guard self.tokens.count < TokenShelf.maximumCount, now < token.expiresAt else { return }
        self.tokens[receiver.tokenName] = token
    }
}

extension Receiver {
    fileprivate var tokenName: String { "\(Self.kind) \(stableHash(self.tokenScope))" }
}
