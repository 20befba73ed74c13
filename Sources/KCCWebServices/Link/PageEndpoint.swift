import HTTPTypes
import Hummingbird
import SyncEngine

/// Shows the status page, the metrics and whether all is well.
struct PageEndpoint: Sendable {
    let pages: any OperatorPages
    let gate: LinkGate

    /// The pages' addresses.
    enum Leaf: String {
        case status = "/"
        case metrics = "/metrics"
        case health = "/healthz"
    }

    func answer(_ leaf: Leaf, _ settings: LinkSettings, _ request: Request, _ caller: Caller) async
        -> LinkAnswer
    {
        guard [.get, .head].contains(request.method) else { return .wrongMethod(allowed: [.get, .head]) }
        // Anybody may know whether all is well, and nothing else.
        if leaf != .health, let refusal = await refusal(settings, request, caller) { return refusal }
        switch leaf {
        case .status:
            let page = await pages.status()
            var answer = LinkAnswer(
                Array(page.text.utf8),
                type: "text/html; charset=utf-8",
                status: page.isWell ? .ok : .serviceUnavailable
            )
            answer.fields += [
                (
                    .contentSecurityPolicy,
                    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
                ),
                (.xContentTypeOptions, "nosniff"), (.referrerPolicy, "no-referrer"),
            ]
            return answer
        case .metrics:
            let page = await pages.metrics()
            return LinkAnswer(
                Array(page.text.utf8),
                type: "application/openmetrics-text; version=1.0.0; charset=utf-8",
                status: page.isWell ? .ok : .serviceUnavailable
            )
        case .health:
            let health = await pages.health()
            return LinkAnswer(health.isWell ? .ok : .serviceUnavailable, health.text)
        }
    }

    private func refusal(_ settings: LinkSettings, _ request: Request, _ caller: Caller) async -> LinkAnswer?
    {
        if caller.isLocal, Caller.isLocalHost(request.head.authority) { return nil }
        guard let password = settings.statusPassword else { return .nothingHere }
        return await gate.refusal(request, caller, .pages(password))
    }
}

extension HTTPField.Name {
    fileprivate static var referrerPolicy: Self { Self("Referrer-Policy") ?? .date }
}
