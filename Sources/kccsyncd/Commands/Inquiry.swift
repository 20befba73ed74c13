import ArgumentParser
import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// `--config` and `--json`, and the way a question is answered.
struct Inquiry: ParsableArguments {
    @OptionGroup var option: ConfigurationOption
    @Flag(help: "Print JSON.") var json = false

    /// Prints the answer.
    func ask(_ question: Question) async throws {
        try await reporting {
            Terminal.print(try await Self.answer(question, json: json, option: option).lines)
        }
    }

    /// The shops' zones; empty where neither the store nor a daemon knows one.
    static func zones(_ option: ConfigurationOption) async -> ShopZones {
        (try? await answer(.zones, json: false, option: option))?.zones ?? ShopZones()
    }

    /// Reads the order store, or asks the daemon where the caller may not open the file.
    static func answer(_ question: Question, json: Bool, option: ConfigurationOption) async throws -> Answer {
        let configuration: Configuration
        switch try option.settings() {
        case .valid(let read): configuration = read
        case .invalid(let invalid): return try await Self.answer(question, json: json, option, invalid)
        }
        do {
            // Only the daemon knows how its polls are going right now.
            var live: [LiveShop]?
            switch question {
            case .status, .stockExplanation: live = try await Control(option: option).perform(.vitals).vitals
            default: break
            }
            let store = try ReadOnlyStore(configuration)
            return try await Answerer(configuration: configuration, database: store.database, live: live)
                .answer(question, json: json)
        } catch let error as StoreError where error.code == .cannotOpen {
            let reply = try? await Control(option: option).daemon(.ask(question, json: json))
            if let reply, reply.status != .done {
                throw StoreError(.refused, reply.errors.joined(separator: "; "))
            }
            guard let answer = reply?.answer else { throw error }
            return answer
        }
    }

    /// Asks the daemon, which has the last valid settings, or reads from the store what depends on no others.
    private static func answer(
        _ question: Question,
        json: Bool,
        _ option: ConfigurationOption,
        _ invalid: InvalidConfiguration
    ) async throws -> Answer {
        if let reply = try await Control(option: option).daemon(.ask(question, json: json)) {
            invalid.warn(using: InvalidConfiguration.usingDaemon)
            guard reply.status == .done, let answer = reply.answer else {
                throw StoreError(.refused, reply.errors.joined(separator: "; "))
            }
            return answer
        }
        guard !question.needsChannels else { throw invalid.end() }
        let configuration = try option.storeSettings()
        let store = try ReadOnlyStore(configuration)
        return try await Answerer(configuration: configuration, database: store.database)
            .answer(question, json: json)
    }
}
