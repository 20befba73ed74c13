"""Every fault that the simulator can inject, and how a poll that meets it may end.

A fault either passes unnoticed (exit 0) or ends the poll with a status that tells its kind: 69 unavailable,
75 temporary, 77 refused, 70 for what only a mistake of ours could explain.
"""

DOWN, BUSY, REFUSED, ODD = {69}, {75}, {77}, {69, 70}
HARMLESS = {0}

FAULTS = {
    "status 500": ({"kind": "status", "status": 500}, DOWN),
    "status 502 as HTML": ({"kind": "status", "status": 502, "body": "<html><body>Bad Gateway</body></html>"}, DOWN),
    "status 503": ({"kind": "status", "status": 503}, DOWN),
    "status 504": ({"kind": "status", "status": 504}, DOWN | HARMLESS),
    "status 503 after executing": ({"kind": "status", "status": 503, "execute": True}, DOWN),
    "status 429 with Retry-After": ({"kind": "status", "status": 429, "headers": {"Retry-After": "2"}}, BUSY),
    "status 429 without Retry-After": ({"kind": "status", "status": 429}, BUSY),
    "status 429 with an absurd Retry-After": ({"kind": "status", "status": 429,
                                               "headers": {"Retry-After": "99999999999999999999"}}, BUSY),
    "status 429 with a date long past": ({"kind": "status", "status": 429,
                                          "headers": {"Retry-After": "Mon, 23 Nov 1998 10:00:00 GMT"}}, BUSY),
    "status 430": ({"kind": "status", "status": 430}, BUSY),
    "status 400": ({"kind": "status", "status": 400}, ODD),
    "status 404": ({"kind": "status", "status": 404}, DOWN | {78}),
    "delay": ({"kind": "delay", "seconds": 0.5}, HARMLESS),
    "dropped before executing": ({"kind": "drop_before"}, DOWN | HARMLESS),
    "dropped after executing": ({"kind": "drop_after"}, DOWN | HARMLESS),
    "reset before executing": ({"kind": "drop_before", "reset": True}, DOWN | HARMLESS),
    "reset after executing": ({"kind": "drop_after", "reset": True}, DOWN | HARMLESS),
    "truncated, length as promised": ({"kind": "truncated", "fraction": 0.5, "honest": True}, DOWN),
    "truncated, length not kept": ({"kind": "truncated", "fraction": 0.5, "honest": False}, DOWN),
    "slow": ({"kind": "slow", "bytes": 4000, "every": 0.02}, HARMLESS),
    "a web page": ({"kind": "html"}, DOWN),
    "not JSON": ({"kind": "not_json"}, DOWN),
    "JSON of the wrong shape": ({"kind": "wrong_json"}, ODD),
    "an empty body": ({"kind": "empty"}, DOWN),
    "a huge body": ({"kind": "huge", "mib": 40}, DOWN | HARMLESS),
    "throttled": ({"kind": "throttled", "available": 0}, BUSY | HARMLESS),
    "internal error, partial data": ({"kind": "internal_error", "data": "partial"}, DOWN),
    "internal error, null data": ({"kind": "internal_error", "data": "null"}, DOWN),
    "internal error, no data": ({"kind": "internal_error", "data": "none"}, DOWN),
    "access denied at the root": ({"kind": "access_denied", "path": None}, REFUSED),
    "a redirect": ({"kind": "redirect", "location": "https://elsewhere.example.com/"}, DOWN | REFUSED | {78}),
    "a redirect to a file": ({"kind": "redirect", "location": "file:///etc/passwd"}, DOWN | REFUSED | {78}),
    "broken gzip": ({"kind": "bad_gzip"}, DOWN),
    "a search warning": ({"kind": "search_warning"}, ODD),
    "another version answers": ({"kind": "fall_forward", "version": "2026-01"}, HARMLESS),
    "true JSON as text/html": ({"kind": "content_type", "value": "text/html"}, HARMLESS | DOWN),
    "errors as a string": ({"kind": "errors_as_string"}, DOWN),
    "no cost": ({"kind": "no_cost"}, HARMLESS),
}
