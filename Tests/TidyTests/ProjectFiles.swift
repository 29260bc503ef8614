import Foundation

/// The files of the project that the tidy tests read.
enum ProjectFiles {
    /// The folder with Package.swift, found from where this file was compiled.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Read once, for all tests.
    static let sources = Result { try ProjectFiles.sources(under: "Sources") }
    static let tests = Result { try ProjectFiles.sources(under: "Tests") }

    static func topLevel() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self.root.path)
    }

    /// Every Swift and C file under a folder of the project, in order of the paths.
    private static func sources(under folder: String) throws -> [SourceText] {
        let url = self.root.appending(path: folder).resolvingSymlinksInPath()
        return try FileManager.default.subpathsOfDirectory(atPath: url.path).sorted().compactMap { path in
            guard ["swift", "c", "cpp", "h"].contains(where: { path.hasSuffix(".\($0)") }) else { return nil }
            let text = try String(contentsOf: url.appending(path: path), encoding: .utf8)
            return SourceText(path: "\(folder)/\(path)", text: text)
        }
    }

    static func source(_ path: String) throws -> SourceText {
        SourceText(path: path, text: try String(contentsOf: self.root.appending(path: path), encoding: .utf8))
    }
}
