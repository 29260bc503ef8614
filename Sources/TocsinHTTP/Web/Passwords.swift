import CCrypt
import CCrypto
import Glibc
import NIOPosix
import TocsinRuntime
import TocsinSettings

/// Checks passwords against bcrypt's hashes, which is slow on purpose: on one thread of its own, so that whoever tries
/// passwords gets one processor at most, and no request of others waits for it.
///
/// A password that was right is remembered, one for each user, so that senders who come each minute cost nothing, and
/// are let in while somebody else tries passwords. Wrong ones are remembered too, a few.
final class Passwords: Sendable {
    enum Verdict: Hashable, Sendable {
        case right
        case wrong
        /// Too many wait already.
        case notLookedAt
    }

    private let thread: NIOThreadPool
    /// Drawn anew in each process, so that what is remembered is of no use elsewhere.
    private let key: [UInt8]
    private let memory = Locked(Memory())

    /// Logins that are known, by a keyed hash of name, password and what the password is checked against.
    private struct Memory {
        /// The last right one of each user.
        var right: [String: [UInt8]] = [:]
        var wrong: Set<[UInt8]> = []
        /// The wrong ones in their order, to forget the oldest.
        var wrongOrder: [[UInt8]] = []
        var waiting = 0

        func verdict(_ user: String, _ digest: [UInt8]) -> Verdict? {
            if let right = self.right[user], Passwords.areEqual(right, digest) { return .right }
            return self.wrong.contains(digest) ? .wrong : nil
        }

        mutating func note(_ verdict: Verdict, _ user: String, _ digest: [UInt8]) {
            if verdict == .right {
                self.right[user] = digest
            } else if self.wrong.insert(digest).inserted {
                self.wrongOrder.append(digest)
                if self.wrongOrder.count > Passwords.maximumWrong { self.wrong.remove(self.wrongOrder.removeFirst()) }
            }
        }
    }

    private static let maximumWrong = 256
    /// A few seconds' worth of work at the usual cost.
    private static let maximumWaiting = 64

    init() {
        self.thread = NIOThreadPool(numberOfThreads: 1)
        self.thread.start()
        var random = SystemRandomNumberGenerator()
        self.key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    deinit { self.thread.shutdownGracefully { _ in } }

    func check(_ login: Login, users: [String: Secret<String>]) async -> Verdict {
        let known = users[login.user]?.revealed
        // Who is no user takes as long as who is, so that nobody finds out names.
        let hash = known ?? Passwords.standIn(for: users)
        let digest = self.digest(login, hash)
        let answer: Verdict? = self.memory.withLock { memory in
            if let verdict = memory.verdict(login.user, digest) { return verdict }
            if memory.waiting >= Passwords.maximumWaiting { return .notLookedAt }
            memory.waiting += 1
            return nil
        }
        if let answer { return answer }
        defer { self.memory.withLock { $0.waiting -= 1 } }
        do {
            return try await self.thread.runIfActive {
                // The same login may have waited several times.
                if let verdict = self.memory.withLock({ $0.verdict(login.user, digest) }) { return verdict }
                let isRight = Passwords.matches(login.password, hash) && known != nil
                let verdict: Verdict = isRight ? .right : .wrong
                self.memory.withLock { $0.note(verdict, login.user, digest) }
                return verdict
            }
        } catch {
            return .notLookedAt
        }
    }

    /// A hash of no password, as dear as the dearest of the users'.
    private static func standIn(for users: [String: Secret<String>]) -> String {
        let cost = users.values.map { String($0.revealed.dropFirst(4).prefix(2)) }.max() ?? "10"
        return "$2y$\(cost)$" + String(repeating: ".", count: 53)
    }

    private func digest(_ login: Login, _ hash: String) -> [UInt8] {
        // No part can run into the next one: names have no NUL here, and hashes have one length.
        let message = Array(login.user.utf8) + [0] + Array(hash.utf8) + [0] + login.password
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        HMAC(EVP_sha256(), self.key, Int32(self.key.count), message, message.count, &digest, nil)
        return digest
    }

    /// Whether a password has that hash, by the system's `crypt`.
    private static func matches(_ password: [UInt8], _ hash: String) -> Bool {
        // A C string ends at a NUL: what is behind it would not count.
        if password.contains(0) { return false }
        var scratch: UnsafeMutableRawPointer?
        var size: Int32 = 0
        defer { free(scratch) }
        let phrase = (password + [0]).map { CChar(bitPattern: $0) }
        guard let made = crypt_ra(phrase, hash, &scratch, &size) else { return false }
        return Passwords.areEqual(Array(String(cString: made).utf8), Array(hash.utf8))
    }

    /// In a time that says nothing about where they differ.
    private static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
