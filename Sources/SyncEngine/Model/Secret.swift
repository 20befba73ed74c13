/// A token or password, which prints as dots wherever it is printed by mistake.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable, Encodable
{
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// The secret itself, for the one place that sends it.
    package func reveal() -> String { value }

    package var isEmpty: Bool { value.isEmpty }
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    /// Never the secret: what is encoded may be stored, compared or shown.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var customMirror: Mirror { Mirror(self, children: []) }
}
