import ArgumentParser

/// Says what is wrong with a command line where the parser's own words would mislead.
enum CommandLineComplaint {
    /// Names a negative number, which the parser takes for an option that nobody asked for; nil where that is not the matter.
    static func text(about arguments: [String]) -> String? {
        let given = arguments.prefix { $0 != "--" }
        guard let number = given.first(where: isNegativeNumber) else { return nil }
        do {
            _ = try Kccsyncd.parseAsRoot(arguments)
            return nil
        } catch {
            guard Kccsyncd.exitCode(for: error) == .validationFailure else { return nil }
            let missing = Kccsyncd.message(for: error).firstMatch(of: /Missing expected argument '<([^>]*)>'/)
            return missing.map { negative($0.1.uppercased(), number) }
                ?? "expected no negative number, found \(FoundValue.text(number))"
        }
    }

    /// What is said of a value that must not be negative.
    static func negative(_ name: String, _ found: String) -> String {
        "\(name): expected a number of 0 or more, found \(FoundValue.text(found))"
    }

    private static func isNegativeNumber(_ text: String) -> Bool {
        text.wholeMatch(of: /-[0-9.,]*[0-9][0-9.,]*/) != nil
    }
}
