/// Keeps the loops of all shops running, side by side, until they are told to stop.
package struct Supervisor: Sendable {
    package let loops: [ShopLoop]
    /// Those that tell Shopify, beside those that ask it.
    package let pushes: [PushLoop]
    private let stop: StopSignal

    package init(loops: [ShopLoop], pushes: [PushLoop] = [], stop: StopSignal) {
        self.loops = loops
        self.pushes = pushes
        self.stop = stop
    }

    /// Runs every loop as a child of one group; returns when all have ended.
    ///
    /// A loop handles its own failures, with backoff, and ends only on the stop signal or when the
    /// task is cancelled; one that ends otherwise is started again.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            for loop in loops {
                group.addTask {
                    while !stop.isRequested { await loop.run() }
                }
            }
            for loop in pushes {
                group.addTask {
                    while !stop.isRequested { await loop.run() }
                }
            }
        }
    }

    /// Asks all loops to end after the step under way.
    package func requestStop() {
        stop.request()
        for loop in loops { loop.wake() }
        for loop in pushes { loop.wake() }
    }

    /// Domains of shops whose loop should have moved and has not.
    package var stuck: [String] {
        loops.filter { $0.state.isStuck() }.map(\.domain)
            + pushes.filter { $0.state.isStuck() }.map { "\($0.domain) (pushes)" }
    }
}
