import ArgumentParser
import TocsinClient
import TocsinConfig
import TocsinJSON
import TocsinReceivers
import TocsinRuntime
import TocsinTemplate

/// `tocsin template`
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Renders templates, and says what they can be made of.",
        discussion: "Alone it lists all data and functions of templates, each with an example.",
        subcommands: [TemplateReferenceCommand.self, TemplateRenderCommand.self],
        defaultSubcommand: TemplateReferenceCommand.self
    )
}

/// `tocsin template reference`
struct TemplateReferenceCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference",
        abstract: "Lists the data and the functions of templates, each with an example.",
        discussion: """
            Examples:
              tocsin template
              tocsin template reference date
            """
    )

    @Argument(help: "Lists only what has this word in its name or its description.") var word: String?

    func perform() async throws(ClientFailure) {
        let text = TemplateHelp.text(matching: self.word, colours: Console.colours)
        guard !text.isEmpty else { throw ClientFailure(.notFound, "nothing has that word") }
        Console.show(text)
    }
}

/// `tocsin template render`
struct TemplateRenderCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Renders a template as a receiver's setting would be.",
        discussion: """
            The data is a notification as webhooks get it; without --template.data it is that of the examples in \
            `tocsin template`. The built-in templates are there without any file.

            Examples:
              tocsin template render --template.text='{{ .Status | toUpper }}'
              tocsin template render --template.glob='templates/*.tmpl' \\
                --template.text='{{ template "slack.title" . }}' \\
                --template.data=notification.json
            """
    )

    @Option(
        name: .customLong("template.glob"),
        parsing: .singleValue,
        help: "A pattern for files with templates. May be given again.",
        completion: .file()
    )
    var globs: [String] = []
    @Option(name: .customLong("template.text"), help: "The template.") var text: String
    @Option(
        name: .customLong("template.type"),
        help: "text, or html to escape what is put in.",
        // A list would become a variable of the shell, named after the flag: zsh has none with a dot.
        completion: .shellCommand("printf 'text\\nhtml\\n'")
    )
    var type = TemplateType.text
    @Option(name: .customLong("template.data"), help: "A file with a notification in JSON.", completion: .file())
    var dataFile: String?
    @OptionGroup(visibility: .hidden) var options: ClientOptions

    enum TemplateType: String, ExpressibleByArgument, CaseIterable {
        case text, html
    }

    func perform() async throws(ClientFailure) {
        var preview = TemplatePreview()
        for path in try self.paths() {
            let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
            do {
                try preview.add(try DiskFiles().text(of: path), name: name)
            } catch let failure as UnreadableFile {
                throw .usage("cannot read \(path): \(failure.reason)")
            } catch {
                throw ClientFailure(.failure, "\(error)")
            }
        }
        let zones = DiskFiles().zones
        var data = TemplateData(TemplateFunctions.sample)
        if let path = self.dataFile {
            let bytes = try Console.bytes(of: path, limit: 64 << 20)
            do {
                data = try TemplateData(json: try JSONValue(bytes), zones: zones)
            } catch {
                throw .usage("\(path): \(error)")
            }
        }
        let now = self.dataFile == nil ? TemplateFunctions.sample.now : SystemClock().now()
        do {
            let mode: TemplateMode = self.type == .html ? .html : .text
            Console.show(try preview.render(self.text, data: data, as: mode, now: now, zones: zones))
        } catch {
            throw ClientFailure(.failure, "\(error)")
        }
    }

    private func paths() throws(ClientFailure) -> [String] {
        var paths: [String] = []
        for glob in self.globs {
            guard let found = DiskFiles().paths(matching: glob) else { throw .usage("\(glob) is not a file pattern") }
            guard !found.isEmpty else { throw .usage("no file matches \(glob)") }
            paths += found
        }
        return paths
    }
}
