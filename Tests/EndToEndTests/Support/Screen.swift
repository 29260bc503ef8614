import Foundation

/// A real terminal, 120 columns by 30 lines, in which one command runs under a shell. It goes with its stage.
struct Screen {
    private let stage: Stage
    private let socket: String

    private static let tmux = "/usr/bin/tmux"

    /// - Parameter command: for a shell; when it ends, the screen says `ended` and its status.
    init(_ stage: Stage, _ command: String, environment: [String: String]) async throws {
        self.stage = stage
        // Short: the address of a socket has little room.
        self.socket = stage.path("t")
        guard FileManager.default.isExecutableFile(atPath: Screen.tmux) else {
            throw Overdue(description: "\(Screen.tmux) is missing; `make test` installs it")
        }
        let home = ["HOME": stage.folder.path, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"]
        _ = try stage.run(
            URL(filePath: Screen.tmux), ["-S", self.socket, "-f", "/dev/null", "-D"],
            environment: home.merging(environment) { $1 })
        try await eventually("tmux listens") { FileManager.default.fileExists(atPath: self.socket) }
        try await self.tell(
            "new-session", "-d", "-x", "120", "-y", "30",
            // Ctrl-C reaches the shell, too, which is to outlive the command.
            "trap : INT; \(command); echo ended $?; exec sleep 600")
    }

    private func tell(_ words: String...) async throws {
        try await self.stage.finish(Screen.tmux, ["-S", self.socket] + words)
    }

    /// What is on it; with `-e` in between the words for colours.
    func text(_ flags: String...) async throws -> String {
        let words = ["-S", self.socket, "capture-pane", "-p"] + flags
        let program = try self.stage.run(URL(filePath: Screen.tmux), words)
        try await eventually("the screen is read") { program.end != nil }
        return program.output
    }

    /// Presses keys, by tmux's names for them.
    func press(_ keys: String...) async throws {
        try await self.stage.finish(Screen.tmux, ["-S", self.socket, "send-keys"] + keys)
    }

    /// Waits until the screen shows a text.
    @discardableResult
    func shows(_ text: String, _ flags: String = "-p") async throws -> String {
        var last = ""
        do {
            return try await eventually("the screen shows \(text)", within: .seconds(30)) {
                last = try await self.text(flags)
                return last.contains(text) ? last : nil
            }
        } catch {
            throw Overdue(description: "\(error): \(last)")
        }
    }
}
