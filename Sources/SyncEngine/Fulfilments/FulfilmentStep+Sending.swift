import Foundation

/// Sends requests, and looks up those whose answer never came.
extension FulfilmentStep {
    /// Sends one request.
    ///
    /// - Returns: The fulfilment that it made or changed; nil where the job is not to go on now.
    /// - Throws: `ShopError` where the shop is in trouble; the intent stays where the request may have run.
    func send(_ job: inout PushJob, _ intent: FulfilmentIntent, _ record: ShipmentRecord)
        async throws -> ShopifyID?
    {
        guard try await commit(intent, of: &job) else { return nil }
        let answer: FulfilmentAnswer
        do {
            switch intent {
            case .fulfil(let request, _, _, _): answer = try await shop.fulfil(request)
            case .track(let request, _): answer = try await shop.track(request)
            case .prepare: return nil
            }
        } catch {
            if !error.mayHaveRun { try await queue.settle(job) }
            throw error
        }
        hasAnswer = true
        switch answer {
        case .done(let id):
            _ = job.attempts.record(.succeeded, spread: spread())
            let recorded = Self.recorded(intent, id, record)
            try await store.record(recorded, of: job, now: now())
            journalSent(job, intent)
            return id
        case .refused(let words):
            try await queue.settle(job)
            try await rejected(&job, intent, words)
            return nil
        }
    }

    /// Marks fulfilment orders as ready for pick-up.
    ///
    /// - Returns: Whether the job goes on now.
    func prepare(_ job: inout PushJob, _ request: PickupRequest) async throws -> Bool {
        let intent = FulfilmentIntent.prepare(request, sentAt: now())
        guard try await commit(intent, of: &job) else { return false }
        let answer: PickupAnswer
        do {
            answer = try await shop.prepare(request)
        } catch {
            if !error.mayHaveRun { try await queue.settle(job) }
            throw error
        }
        hasAnswer = true
        switch answer {
        case .done:
            _ = job.attempts.record(.succeeded, spread: spread())
            try await store.record(pickups: request.parts, of: job, now: now())
            journalSent(job, intent)
            return true
        case .refused(let words):
            try await queue.settle(job)
            try await rejected(&job, intent, words)
            return false
        }
    }

    /// Writes down what is about to be sent.
    ///
    /// - Returns: False where the job is no longer ours: nothing must be sent.
    private func commit(_ intent: FulfilmentIntent, of job: inout PushJob) async throws -> Bool {
        let text = String(decoding: try JSONEncoder().encode(intent), as: UTF8.self)
        job.intent = text
        return try await queue.intend(job, intent: text)
    }

    /// What became of an intent of unknown outcome.
    enum Outcome {
        case recorded
        case nothing
        case doubtful(String)
    }

    func look(
        _ intent: FulfilmentIntent,
        in view: FulfilmentView,
        _ record: ShipmentRecord,
        _ job: PushJob
    ) async throws -> Outcome {
        switch intent {
        case .fulfil(let request, let before, let lines, _):
            let readback = FulfilmentReadback(
                request: request,
                before: before,
                lines: lines,
                record: record,
                view: view
            )
            switch readback.finding {
            case .made(let id):
                try await store.record(Self.recorded(intent, id, record), of: job, now: now())
                return .recorded
            case .nothing(let why):
                if let why { journalGone(job, why) }
                return .nothing
            case .doubtful(let why):
                return .doubtful("it is not known whether the last request was executed: \(why)")
            }
        case .track:
            guard let found = Self.find(intent, in: view, record) else { return .nothing }
            try await store.record(found, of: job, now: now())
            return .recorded
        case .prepare:
            return .doubtful("it is not known whether the customer was notified that it can be picked up")
        }
    }
}
