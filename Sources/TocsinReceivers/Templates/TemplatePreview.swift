public import TocsinModel
public import TocsinTemplate

/// Renders a text as a setting of a receiver would be, so that it can be tried before it is anybody's setting.
public struct TemplatePreview: Sendable {
    private var set = Receivers.templates

    /// With the built-in templates.
    public init() {}

    /// Adds a file of templates. A later definition replaces an earlier one.
    ///
    /// - Parameter name: the file's name, under which its own text can be called.
    public mutating func add(_ source: String, name: String) throws(TemplateError) {
        try self.set.add(source, name: name)
    }

    /// - Parameters:
    ///   - now: what the functions `now` and `since` go by.
    ///   - zones: what `tz` knows.
    public func render(
        _ text: String,
        data: TemplateData,
        as mode: TemplateMode = .text,
        now: Timestamp,
        zones: TimeZones = .utcOnly
    ) throws(TemplateError) -> String {
        var notification = TemplateFunctions.sample
        notification.now = now
        notification.zones = zones
        notification.content.routeLabels = data.routeLabels.labelSet
        var bound = self.set
        for entry in TemplateFunctions.bound(to: notification) { bound.replace(entry.function) }
        return try bound.render(try bound.compile(text), data: data.value, as: mode)
    }
}

extension TemplateKV {
    fileprivate var labelSet: LabelSet {
        LabelSet(Dictionary(self.pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    }
}
