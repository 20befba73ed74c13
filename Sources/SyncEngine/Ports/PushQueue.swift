package import Foundation

/// The durable queue of what is to be told to Shopify: rows of the order store.
///
/// Each method is one transaction of one guarded statement; doing it again is harmless.
package protocol PushQueue: Sendable {
    /// Takes the oldest job that is due and whose lane no older unfinished job holds: it is running, its attempt counted.
    ///
    /// A parked job holds its lane no more than a final one: one refused push must not block the next.
    ///
    /// - Parameter resting: Channels whose jobs wait. Jobs of a channel that is gone do not: the shop has them.
    func claim(_ kind: PushJob.Kind, shop: Int64, resting: Set<String>, now: Date) async throws(StoreError)
        -> PushJob?

    /// Writes down what is about to be sent, before it is.
    ///
    /// - Returns: False where the job is no longer the caller's: it must then send nothing.
    func intend(_ job: PushJob, intent: String) async throws(StoreError) -> Bool

    /// Writes down that the job's ``PushJob/intent`` is not under way any more.
    ///
    /// The intent is the fence, not the attempt: a shipment may be reported again while its request is under way, and the answer
    /// ends that request all the same.
    func settle(_ job: PushJob) async throws(StoreError)

    /// Puts in a job that is running already, with what it is about to send.
    func begin(
        _ kind: PushJob.Kind,
        channel: String,
        lane: String,
        subject: String,
        intent: String,
        shop: Int64,
        now: Date
    ) async throws(StoreError) -> PushJob

    /// Ends a running job.
    func finish(_ job: PushJob, now: Date) async throws(StoreError)

    /// Puts a running job off, with its ``PushJob/attempts``; its intent stays.
    ///
    /// - Parameter countsAttempt: False for throttling and for a stop, which are nobody's failure.
    func snooze(
        _ job: PushJob,
        until: Date,
        error: String?,
        remedy: String?,
        countsAttempt: Bool
    ) async throws(StoreError)

    /// Lays a running job aside until an operator has looked.
    ///
    /// - Parameter isDoubtful: Whether it may have been done already: then only an operator who names the job has it tried again.
    func park(
        _ job: PushJob,
        error: String,
        remedy: String,
        isDoubtful: Bool,
        now: Date
    ) async throws(StoreError)

    /// Takes back what a process that is gone had running; called once, before the first claim.
    ///
    /// - Returns: How many there were.
    func rescue(shop: Int64, now: Date) async throws(StoreError) -> Int

    /// Channels of a shop whose shipments are not sent: also of those that are not in the configuration any more.
    ///
    /// - Parameter uploads: `upload_order_status` of the channels at work; it is stored, and decides after they are gone.
    func withheldChannels(remembering uploads: [String: Bool], shop: Int64) async throws(StoreError)
        -> Set<String>

    /// The ordering keys of jobs that are due, the most urgent first, each once.
    func upcoming(
        _ kind: PushJob.Kind,
        shop: Int64,
        resting: Set<String>,
        now: Date,
        limit: Int
    ) async throws(StoreError) -> [String]

    /// When the next job is due; nil where none waits.
    func nextDue(_ kind: PushJob.Kind, shop: Int64, resting: Set<String>) async throws(StoreError) -> Date?
}
