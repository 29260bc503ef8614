public import TocsinCore
public import TocsinModel
public import TocsinReceivers
public import TocsinSettings
public import TocsinTemplate

/// A configuration file, read and checked as a whole: what the server needs to run by it.
public struct Configuration: Sendable {
    /// Who gets which alerts, in what rhythm.
    public let routing: RoutingTable
    /// Every integration that the file describes, also those that no route leads to.
    public let receivers: [IntegrationID: any Receiver]
    /// The names of the receivers in the order of the file.
    public let receiverNames: [String]
    /// What receivers can be selected by, in the order of ``receiverNames``.
    public let receiverLabels: [[String: String]]
    /// The built-in templates and those of the file's `templates`.
    public let templates: TemplateSet
    /// How long an alert fires whose sender named no end.
    public let resolveTimeout: Duration
    /// What is allowed and looks like a mistake, in the order of the file.
    public let warnings: [SettingsError]
    /// The whole configuration as it is in force, as YAML: defaults and inherited settings filled in, secrets hidden.
    /// It can be read back as a configuration.
    public let displayedText: String
    /// The patterns under `templates`.
    public let templatePatterns: [String]
    /// Every text in the file that is a template.
    public let templateTexts: [TemplateText]

    /// Reads and checks a configuration, or throws every mistake in it.
    ///
    /// - Parameters:
    ///   - text: the file's text.
    ///   - file: its path: it stands in messages, and relative paths in the file are relative to its folder.
    ///   - files: what the files look like that the configuration names.
    ///   - receivers: the kinds of receivers there are, and the templates that are built in.
    ///   - syntax: how matchers and label names are written.
    public static func load(
        text: String,
        file: String,
        files: some ConfigurationFiles,
        receivers: ReceiverKinds = .builtIn,
        syntax: MatcherSyntax = .fallback
    ) throws(SettingsErrors) -> Configuration {
        let document = try YAML.parse(text, file: file)
        if document.isNull { throw SettingsErrors(SettingsError(Configuration.noRoute, at: document.position)) }
        return try Fields.read(document, as: "configuration") { fields in
            let reader = ConfigurationReader(file: file, files: files, receivers: receivers, syntax: syntax)
            return reader.read(&fields)
        }
    }

    /// What the reference documentation says about the file's fields.
    public static func reference(receivers: ReceiverKinds = .builtIn) -> [FieldReference] {
        Fields.reference(of: "configuration") { fields in
            let reader = ConfigurationReader(file: "", files: NoFiles(), receivers: receivers, syntax: .fallback)
            return reader.read(&fields)
        }
    }

    static let noRoute = "no route provided in config"
}

/// Reads the document's sections, each after those that it needs, and checks what spans several.
struct ConfigurationReader<Files: ConfigurationFiles> {
    let file: String
    let files: Files
    let receivers: ReceiverKinds
    let syntax: MatcherSyntax

    /// What it returns is of use only if no mistake was reported; stand-ins fill the gaps then.
    func read(_ fields: inout Fields) -> Configuration {
        let global = GlobalConfig(from: &fields, context: self.context(templates: self.receivers.templates))
        let templates = TemplateFiles(
            from: &fields,
            builtIn: self.receivers.templates,
            directory: self.directory,
            files: self.files
        )
        let context = self.context(
            templates: templates.set,
            global: global.settings,
            reportsUndefinedTemplates: templates.isComplete
        )
        let receivers = ReceiverConfig.readAll(from: &fields, kinds: self.receivers.kinds, context: context)
        let route = fields.nested("route", doc: "The tree that decides which receiver gets an alert.") { fields in
            RouteConfig(from: &fields, isRoot: true, syntax: self.syntax, context: context)
        }
        let inhibitRules = InhibitRuleConfig.readAll(from: &fields, syntax: self.syntax)
        let policies = EscalationConfig.readAll(from: &fields)
        let incidents = IncidentsConfig.read(from: &fields, syntax: self.syntax)
        let parts = NamedParts(receivers: receivers.map(\.name.value), policies: policies.map(\.name.value))
        for policy in policies {
            parts.check(policy.receivers, isPolicy: false, in: "escalation policy", reportingTo: &fields)
        }
        parts.check(incidents.receivers, isPolicy: false, in: "incidents", reportingTo: &fields)
        parts.check(incidents.policies, isPolicy: true, in: "incidents", reportingTo: &fields)
        parts.check(route?.namedPolicies ?? [], isPolicy: true, in: "route", reportingTo: &fields)
        let inert = InertSections.read(from: &fields, context: context)
        let intervals = TimeIntervalConfig.readAll(from: &fields, zones: self.files.zones)
        if !fields.has("route") { fields.report(Configuration.noRoute) }
        route?.checkReceivers(against: receivers.map(\.name), reportingTo: &fields)
        route?.checkTimeIntervals(against: intervals, reportingTo: &fields)

        let root = route?.node(under: nil, intervals: intervals) ?? RouteNode(receiver: "")
        return Configuration(
            routing: RoutingTable(
                root: root,
                integrations: ReceiverConfig.integrations(of: receivers),
                inhibitRules: inhibitRules.map(\.rule),
                incidents: incidents.rules,
                policies: policies.map(\.policy)
            ),
            receivers: ReceiverConfig.receivers(of: receivers),
            receiverNames: receivers.map(\.name.value),
            receiverLabels: receivers.map(\.labels),
            templates: templates.set,
            resolveTimeout: global.resolveTimeout,
            warnings: (templates.warnings + (route?.allWarnings ?? []) + inhibitRules.flatMap(\.warnings) + inert
                + incidents.warnings).sorted { $0.position < $1.position },
            displayedText: fields.errors.isEmpty && !fields.isReference
                ? EffectiveConfiguration(fields.effective, directory: self.directory).text : "",
            templatePatterns: templates.patterns,
            templateTexts: fields.templates
        )
    }

    private func context(
        templates: TemplateSet,
        global: GlobalSettings = GlobalSettings(),
        reportsUndefinedTemplates: Bool = true
    ) -> ReceiverContext {
        ReceiverContext(
            global: global,
            templates: templates,
            reportsUndefinedTemplates: reportsUndefinedTemplates,
            directory: self.directory,
            environment: self.files.environment
        ) { text in
            // It may hold what senders of alerts wrote; no receiver takes a message that is as long.
            guard text.utf8.count <= 1 << 20 else { return nil }
            do {
                return try YAML.parse(text, file: "template")
            } catch {
                return nil
            }
        }
    }

    /// The folder of the configuration file; empty for the current one.
    private var directory: String {
        guard let slash = self.file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        // The root's own name is its slash; an empty one would be the current folder.
        return slash == self.file.startIndex ? "/." : String(self.file[..<slash])
    }
}
