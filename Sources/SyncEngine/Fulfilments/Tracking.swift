import Foundation

/// How the parcels of a shipment travel: their numbers, each with its link, and the carrier.
///
/// It is one value wherever it is named: in what a teller reports, in what Shopify shows of a fulfilment, in a request and in the
/// record of what was sent. ``TrackingMerge`` compares and merges them.
package struct Tracking: Sendable, Equatable {
    /// Who entered a part of it on a fulfilment.
    package enum Owner: String, Sendable, Codable {
        case ours
        case colleague
    }

    /// One parcel.
    package struct Parcel: Sendable, Equatable, Codable {
        package var number: String
        /// Where it can be followed; nil where Shopify makes the link, or there is none.
        package var link: String?
        package var owner: Owner

        package init(number: String, link: String? = nil, owner: Owner = .ours) {
            self.number = number
            self.link = link
            self.owner = owner
        }
    }

    /// One for each number.
    package private(set) var parcels: [Parcel]
    /// The carrier of all parcels: a teller's own name of it, or Shopify's, which is case exact.
    package var company: String?
    package var companyOwner = Owner.ours

    package init() { parcels = [] }

    /// Tracking of these parcels; of a number that comes twice the first counts.
    package init(_ parcels: [Parcel], company: String? = nil, companyOwner: Owner = .ours) {
        var seen: Set<String> = []
        self.parcels = parcels.filter { seen.insert($0.number).inserted }
        self.company = company
        self.companyOwner = companyOwner
    }

    /// Tracking of these numbers, all with the same link.
    package init(numbers: [String], company: String? = nil, url: String? = nil) {
        self.init(numbers.map { Parcel(number: $0, link: url) }, company: company)
    }

    package var numbers: [String] { parcels.map(\.number) }

    /// Whether it says nothing at all.
    package var isEmpty: Bool { parcels.isEmpty && company == nil }

    package subscript(number: String) -> Parcel? { parcels.first { $0.number == number } }

    /// The part of it that is ours.
    package var ours: Tracking {
        Tracking(parcels.filter { $0.owner == .ours }, company: companyOwner == .ours ? company : nil)
    }

    /// The same, with a link for each number that has none.
    ///
    /// A link that holds one of the numbers gets each other number in its place: a number that is a whole part of the link's path or
    /// query, or one of at least four characters anywhere in it.
    package func linked(by link: String) -> Tracking {
        let holder = numbers.map { LinkedNumber($0, in: link) }.filter { !$0.places.isEmpty }
            .max { ($0.isWhole ? 1 : 0, $0.length) < ($1.isWhole ? 1 : 0, $1.length) }
        var linked = self
        for place in parcels.indices where parcels[place].link == nil {
            let own = parcels[place].number.addingPercentEncoding(withAllowedCharacters: Self.plain)
            linked.parcels[place].link =
                holder.flatMap { holder in own.map { holder.link(with: $0) } } ?? link
        }
        return linked
    }

    /// Where a number stands in a link.
    private struct LinkedNumber {
        private let link: String
        private(set) var places: [Range<String.Index>]
        /// Whether it stands as a whole part of the path or query.
        private(set) var isWhole: Bool
        let length: Int

        init(_ number: String, in link: String) {
            self.link = link
            length = number.count
            let start = link.range(of: "://")?.upperBound ?? link.startIndex
            let end = link[start...].firstIndex { "/?#".contains($0) } ?? link.endIndex
            let forms = Set([
                number, number.addingPercentEncoding(withAllowedCharacters: Tracking.plain) ?? number,
            ])
            let found = forms.flatMap { link.ranges(of: $0) }
            let whole = found.filter { place in
                guard place.lowerBound > end else { return false }
                let after = place.upperBound == link.endIndex ? nil : link[place.upperBound]
                return Self.limits.contains(link[link.index(before: place.lowerBound)])
                    && (after.map(Self.limits.contains) ?? true)
            }
            isWhole = !whole.isEmpty
            places = isWhole ? whole : number.count > 3 ? found : []
            places.sort { $0.lowerBound < $1.lowerBound }
        }

        /// The link with another number in its place.
        func link(with number: String) -> String {
            var text = ""
            var last = link.startIndex
            for place in places where place.lowerBound >= last {
                text += link[last..<place.lowerBound] + number
                last = place.upperBound
            }
            return text + link[last...]
        }

        /// What stands between the parts of a path or query.
        private static let limits: Set<Character> = ["/", "?", "&", "=", "#", ":", ";", ",", "+", "|"]
    }

    /// What needs no escape anywhere in a link.
    fileprivate static let plain = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )

    /// Whether a text can be a link: Shopify takes only those with a scheme and a host.
    package static func isLink(_ text: String) -> Bool {
        guard let url = URL(string: text, encodingInvalidCharacters: false), let host = url.host() else {
            return false
        }
        return ["http", "https"].contains(url.scheme?.lowercased()) && !host.isEmpty
    }

    /// What is known of a shipment once its teller reports it again.
    ///
    /// A report without numbers or without a carrier takes none back. A link that is not repeated stays with its number as
    /// long as the carrier is the same.
    package func updated(by report: Tracking) -> Tracking {
        let company = report.company ?? company
        let keepsLinks = company == self.company
        let reported = report.parcels.isEmpty ? parcels.map { Parcel(number: $0.number) } : report.parcels
        return Tracking(
            reported.map { parcel in
                let known = keepsLinks ? self[parcel.number]?.link : nil
                return Parcel(number: parcel.number, link: parcel.link ?? known)
            },
            company: company
        )
    }

    /// The numbers that a text names: one, or several with semicolons, commas or line breaks between them.
    ///
    /// Blanks are part of a number, as in `RM 123 456 789 GB`, except around it.
    package static func numbers(in text: String) -> [String] {
        var seen: Set<String> = []
        return text.split { $0 == ";" || $0 == "," || $0.isNewline }
            .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            .filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}

/// Numbers alone.
extension Tracking: ExpressibleByArrayLiteral {
    package init(arrayLiteral numbers: String...) {
        self.init(numbers: numbers)
    }
}

/// As it is stored; what older versions stored is read, too: a list of numbers, or numbers with one link.
extension Tracking: Codable {
    private enum Field: String, CodingKey {
        case parcels
        case company
        case companyOwner
        case numbers
        case url
    }

    package init(from decoder: any Decoder) throws {
        guard let container = try? decoder.container(keyedBy: Field.self) else {
            self.init(numbers: try decoder.singleValueContainer().decode([String].self))
            return
        }
        let company = try container.decodeIfPresent(String.self, forKey: .company)
        guard let parcels = try container.decodeIfPresent([Parcel].self, forKey: .parcels) else {
            let numbers = try container.decode([String].self, forKey: .numbers)
            // A link went out only where there was one number.
            let url = try container.decodeIfPresent(String.self, forKey: .url)
            self.init(numbers: numbers, company: company, url: numbers.count == 1 ? url : nil)
            return
        }
        let owner = try container.decodeIfPresent(Owner.self, forKey: .companyOwner)
        self.init(parcels, company: company, companyOwner: owner ?? .ours)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Field.self)
        try container.encode(parcels, forKey: .parcels)
        try container.encodeIfPresent(company, forKey: .company)
        if companyOwner != .ours { try container.encode(companyOwner, forKey: .companyOwner) }
    }
}
