import Foundation
import SyncEngine

/// A JSON value that is written as it stands: absent things are `null`, so that every answer has the same keys.
indirect enum JSONValue: Encodable {
    case null
    case bool(Bool)
    case number(Int)
    case text(String)
    case array([JSONValue])
    case object([String: JSONValue])

    static func text(_ value: String?) -> JSONValue { value.map { .text($0) } ?? .null }
    static func number(_ value: Int?) -> JSONValue { value.map { .number($0) } ?? .null }
    static func date(_ value: Date?) -> JSONValue { .text(value?.formatted(.iso8601)) }
    static func texts(_ values: [String]) -> JSONValue { .array(values.map { .text($0) }) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }

    /// The object with more members.
    func adding(_ more: [String: JSONValue]) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.merging(more) { $1 })
    }

    /// The same with null in place of whatever stands under one of the keys, at any depth.
    func without(_ keys: Set<String>) -> JSONValue {
        replacing(keys) { _ in .null }
    }

    /// The same with `--instance NAME` behind each command of a remedy or a warning; what a shop or a customer wrote stays.
    func addressed(to instance: Instance) -> JSONValue {
        replacing(["remedy", "warnings"]) { $0.texts { RemedyText($0).addressed(to: instance) } }
    }

    /// The same with another text for each; of a list, for each in it.
    private func texts(_ replacement: (String) -> String) -> JSONValue {
        switch self {
        case .text(let text): .text(replacement(text))
        case .array(let values): .array(values.map { $0.texts(replacement) })
        default: self
        }
    }

    /// The same with another value for whatever stands under one of the keys, at any depth.
    private func replacing(_ keys: Set<String>, _ replacement: (JSONValue) -> JSONValue) -> JSONValue {
        switch self {
        case .object(let members):
            .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { key, value in
                        (key, keys.contains(key) ? replacement(value) : value.replacing(keys, replacement))
                    }
                )
            )
        case .array(let values): .array(values.map { $0.replacing(keys, replacement) })
        default: self
        }
    }
}
