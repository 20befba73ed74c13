package import Foundation
package import SyncEngine

extension PushProgress {
    /// When the step is to be called next: at once, or not before a time.
    package var due: Date? {
        switch self {
        case .answered, .again, .failedAlone: .distantPast
        case .blocked: nil
        case .idle(let until): until
        }
    }
}
