/// Why an order cannot be sent to KCC.
///
/// Nothing in it names a person or a place, so that it may be logged.
package struct MappingProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// A stable word such as `no_address`.
    package var code: String
    /// One line that names the order.
    package var message: String
    /// What an operator can do.
    package var remedy: String

    package init(code: String, message: String, remedy: String) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    package var description: String { "\(message); \(remedy)" }
}

/// Something that an operator should know of an order that is sent all the same.
///
/// Nothing in it names a person or a place.
package struct MappingRemark: Sendable, Equatable {
    /// A stable word such as `address_shortened`.
    package var code: String
    /// One line.
    package var text: String

    package init(code: String, text: String) {
        self.code = code
        self.text = text
    }
}

/// What comes to light while one order is mapped.
struct MappingFindings {
    /// The order's associated ref, which problems name.
    let ref: String
    private(set) var remarks: [MappingRemark] = []
    /// Lines of "OrderNote" that keep in full what KCC's fields are too short for.
    private(set) var fullTexts: [String] = []

    init(ref: String) {
        self.ref = ref
    }

    mutating func remark(_ code: String, _ text: String) {
        let remark = MappingRemark(code: code, text: text)
        if !remarks.contains(remark) { remarks.append(remark) }
    }

    /// Keeps a text that a field cannot hold.
    mutating func keep(_ label: String, _ text: String) {
        let line = "Full \(label): \(text)"
        if !fullTexts.contains(line) { fullTexts.append(line) }
    }

    func problem(_ code: String, _ what: String, remedy: String) -> MappingProblem {
        MappingProblem(code: code, message: "order \(ref): \(what)", remedy: remedy)
    }
}
