import ArgumentParser
import Foundation
import TocsinClient
import TocsinConfig
import TocsinCurl
import TocsinReceivers
import TocsinRuntime

/// A command that asks a server, or that works on what such a command works on. What goes wrong is one line on standard
/// error and an exit status that scripts can tell apart.
protocol ClientCommand: AsyncParsableCommand {
    func perform() async throws(ClientFailure)
}

extension ClientCommand {
    func run() async throws {
        do {
            try await self.perform()
        } catch {
            Console.complain("error: \(Terminal.lines(error.message))")
            throw ExitCode(error.status.rawValue)
        }
    }
}

/// Which server is asked, and how answers are printed: the flags that every such command has.
struct ClientOptions: ParsableArguments {
    @Option(
        name: [.customLong("alertmanager.url"), .customLong("url")],
        help: ArgumentHelp("The server. Without it: TOCSIN_URL, then the configuration file.", valueName: "url")
    )
    var url: String?

    @Option(
        name: .shortAndLong,
        help: "How results are printed: \(OutputFormat.words).",
        completion: .list(["table", "wide", "json"])
    )
    var output: String?

    @Option(help: "For each request, such as 30s.")
    var timeout: String?

    @Option(name: .customLong("date.format"), help: "A layout of times, in Go's way.")
    var dateFormat: String?

    @Option(
        name: .customLong("http.config.file"),
        help: "A file with Alertmanager's `http_config`: credentials, TLS.",
        completion: .file()
    )
    var httpConfigFile: String?

    @Option(
        help: "A file that holds the token. TOCSIN_TOKEN may hold the token itself, a flag may not.",
        completion: .file()
    )
    var tokenFile: String?

    @Flag(name: .shortAndLong, help: .hidden) var verbose = false
    @Flag(name: .customLong("version-check"), inversion: .prefixedNo, help: .hidden) var versionCheck = true

    /// All that a command needs to ask and to answer.
    ///
    /// - Parameter complete: says what flags of a command's own say.
    func session(_ complete: (inout ClientSettings.Flags) -> Void = { _ in }) throws(ClientFailure) -> ClientSession {
        var flags = ClientSettings.Flags()
        flags.url = self.url
        flags.output = self.output
        flags.timeout = self.timeout
        flags.dateFormat = self.dateFormat
        flags.httpConfigFile = self.httpConfigFile
        flags.tokenFile = self.tokenFile
        complete(&flags)
        let environment = ProcessInfo.processInfo.environment
        return try ClientSession(ClientSettings(flags: flags, environment: environment, files: DiskFiles()))
    }
}

/// A server to ask, and a place for the answers.
struct ClientSession {
    let settings: ClientSettings
    private(set) var client: Client
    /// As of the beginning.
    let times: TimeText
    /// As of now: for what is shown again and again, or behind a wait.
    var timesNow: TimeText { TimeText(layout: self.settings.dateFormat, now: SystemClock().now()) }

    init(_ settings: ClientSettings) throws(ClientFailure) {
        self.settings = settings
        let transport: CurlTransport
        do {
            transport = try CurlTransport(userAgent: "tocsin/\(Version.current)")
        } catch {
            throw ClientFailure(.failure, error.description)
        }
        self.client = Client(
            address: settings.address,
            transport: transport,
            headers: settings.headers,
            options: settings.options
        )
        self.times = TimeText(layout: settings.dateFormat, now: SystemClock().now())
    }

    /// The same with one more header in each request.
    func saying(_ header: HTTPRequest.Header) -> ClientSession {
        var session = self
        session.client = self.client.saying(header)
        return session
    }
}

/// Standard output and standard error.
enum Console {
    /// Of standard output.
    static let colours = Console.colours(of: STDOUT_FILENO)

    static func colours(of descriptor: Int32) -> Colours {
        Colours(isTerminal: isatty(descriptor) == 1, environment: ProcessInfo.processInfo.environment)
    }

    /// Whether standard output is one.
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static func show(_ text: String) { print(text, terminator: "") }

    /// One or more lines, made harmless already; the first begins with the program's name.
    static func complain(_ text: String) { self.note("tocsin: \(text)\n") }

    static func note(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    /// Whether somebody is there who could be asked.
    static var hasPerson: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// Anything but yes is no.
    static func confirms(_ question: String) -> Bool {
        self.note("\(question) [y/N] ")
        let answer = readLine()?.lowercased() ?? ""
        return ["y", "yes"].contains(answer)
    }

    /// A file, or standard input for `nil` and `-`.
    static func bytes(of path: String?, limit: Int) throws(ClientFailure) -> [UInt8] {
        let bytes: Data
        do {
            let file: FileHandle
            if let path, path != "-" {
                file = try FileHandle(forReadingFrom: URL(filePath: path))
            } else {
                file = .standardInput
            }
            // One byte more than allowed shows that there are too many.
            bytes = try file.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw .usage("cannot read \(path ?? "standard input")")
        }
        guard bytes.count <= limit else { throw .usage("the input is larger than \(limit >> 20) MiB") }
        return Array(bytes)
    }
}
