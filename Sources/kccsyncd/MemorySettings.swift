import CSystemd

/// How the C library hands memory back.
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
}
