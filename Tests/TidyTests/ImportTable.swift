/// What a target may import, as in the table of docs/architecture.md.
struct ImportRule: Sendable {
    /// Pure targets hold no clock, disk, network, thread or randomness: they get neither the system's modules nor what
    /// ``Checks/bans`` lists.
    let isPure: Bool
    let modules: Set<String>
    /// Files that may import a little more than their target.
    let exceptions: [String: Set<String>]

    private static let system: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Musl", "Darwin", "Dispatch", "Synchronization",
    ]

    static func pure(_ modules: String..., exceptions: [String: Set<String>] = [:]) -> ImportRule {
        ImportRule(isPure: true, modules: Set(modules), exceptions: exceptions)
    }

    static func shell(_ modules: String...) -> ImportRule {
        ImportRule(isPure: false, modules: Set(modules).union(self.system), exceptions: [:])
    }

    func allows(_ module: String, in file: String) -> Bool {
        self.modules.contains(module) || self.exceptions[file, default: []].contains(module)
    }
}

extension ImportRule {
    /// One row for each target that has Swift in it. A new target gets its row here and in docs/architecture.md.
    static let table: [String: ImportRule] = [
        "TocsinRegex": .pure("CRE2"),
        "TocsinJSON": .pure(),
        "TocsinModel": .pure("TocsinRegex"),
        "TocsinSettings": .pure(),
        "TocsinTemplate": .pure(),
        "TocsinCore": .pure("TocsinModel"),
        "TocsinReceivers": .pure(
            "TocsinModel",
            "TocsinSettings",
            "TocsinTemplate",
            "TocsinJSON",
            "TocsinRegex",
            "CCrypto"
        ),
        "TocsinConfig": .pure(
            "TocsinModel",
            "TocsinSettings",
            "TocsinTemplate",
            "TocsinCore",
            "TocsinReceivers",
            "Yams",
            // Loading reads the files that a configuration names; all else works on text.
            exceptions: [
                "Configuration+Loading.swift": ["Foundation", "Glibc"],
                "DiskZones.swift": ["Foundation"],
            ]
        ),
        "TocsinTakeover": .pure("TocsinModel", "TocsinCore"),
        "TocsinRuntime": .shell("TocsinCore", "TocsinModel", "TocsinReceivers", "TocsinTemplate", "Logging"),
        "TocsinTelemetry": .shell("TocsinJSON", "Logging"),
        "TocsinStore": .shell("TocsinCore", "TocsinModel", "TocsinRuntime", "TocsinJSON", "GRDB", "GRDBSQLite"),
        "TocsinCurl": .shell("TocsinReceivers", "TocsinSettings", "CCurlShim"),
        "TocsinAPI": .shell(
            "TocsinCore",
            "TocsinModel",
            "TocsinRuntime",
            "TocsinJSON",
            "TocsinRegex"
        ),
        "TocsinHTTP": .shell(
            "TocsinAPI",
            "TocsinConfig",
            "TocsinModel",
            "TocsinRuntime",
            "TocsinSettings",
            "CCrypt",
            "CCrypto",
            "HummingbirdCore",
            "Logging",
            "NIOCore",
            "NIOHTTP1",
            "NIOPosix",
            "NIOSSL"
        ),
        "TocsinClient": .shell(
            "TocsinModel",
            "TocsinJSON",
            "TocsinSettings",
            "TocsinTemplate",
            "TocsinCore",
            "TocsinReceivers",
            "TocsinConfig"
        ),
        "tocsin": .shell(
            "TocsinModel",
            "TocsinJSON",
            "TocsinCore",
            "TocsinSettings",
            "TocsinReceivers",
            "TocsinConfig",
            "TocsinTakeover",
            "TocsinRuntime",
            "TocsinTelemetry",
            "TocsinStore",
            "TocsinCurl",
            "TocsinAPI",
            "TocsinHTTP",
            "TocsinClient",
            "TocsinTemplate",
            "ArgumentParser",
            "Logging"
        ),
    ]
}
