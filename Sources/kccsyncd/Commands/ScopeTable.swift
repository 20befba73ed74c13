import SyncEngine

/// `check --scopes`: every scope, what KCC's guide calls it, whether the shop granted it, and what it is needed for.
struct ScopeTable {
    let granted: GrantedScopes
    let needs: [ScopeNeed]

    var lines: [String] {
        var table = TextTable(["KCC'S GUIDE", "SCOPE", "GRANTED", "NEEDED FOR"])
        for scope in AccessScope.all {
            table.add([
                scope.tickBox ?? "(not in the guide)", scope.handle, state(of: scope.handle),
                purpose(of: scope.handle),
            ])
        }
        let known = Set(AccessScope.all.map(\.handle))
        for handle in granted.handles.subtracting(known).sorted() {
            table.add(["(not in the guide)", handle, "yes", "not needed"])
        }
        return table.lines
    }

    private func state(of handle: String) -> String {
        if granted.handles.contains(handle) { return "yes" }
        if granted.has(handle) { return "yes, with \(handle.replacing("read_", with: "write_"))" }
        return needs.contains { $0.scope == handle } ? "MISSING" : "no"
    }

    private func purpose(of handle: String) -> String {
        if let need = needs.first(where: { $0.scope == handle }) { return need.purpose }
        // A needed write scope includes the read scope.
        let write = handle.replacing("read_", with: "write_", maxReplacements: 1)
        if handle != write, let need = needs.first(where: { $0.scope == write }) {
            return "\(need.purpose) (part of \(write))"
        }
        return AccessScope.optional[handle].map { "only for \($0)" } ?? "not needed"
    }
}
