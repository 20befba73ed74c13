import CCurl
import Foundation

/// One exchange while libcurl works on it.
///
/// Made, used and dropped on the curl thread only. The C callbacks find it through an unretained
/// pointer, which is sound because the loop keeps each transfer in its table until its easy handle
/// is out of the multi handle.
final class CurlTransfer {
    let easy: UnsafeMutableRawPointer
    private let request: HTTPRequest
    private let host: String
    // libcurl keeps pointers to both until the handle is cleaned up.
    private let requestBody: UnsafeMutableBufferPointer<UInt8>
    private var headerList: UnsafeMutablePointer<curl_slist>?

    private var headers: [HTTPHeader] = []
    private var body = Data()
    private var overflowed = false

    /// Makes an easy handle with every option set.
    ///
    /// - Throws: ``TransportError`` `unusable` where the request names what we do not do.
    init(_ request: HTTPRequest) throws(TransportError) {
        guard let target = HTTPTarget(request.url) else {
            throw TransportError(.unusable, "the request's address is not a URL")
        }
        guard
            target.scheme == "https"
                || (target.scheme == "http" && (request.unixSocket != nil || target.isLoopback))
        else {
            throw TransportError(.unusable, "\(target.host) may only be asked by https")
        }
        guard let easy = curl_easy_init() else {
            throw TransportError(.unusable, "libcurl could not make a handle: out of memory")
        }
        self.easy = easy
        self.request = request
        host = target.host
        requestBody = .allocate(capacity: request.body?.count ?? 0)
        if let bytes = request.body { _ = requestBody.initialize(from: bytes) }
        for header in request.headers {
            headerList = curl_slist_append(headerList, "\(header.name): \(header.value)") ?? headerList
        }
        // libcurl would announce large bodies and wait a second for a "100 Continue".
        headerList = curl_slist_append(headerList, "Expect:") ?? headerList
        setAddress(plain: target.scheme == "http")
        setSecurity()
        setLimits()
        setCallbacks()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        requestBody.deallocate()
    }

    /// What the finished exchange came to.
    func outcome(_ code: CURLcode) -> Result<HTTPAnswer, TransportError> {
        if overflowed {
            let cap = request.limits.body
            let words = cap >= 1 << 20 ? "\(cap >> 20) MiB" : "\(cap) bytes"
            return .failure(TransportError(.tooLarge, "the answer of \(host) is larger than \(words)"))
        }
        guard code == CURLE_OK else {
            var verdict = 0
            _ = kcc_curl_getinfo_long(easy, CURLINFO_SSL_VERIFYRESULT, &verdict)
            let text = curl_easy_strerror(code).map { String(cString: $0) } ?? ""
            return .failure(CurlFailure.error(code, verdict: verdict, host: host, text: text))
        }
        var status = 0
        var microseconds: curl_off_t = 0
        _ = kcc_curl_getinfo_long(easy, CURLINFO_RESPONSE_CODE, &status)
        _ = kcc_curl_getinfo_off_t(easy, CURLINFO_TOTAL_TIME_T, &microseconds)
        return .success(
            HTTPAnswer(
                status: status,
                headers: headers,
                body: body,
                elapsed: .microseconds(Int64(microseconds))
            )
        )
    }

    // MARK: Options; each has its page at https://curl.se/libcurl/c/NAME.html

    private func setAddress(plain: Bool) {
        set(CURLOPT_URL, request.url)
        // A file: or gopher: address must not become readable through a configuration's mistake.
        set(CURLOPT_PROTOCOLS_STR, plain ? "http" : "https")
        if let path = request.unixSocket { set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if request.body != nil {
            set(CURLOPT_POST, 1)
            _ = kcc_curl_setopt_off_t(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(requestBody.count))
            _ = kcc_curl_setopt_pointer(easy, CURLOPT_POSTFIELDS, requestBody.baseAddress)
        }
        set(CURLOPT_CUSTOMREQUEST, request.method)
        _ = kcc_curl_setopt_slist(easy, CURLOPT_HTTPHEADER, headerList)
        // HTTP/2 where TLS offers it, on one connection rather than several.
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        set(CURLOPT_PIPEWAIT, plain ? 0 : 1)
        // Every compression that this libcurl knows.
        set(CURLOPT_ACCEPT_ENCODING, "")
    }

    private func setSecurity() {
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let file = request.caFile { set(CURLOPT_CAINFO, file) }
        // Following a redirect would send the access token to the new host, and turn POST into GET.
        set(CURLOPT_FOLLOWLOCATION, 0)
        // libcurl sends a request again, unasked, where a reused connection turns out to be closed
        // (CURLOPT_FRESH_CONNECT(3)).
        if request.freshConnection { set(CURLOPT_FRESH_CONNECT, 1) }
        // Nothing from the environment or a home folder may steer where a token goes.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        // A process of several threads must not get libcurl's signals.
        set(CURLOPT_NOSIGNAL, 1)
    }

    private func setLimits() {
        set(CURLOPT_CONNECTTIMEOUT_MS, request.limits.connect.wholeMilliseconds)
        if let total = request.limits.total { set(CURLOPT_TIMEOUT_MS, total.wholeMilliseconds) }
        if let stalled = request.limits.stalled {
            set(CURLOPT_LOW_SPEED_LIMIT, 100)
            set(CURLOPT_LOW_SPEED_TIME, max(1, Int(stalled.components.seconds)))
        }
    }

    private func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = kcc_curl_setopt_write(easy, CURLOPT_WRITEFUNCTION) { data, size, count, context in
            guard let context else { return 0 }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.takeBody(UnsafeRawBufferPointer(start: data, count: size * count))
        }
        _ = kcc_curl_setopt_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = kcc_curl_setopt_write(easy, CURLOPT_HEADERFUNCTION) { data, size, count, context in
            guard let context else { return 0 }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.takeHeader(UnsafeRawBufferPointer(start: data, count: size * count))
        }
        _ = kcc_curl_setopt_pointer(easy, CURLOPT_HEADERDATA, context)
    }

    private func set(_ option: CURLoption, _ value: String) {
        _ = kcc_curl_setopt_string(easy, option, value)
    }

    private func set(_ option: CURLoption, _ value: Int) {
        _ = kcc_curl_setopt_long(easy, option, value)
    }

    // MARK: Callbacks, on the curl thread

    /// Collects the body as far as it may go.
    ///
    /// Counts what came after decompression: libcurl 7.88's own size limit looks at neither chunked
    /// nor inflated bodies. Taking less than offered makes libcurl end the transfer.
    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= request.limits.body else {
            overflowed = true
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    /// Collects header lines; libcurl itself refuses more than 300 kB of them.
    private func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // The head of the final answer follows those of interim ones (1xx).
            headers = []
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespacesAndNewlines)
            headers.append(HTTPHeader(String(line[..<colon]), value))
        }
        return bytes.count
    }
}

extension Duration {
    /// Rounded up to milliseconds, at least one: to libcurl, zero means "for ever".
    fileprivate var wholeMilliseconds: Int {
        let parts = components
        return max(
            1,
            Int(parts.seconds) * 1000 + Int((parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
        )
    }
}
