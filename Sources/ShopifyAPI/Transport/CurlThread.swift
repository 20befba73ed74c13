import CCurl

/// The loop on the curl thread: take letters, let libcurl work, hand out results, wait.
struct CurlThread {
    let mailbox: CurlMailbox

    private struct Entry {
        var id: UInt64
        var transfer: CurlTransfer
        var caller: CurlMailbox.Caller
    }

    init(mailbox: CurlMailbox) {
        self.mailbox = mailbox
    }

    /// Returns when the loop was stopped and the last exchange has ended.
    func run() {
        guard let multi = mailbox.multi else { return }
        var table: [UnsafeMutableRawPointer: Entry] = [:]
        while true {
            let delivery = mailbox.collect()
            for letter in delivery.letters { take(letter, &table, multi) }
            if delivery.cancelling {
                for easy in Array(table.keys) { end(easy, &table, multi, Self.stopped) }
            }
            var running: Int32 = 0
            _ = curl_multi_perform(multi, &running)
            finish(&table, multi)
            if delivery.stopping, table.isEmpty, let waiters = mailbox.close() {
                curl_multi_cleanup(multi)
                for waiter in waiters { waiter.resume() }
                return
            }
            // Wakes for sockets, libcurl's own timers and curl_multi_wakeup; the bound only limits
            // how long a lost wake-up could matter.
            _ = curl_multi_poll(multi, nil, 0, 60_000, nil)
        }
    }

    private static let stopped = CurlMailbox.Outcome.failure(
        TransportError(.cancelled, "the HTTP loop was stopped")
    )

    private func take(
        _ letter: CurlMailbox.Letter,
        _ table: inout [UnsafeMutableRawPointer: Entry],
        _ multi: UnsafeMutableRawPointer
    ) {
        switch letter {
        case .start(let id, let request, let caller):
            do throws(TransportError) {
                let transfer = try CurlTransfer(request)
                guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
                    throw TransportError(.unusable, "libcurl could not begin: out of memory")
                }
                table[transfer.easy] = Entry(id: id, transfer: transfer, caller: caller)
            } catch {
                mailbox.forget(id)
                caller.resume(returning: .failure(error))
            }
        case .cancel(let id):
            // An exchange that ended meanwhile is not in the table, and its end stands.
            guard let easy = table.first(where: { $0.value.id == id })?.key else { return }
            end(easy, &table, multi, .failure(TransportError(.cancelled, "cancelled")))
        }
    }

    private func finish(_ table: inout [UnsafeMutableRawPointer: Entry], _ multi: UnsafeMutableRawPointer) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            // Read before the handle is removed: that frees the message.
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else {
                continue
            }
            let code = kcc_curl_message_result(message)
            guard let outcome = table[easy]?.transfer.outcome(code) else { continue }
            end(easy, &table, multi, outcome)
        }
    }

    private func end(
        _ easy: UnsafeMutableRawPointer,
        _ table: inout [UnsafeMutableRawPointer: Entry],
        _ multi: UnsafeMutableRawPointer,
        _ outcome: CurlMailbox.Outcome
    ) {
        guard let entry = table.removeValue(forKey: easy) else { return }
        _ = curl_multi_remove_handle(multi, easy)
        mailbox.forget(entry.id)
        entry.caller.resume(returning: outcome)
    }
}
