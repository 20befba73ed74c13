import CDispatch
import Foundation
import Persistence
import ShopifyAPI
import SyncEngine

/// What a machine has to do with how the daemon fares.
struct MachineFacts {
    /// Properties of the unit; its environment and command line, which an administrator may have put secrets into, are not among
    /// them.
    private static let properties = [
        "Id", "LoadState", "ActiveState", "SubState", "UnitFileState", "FragmentPath", "DropInPaths", "Type",
        "Result",
        "NRestarts", "Restart", "ExecMainCode", "ExecMainStatus", "ExecMainPID", "ExecMainStartTimestamp",
        "ActiveEnterTimestamp", "InactiveEnterTimestamp", "WatchdogUSec", "WatchdogTimestamp",
        "TimeoutStartUSec",
        "TimeoutStopUSec", "User", "Group", "StateDirectory", "RuntimeDirectory", "UMask", "MemoryCurrent",
        "MemoryPeak",
        "MemoryHigh", "MemoryMax", "MemorySwapMax", "TasksCurrent", "TasksMax", "CPUUsageNSec", "LimitNOFILE",
        "LimitCORE",
        "LimitFSIZE", "ProtectSystem", "ReadWritePaths", "NoNewPrivileges",
    ]

    /// A name and its value a line.
    static func versions() -> String {
        var machine = utsname()
        uname(&machine)
        let systemd = (try? Program("systemctl").text(["--version"]))?.prefix { $0 != "\n" }
        let release = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
        let name = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }?.dropFirst(12)
        let facts: [(String, String)] = [
            ("kccsyncd", Version.number), ("SQLite", (try? StoreSurvey.sqliteVersion()) ?? "unknown"),
            ("libcurl", CurlLibrary.version), ("systemd", systemd.map { String($0) } ?? "not to be found"),
            ("system", name.map { String($0).replacing("\"", with: "") } ?? "unknown"),
            ("kernel", "\(text(&machine.release)) \(text(&machine.machine))"),
            ("processors", String(ProcessInfo.processInfo.activeProcessorCount)),
            ("memory", "\(ProcessInfo.processInfo.physicalMemory >> 20) MiB"),
        ]
        return facts.map { "\($0): \($1)\n" }.joined()
    }

    /// The time, the zone, and whether the clock is kept right.
    static func clock(_ now: Date) -> String {
        let zone = TimeZone.current
        let kept =
            (try? Program("timedatectl").text(["show", "--property=NTPSynchronized"]))
            ?? "NTPSynchronized=unknown\n"
        return
            "now: \(now.formatted(.iso8601))\nzone: \(zone.identifier), \(zone.secondsFromGMT(for: now)) s from UTC\n\(kept)"
    }

    /// The unit as systemd has it, and the limits of its process where one runs.
    ///
    /// - Throws: `Program.Trouble` where there is no systemd to ask.
    static func unit(_ unit: String) throws -> String {
        let shown = try Program("systemctl")
            .text(["show", unit, "--no-pager", "--property=\(properties.joined(separator: ","))"])
        let process =
            shown.split(separator: "\n").first { $0.hasPrefix("ExecMainPID=") }?.dropFirst(12) ?? "0"
        let limits = (try? String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)) ?? ""
        return limits.isEmpty ? shown : "\(shown)\nlimits of process \(process):\n\(limits)"
    }

    /// The files in a folder and in the folders right below it: mode, owner, bytes, time, name; and the room on its disk.
    ///
    /// - Throws: `Program.Trouble` with the reason where it cannot be read.
    static func listing(of folder: String) throws -> String {
        var disk = statvfs()
        guard statvfs(folder, &disk) == 0 else {
            throw Program.Trouble(description: "\(folder): \(String(cString: strerror(errno)))")
        }
        let unit = UInt(disk.f_frsize)
        var table = TextTable(["MODE", "OWNER", "BYTES", "CHANGED", "NAME"], rightAligned: [2])
        let manager = FileManager.default
        for name in try [""] + manager.contentsOfDirectory(atPath: folder).sorted() {
            add(name, in: folder, to: &table)
            let below = (try? manager.contentsOfDirectory(atPath: "\(folder)/\(name)")) ?? []
            if !name.isEmpty {
                for inner in below.sorted() { add("\(name)/\(inner)", in: folder, to: &table) }
            }
        }
        let room =
            "\(folder): \((disk.f_bavail * unit) >> 20) MiB free of \((disk.f_blocks * unit) >> 20) MiB, \(disk.f_favail) files"
        return ([room, ""] + table.lines).joined(separator: "\n") + "\n"
    }

    private static func add(_ name: String, in folder: String, to table: inout TextTable) {
        var status = stat()
        guard lstat("\(folder)/\(name)", &status) == 0 else { return }
        let changed = Date(timeIntervalSince1970: TimeInterval(status.st_mtim.tv_sec))
        table.add([
            FoundValue.mode(status.st_mode), "\(status.st_uid):\(status.st_gid)", String(status.st_size),
            changed.formatted(.iso8601), name.isEmpty ? "." : VisibleText.line(name),
        ])
    }

    /// A field of utsname(2), which is an array of characters with a NUL at its end.
    private static func text<Field>(_ field: inout Field) -> String {
        withUnsafeBytes(of: &field) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
