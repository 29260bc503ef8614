public import TocsinReceivers
public import TocsinTemplate

/// What a configuration can speak of: the kinds of receivers, and the templates that are there without any file.
public struct ReceiverKinds: Sendable {
    public var kinds: [any Receiver.Type]
    public var templates: TemplateSet

    /// Those of this server.
    public static var builtIn: ReceiverKinds { ReceiverKinds(Receivers.kinds, templates: Receivers.templates) }

    public init(_ kinds: [any Receiver.Type], templates: TemplateSet) {
        self.kinds = kinds
        self.templates = templates
    }
}
