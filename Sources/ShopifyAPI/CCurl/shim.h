// libcurl for Swift. curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic,
// which Swift cannot call, and a wrongly sized argument would be undefined behaviour that no
// compiler reports: one typed function per kind of argument, and no logic.
#ifndef KCC_CCURL_SHIM_H
#define KCC_CCURL_SHIM_H

#include <curl/curl.h>

typedef size_t (*kcc_curl_write_callback)(char *_Nonnull data, size_t size, size_t count, void *_Nullable context);

static inline CURLcode kcc_curl_setopt_long(CURL *_Nonnull easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode kcc_curl_setopt_off_t(CURL *_Nonnull easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode kcc_curl_setopt_string(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode kcc_curl_setopt_pointer(CURL *_Nonnull easy, CURLoption option, void *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode kcc_curl_setopt_slist(CURL *_Nonnull easy, CURLoption option, struct curl_slist *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode kcc_curl_setopt_write(CURL *_Nonnull easy, CURLoption option, kcc_curl_write_callback _Nonnull value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode kcc_curl_getinfo_long(CURL *_Nonnull easy, CURLINFO info, long *_Nonnull value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode kcc_curl_getinfo_off_t(CURL *_Nonnull easy, CURLINFO info, curl_off_t *_Nonnull value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode kcc_curl_getinfo_string(CURL *_Nonnull easy, CURLINFO info, char *_Nullable *_Nonnull value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode kcc_curl_multi_setopt_long(CURLM *_Nonnull multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// A union member (CURLMsg.data.result), which Swift imports only as an untyped tuple of bytes.
static inline CURLcode kcc_curl_message_result(const CURLMsg *_Nonnull message) {
    return message->data.result;
}

#endif
