import TocsinModel
import TocsinTemplate

/// Renders the fields of one message, and never fails: a page must not be lost to a mistake in a template.
///
/// A field whose template fails gets its built-in default, over the built-in templates alone, since those of the
/// user's files may be what failed; if that fails too, one plain line about the notification.
struct FieldRendering {
    let data: TemplateData
    private let templates: TemplateSet
    private let builtIn: TemplateSet
    /// One line for each field that failed, for people.
    private(set) var failures: [String] = []

    /// - Parameter cleaned: what takes the place of each text that a sender of alerts has chosen.
    init(_ notification: Notification, with templates: TemplateSet, cleaned: (String) -> String = { $0 }) {
        self.data = TemplateData(notification, cleaned: cleaned)
        var clean = notification
        if !notification.content.routeLabels.isEmpty {
            // Rendered, they may hold what a sender chose.
            let labels = notification.content.routeLabels.map { (cleaned($0.name), cleaned($0.value)) }
            clean.content.routeLabels = LabelSet(Dictionary(labels) { first, _ in first })
        }
        self.templates = templates.bound(to: clean)
        self.builtIn = DefaultTemplates.set.bound(to: clean)
    }

    /// The field's text.
    ///
    /// - Parameters:
    ///   - field: its key, for the line about a failure.
    ///   - source: the default.
    ///   - mode: as HTML what senders of alerts wrote is escaped, and the template's own tags stay tags.
    mutating func text(
        _ template: Template,
        field: String,
        default source: String = "",
        as mode: TemplateMode = .text
    ) -> String {
        do {
            return try self.templates.render(template, data: self.data.value, as: mode)
        } catch {
            self.fail(field, String(describing: error))
            return self.defaultText(source, as: mode)
        }
    }

    /// The same for a field whose default is one plain line.
    mutating func lineOr(_ template: Template, field: String) -> String {
        do {
            return try self.templates.render(template, data: self.data.value)
        } catch {
            self.fail(field, String(describing: error))
            return self.plainLine
        }
    }

    /// The same for a part without which the rest is of no use: `nil` if it failed.
    mutating func part(_ template: Template, field: String) -> String? {
        do {
            return try self.templates.render(template, data: self.data.value)
        } catch {
            self.fail(field, String(describing: error))
            return nil
        }
    }

    /// A field that is HTML. Each value is escaped for its place.
    ///
    /// - Parameter count: how many alerts keep their labels; the others are for the template to count alone.
    mutating func html(
        _ template: Template,
        field: String,
        default source: String,
        alerts count: Int = .max
    ) -> String {
        let data = count == .max ? self.data : self.data.withDetails(of: count)
        do {
            return try self.templates.render(template, data: data.value, as: .html)
        } catch {
            let failure = String(describing: error)
            // A shorter text of the same field fails likewise.
            if count == .max { self.fail(field, failure) }
            return self.defaultHTML(source, data)
        }
    }

    private func defaultHTML(_ source: String, _ data: TemplateData) -> String {
        do {
            return try self.builtIn.render(try self.builtIn.compile(source), data: data.value, as: .html)
        } catch {
            return "<p>\(SenderText.escapedForHTML(self.plainLine))</p>"
        }
    }

    /// A field that decides where the message goes, and therefore has no default.
    func destination(_ template: Template, field: String) throws(Refusal) -> String {
        do {
            return try self.templates.render(template, data: self.data.value)
        } catch {
            throw Refusal("the template of `\(field)` failed: \(error.bounded)")
        }
    }

    /// A secret that decides where the message goes: a key, the URL of a webhook. The refusal says where the mistake
    /// is, and nothing that stands there.
    func secretDestination(_ source: SecretSource, field: String, in files: SecretFiles) throws(Refusal) -> String {
        let text = try source.text(in: files)
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        do {
            return try self.templates.render(try self.templates.compile(text), data: self.data.value)
        } catch {
            throw Refusal("the template of `\(field)` failed in line \(error.line), column \(error.column)")
        }
    }

    /// Says that something about a field was not as it should be.
    mutating func fail(_ field: String, _ reason: String) {
        self.failures.append("`\(field)`: \(reason.truncated(toScalars: 200).onOneLine)")
    }

    /// The built-in template of a field.
    func defaultText(_ source: String, as mode: TemplateMode = .text) -> String {
        do {
            return try self.builtIn.render(try self.builtIn.compile(source), data: self.data.value, as: mode)
        } catch {
            return mode == .html ? SenderText.escapedForHTML(self.plainLine) : self.plainLine
        }
    }

    /// What there is to say, without any template: `[FIRING:2] DiskFull`.
    var plainLine: String {
        let firing = self.data.alerts.alerts.count { $0.status == .firing }
        let status = firing > 0 ? "[FIRING:\(firing)]" : "[RESOLVED]"
        let names = self.data.groupLabels.sortedPairs.pairs.map(\.value).joined(separator: " ")
        return "\(status) \(names.isEmpty ? self.data.receiver : names)".truncated(toScalars: 200).onOneLine
    }

    /// What a message says at its end if templates failed; `nil` if none did.
    var failureNote: String? {
        guard let first = self.failures.first else { return nil }
        let more = self.failures.count > 1 ? " (and \(self.failures.count - 1) more)" : ""
        return "Fields that could not be rendered show their defaults: \(first)\(more)"
    }
}

extension TemplateSet {
    /// With the functions that know the notification.
    func bound(to notification: Notification) -> TemplateSet {
        var set = self
        for entry in TemplateFunctions.bound(to: notification) { set.replace(entry.function) }
        return set
    }
}

extension TemplateError {
    fileprivate var bounded: String { String(describing: self).truncated(toScalars: 200).onOneLine }
}

extension String {
    /// With spaces in the place of line breaks and other control characters.
    var onOneLine: String {
        var line = ""
        for scalar in self.unicodeScalars {
            line.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return line
    }
}
