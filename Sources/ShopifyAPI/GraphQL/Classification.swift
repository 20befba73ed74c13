import Foundation
import SyncEngine

/// Decides, once, what an answer means.
///
/// Sources: <https://shopify.dev/docs/api/usage/response-codes> for the statuses,
/// <https://shopify.dev/docs/api/usage/limits> for the costs, and answers of live shops for codes that
/// no page lists.
enum Classification {
    /// Judges a complete answer.
    ///
    /// - Parameters:
    ///   - answer: What came.
    ///   - asked: What was asked.
    ///   - now: Our clock, for a `Retry-After` in the form of a date where the answer has no date.
    static func verdict<Answer: GraphQLAnswer>(
        _ answer: HTTPAnswer,
        asked: Asked,
        as type: Answer.Type,
        now: Date
    ) -> Verdict<Answer> {
        let version = answer.header("X-Shopify-API-Version")
        if let error = StatusClassification.error(answer, asked: asked, now: now) {
            return Verdict(result: .failure(error), cost: nil, version: version)
        }
        let envelope: Envelope<Answer>
        do {
            envelope = try JSONDecoder().decode(Envelope<Answer>.self, from: answer.body)
        } catch {
            return Verdict(result: .failure(notJSON(answer, asked)), cost: nil, version: version)
        }
        let result = Result { () throws(ShopError) -> Reply<Answer> in
            if let text = envelope.errorText { throw refusedByText(text, asked) }
            let (withheld, failures) = try self.parts(envelope, asked, version)
            if let warning = envelope.searchWarnings.first { throw ignoredSearch(warning, asked) }
            guard let data = envelope.data else {
                throw ShopError(
                    .unexpectedShape,
                    .retry(after: nil),
                    "\(asked.what): the answer has an unexpected shape: \(envelope.dataProblem ?? "it holds no data")"
                )
            }
            return Reply(
                data: data,
                withheld: withheld,
                failures: failures,
                version: version,
                date: answer.header("Date").flatMap(HTTPTime.date),
                points: envelope.cost?.actualQueryCost ?? envelope.cost?.requestedQueryCost ?? 0,
                bytes: answer.body.count,
                elapsed: answer.elapsed
            )
        }
        return Verdict(result: result, cost: envelope.cost, version: version)
    }

    // MARK: Entries of `errors`

    /// The fields withheld below returned objects, and what went wrong with single objects, if nothing worse is among the errors.
    private static func parts<Answer: GraphQLAnswer>(
        _ envelope: Envelope<Answer>,
        _ asked: Asked,
        _ version: String?
    ) throws(ShopError) -> ([Withheld], [Int: ShopError]) {
        guard !envelope.errors.isEmpty else { return ([], [:]) }
        // The most telling error first, whatever order they came in.
        if envelope.errors.contains(where: { $0.code == "THROTTLED" }) {
            throw throttled(envelope.cost, asked)
        }
        var withheld: [Withheld] = []
        var failures: [Int: ShopError] = [:]
        var other: GraphQLFault?
        for fault in envelope.errors {
            guard AccessRefusal.isOne(fault) else {
                if let index = envelope.data?.objectAlone(at: fault.path) {
                    failures[index] =
                        failures[index] ?? refusal(fault, partial: true, asked, version)
                } else {
                    other = other ?? fault
                }
                continue
            }
            guard let (index, depth) = envelope.data?.object(above: fault.path) else {
                if let index = envelope.data?.objectAlone(at: fault.path) {
                    failures[index] = failures[index] ?? AccessRefusal.error(fault, granted: asked.granted)
                    continue
                }
                throw AccessRefusal.error(
                    fault,
                    granted: asked.granted,
                    isOfMutation: Answer.isOfMutation,
                    isUnexecuted: envelope.data?.isUnexecuted ?? false
                )
            }
            let entry = Withheld(index: index, path: AccessRefusal.fields(fault.path.dropFirst(depth)))
            if !withheld.contains(entry) { withheld.append(entry) }
        }
        if let other {
            // A mutation's null beside an error with a code is a rejection; without a code nobody knows what was executed.
            let isRejected = envelope.data.map { $0.isUnexecuted && other.code != nil } ?? true
            throw refusal(other, partial: !isRejected, asked, version)
        }
        return (withheld, failures)
    }

    private static func throttled(_ cost: QueryCost?, _ asked: Asked) -> ShopError {
        var wait = Duration.seconds(1)
        if let requested = cost?.requestedQueryCost, let status = cost?.throttleStatus, status.restoreRate > 0
        {
            let seconds = (Double(requested) - status.currentlyAvailable) / status.restoreRate
            // Shopify advises a second at least; a bucket refills in some twenty.
            wait = .milliseconds(Int(min(max(seconds, 1), 60).rounded(.up) * 1000))
        }
        return ShopError(
            .throttled,
            .retry(after: wait),
            "\(asked.what): Shopify's points for this shop are used up"
        )
    }

    private static func refusal(
        _ fault: GraphQLFault,
        partial: Bool,
        _ asked: Asked,
        _ version: String?
    ) -> ShopError {
        let quoted = Quotation.masked(fault.message)
        switch fault.code {
        case "MAX_COST_EXCEEDED":
            return ShopError(
                .tooExpensive,
                .fault,
                "\(asked.what): the request costs more points than one may: \(Quotation.plain(fault.message))"
            )
        case "INTERNAL_SERVER_ERROR":
            // The text carries the request id that Shopify's support asks for, and nothing of ours.
            return ShopError(
                .serverError,
                .retry(after: nil),
                "\(asked.what): Shopify's server failed: \(Quotation.plain(fault.message))"
            )
        case "TIMEOUT":
            return ShopError(.timedOut, .retry(after: nil), "\(asked.what): Shopify ran out of time")
        case "SHOP_INACTIVE":
            return ShopError(
                .shopFrozen,
                .pause,
                "the shop is not active",
                remedy: "its owner must settle that with Shopify"
            )
        default:
            if partial {
                return ShopError(
                    .serverError,
                    .retry(after: nil),
                    "\(asked.what): the answer is partial: Shopify says: \(quoted)"
                )
            }
            if let version, let wanted = asked.version, version != wanted {
                return ShopError(
                    .versionExpired,
                    .pause,
                    "\(asked.what): API version \(wanted) was asked for, \(Quotation.plain(version)) answered and "
                        + "does not know the request: \(quoted)",
                    remedy: "set api_version to one that Shopify supports today"
                )
            }
            return ShopError(.queryRefused, .fault, "\(asked.what): Shopify refused the request: \(quoted)")
        }
    }

    private static func refusedByText(_ text: String, _ asked: Asked) -> ShopError {
        if text.contains("Invalid API key or access token") {
            return StatusClassification.tokenRefused("HTTP 200")
        }
        return ShopError(
            .serverError,
            .retry(after: nil),
            "\(asked.what): Shopify refused: \(Quotation.masked(text))"
        )
    }

    private static func ignoredSearch(_ warning: SearchWarning, _ asked: Asked) -> ShopError {
        let field = warning.field.map { " \"\(Quotation.masked($0))\"" } ?? ""
        return ShopError(
            .searchIgnored,
            .fault,
            "\(asked.what): Shopify ignored the filter\(field), so its list holds more than was asked for"
        )
    }

    // MARK: Bodies that are not what they should be

    private static func notJSON(_ answer: HTTPAnswer, _ asked: Asked) -> ShopError {
        let blanks: [UInt8] = [9, 10, 13, 32]
        let first = answer.body.first { !blanks.contains($0) }
        let last = answer.body.last { !blanks.contains($0) }
        if first == nil {
            return ShopError(
                .truncated,
                .retry(after: nil),
                "\(asked.what): the answer is empty, expected JSON"
            )
        }
        // libcurl calls a body complete that ends with the connection: only its JSON tells.
        if first == UInt8(ascii: "{"), last != UInt8(ascii: "}") {
            return ShopError(
                .truncated,
                .retry(after: nil),
                "\(asked.what): the answer ends in the middle of its JSON, after \(answer.body.count) bytes"
            )
        }
        let found = first == UInt8(ascii: "<") ? "a web page" : "something else"
        return ShopError(
            .notJSON,
            .retry(after: nil),
            "\(asked.what): expected JSON, found \(found)",
            remedy: "if this lasts, look for a proxy or a sign-in page between this machine and Shopify"
        )
    }

    // MARK: No answer at all

    /// What it means that no complete answer came.
    static func error(_ error: TransportError, asked: Asked) -> ShopError {
        let message = "\(asked.what): \(error.description)"
        return switch error.code {
        case .unresolved:
            ShopError(
                .unreachable,
                .retry(after: nil),
                message,
                remedy: "if it lasts, check this machine's name server, and the shop's address"
            )
        case .refused, .broken: ShopError(.unreachable, .retry(after: nil), message)
        case .timedOut: ShopError(.timedOut, .retry(after: nil), message)
        case .handshake: ShopError(.tls, .retry(after: nil), message)
        case .certificate:
            ShopError(
                .tls,
                .pause,
                error.description,
                remedy: "nothing was sent; check the shop's address, this machine's clock and certificates, "
                    + "and ca_file where a private authority is meant"
            )
        case .truncated, .undecodable: ShopError(.truncated, .retry(after: nil), message)
        case .tooLarge: ShopError(.tooLarge, .retry(after: nil), message)
        case .cancelled: ShopError(.cancelled, .retry(after: nil), message)
        case .unusable:
            ShopError(.badRequest, .pause, message, remedy: "check the shop's address and ca_file")
        }
    }
}
