/// A value that is never shown: not in an error, a log line, a printed structure or the displayed configuration.
public struct Secret<Value: Sendable>: Sendable {
    /// The value itself. Ask for it only where it leaves the process.
    public let revealed: Value

    public init(_ value: Value) { self.revealed = value }
}

extension Secret: Equatable where Value: Equatable {}
extension Secret: Hashable where Value: Hashable {}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What stands in for a secret, in output and, where a displayed configuration is read back, in input.
    public static var mask: String { "<secret>" }

    public var description: String { "<secret>" }
    public var debugDescription: String { "<secret>" }
    /// `dump` and test failures print what a mirror shows.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: SettingsValue where Value: SettingsValue {
    public static var typeName: String { "secret \(Value.typeName)" }
    public static var empty: Secret { Secret(.empty) }

    public init(setting node: SettingsNode) throws(SettingsMismatch) {
        do {
            self.init(try Value(setting: node))
        } catch {
            throw SettingsMismatch(error.message)
        }
    }

    /// Empty stays empty, so that one sees that nothing is set.
    public var settingText: String { self.revealed.settingText.isEmpty ? "" : "<secret>" }
    public static var isSecret: Bool { true }
}
