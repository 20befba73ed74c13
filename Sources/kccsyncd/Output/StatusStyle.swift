/// How the status page looks.
enum StatusStyle {
    /// The style sheet, in both colour schemes.
    ///
    /// Every text has a contrast of at least 4.5 to 1 against what lies behind it, every bar one of at least 3 to 1.
    static let sheet: HTML = """
        :root{color-scheme:light dark;--ground:#f7f7f5;--card:#fff;--edge:#e3e4e0;--ink:#1b1d20;--quiet:#5d636a;--good:#17703f;\
        --bad:#ab2a1e;--code:#eeefec;--imported:#2f7096;--skipped:#8a929a;--ignored:#5a6168;--pending:#b3750e;\
        --failed:#c1392b}
        @media (prefers-color-scheme:dark){:root{--ground:#121416;--card:#1a1d20;--edge:#2e3338;--ink:#e7e9eb;--quiet:#a0a7ae;\
        --good:#62cf93;--bad:#ff9184;--code:#282c31;--imported:#5fa9d3;--skipped:#7b848d;--ignored:#b3bac1;\
        --pending:#dca33c;--failed:#f0695b}}
        *{box-sizing:border-box;margin:0}
        body{background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",\
        "Liberation Sans",sans-serif;font-variant-numeric:tabular-nums;max-width:76rem;margin:0 auto;\
        padding:clamp(1.25rem,4vw,3rem) clamp(1rem,4vw,2.5rem);-webkit-text-size-adjust:100%;text-size-adjust:100%}
        header{margin-bottom:clamp(2rem,5vw,3rem)}
        .product{font-weight:600;margin-bottom:clamp(1.25rem,4vw,2rem)}
        .product span{font-weight:400}
        h1{font-size:clamp(1.75rem,5vw,2.5rem);line-height:1.2;font-weight:650;letter-spacing:-.015em;display:flex;\
        align-items:center;gap:.45em;margin-bottom:.4rem}
        h1.good .glyph{color:var(--good)}
        h1.bad .glyph{color:var(--bad)}
        h1.calm .glyph{color:var(--quiet)}
        h2{font-size:1.125rem;font-weight:650;margin-bottom:.75rem}
        h3{font-size:1.25rem;font-weight:650;line-height:1.3;overflow-wrap:anywhere}
        section{margin-bottom:clamp(2rem,5vw,3rem)}
        .quiet,.quiet th{color:var(--quiet)}
        .glyph{width:1em;height:1em;flex:none}
        code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--code);\
        border-radius:.25rem;padding:.05em .4em;display:inline-block;max-width:100%;overflow-wrap:anywhere}
        .aside{display:inline-block;max-width:100%}
        .card,.list{background:var(--card);border:1px solid var(--edge);border-radius:.75rem}
        .list{list-style:none;padding:0}
        .list li{display:grid;grid-template-columns:9rem 1fr;gap:.125rem 1.5rem;padding:1rem 1.5rem;overflow-wrap:anywhere}
        .list li+li{border-top:1px solid var(--edge)}
        .needs{overflow:hidden;box-shadow:inset .25rem 0 var(--bad)}
        .subject{font-weight:600}
        .remedy{color:var(--quiet);margin-top:.125rem}
        .remedy code{color:var(--ink)}
        .cards{display:grid;gap:1.5rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr))}
        .cards .card{padding:1.5rem}
        .head{display:grid;grid-template-columns:1fr auto;gap:.125rem 1rem;align-items:center;margin-bottom:1.25rem}
        .shop{grid-column:1/-1;overflow-wrap:anywhere}
        .state{display:flex;align-items:center;gap:.4em;font-weight:600}
        .state.good{color:var(--good)}
        .state.bad{color:var(--bad)}
        .state.calm{color:var(--quiet)}
        .why{border-left:.25rem solid var(--bad);padding-left:.75rem;margin-bottom:1.25rem;overflow-wrap:anywhere}
        .strip th{border-top:0;padding:0;font-size:.8125rem;color:var(--quiet)}
        .strip td{border-top:0;padding:0;text-align:left;white-space:nowrap;font-size:1.25rem;line-height:1.35;font-weight:600}
        .strip th+th,.strip td+td{padding-left:.5rem}
        .strip td.quiet{font-weight:400}
        .tables{margin-top:1.25rem;display:flex;flex-wrap:wrap;align-items:flex-start;gap:1.25rem 3rem}
        .tables table{flex:1 1 19rem}
        table{border-collapse:collapse;width:100%}
        caption{text-align:left;font-size:.875rem;color:var(--quiet);padding-bottom:.375rem}
        th{text-align:left;font-weight:400}
        th,td{padding:.4rem 0;vertical-align:top;border-top:1px solid var(--edge)}
        td{text-align:right;padding-left:1rem}
        .figures td{white-space:nowrap}
        .reasons{list-style:none;padding:0;margin-top:.375rem;font-size:.875rem}
        .chart{display:grid;grid-template-columns:minmax(0,1fr);gap:1.5rem 3rem;padding:1.5rem}
        .empty,.notice{padding:1.5rem;overflow-wrap:anywhere}
        .notice p+p{margin-top:.75rem}
        .legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin-bottom:1.25rem;font-size:.875rem}
        .legend li{display:flex;align-items:center;gap:.5em}
        .swatch{width:.75rem;height:.75rem;border-radius:.125rem}
        .plot{display:block;width:calc(100% - 2.75rem);margin-left:2.75rem;overflow:visible;font-size:.8125rem}
        .plot text{fill:var(--quiet);text-anchor:middle}
        .plot .scale{text-anchor:end}
        .plot .today{fill:var(--ink);font-weight:650}
        .grid{stroke:var(--edge)}
        .ground{stroke:var(--quiet)}
        .reach{fill:transparent}
        g:hover .reach{fill:var(--edge);fill-opacity:.5}
        .plot g rect:not(.reach){stroke:var(--card)}
        rect.imported{fill:var(--imported)}
        rect.skipped{fill:var(--skipped)}
        rect.ignored{fill:var(--ignored)}
        rect.pending{fill:url(#dots)}
        rect.failed{fill:url(#hatch)}
        .failed-ground{fill:var(--failed)}
        .pending-ground{fill:var(--pending)}
        .failed-stripe,.pending-dot{fill:var(--card);fill-opacity:.55}
        .days{font-size:.875rem}
        .days th,.days td{padding-top:.125rem;padding-bottom:.125rem;white-space:nowrap}
        .days thead th{border-top:0;color:var(--quiet)}
        .days thead th+th{text-align:right;padding-left:1rem}
        .scroll{min-width:0;overflow-x:auto}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        footer{color:var(--quiet);font-size:.875rem}
        @media (min-width:60rem){.cards:has(>:nth-child(4):last-child){grid-template-columns:1fr 1fr}.chart{grid-template-columns:minmax(0,1fr) auto}.days{width:auto;min-width:20rem}}
        @media (max-width:40rem){.list li{grid-template-columns:1fr;padding:1rem}.cards .card,.chart,.empty,.notice{padding:1rem}\
        .days thead th+th,.days td{padding-left:.5rem}.days{font-size:.8125rem}.plot{font-size:.6875rem}.strip th{font-size:.75rem}}
        @media (max-width:30rem){.days th span{display:none}.days thead th{font-size:.6875rem}.days thead th+th,.days td{padding-left:.375rem}}
        @media print{body{max-width:none;padding:0}.card,.list{break-inside:avoid}}
        """
}

/// Small drawings beside words; they say nothing that the words do not.
enum Glyph {
    static func of(_ tone: StatusPage.Tone) -> HTML {
        switch tone {
        case .good: tick
        case .calm: ring
        case .bad: warning
        }
    }

    static func of(_ state: StatusReport.State) -> HTML {
        switch state {
        case .well: tick
        case .off, .notPolled: ring
        case .trouble: warning
        case .paused: pause
        }
    }

    private static let tick = drawing(
        "<circle cx=\"8\" cy=\"8\" r=\"7.25\"/><path d=\"M4.75 8.25 7 10.5l4.25-4.75\"/>"
    )
    private static let ring = drawing("<circle cx=\"8\" cy=\"8\" r=\"7.25\"/>")
    private static let warning = drawing(
        "<path d=\"M8 1.5 15.25 14.25H.75Z\"/><path d=\"M8 6v4M8 11.75v.5\"/>"
    )
    private static let pause = drawing(
        "<circle cx=\"8\" cy=\"8\" r=\"7.25\"/><path d=\"M6.25 5.5v5M9.75 5.5v5\"/>"
    )

    private static func drawing(_ strokes: HTML) -> HTML {
        """
        <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" \
        stroke-linecap="round" stroke-linejoin="round">\(strokes)</svg>
        """
    }
}
