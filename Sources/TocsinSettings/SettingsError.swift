/// One mistake in a settings file, and where it is. The text is for people and holds no secret.
public struct SettingsError: Error, Hashable, Sendable {
    public var position: SettingsPosition
    public var message: String

    public init(_ message: String, at position: SettingsPosition) {
        self.position = position
        self.message = message
    }
}

extension SettingsError: CustomStringConvertible {
    /// `file:line:column: message`
    public var description: String { "\(self.position): \(self.message)" }
}

/// Every mistake of a document, in the order of the file; never empty.
public struct SettingsErrors: Error, Hashable, Sendable {
    public let errors: [SettingsError]
    /// How many more there were than a person will read.
    public let omitted: Int

    /// More than this are counted, not kept.
    public static let maximumCount = 100

    /// Sorts them and drops repeats, which a mistake inside an anchor makes wherever its alias stands.
    public init(_ errors: [SettingsError]) {
        precondition(!errors.isEmpty, "a failure without a mistake")
        var seen: Set<SettingsError> = []
        let sorted = errors.enumerated()
            .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
            .filter { seen.insert($0).inserted }
        self.errors = Array(sorted.prefix(SettingsErrors.maximumCount))
        self.omitted = sorted.count - self.errors.count
    }

    public init(_ error: SettingsError) { self.init([error]) }
}

extension SettingsErrors: CustomStringConvertible {
    /// One line for each.
    public var description: String {
        var lines = self.errors.map(\.description)
        if self.omitted > 0 { lines.append("and \(self.omitted) more mistakes") }
        return lines.joined(separator: "\n")
    }
}

/// Why a value does not fit a type, before it is known where it stands.
public struct SettingsMismatch: Error, Hashable, Sendable {
    public var message: String
    /// The text in question, shown after the message. Dropped where the setting is a secret, so the message itself must
    /// not quote.
    public var quoting: String?

    public init(_ message: String, quoting: String? = nil) {
        self.message = message
        self.quoting = quoting
    }

    var text: String {
        self.quoting.map { "\(self.message): \($0.quotedForMessage)" } ?? self.message
    }
}

extension String {
    /// In double quotes on one line, cut where it is long: how a message repeats what someone wrote.
    package var quotedForMessage: String {
        let maximumLength = 80
        var shown = String.UnicodeScalarView()
        for scalar in self.unicodeScalars.prefix(maximumLength) {
            switch scalar {
            case "\"", "\\": shown += ["\\", scalar]
            case "\n": shown += ["\\", "n"]
            case _ where scalar.properties.generalCategory == .control: shown.append("\u{FFFD}")
            default: shown.append(scalar)
            }
        }
        let end = self.unicodeScalars.count > maximumLength ? "…" : ""
        return "\"\(String(shown))\(end)\""
    }
}
