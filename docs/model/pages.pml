/*
 * The page protocol with KCC: how orders reach KCC once, whatever is lost, repeated, edited, cancelled or restored.
 *
 * Checked by scripts/check-model; docs/page-protocol.md describes the protocol and what the model assumes. One channel, two orders.
 * An order's content is its revision; a position is a generation and a page number. `delivered` and `holds` are what KCC has in
 * truth; the store sees only positions, statuses and what operators say.
 *
 * Properties, each an assertion with this name:
 *   LOST                  at rest, an order that is wanted is in KCC, or waits with a reason that the operator sees
 *   OFFERED_AGAIN         an order is not served as new after its position or a status proved that KCC has it, unless KCC
 *                         asked for it by name or an operator resent it
 *   CANCELLED_SERVED      a cancelled order is not served
 *   CANCELLED_WAITS       at rest, a cancelled order that KCC never took is withdrawn
 *   TAKEN_NOT_SHOWN       at rest, an order that KCC has is acknowledged (and so shown as changed if it was cancelled)
 *   ACKNOWLEDGED_UNTAKEN  a page acknowledges only what KCC took since it last asked for it by name
 *   FALSELY_UNCHANGED     where KCC has another revision than ours, or ours is cancelled, the order is shown as changed
 *   FALSELY_CHANGED       an order is shown as changed only if it differs from what KCC has; not asserted while KCC may have either of
 *                         two revisions, after it took two contents, and for statuses that come after a restoration
 *   FOREIGN_ACKNOWLEDGES  a position of another store acknowledges nothing
 *
 * Weakenings, each of which must make the check fail:
 *   SAME_NUMBER      a page that answers the same position keeps its number, whatever its members and revisions are
 *   RETURN_TWICE     a position that comes back again acknowledges again
 *   NO_VOID          an order that KCC asked for by name stays on the pages served before
 *   FIRST_REVISION   the first revision that was served stays the one that later ones are compared with
 *   FORGET           a page that the next request does not return is forgotten
 *   KEEP_GENERATION  a restored store keeps its generation
 *   KEEP_CANCELLED   a cancelled order stays on the page when the page is served again
 *   NO_CHECK         a page is committed without checking that its orders are as they were read
 *   EMPTY_LAST       an empty page that answers none of our positions gets the last page's number
 *   FOREIGN_COUNTS   a foreign position is looked up by its number
 *   WAITING_ONLY     a status or a position acknowledges only orders that wait
 *   SERVED_ONCE      an order that was served is not served again
 *   NO_WITHDRAWAL    a cancelled order that was served goes on waiting for its page to come back
 *   NEWEST_SERVED    a status is taken to mean the revision that was served last
 * Assumptions that can be lifted, to see that the promise rests on them:
 *   SILENT_RESTORE   another client asks a restored store before the restoration is recognised
 *   KEEPS_FIRST      KCC keeps the first content of an order that it takes twice
 * Questions (-DASK=NAME), each answered by a failing check with the way there:
 *   LATE_RETURN      a page counted as not taken, and then its position came back
 *   WITHDRAWN_TAKEN  a position acknowledged an order that was withdrawn
 *   MADE_AGAIN       a page was made again, because an order changed while it was made
 *   SAME_PAGE        a page was served again under its number
 *   UNSURE           a status acknowledged an order of which KCC may have either of two revisions
 *   RESOLVED         a position said which of them it was
 *   RECOGNISED       a position ahead of ours showed that the store was restored
 *   ANCESTOR         a position from before the restoration acknowledged an order
 *   BLOCKED          a foreign position stopped the channel
 *   BY_NAME          an acknowledged order was asked for by name
 *   HELD_AT_REST     after a restoration an order is left for the operator to decide
 *   ALL_ACKNOWLEDGED at rest, KCC has both orders
 */

#define ORDERS 2
/* What may happen, at most so many times. */
#ifndef EDITS
#define EDITS 1
#endif
#ifndef CANCELS
#define CANCELS 1
#endif
/* Requests of another client, or of a proxy that repeats one of KCC's. */
#ifndef OTHERS
#define OTHERS 2
#endif
/* Answers lost, and restarts while a request is worked on. */
#ifndef LOSSES
#define LOSSES 1
#endif
/* KCC's operator resets its position, to nothing, a date, or one of another store. */
#ifndef RESETS
#define RESETS 1
#endif
/* Imports that fail in KCC: its operator asks for the order by name. */
#ifndef FAILS
#define FAILS 1
#endif
#ifndef RESTORES
#define RESTORES 0
#endif
/* Pages before all comes to rest. */
#ifndef PAGES
#define PAGES 4
#endif
#define TABLE (PAGES + 5)

/* A failing check prints the assertion's text, whose last word is the property's name. */
#define require(condition, name) assert((condition) || name)
hidden byte LOST, OFFERED_AGAIN, CANCELLED_SERVED, CANCELLED_WAITS, TAKEN_NOT_SHOWN, ACKNOWLEDGED_UNTAKEN;
hidden byte FALSELY_UNCHANGED, FALSELY_CHANGED, FOREIGN_ACKNOWLEDGES;

/* What an order's hand-off is here. */
#define NONE 0
#define WAITING 1
#define HELD 2
#define WITHDRAWN 3
#define ACKED 4

/* What KCC sends with a request: nothing, a date after order 0, or a position. Generation 3 is another store's. */
#define NOTHING 0
#define DATE 1
#define POSITION(generation, page) ((generation) * 16 + (page))
#define GENERATION(position) ((position) / 16)
#define PAGE(position) ((position) % 16)
#define FOREIGN POSITION(3, 1)

/* The orders as Shopify has them, and as we poll them: content and cancellation. */
byte revision[ORDERS];
bool cancelled[ORDERS];
bool one_kind = false;   /* Otherwise each needs a page of its own. */
byte edits = 0, cancels = 0;

/* The store. */
typedef Hand {
    byte state;
    bool served;      /* Somebody may have it from a page. */
    bool requested;   /* KCC asked for it by name. */
    byte by_name;     /* The revision that it was given then. */
#ifdef FIRST_REVISION
    byte first;
#endif
    byte base;        /* Revisions that KCC may have, as bits; later ones are compared with them. */
    bool exact        /* A returned position or a single candidate says which. */
};
typedef Page {
    byte members[ORDERS];   /* Revisions; 0 = not on it. */
    bool returned
};
Hand hand[ORDERS];
Page page[TABLE];
byte generation = 1, last = 0, fork = 0;
byte answers = NOTHING;   /* The position that the last page answered. */
bool blocked = false, late_start = false;

/* A copy of the store. */
bool restored = false, unrecognised = false;
#if RESTORES > 0
bool copied = false;
Hand kept_hand[ORDERS];
Page kept_page[TABLE];
byte kept_last = 0;
#endif

/* KCC in truth: the revision that was delivered last, whether its import went well, and its position. */
byte delivered[ORDERS];
bool holds[ORDERS], reported[ORDERS];
byte position = NOTHING;
/* What the page of its position delivered. */
bool delivers[ORDERS];
/* The answer on its way to KCC, and the request that it is for. */
bool asking = false, answered = false, busy = false;
byte answer[ORDERS], answer_position = 0;
/* The last positions that KCC sent; what another client may repeat. */
byte sent = NOTHING, sent_before = NOTHING;
byte others = 0, losses = 0, resets = 0, fails = 0;
bool closing = false;

/* What is proven and what was taken since KCC last asked for it by name, whatever the store remembers. */
bool proven[ORDERS], taken[ORDERS], ever[ORDERS];
/* An operator's word or a status says that KCC has it, and nothing says in which revision. */
bool vouched[ORDERS];
/* KCC took two contents, or the page that it took may be lost with the store: a difference may be shown that is none. */
bool twice[ORDERS];

#define CHANGED(i) ((hand[i].base & ~(1 << revision[i])) != 0 || cancelled[i])
#define SAME(i) (delivered[i] == revision[i] && !cancelled[i])
#define HONEST(i) \
    require(hand[i].state != ACKED || vouched[i] || CHANGED(i) || SAME(i), FALSELY_UNCHANGED); \
    require(hand[i].state != ACKED || vouched[i] || twice[i] || !hand[i].exact || !CHANGED(i) || !SAME(i), FALSELY_CHANGED)

#ifdef FOREIGN_COUNTS
#define OURS(p) (PAGE(p) > 0 && GENERATION(p) > 0 && PAGE(p) <= last)
#elif defined(KEEP_GENERATION)
#define OURS(p) (GENERATION(p) == 1 && PAGE(p) <= last)
#else
#define OURS(p) ((GENERATION(p) == generation && PAGE(p) <= last) || (generation == 2 && GENERATION(p) == 1 && PAGE(p) <= fork))
#endif
#define AHEAD(p) (GENERATION(p) > 0 && GENERATION(p) <= generation && !OURS(p))

#ifdef KEEP_CANCELLED
#define GONE(i) false
#else
#define GONE(i) cancelled[i]
#endif
#ifdef SERVED_ONCE
#define UNSERVED(i) !hand[i].served
#else
#define UNSERVED(i) true
#endif
#define OFFERED(i) (UNSERVED(i) && hand[i].state == WAITING && !hand[i].requested && !GONE(i) && !(late_start && i == 0) && !blocked)
#ifdef NO_CHECK
#define AS_READ(i) true
#else
#define AS_READ(i) (draft[i] == 0 || (draft[i] == revision[i] && OFFERED(i)))
#endif
#ifdef SAME_NUMBER
#define EQUAL(p) true
#else
#define EQUAL(p) (page[p].members[0] == draft[0] && page[p].members[1] == draft[1])
#endif
#ifdef WAITING_ONLY
#define OPEN(i) (hand[i].state == WAITING)
#else
#define OPEN(i) (hand[i].state != ACKED)
#endif

#ifdef ASK
hidden byte LATE_RETURN = 1, WITHDRAWN_TAKEN = 2, MADE_AGAIN = 3, SAME_PAGE = 4, UNSURE = 5, RESOLVED = 6, RECOGNISED = 7;
hidden byte ANCESTOR = 8, BLOCKED = 9, BY_NAME = 10, HELD_AT_REST = 11, ALL_ACKNOWLEDGED = 12;
#define note(condition, name) assert(!(condition) || name != ASK)
#else
#define note(condition, name) skip
#endif

/* Both orders, one after the other. */
#define each(i, what) i = 0; do :: i < ORDERS -> what; i++ :: else -> i = 0; break od

inline acknowledge_member(i, revised) {
    note(hand[i].state == WITHDRAWN, WITHDRAWN_TAKEN);
    hand[i].state = ACKED; hand[i].requested = false; hand[i].served = false;
    hand[i].base = 1 << revised; hand[i].exact = true; vouched[i] = false;
    HONEST(i)
}

/* Position p came back, and is one of ours. */
inline acknowledge(p, i) {
    if
#ifndef RETURN_TWICE
    :: page[PAGE(p)].returned -> skip
#endif
    :: else ->
        note(PAGE(p) < last && !page[PAGE(p)].returned, LATE_RETURN);
        page[PAGE(p)].returned = true;
        each(i,
            if
            :: page[PAGE(p)].members[i] > 0 && OPEN(i) ->
                require(GENERATION(p) != 3, FOREIGN_ACKNOWLEDGES);
                require(taken[i], ACKNOWLEDGED_UNTAKEN);
                note(GENERATION(p) < generation, ANCESTOR);
#ifdef FIRST_REVISION
                acknowledge_member(i, hand[i].first)
#else
                acknowledge_member(i, page[PAGE(p)].members[i])
#endif
            /* A status came before it and could not say which revision. */
            :: page[PAGE(p)].members[i] > 0 && hand[i].state == ACKED && !hand[i].exact ->
                note(true, RESOLVED);
                acknowledge_member(i, page[PAGE(p)].members[i])
            :: else
            fi)
#ifndef RETURN_TWICE
        /* Not looked at again. */
        ; page[PAGE(p)].members[0] = 0; page[PAGE(p)].members[1] = 0
#endif
    fi
}

/* The store was restored: what waits may be in KCC. */
inline restoration_begins(i) {
    unrecognised = false;
    each(i, if :: hand[i].state == WAITING -> hand[i].state = HELD; hand[i].requested = false :: else fi);
#ifndef KEEP_GENERATION
    generation = 2;
#endif
    fork = last
}

/* A request for orders with position p: what it says of earlier pages, and which orders its page has. */
inline begin(p, i) {
    if
    :: OURS(p) -> blocked = false; acknowledge(p, i)
    :: AHEAD(p) -> blocked = false;
        if :: unrecognised -> note(true, RECOGNISED); restoration_begins(i) :: else fi
    :: !OURS(p) && GENERATION(p) == 3 -> blocked = true; note(true, BLOCKED)
    :: GENERATION(p) == 0 -> blocked = false; late_start = (p == DATE)
    fi;
    /* Pages that were served and not returned were not taken so far. */
    if
    :: blocked
    :: else ->
        each(i,
            if
            :: hand[i].state == WAITING ->
#ifndef SERVED_ONCE
                hand[i].served = false;
#endif
#ifndef NO_WITHDRAWAL
                if :: GONE(i) -> hand[i].state = WITHDRAWN; hand[i].requested = false :: else fi
#endif
            :: else
            fi)
#ifdef FORGET
        ; i = 1;
        do
        :: i < TABLE -> if :: !page[i].returned -> page[i].members[0] = 0; page[i].members[1] = 0 :: else fi; i++
        :: else -> i = 0; break
        od
#endif
    fi;
    draft[0] = (OFFERED(0) -> revision[0] : 0);
    draft[1] = (OFFERED(1) && (one_kind || draft[0] == 0) -> revision[1] : 0)
}

/* The page is committed, unless an order changed since; then `result` is its position, and otherwise 0. */
inline commit(p, result, i) {
    result = 0;
    if
    :: !(AS_READ(0) && AS_READ(1)) -> note(true, MADE_AGAIN)
    :: else ->
        if
        :: draft[0] + draft[1] == 0 && (OURS(p) || blocked) -> result = p
#ifdef EMPTY_LAST
        :: draft[0] + draft[1] == 0 && !(OURS(p) || blocked) && last > 0 -> result = POSITION(generation, last)
        :: draft[0] + draft[1] == 0 && !(OURS(p) || blocked) && last == 0 -> result = NOTHING
        :: draft[0] + draft[1] > 0 ->
#else
        :: else ->
#endif
            if
            :: last > fork && !page[last].returned && answers == p && EQUAL(last) -> note(draft[0] > 0, SAME_PAGE)
            :: else -> last++; answers = p
            fi;
            page[last].members[0] = draft[0]; page[last].members[1] = draft[1];
            result = POSITION(generation, last);
            each(i,
                if
                :: draft[i] > 0 ->
                    require(!proven[i], OFFERED_AGAIN);
                    require(!cancelled[i], CANCELLED_SERVED);
#ifdef FIRST_REVISION
                    if :: hand[i].first == 0 -> hand[i].first = draft[i] :: else fi;
#endif
                    hand[i].served = true
                :: else
                fi)
        fi
    fi
}
#ifdef SILENT_RESTORE
#define MAY_ASK true
#else
#define MAY_ASK !unrecognised
#endif
/* A page of its own may be needed. */
#define ROOM (closing || last < PAGES)

/* Nothing served before counts for the order: KCC asked for it by name, or an operator resent it. */
inline void(i, j) {
    j = 1;
    do
    :: j < TABLE -> if :: !page[j].returned -> page[j].members[i] = 0 :: else fi; j++
    :: else -> j = 0; break
    od
}

/* KCC takes an answer. */
inline take(i, content, fine) {
    if
    :: content > 0 ->
        twice[i] = twice[i] || (delivered[i] > 0 && delivered[i] != content);
#ifdef KEEPS_FIRST
        if :: !holds[i] -> delivered[i] = content :: else fi;
#else
        delivered[i] = content;
#endif
        holds[i] = fine; taken[i] = true; ever[i] = true; reported[i] = false;
        HONEST(i)
    :: else
    fi
}
inline take_page(result, fine, i) {
    if
    :: result != position ->
        position = result;
        delivers[0] = false; delivers[1] = false
    :: else
    fi;
    delivers[0] = delivers[0] || draft[0] > 0; delivers[1] = delivers[1] || draft[1] > 0;
    each(i, take(i, draft[i], fine))
}

/* KCC asks for an order by name, because its import failed. */
inline ask_by_name(i, j, arrives) {
    if
    :: (hand[i].state == WAITING || hand[i].state == ACKED) && !cancelled[i] ->
        note(hand[i].state == ACKED, BY_NAME);
        hand[i].state = WAITING; hand[i].requested = true; hand[i].served = false;
        hand[i].by_name = revision[i]; hand[i].base = 0; hand[i].exact = false;
#ifndef NO_VOID
        void(i, j);
#endif
        proven[i] = false; taken[i] = false; delivers[i] = false;
        if
        :: arrives -> delivered[i] = revision[i]; holds[i] = true; taken[i] = true; twice[i] = false; reported[i] = false
        :: else
        fi
    :: else
    fi
}

/* A status of KCC names an order. It does not say which revision KCC has. */
inline status(i, j) {
    reported[i] = true; proven[i] = true;
    if
    :: OPEN(i) ->
        twice[i] = twice[i] || restored;
        hand[i].base = 0;
        if :: hand[i].by_name > 0 -> hand[i].base = 1 << hand[i].by_name :: else fi;
        j = 1;
        do
        :: j <= last ->
            if
            :: !page[j].returned && page[j].members[i] > 0 ->
#ifdef NEWEST_SERVED
                hand[i].base = 1 << page[j].members[i]
#else
                hand[i].base = hand[i].base | (1 << page[j].members[i])
#endif
            :: else
            fi;
            j++
        :: else -> j = 0; break
        od;
        hand[i].exact = (hand[i].base & (hand[i].base - 1)) == 0;
        note(!hand[i].exact, UNSURE);
        if :: hand[i].base == 0 -> hand[i].base = 1 << revision[i]; vouched[i] = true :: else fi;
        hand[i].state = ACKED; hand[i].requested = false; hand[i].served = false;
        HONEST(i)
    :: else
    fi
}

/* The operator decides about an order that may have been handed off: `orders ack` or `orders resend`. */
inline decide(i, j) {
    if
    :: hand[i].state == HELD && holds[i] ->
        hand[i].state = ACKED; hand[i].base = 1 << revision[i]; hand[i].exact = true; vouched[i] = true
    :: hand[i].state == HELD && !holds[i] && cancelled[i] -> hand[i].state = WITHDRAWN
    :: hand[i].state == HELD && !holds[i] && !cancelled[i] ->
        void(i, j);
        hand[i].state = WAITING; hand[i].served = false; hand[i].requested = false; hand[i].by_name = 0;
        proven[i] = false; taken[i] = false; delivers[i] = false
    :: else
    fi
}

/* What another client may repeat. */
inline remember() {
    if
    :: others < OTHERS && position != sent -> sent_before = sent; sent = position
    :: else
    fi
}

inline forget_sent() {
    if :: others == OTHERS -> sent = NOTHING; sent_before = NOTHING :: else fi
}

/* KCC's link: one request at a time; its answer is taken, late or never. */
proctype KCC() {
    byte draft[ORDERS], result = 0, i = 0;
    bool era = false, fine = false;
end:
    do
    /* The request does not arrive, and a proxy may have it. */
    :: atomic { !closing && !asking && others < OTHERS && position != sent -> remember() }
    :: atomic { !closing && !asking -> asking = true; remember();
again:      era = restored; each(i, proven[i] = proven[i] || delivers[i]; delivers[i] = false); begin(position, i) };
            if
            :: atomic { era == restored && ROOM ->
                commit(position, result, i);
                if
                :: result == 0 && !(AS_READ(0) && AS_READ(1)) -> goto again
                :: else -> answered = true; answer_position = result; answer[0] = draft[0]; answer[1] = draft[1]
                fi;
                draft[0] = 0; draft[1] = 0; result = 0 }
            /* A restart. */
            :: atomic { losses < LOSSES -> losses++; draft[0] = 0; draft[1] = 0; asking = false }
            :: atomic { era != restored || !ROOM -> draft[0] = 0; draft[1] = 0; asking = false }
            fi;
            if
            :: atomic { answered -> draft[0] = answer[0]; draft[1] = answer[1];
                if
                :: if :: fine = true :: fails < FAILS && draft[0] + draft[1] > 0 -> fails++ fi;
                    take_page(answer_position, fine, i); fine = false
                :: losses < LOSSES -> losses++
                fi;
                draft[0] = 0; draft[1] = 0; answered = false; answer_position = 0; answer[0] = 0; answer[1] = 0; asking = false }
            :: !asking
            fi;
            era = false
    /* Its operator resets its position. */
    :: atomic { !closing && !asking && !unrecognised && resets < RESETS -> resets++;
        delivers[0] = false; delivers[1] = false;
        if :: position = NOTHING :: position = DATE :: position = FOREIGN fi }
    :: atomic { closing && !asking -> break }
    od
}

/* Another client with the password, or a proxy that repeats a request of KCC's and may give KCC the answer. */
proctype Other() {
    byte draft[ORDERS], result = 0, i = 0, p = 0;
    bool era = false;
end:
    do
    :: atomic { !closing && others < OTHERS && MAY_ASK -> others++; busy = true;
        if :: p = NOTHING :: p = DATE :: sent > DATE -> p = sent :: sent_before > DATE -> p = sent_before fi;
        era = restored };
again:  atomic { begin(p, i) };
        if
        :: atomic { era == restored && ROOM ->
            commit(p, result, i);
            if
            :: result == 0 && !(AS_READ(0) && AS_READ(1)) -> goto again
            :: result != 0 && answered && p == position ->
                answer_position = result; answer[0] = draft[0]; answer[1] = draft[1]
            :: true
            fi;
            draft[0] = 0; draft[1] = 0; result = 0; p = 0; era = false; busy = false; forget_sent() }
        :: atomic { era != restored || !ROOM -> draft[0] = 0; draft[1] = 0; p = 0; era = false; busy = false; forget_sent() }
        fi
    :: atomic { closing -> break }
    od
}

/* At rest: KCC asks on without a loss, its statuses arrive, and the operators decide. */
inline round(result, i) {
    each(i, proven[i] = proven[i] || delivers[i]; delivers[i] = false);
    begin(position, i);
    commit(position, result, i);
    take_page(result, true, i);
    draft[0] = 0; draft[1] = 0; result = 0
}

#define UNREPORTED(i) (holds[i] && !reported[i])
#define FAILED(i) (ever[i] && !holds[i])

/* Shopify's orders, KCC's people and statuses, operators, copies. */
proctype World() {
    byte draft[ORDERS], result = 0, i = 0, j = 0, rounds = 0;
    bool arrives = false;
    do
    :: atomic { !closing && revision[1] == 0 -> revision[1] = 1; hand[1].state = WAITING }
    :: atomic { !closing && edits < EDITS -> edits++;
        if :: i = 0 :: revision[1] > 0 -> i = 1 fi;
        revision[i]++; HONEST(i); i = 0 }
    :: atomic { !closing && cancels < CANCELS -> cancels++;
        if :: !cancelled[0] -> i = 0 :: revision[1] > 0 && !cancelled[1] -> i = 1 fi;
        cancelled[i] = true;
        if
        :: hand[i].state == WAITING && !hand[i].served -> hand[i].state = WITHDRAWN; hand[i].requested = false
        :: else
        fi;
        HONEST(i); i = 0 }
    :: atomic { !closing && (UNREPORTED(0) || UNREPORTED(1)) ->
        if :: UNREPORTED(0) :: UNREPORTED(1) -> i = 1 fi;
        status(i, j); i = 0 }
    :: atomic { !closing && !asking && (FAILED(0) || FAILED(1)) ->
        if :: FAILED(0) :: FAILED(1) -> i = 1 fi;
        if :: arrives = true :: losses < LOSSES -> losses++ fi;
        ask_by_name(i, j, arrives); i = 0; arrives = false }
#if RESTORES > 0
    :: atomic { !closing && !restored && !copied -> copied = true; kept_last = last;
        each(i,
            kept_hand[i].state = hand[i].state; kept_hand[i].served = hand[i].served;
            kept_hand[i].requested = hand[i].requested; kept_hand[i].by_name = hand[i].by_name;
            kept_hand[i].base = hand[i].base; kept_hand[i].exact = hand[i].exact);
        j = 1;
        do
        :: j < TABLE ->
            kept_page[j].members[0] = page[j].members[0]; kept_page[j].members[1] = page[j].members[1];
            kept_page[j].returned = page[j].returned; j++
        :: else -> j = 0; break
        od }
    :: atomic { !closing && copied && !restored -> restored = true; last = kept_last;
        each(i,
            hand[i].state = kept_hand[i].state; hand[i].served = kept_hand[i].served;
            hand[i].requested = kept_hand[i].requested; hand[i].by_name = kept_hand[i].by_name;
            hand[i].base = kept_hand[i].base; hand[i].exact = kept_hand[i].exact;
            kept_hand[i].state = 0; kept_hand[i].served = false; kept_hand[i].requested = false; kept_hand[i].by_name = 0;
            kept_hand[i].base = 0; kept_hand[i].exact = false);
        j = 1;
        do
        :: j < TABLE ->
            page[j].members[0] = kept_page[j].members[0]; page[j].members[1] = kept_page[j].members[1];
            page[j].returned = kept_page[j].returned;
            kept_page[j].members[0] = 0; kept_page[j].members[1] = 0; kept_page[j].returned = false; j++
        :: else -> j = 0; break
        od;
        kept_last = 0;
        /* What the copy did not know was placed before it came back; Shopify tells it again. */
        each(i,
            taken[i] = ever[i]; reported[i] = false;
            if
            :: revision[i] > 0 && hand[i].state == NONE -> hand[i].state = (cancelled[i] -> WITHDRAWN : WAITING)
            :: hand[i].state == WAITING && cancelled[i] && !hand[i].served -> skip
            :: else
            fi);
        if
        :: restoration_begins(i)
        :: AHEAD(position) -> unrecognised = true
        fi }
    :: atomic { !closing && !asking && restored && (hand[0].state == HELD || hand[1].state == HELD) ->
        if :: hand[0].state == HELD :: hand[1].state == HELD -> i = 1 fi;
        decide(i, j); i = 0 }
#endif
    :: atomic { !closing && !asking && !busy && !unrecognised -> closing = true;
        do
        :: rounds <= 6 ->
            if
            :: rounds == 3 || rounds == 6 ->
                each(i, if :: FAILED(i) -> ask_by_name(i, j, true) :: else fi);
                each(i, if :: holds[i] -> status(i, j) :: else fi);
                note(hand[0].state == HELD, HELD_AT_REST);
                each(i, decide(i, j))
            :: else
            fi;
            if :: rounds < 6 -> round(result, i) :: else fi;
            rounds++
        :: else -> rounds = 0; break
        od;
        each(i,
            if
            :: revision[i] == 0
            :: revision[i] > 0 && !cancelled[i] ->
                require(holds[i] || hand[i].requested || blocked || (late_start && i == 0 && hand[i].state == WAITING), LOST);
                require(!holds[i] || hand[i].state == ACKED, TAKEN_NOT_SHOWN)
            :: revision[i] > 0 && cancelled[i] && holds[i] -> require(hand[i].state == ACKED, TAKEN_NOT_SHOWN)
            :: revision[i] > 0 && cancelled[i] && !holds[i] ->
                require(hand[i].state == WITHDRAWN || (hand[i].state == ACKED && ever[i]) || blocked, CANCELLED_WAITS)
            fi;
            HONEST(i));
        note(hand[0].state == ACKED && hand[1].state == ACKED, ALL_ACKNOWLEDGED);
        break }
    od
}

init {
    atomic {
        revision[0] = 1; hand[0].state = WAITING;
        if :: one_kind = true :: true fi;
        run KCC(); run Other(); run World()
    }
}

