// swift-tools-version: 6.2
import PackageDescription

// A target exists for one of two reasons: it must not be able to do something, or it alone may know a foreign
// library. docs/architecture.md has the table; TidyTests holds the imports to it.

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func target(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

let package = Package(
    name: "tocsin",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "tocsin", targets: ["tocsin"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    ],
    targets: [
        // C libraries of the system, and the thin shims that make them callable.
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // Pure: no clock, no disk, no network, no randomness.
        target("TocsinRegex", ["CRE2"]),
        target("TocsinJSON"),
        target("TocsinModel", ["TocsinRegex"]),
        target("TocsinSettings"),
        target("TocsinTemplate"),
        target("TocsinCore", ["TocsinModel"]),
        target(
            "TocsinReceivers",
            ["TocsinModel", "TocsinSettings", "TocsinTemplate", "TocsinJSON", "TocsinRegex", "CCrypto"]
        ),
        target(
            "TocsinConfig",
            [
                "TocsinModel", "TocsinSettings", "TocsinTemplate", "TocsinCore", "TocsinReceivers",
                .product(name: "Yams", package: "Yams"),
            ]
        ),

        target("TocsinTakeover", ["TocsinModel", "TocsinCore"]),

        // The shell.
        target(
            "TocsinRuntime",
            [
                "TocsinCore", "TocsinModel", "TocsinReceivers", "TocsinTemplate",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        target("TocsinSimulation", ["TocsinRuntime", "TocsinCore", "TocsinModel"]),
        target("TocsinTelemetry", ["TocsinJSON", .product(name: "Logging", package: "swift-log")]),
        target(
            "TocsinStore",
            [
                "TocsinCore", "TocsinModel", "TocsinRuntime", "TocsinJSON",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),
        target("TocsinCurl", ["TocsinReceivers", "TocsinSettings", "CCurlShim"]),
        .target(name: "CCurlShim", dependencies: ["CCurl"]),
        target(
            "TocsinAPI",
            ["TocsinCore", "TocsinModel", "TocsinRuntime", "TocsinJSON", "TocsinRegex"],
            // The page: in the binary, because one binary is all there is to install.
            resources: [.embedInCode("Web")]
        ),
        target(
            "TocsinHTTP",
            [
                "TocsinAPI", "TocsinConfig", "TocsinModel", "TocsinRuntime", "TocsinSettings", "CCrypt", "CCrypto",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        target(
            "TocsinClient",
            [
                "TocsinModel", "TocsinJSON", "TocsinSettings", "TocsinTemplate", "TocsinCore", "TocsinReceivers",
                "TocsinConfig",
            ]
        ),
        .executableTarget(
            name: "tocsin",
            dependencies: [
                "TocsinModel", "TocsinJSON", "TocsinCore", "TocsinSettings", "TocsinReceivers", "TocsinConfig",
                "TocsinTakeover", "TocsinRuntime", "TocsinSimulation", "TocsinTelemetry", "TocsinStore", "TocsinCurl",
                "TocsinAPI", "TocsinHTTP", "TocsinClient", "TocsinTemplate",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),

        tests("TocsinRegexTests", ["TocsinRegex"], resources: [.copy("Cases")]),
        tests("TocsinJSONTests", ["TocsinJSON"]),
        tests("TocsinModelTests", ["TocsinModel", "TocsinRegex"], resources: [.copy("Cases")]),
        tests("TocsinSettingsTests", ["TocsinSettings"]),
        tests("TocsinTemplateTests", ["TocsinTemplate"], resources: [.copy("Cases")]),
        tests("TocsinCoreTests", ["TocsinCore", "TocsinModel"]),
        tests(
            "TocsinReceiversTests",
            ["TocsinReceivers", "TocsinModel", "TocsinSettings", "TocsinTemplate", "TocsinJSON", "TocsinRegex"],
            resources: [.copy("Cases"), .copy("Golden")]
        ),
        tests(
            "TocsinConfigTests",
            ["TocsinConfig", "TocsinCore", "TocsinModel", "TocsinReceivers", "TocsinSettings", "TocsinTemplate"],
            resources: [.copy("Cases")]
        ),
        tests("TocsinTakeoverTests", ["TocsinTakeover", "TocsinCore", "TocsinModel"], resources: [.copy("Cases")]),
        tests(
            "TocsinRuntimeTests",
            [
                "TocsinRuntime", "TocsinCore", "TocsinModel", "TocsinReceivers", "TocsinSettings", "TocsinTemplate",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        tests(
            "TocsinSimulationTests",
            ["TocsinSimulation", "TocsinConfig", "TocsinCore", "TocsinModel"],
            resources: [.copy("Scenarios")]
        ),
        tests(
            "TocsinTelemetryTests", ["TocsinTelemetry", "TocsinJSON", .product(name: "Logging", package: "swift-log")]),
        tests(
            "TocsinStoreTests",
            [
                "TocsinStore", "TocsinRuntime", "TocsinCore", "TocsinModel",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            resources: [.copy("Cases")]
        ),
        tests("TocsinCurlTests", ["TocsinCurl", "TocsinReceivers", "TocsinSettings"], resources: [.copy("Peers")]),
        tests(
            "TocsinAPITests",
            ["TocsinAPI", "TocsinRuntime", "TocsinCore", "TocsinModel", "TocsinJSON"],
            resources: [.copy("Page")]
        ),
        tests(
            "TocsinHTTPTests",
            [
                "TocsinHTTP", "TocsinAPI", "TocsinConfig", "TocsinSettings", "TocsinRuntime", "TocsinCore",
                "TocsinModel",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            resources: [.copy("Cases")]
        ),
        tests(
            "TocsinClientTests",
            [
                "TocsinClient", "TocsinConfig", "TocsinCore", "TocsinJSON", "TocsinModel", "TocsinReceivers",
                "TocsinSettings", "TocsinTemplate",
            ]
        ),
        tests("EndToEndTests", [], resources: [.copy("Peers")]),
        tests("TidyTests", []),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
