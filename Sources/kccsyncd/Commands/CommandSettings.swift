import ArgumentParser
import Foundation
import SyncEngine

/// What a command knows of the installation that it is for.
enum CommandSettings {
    case valid(Configuration)
    /// The file is invalid: commands that need only the store or the daemon go on.
    case invalid(InvalidConfiguration)

    /// Where the daemon and its store are.
    var places: InstallationPlaces {
        switch self {
        case .valid(let configuration):
            InstallationPlaces(
                controlSocket: configuration.daemon.controlSocket,
                database: configuration.daemon.database
            )
        case .invalid(let invalid): invalid.places
        }
    }
}

/// A configuration file with errors, and what is known all the same.
struct InvalidConfiguration {
    let error: ConfigurationError
    let places: InstallationPlaces

    /// Whether the warning has been given: one command may ask several times.
    private static let isSaid = Locked(false)

    /// Says on standard error, once, that the file is invalid, and what is used in its place.
    func warn(using what: String) {
        let isFirst = Self.isSaid.withLock { said in
            defer { said = true }
            return !said
        }
        guard isFirst else { return }
        Terminal.complain("warning: \(Self.warning(error, using: what))")
    }

    /// - Parameter what: Such as `the running daemon's settings`.
    static func warning(_ error: ConfigurationError, using what: String) -> String {
        "\(error.file): invalid (\(Counted.text(error.problems.count, "problem", "problems"))), so \(what); see: kccsyncd check-config"
    }

    static let usingDaemon = "the running daemon's settings are used"

    static func usingStore(_ path: String) -> String {
        "\(path) is read without the settings of channels"
    }

    /// Prints every problem and ends with 78.
    func end() -> any Error {
        Terminal.complain(error.lines)
        return ExitStatus.configuration.code
    }
}

extension ConfigurationOption {
    /// Reads the file, for a command that can do without most of it.
    ///
    /// - Throws: 78, with every problem printed, where the file is not there or cannot be read.
    func settings() throws -> CommandSettings {
        let reader = ConfigurationReader(path: config, unseenCredentials: .tolerated)
        do throws(ConfigurationError) {
            return .valid(try reader.read())
        } catch {
            guard let places = reader.places else {
                Terminal.complain(error.lines)
                throw ExitStatus.configuration.code
            }
            return .invalid(InvalidConfiguration(error: error, places: places))
        }
    }

    /// The settings of a command that works with the store's file and nothing else.
    func storeSettings() throws -> Configuration {
        switch try settings() {
        case .valid(let configuration): return configuration
        case .invalid(let invalid):
            guard FileManager.default.fileExists(atPath: invalid.places.database) else { throw invalid.end() }
            invalid.warn(using: InvalidConfiguration.usingStore(invalid.places.database))
            return Configuration(unknownAt: invalid.places, of: Instance(file: config))
        }
    }
}

extension Question {
    /// Whether the answer depends on the settings of channels, and not on the store alone.
    var needsChannels: Bool {
        switch self {
        case .channels, .locations, .explanation, .export, .stockExplanation, .facts: true
        case .status, .orders, .order, .customers, .shipments, .queue, .stock, .notices, .unreadableBody,
            .zones:
            false
        }
    }
}
