public import TocsinModel
import TocsinReceivers
public import TocsinSettings

extension Configuration {
    /// Renders every template of the file over sample alerts, firing and resolved, and says where one fails. What fails
    /// over a sample may work over the alerts that come, so these are no mistakes, but worth a look.
    public func templateFailures(zones: TimeZones = .utcOnly) -> [SettingsError] {
        let trial = TemplateTrial(self.templates, zones: zones)
        var failures: [SettingsError] = []
        for template in self.templateTexts {
            for (sample, error) in trial.failures(of: template.text.revealed) {
                let reason = template.isSecret ? "" : ": \(error)"
                let message = "the template of `\(template.key)` fails for \(sample)\(reason)"
                failures.append(SettingsError(message, at: template.position))
            }
        }
        // The one built-in template that is HTML; files may define it anew.
        if let error = trial.failureAsHTML(ofDefinition: "email.default.html") {
            let start = self.templateTexts.first?.position.file ?? ""
            let message = "the template \"email.default.html\" cannot be rendered as HTML: \(error)"
            failures.append(SettingsError(message, at: SettingsPosition(file: start, line: 1, column: 1)))
        }
        return failures
    }
}
