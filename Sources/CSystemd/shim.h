// libsystemd for Swift: sd_notify(3), sd_watchdog_enabled(3) and sd_journal_sendv(3).
// The journal's location macros are switched off, because they would name this header; the
// caller passes CODE_FILE, CODE_LINE and CODE_FUNC itself.
#ifndef KCC_CSYSTEMD_SHIM_H
#define KCC_CSYSTEMD_SHIM_H

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

// mallopt(3), which the Glibc module leaves out.
#include <malloc.h>

#endif
