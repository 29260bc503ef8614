public import TocsinModel
public import TocsinTemplate

/// The labels of a route, whose values are templates over the notification that they are for.
public enum RouteLabels {
    /// More on one route are refused.
    public static let maximumCount = 64

    /// Renders the values. A value may ask for another label by `routeLabels "name"`, so those that wait for one are
    /// tried again once more labels are known; what fails, or waits for itself, is left out.
    ///
    /// - Parameter notification: its route labels are the templates.
    /// - Returns: the labels, and a line for each that failed.
    public static func rendered(
        for notification: Notification,
        with templates: TemplateSet
    ) -> (labels: LabelSet, failures: [String]) {
        let sources = Array(notification.content.routeLabels)
        guard sources.contains(where: { $0.value.utf8.contains(UInt8(ascii: "{")) }) else {
            return (notification.content.routeLabels, [])
        }
        var preview = notification
        preview.content.reason = .unknown
        preview.content.routeLabels = .empty
        let data = TemplateData(preview).value
        let bound = templates.bound(to: preview)
        let names = sources.map(\.name)
        var known: [String: String] = [:]
        var failures: [String: String] = [:]
        var waiting = sources.prefix(self.maximumCount).map { (name: $0.name, value: $0.value) }
        while !waiting.isEmpty {
            var left: [(name: String, value: String)] = []
            for label in waiting {
                var set = bound
                set.replace(self.lookup(in: known, of: names))
                do {
                    known[label.name] = try set.render(try set.compile(label.value), data: data)
                } catch {
                    failures[label.name] = "route label `\(label.name)`: \(error)".truncated(toScalars: 200).onOneLine
                    left.append(label)
                }
            }
            if left.count == waiting.count { break }
            waiting = left
        }
        return (LabelSet(known), waiting.compactMap { failures[$0.name] })
    }

    /// `routeLabels` over what is known so far.
    private static func lookup(in known: [String: String], of names: [String]) -> TemplateFunction {
        TemplateFunction("routeLabels", [.string]) { (arguments) throws(TemplateError) in
            let name = try arguments[0].string
            if let value = known[name] { return .string(value) }
            guard names.contains(name) else { return .string("") }
            throw TemplateError("route label \"\(name)\" failed, or needs this one in turn")
        }
    }
}
