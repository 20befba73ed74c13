import ArgumentParser
import SyncEngine

/// What the process tells its caller; systemd restarts it after all but `done` and `configuration`.
enum ExitStatus: Int32, Codable, Comparable {
    case done = 0
    case usage = 64
    case unavailable = 69
    case internalError = 70
    case inputOutput = 74
    case temporary = 75
    case refused = 77
    case configuration = 78

    var code: ExitCode { ExitCode(rawValue) }

    /// Greater is worse: what a run over several shops ends with.
    private var severity: Int {
        switch self {
        case .done: 0
        case .temporary: 1
        case .unavailable: 2
        case .refused: 3
        case .configuration: 4
        case .usage: 5
        case .internalError: 6
        case .inputOutput: 7
        }
    }

    static func < (left: ExitStatus, right: ExitStatus) -> Bool { left.severity < right.severity }

    init(_ error: StoreError) {
        self =
            switch error.code {
            case .full, .busy, .readOnly, .inputOutput, .cancelled: .temporary
            case .flushFailed: .inputOutput
            case .corrupt, .foreign, .cannotOpen: .configuration
            case .refused: .usage
            case .internal: .internalError
            }
    }

    init(_ error: ShopError) {
        self = ExitStatus(shopErrorCode: error.code.rawValue)
    }

    /// By the code that a shop's health keeps.
    init(shopErrorCode: String) {
        guard let code = ShopError.Code(rawValue: shopErrorCode) else {
            self = .temporary
            return
        }
        self =
            switch code {
            case .tokenRefused, .clientRefused, .shopNotPermitted, .shopFrozen, .shopLocked, .forbidden,
                .scopeMissing:
                .refused
            case .unreachable, .timedOut, .tls, .serverError, .shopUnknown, .redirected, .truncated, .notJSON,
                .tooLarge:
                .unavailable
            case .throttled, .rateLimited, .cancelled, .incomplete: .temporary
            case .versionExpired, .unexpectedShape, .badRequest, .queryRefused, .searchIgnored, .tooExpensive:
                .internalError
            }
    }
}
