import CSystemd
import Foundation

/// How the process keeps small.
enum MemorySettings {
    /// Keeps a long-running process small.
    ///
    /// glibc makes an arena for each thread that competes for memory, and raises its thresholds to the largest
    /// blocks it has seen, so that after an import of large answers tens of megabytes stay with the process. Two
    /// arenas and fixed thresholds of a quarter of a megabyte give large blocks back at once (mallopt(3)).
    static func keepSmall() {
        mallopt(M_ARENA_MAX, 2)
        mallopt(M_TRIM_THRESHOLD, 256 << 10)
        mallopt(M_MMAP_THRESHOLD, 256 << 10)
    }

    /// Lets go of code that only the start needed.
    ///
    /// Reading the configuration, migrating and parsing arguments touch half of the program's code, and the kernel
    /// protects mapped code from being reclaimed for as long as it stays mapped. What is needed again comes back from
    /// the page cache, at some microseconds for each 64 KiB. Only code is touched: it is never written, so nothing is
    /// lost with its pages (madvise(2), `MADV_DONTNEED`).
    static func forgetStart() {
        // What the start allocated and freed between blocks that live on.
        malloc_trim(0)
        guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return }
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count == 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let ends = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard ends.count == 2, let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else { continue }
            madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}
