import CCurl
import Foundation

/// All HTTP of the process: one thread that owns libcurl, and connections that are used again.
///
/// Callers come from any task. Easy handles, buffers and the table of transfers live on the thread
/// alone; what other threads touch is an inbox under a lock and `curl_multi_wakeup`, the one call
/// that libcurl allows from elsewhere (<https://curl.se/libcurl/c/curl_multi_wakeup.html>).
package final class CurlLoop: Sendable {
    private let mailbox: CurlMailbox

    /// Starts the thread.
    ///
    /// - Parameter name: The thread's name, as `ps -T` shows it; Linux keeps 15 characters.
    package init(name: String = "curl") {
        CurlLibrary.prepare()
        let multi = curl_multi_init()
        if let multi { _ = kcc_curl_multi_setopt_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX)) }
        let mailbox = CurlMailbox(multi: multi)
        self.mailbox = mailbox
        let thread = Thread { @Sendable in
            CurlThread(mailbox: mailbox).run()
        }
        thread.name = name
        thread.start()
    }

    deinit {
        mailbox.stop(cancelling: true, waiter: nil)
    }

    /// Makes one exchange and returns its answer, whatever its status.
    ///
    /// Cancelling the task ends the exchange at once.
    ///
    /// - Parameter request: What to send where.
    /// - Returns: The complete answer.
    /// - Throws: ``TransportError`` where no complete answer came.
    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPAnswer {
        let mailbox = mailbox
        let id = mailbox.register()
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                mailbox.start(id, request, continuation)
            }
        } onCancel: {
            mailbox.cancel(id)
        }
        return try outcome.get()
    }

    /// Takes no more requests, and returns when the thread has ended.
    ///
    /// - Parameter cancelling: Ends exchanges under way instead of letting them finish. A later call
    ///   with true overrides an earlier one with false.
    package func stop(cancelling: Bool = true) async {
        await withCheckedContinuation { continuation in
            mailbox.stop(cancelling: cancelling, waiter: continuation)
        }
    }
}

/// What libcurl and its threads need of the process, done once.
package enum CurlLibrary {
    /// As it names itself and what it was built with: `libcurl/8.14.1 OpenSSL/3.5.1 …`.
    package static var version: String { String(cString: curl_version()) }

    private static let ready: Void = {
        // Writing to a connection that the peer closed must fail, not end the process: with
        // CURLOPT_NOSIGNAL libcurl leaves that to us.
        signal(SIGPIPE, SIG_IGN)
        curl_global_init(Int(CURL_GLOBAL_SSL))
    }()

    static func prepare() {
        _ = ready
    }
}
