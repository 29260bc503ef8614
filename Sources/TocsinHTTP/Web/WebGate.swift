import Glibc
public import Logging
import NIOCore
import TocsinAPI
import TocsinConfig
import TocsinRuntime
public import TocsinSettings

/// Who may talk to the server, and how: what the file of `--web.config.file` says, as it is now.
///
/// The file and the certificates that it names are looked at for each connection and each request, and read anew when
/// one of them has changed. What cannot be used changes nothing: the last settings that could be used stay in force,
/// and the log has an error. A server that refused all senders because of a typing mistake would page nobody.
public final class WebGate: Sendable {
    private let path: String
    private let logger: Logger
    private let state: Locked<State>
    private let passwords = Passwords()

    private struct State {
        var settings: Settings
        /// The files as they were when they were last read, be it in vain.
        var stamps: FileStamps
    }

    /// What is in force.
    private struct Settings {
        let config: WebConfig
        let door: TLSDoor?
        let rate: RateLimiter?
    }

    /// Reads the file and all that it names.
    public init(path: String, logger: Logger) throws(SettingsErrors) {
        self.path = path
        self.logger = logger
        let config = try WebConfig.load(path: path)
        // Before they are read: a change that comes in between is seen the next time.
        let stamps = FileStamps(of: config.files(besides: path))
        let settings = try WebGate.settings(config, rate: nil)
        self.state = Locked(State(settings: settings, stamps: stamps))
    }

    /// Checks a file as a start would.
    public static func check(path: String) throws(SettingsErrors) {
        _ = try self.settings(try WebConfig.load(path: path), rate: nil)
    }

    /// Whether connections are encrypted.
    public var isEncrypted: Bool { self.state.withLock { $0.settings.door != nil } }

    private static func settings(_ config: WebConfig, rate: RateLimiter?) throws(SettingsErrors) -> Settings {
        // A limiter that stays knows what it has let in.
        let rate = config.rateLimit.map { limit in
            rate.flatMap { $0.limit == limit ? $0 : nil } ?? RateLimiter(limit)
        }
        do throws(SettingsError) {
            return Settings(
                config: config, door: try config.tls.map { tls throws(SettingsError) in try TLSDoor(tls) }, rate: rate)
        } catch {
            throw SettingsErrors(error)
        }
    }

    /// What is in force now.
    private func current() -> Settings {
        self.state.withLock { state in
            if state.stamps.areCurrent { return state.settings }
            do throws(SettingsErrors) {
                // Even if it is of no use: it is read again when it changes again.
                state.stamps = FileStamps(of: state.settings.config.files(besides: self.path))
                let config = try WebConfig.load(path: self.path)
                state.stamps = FileStamps(of: config.files(besides: self.path))
                let settings = try WebGate.settings(config, rate: state.settings.rate)
                if (settings.door == nil) == (state.settings.door == nil) {
                    state.settings = settings
                    self.logger.info("web configuration reloaded", metadata: ["file": "\(self.path)"])
                } else {
                    self.logger.error(
                        "encryption is turned on and off by a restart only; the old settings stay in force")
                }
            } catch {
                for mistake in error.errors { self.logger.error("\(mistake)") }
                self.logger.error("the web configuration was not reloaded; the old one stays in force")
            }
            return state.settings
        }
    }
}

// MARK: - Connections

extension WebGate {
    /// The handler that encrypts a new connection; `nil` if connections are not encrypted.
    func connectionHandler() -> (any ChannelHandler)? { self.current().door?.handler() }
}

// MARK: - Requests

extension WebGate {
    /// Answers a request, or says why not, as Prometheus' servers do: first the rate, then the user.
    func answer(_ request: APIRequest, _ respond: HTTPServer.Responder) async -> APIResponse {
        let settings = self.current()
        if let rate = settings.rate, !rate.admits(at: .now) { return .text(429, "Too Many Requests") }
        let refusal = await self.refusal(of: request, settings.config)
        var response = if let refusal { refusal } else { await respond(request) }
        for header in settings.config.headers where response.header(header.name) == nil {
            response.headers.append((header.name, header.value))
        }
        return response
    }

    /// The answer to somebody who may not come in; `nil` to somebody who may.
    private func refusal(of request: APIRequest, _ config: WebConfig) async -> APIResponse? {
        if config.users.isEmpty { return nil }
        guard let field = request.headers.value(of: "Authorization"), let login = Login(field) else {
            return WebGate.unauthorized
        }
        switch await self.passwords.check(login, users: config.users) {
        case .right: return nil
        case .wrong: return WebGate.unauthorized
        case .notLookedAt:
            var busy = APIResponse.text(503, "too many passwords wait to be checked, try again later.")
            busy.headers.append(("Retry-After", "1"))
            return busy
        }
    }

    private static var unauthorized: APIResponse {
        var response = APIResponse.text(401, "Unauthorized")
        response.headers += [("WWW-Authenticate", "Basic"), ("X-Content-Type-Options", "nosniff")]
        return response
    }
}

// MARK: - Files

/// Files as they were at some time, to tell that one of them has changed.
private struct FileStamps {
    private let stamps: [(path: String, stamp: Stamp?)]

    /// What changes when a file is written, or another one is put in its place.
    private struct Stamp: Equatable {
        let device: UInt
        let inode: UInt
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        /// `nil` if there is no such file.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.device = UInt(status.st_dev)
            self.inode = UInt(status.st_ino)
            self.size = Int(status.st_size)
            self.seconds = status.st_mtim.tv_sec
            self.nanoseconds = status.st_mtim.tv_nsec
        }
    }

    init(of paths: [String]) { self.stamps = paths.map { ($0, Stamp($0)) } }

    var areCurrent: Bool { self.stamps.allSatisfy { Stamp($0.path) == $0.stamp } }
}

extension WebConfig {
    /// All files that decide what is in force.
    fileprivate func files(besides own: String) -> [String] {
        let named = [self.tls?.certificate, self.tls?.key, self.tls?.clientCA].compactMap { $0 }
        return [own]
            + named.compactMap { pem in
                if case .file(let path) = pem.source { path } else { nil }
            }
    }
}
