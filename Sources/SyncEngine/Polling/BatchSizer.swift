/// How many orders to read at once: as many as Shopify answers in good time.
///
/// Shopify stops a request after ten seconds with a 504, and a large answer costs us memory; within
/// those bounds bigger batches are cheaper, because a batch costs the same however many ids it names.
package struct BatchSizer: Sendable, Equatable {
    /// Orders in the next batch, 1 to 250.
    package private(set) var size: Int

    static let most = 250
    static let slow = Duration.seconds(5)
    static let quick = Duration.seconds(2)
    /// Bytes of an answer above which batches shrink, and below half of which they grow.
    static let heavy = 8 << 20

    package init(size: Int = 125) {
        self.size = size
    }

    /// Learns from an answer.
    package mutating func answered(orders: Int, in elapsed: Duration, bytes: Int) {
        if elapsed > Self.slow || bytes > Self.heavy {
            size = max(1, min(size, orders) / 2)
        } else if elapsed < Self.quick, bytes < Self.heavy / 2, orders >= size {
            size = min(Self.most, size * 2)
        }
    }

    /// Learns that a batch took too long or was too large to come at all.
    package mutating func tooMuch(orders: Int) {
        size = max(1, min(size, orders) / 2)
    }
}
