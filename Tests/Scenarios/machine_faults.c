/* Preloaded into the daemon, it makes the machine's clock or its names wrong, and leaves the test's own as they are.
 *
 * FAULT_CLOCK names a file with seconds that the wall clock is wrong by; the monotonic clock goes on, as in the real thing.
 * FAULT_NAMES names a file: while it exists, no name of Shopify's can be resolved; without it each is this machine.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long wrong_by(void) {
    const char *path = getenv("FAULT_CLOCK");
    long seconds = 0;
    FILE *file = path ? fopen(path, "re") : NULL;
    if (file) {
        if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
        fclose(file);
    }
    return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += wrong_by();
    return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
    int failed = real(now, zone);
    if (!failed) now->tv_sec += wrong_by();
    return failed;
}

time_t time(time_t *where) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (where) *where = now.tv_sec;
    return now.tv_sec;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    const char *path = getenv("FAULT_NAMES");
    if (!real) real = dlsym(RTLD_NEXT, "getaddrinfo");
    if (path && node && strstr(node, ".myshopify.com")) {
        if (access(path, F_OK) == 0) return EAI_AGAIN;
        /* Where a real name server would have sent it to somebody who does not answer. */
        node = "127.0.0.1";
    }
    return real(node, service, hints, found);
}
