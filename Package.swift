// swift-tools-version: 6.3
import PackageDescription

/// Applied to every target: the language's strictest settings, and no warning survives a build.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "kccsyncd",
    dependencies: [
        // SQLite with a single serialised writer, savepoints and migrations.
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // Real TOML (over toml++), with line and column of a syntax error.
        .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
        // The command line, its help texts, completions and man page.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // The logging API that Hummingbird speaks; our handler turns it into journal entries.
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        // The HTTP server of the control socket and of the KCC link: made for hostile input.
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        // NIO's byte buffers and Unix-socket addresses, which Hummingbird's API is expressed in.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // TLS for the KCC link where no proxy stands before it; what Hummingbird's own TLS is made of.
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    ],
    targets: [
        .executableTarget(
            name: "kccsyncd",
            dependencies: [
                "SyncEngine", "ShopifyAPI", "KCCWebServices", "Persistence", "CSystemd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "TOMLKit", package: "TOMLKit"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(name: "SyncEngine", swiftSettings: strict),
        .target(
            name: "ShopifyAPI",
            dependencies: ["SyncEngine", "CCurl"],
            exclude: ["CCurl"],
            resources: [.embedInCode("Operations/Documents")],
            swiftSettings: strict
        ),
        .target(
            name: "Persistence",
            dependencies: ["SyncEngine", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),
        .target(
            name: "KCCWebServices",
            dependencies: [
                "SyncEngine", "CExpat",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            exclude: ["CExpat"],
            swiftSettings: strict
        ),
        .systemLibrary(
            name: "CCurl",
            path: "Sources/ShopifyAPI/CCurl",
            pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]
        ),
        // Reads KCC's XML: made for hostile input, and without the network and file access that libxml2 has.
        .systemLibrary(
            name: "CExpat",
            path: "Sources/KCCWebServices/CExpat",
            pkgConfig: "expat",
            providers: [.apt(["libexpat1-dev"])]
        ),
        .systemLibrary(
            name: "CSystemd",
            path: "Sources/CSystemd",
            pkgConfig: "libsystemd",
            providers: [.apt(["libsystemd-dev"])]
        ),
        .target(
            name: "TestSupport",
            dependencies: ["SyncEngine"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "SyncEngineTests",
            dependencies: ["SyncEngine", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ShopifyAPITests",
            dependencies: ["ShopifyAPI", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "KCCWebServicesTests",
            dependencies: ["KCCWebServices", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PersistenceTests",
            dependencies: ["Persistence", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "KccsyncdTests",
            dependencies: [
                "kccsyncd", "TestSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
