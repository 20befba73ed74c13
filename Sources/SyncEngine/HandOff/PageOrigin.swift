/// What a position that KCC sends says about this store.
package enum PageOrigin: Sendable, Equatable {
    /// This store gave it, to the channel that asks or to another channel of the same shop.
    case own
    /// A later life of this store gave it: the store was restored from a copy.
    case ahead
    /// Another store gave it, or this one gave it to another shop.
    case foreign

    /// Decides.
    ///
    /// - Parameters:
    ///   - position: KCC's.
    ///   - generation: The store's own.
    ///   - lastPage: The greatest page number that the store has given.
    ///   - ancestors: Generations that this store descends from, with the greatest page number that it knows of each.
    ///   - isAnotherShops: Whether the page of that number is on record as given to another shop.
    package init(
        of position: PagePosition,
        generation: Int64,
        lastPage: Int64,
        ancestors: [Int64: Int64],
        isAnotherShops: Bool
    ) {
        let last = position.generation == generation ? lastPage : ancestors[position.generation]
        guard let last else {
            self = .foreign
            return
        }
        if position.page > last {
            self = .ahead
        } else {
            self = isAnotherShops ? .foreign : .own
        }
    }
}
