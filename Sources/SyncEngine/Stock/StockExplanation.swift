package import Foundation

/// What a decision about one SKU came to, with every term of it: what `stock explain` shows is what decides.
package struct StockExplanation: Sendable, Equatable {
    package var sku: SKU
    /// The levels that count.
    package var levels: [StockLevel] = []
    /// Levels at sites that the channel leaves out.
    package var uncounted: [StockLevel] = []
    /// Their sum: L.
    package var level = Amount.zero
    /// What the rules make of L.
    package var offered = 0
    /// Every order that was looked at, the counted first.
    package var terms: [Term] = []
    /// U.
    package var heldBack = 0
    package var target = 0
    /// Whether `upload` lets the SKU go to Shopify.
    package var isListed = true
    package var view: StockView?
    /// Orders placed up to this moment have to be known before anything is sent, by Shopify's clock.
    package var pollNeededAt: Date?
    package var polledAt: Date?
    package var verdict: Verdict
    /// When time alone may change the verdict, by our clock; nil where only news can.
    package var nextLook: Date?

    package init(sku: SKU, verdict: Verdict) {
        self.sku = sku
        self.verdict = verdict
    }

    /// Whether Shopify is to offer the target: a level counts, and the SKU is listed.
    package var hasTarget: Bool { isListed && !levels.isEmpty }

    /// What is to be done.
    package enum Verdict: Sendable, Equatable {
        /// Shopify offers what it should.
        case nothing(String)
        /// Set, if Shopify still offers `from`.
        case send(target: Int, from: Int)
        /// Add, whatever Shopify offers by now.
        case adjust(by: Int, target: Int)
        /// Read what Shopify offers; `moved` where a figure that was to be used is known to be gone.
        case read(String, moved: Bool)
        /// Look again later.
        case wait(until: Date, String)

        package var text: String {
            switch self {
            case .nothing(let why): why
            case .send(let target, let from): "set to \(target) if Shopify still offers \(from)"
            case .adjust(let delta, let target):
                "add \(delta) towards \(target), because customers buy faster than a figure can be set"
            case .read(let why, _): "read Shopify's figure: \(why)"
            case .wait(_, let why): "wait: \(why)"
            }
        }
    }

    /// An order's part in U.
    package struct Term: Sendable, Equatable {
        package var order: String
        package var channel: String
        /// As of the view where the order sells from the location, else as of now.
        package var units: Int
        package var counts: Bool
        package var why: String

        package init(order: String, channel: String, units: Int, counts: Bool, why: String) {
            self.order = order
            self.channel = channel
            self.units = units
            self.counts = counts
            self.why = why
        }
    }
}
