/*
 * The stock protocol: one SKU at one location, whose figure at Shopify is `offered`.
 *
 * Checked by scripts/check-model. What the names and the order of events stand for is in docs/stock-protocol.md, "The model".
 *
 * Properties, each an assertion with this name:
 *   OVERSOLD       Shopify never offers more than the stock less every order that is not cancelled
 *   WRONG_AT_REST  when nothing can happen any more, Shopify offers exactly that (not looked at with BUSY, to see the other one break)
 *
 * Weakenings, each of which must make the check fail:
 *   NO_COMPARE   a figure is set without changeFromQuantity
 *   NO_WAIT      a figure is set before the order search has caught up with it
 *   UNITS_NOW    U counts the orders of now instead of those in the figure that is compared, and the figure is
 *                not read again when orders change
 *   WHEN_TAKEN   an order counts as known to KCC once it is taken
 *   RAISE_AT_ONCE  a figure is raised before orders were polled index_lag after the level was told: KCC may know of a
 *                cancellation that we do not, and a sale in the same moment hides it from the comparison
 *   RETURNS_TWICE  the difference of a hot item goes out although something was given back since its figure was seen
 * Assumptions about KCC that can be lifted, to see that the promise rests on them:
 *   SLOW_IMPORT  KCC acknowledges an order that it has not imported, and more than the margin goes by
 *   OVERTAKING   KCC's levels do not arrive in the order in which they were sent
 * Questions (-DASK=NAME), each answered by a failing check with the way there:
 *   STALE, REPLAYED, ADJUSTED, SETTLED, RETURNED, SOLD_OUT
 */

#ifndef STOCK
#define STOCK 2
#endif
#define ORDERS 2
/* Figures gone in a row before the difference goes out; three in the program. */
#ifndef HOT
#define HOT 2
#endif
/* Requests or answers that get lost, by the network or because we die. */
#ifndef RESTOCKS
#define RESTOCKS 1
#endif
#ifndef LOSSES
#define LOSSES 1
#endif

/* In the warehouse, and at Shopify. */
byte stock = STOCK;
short offered = STOCK;

/* Orders of one unit each, as Shopify has them. */
bool open = true;
bool placed[ORDERS], unpaid[ORDERS], cancelled[ORDERS];

/* KCC: its figure, what it has done with the orders, and its levels on their way to us. */
short available = STOCK;
bool taken[ORDERS], imported[ORDERS], returned[ORDERS];
byte restocks = 0;
chan wire = [2] of { short };

/* What we know: the level, and the orders that it knows; what polls have shown. */
short level = STOCK;
bool past_margin[ORDERS], level_knows[ORDERS];
bool known[ORDERS], cancel_known[ORDERS];
/* Orders were polled index_lag after the level was told; what lies before that moment. */
bool level_caught_up = true;
bool level_placed[ORDERS], level_cancelled[ORDERS];

/* V, and which events lie before it was asked for, and before it was answered. */
short view = STOCK;
bool sure = true;
bool caught_up = true;
bool asked_placed[ORDERS], asked_cancelled[ORDERS];
bool seen_placed[ORDERS], seen_cancelled[ORDERS], maybe_placed[ORDERS], maybe_cancelled[ORDERS];
byte stale = 0;

/* The request whose outcome is not known yet. */
bool pending = false, executed = false, refused = false, difference = false;
short from, to;
byte losses = 0;

#define BOTH(f) (f(0) + f(1))
#define LIVE(i) (placed[i] && !cancelled[i])
#define SAFE (offered <= stock - BOTH(LIVE))

#ifdef WHEN_TAKEN
#define KNOWS(i) taken[i]
#else
#define KNOWS(i) level_knows[i]
#endif

/* Whether an order's unit is in U. What happened while V was on its way may be in it or not, and counts against us. */
#ifdef UNITS_NOW
#define COUNTS(i) (known[i] && !cancel_known[i] && !KNOWS(i))
#else
#define COUNTS(i) (known[i] && maybe_placed[i] && !(cancel_known[i] && seen_cancelled[i]) && !KNOWS(i))
#endif
#define TARGET (level > BOTH(COUNTS) -> level - BOTH(COUNTS) : 0)

/* Something is known that is not certainly in V. */
#define IS_NEWS(i) ((known[i] && !seen_placed[i]) || (cancel_known[i] && !seen_cancelled[i]))
#ifdef UNITS_NOW
#define NEWS false
#else
#define NEWS (IS_NEWS(0) || IS_NEWS(1))
#endif
/* Of that, what gave units back: the level may know of it as well, and it would be counted twice. */
#define IS_RETURN(i) (cancel_known[i] && !seen_cancelled[i])
#if defined(RETURNS_TWICE) || defined(UNITS_NOW)
#define RETURNS false
#else
#define RETURNS (IS_RETURN(0) || IS_RETURN(1))
#endif

#ifdef NO_WAIT
#define MAY_SEND (sure && !pending)
#elif defined(RAISE_AT_ONCE)
#define MAY_SEND (sure && !pending && caught_up)
#else
#define MAY_SEND (sure && !pending && caught_up && (level_caught_up || TARGET <= view))
#endif

/* A failing check prints the assertion's text, whose last word is the property's name. */
#define require(condition, name) assert((condition) || name)
hidden byte OVERSOLD, WRONG_AT_REST;
#ifdef ASK
hidden byte STALE = 1, REPLAYED = 2, ADJUSTED = 3, SETTLED = 4, RETURNED = 5, SOLD_OUT = 6;
#define note(condition, name) assert(!(condition) || name != ASK)
#else
#define note(condition, name) skip
#endif

/* An order: its customer, and what KCC makes of it. The process's number is the order's. */
active [ORDERS] proctype Customer() {
    byte i = _pid;
end:
    do
    :: atomic { open && !placed[i] && offered > 0 && (i == 0 || placed[0]) ->
        placed[i] = true; offered--;
        /* One that is paid later is one that KCC takes later. */
        if :: i == 0 -> unpaid[i] = true :: true fi;
        require(SAFE, OVERSOLD) }
    :: atomic { open && LIVE(i) -> cancelled[i] = true; offered++; require(SAFE, OVERSOLD) }

    /* The order search shows it sooner or later, and a poll sees it. */
    :: placed[i] && !known[i] -> known[i] = true
    :: known[i] && cancelled[i] && !cancel_known[i] -> cancel_known[i] = true

    :: known[i] && !unpaid[i] && !cancelled[i] && !taken[i] -> taken[i] = true
    :: atomic { taken[i] && !imported[i] && nfull(wire) -> imported[i] = true; available--; wire!available }
    /* KCC acknowledges what it has imported, and the margin goes by, longer than a level's way: what was told before the
       acknowledgement has arrived. */
#ifdef SLOW_IMPORT
    :: taken[i] && !past_margin[i] && empty(wire) -> past_margin[i] = true
#else
    :: imported[i] && !past_margin[i] && empty(wire) -> past_margin[i] = true
#endif
    /* KCC tells every change, and has told none for guard_settle: its last word knows the order. */
    :: atomic { past_margin[i] && imported[i] && !level_knows[i] && empty(wire) -> level_knows[i] = true; note(true, SETTLED) }
    /* Cancelled too late: somebody cancels it in KCC, too. */
    :: atomic { imported[i] && cancelled[i] && !returned[i] && nfull(wire) ->
        returned[i] = true; available++; wire!available; note(true, RETURNED) }
    od
}

/* Everything else that goes on. */
active proctype World() {
    short other = 0;
end:
    do
    :: open -> open = false
    :: atomic { open && restocks < RESTOCKS && nfull(wire) -> restocks++; stock++; available++; wire!available }
    :: atomic { nempty(wire) ->
        wire?level;
        level_knows[0] = level_knows[0] || past_margin[0];
        level_knows[1] = level_knows[1] || past_margin[1];
        level_placed[0] = placed[0]; level_placed[1] = placed[1];
        level_cancelled[0] = cancelled[0]; level_cancelled[1] = cancelled[1];
        level_caught_up = false }
#ifdef OVERTAKING
    :: atomic { full(wire) -> wire?other; wire!other; other = 0 }
#endif
    /* A poll that begins index_lag after V was answered shows whatever lies before that. */
    :: atomic { sure && !caught_up ->
        known[0] = known[0] || maybe_placed[0]; known[1] = known[1] || maybe_placed[1];
        cancel_known[0] = cancel_known[0] || maybe_cancelled[0]; cancel_known[1] = cancel_known[1] || maybe_cancelled[1];
        maybe_cancelled[0] = false; maybe_cancelled[1] = false;
        caught_up = true }
    :: atomic { !level_caught_up ->
        known[0] = known[0] || level_placed[0]; known[1] = known[1] || level_placed[1];
        cancel_known[0] = cancel_known[0] || level_cancelled[0]; cancel_known[1] = cancel_known[1] || level_cancelled[1];
        level_placed[0] = false; level_placed[1] = false; level_cancelled[0] = false; level_cancelled[1] = false;
        level_caught_up = true }
    od
}

/* The last moment before a request goes out. */
inline ask() {
    asked_placed[0] = placed[0]; asked_placed[1] = placed[1];
    asked_cancelled[0] = cancelled[0]; asked_cancelled[1] = cancelled[1]
}

/* The first moment after its answer came. */
inline answered(figure) {
    view = figure; sure = true; caught_up = false;
    seen_placed[0] = asked_placed[0]; seen_placed[1] = asked_placed[1];
    seen_cancelled[0] = asked_cancelled[0]; seen_cancelled[1] = asked_cancelled[1];
    maybe_placed[0] = placed[0]; maybe_placed[1] = placed[1];
    maybe_cancelled[0] = cancelled[0]; maybe_cancelled[1] = cancelled[1];
    asked_placed[0] = false; asked_placed[1] = false; asked_cancelled[0] = false; asked_cancelled[1] = false
}

/* Shopify carries a request out, once for its key. */
inline execute() {
    if
    :: executed -> note(true, REPLAYED)
    :: else ->
        executed = true;
        if
        :: difference -> offered = offered + to - from; note(true, ADJUSTED)
#ifdef NO_COMPARE
        :: !difference -> offered = to
#else
        :: !difference && offered == from -> offered = to
        :: !difference && offered != from -> refused = true
#endif
        fi
    fi;
    require(SAFE, OVERSOLD)
}

/* The request is over; a figure that was gone before it could be set makes the item hotter. */
inline over() {
    pending = false; executed = false;
    if :: refused && stale < HOT -> stale++ :: else fi;
    refused = false; difference = false; from = 0; to = 0;
    asked_placed[0] = false; asked_placed[1] = false; asked_cancelled[0] = false; asked_cancelled[1] = false
}

/* The answer is lost, or we die: nothing is left of the view, only the request, its key, and whether Shopify has it. */
inline forget() {
    sure = false; caught_up = true; view = 0;
    asked_placed[0] = false; asked_placed[1] = false; asked_cancelled[0] = false; asked_cancelled[1] = false;
    seen_placed[0] = false; seen_placed[1] = false; seen_cancelled[0] = false; seen_cancelled[1] = false;
    maybe_placed[0] = false; maybe_placed[1] = false; maybe_cancelled[0] = false; maybe_cancelled[1] = false
}

/* The shop's worker: one request at a time. */
active proctype Worker() {
    short figure = 0;
end:
    do
    /* A request of unknown outcome is sent again with its key. Whatever came of it, the figure is read afterwards. */
    :: atomic { pending -> execute(); over(); forget() }

    /* Read, where V is not sure or something is known that may not be in it. Of a hot item
       there is always a sale that is newer. */
    :: atomic { !pending && (!sure || (NEWS && stale < HOT) || RETURNS) -> ask() };
        figure = offered;
        atomic { answered(figure); figure = 0 }

    /* Set, if Shopify still offers what was seen. */
    :: atomic { MAY_SEND && stale < HOT && !NEWS && TARGET != view ->
            ask(); pending = true; from = view; to = TARGET };
        if
        :: atomic { execute() };
            if
            :: atomic { refused -> over(); forget(); note(true, STALE) }
            :: atomic { !refused -> stale = 0; answered(to); over() }
            :: atomic { losses < LOSSES -> losses++; forget() }
            fi
        :: atomic { losses < LOSSES -> losses++; forget() }
        fi

    /* Customers are faster than we are: the difference commutes with sales. */
    :: atomic { MAY_SEND && stale >= HOT && !RETURNS && TARGET != view ->
            pending = true; difference = true; from = view; to = TARGET };
        if
        :: atomic { execute() };
            if
            :: atomic { stale = 0; over(); forget() }
            :: atomic { losses < LOSSES -> losses++; forget() }
            fi
        :: atomic { losses < LOSSES -> losses++; forget() }
        fi

    /* It has cooled down. */
    :: MAY_SEND && stale >= HOT && TARGET == view && !NEWS -> stale = 0
    /* Still hot, nothing to add, and something newer is known: look again. */
    :: atomic { MAY_SEND && stale >= HOT && TARGET == view && NEWS && !RETURNS -> forget() }
    od
}

#ifndef BUSY
/* When nothing can happen any more, Shopify offers exactly what there is. */
active proctype AtRest() {
    timeout -> require(offered == stock - BOTH(LIVE), WRONG_AT_REST);
    note(offered == 0, SOLD_OUT)
}
#endif
