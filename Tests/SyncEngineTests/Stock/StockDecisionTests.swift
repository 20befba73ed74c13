import Foundation
import SyncEngine
import TestSupport
import Testing

@Suite struct StockDecisionTests {
    private typealias Verdict = StockExplanation.Verdict

    private func heldBack(_ change: (inout StockSituation) -> Void) -> Int {
        StockSituation(change).explanation.heldBack
    }

    // MARK: 1. What is in U

    @Test func `an order placed before the figure was seen and not acknowledged is held back`() {
        #expect(heldBack { $0.order(2, placed: -3000) } == 2)
    }

    @Test func `an order placed after the figure was seen is not in it, and the figure is read again`() {
        let situation = StockSituation { $0.order(2, placed: -1000) }
        #expect(situation.explanation.heldBack == 0)
        #expect(situation.verdict == .read("orders changed since it was seen", moved: true))
    }

    @Test func `an order placed while the figure was read is held back, and the figure is read again`() {
        let situation = StockSituation { $0.order(2, placed: -1801) }
        #expect(situation.explanation.heldBack == 2)
        #expect(situation.verdict == .read("orders changed since it was seen", moved: false))
    }

    @Test(arguments: [(-2000.0, 0), (-1802, 0), (-1801.5, 2), (-1000, 2)])
    func `a cancellation counts only if it happened before the figure was asked for`(at: Double, units: Int) {
        #expect(
            heldBack { $0.order(2, placed: -3000) { $0.cancelledAt = StockSituation.at(at) } } == units
        )
    }

    @Test(arguments: [(-2000.0, 1), (-1801.5, 3), (-1000, 3)])
    func `units given back count only if that happened before the figure was asked for`(
        at: Double,
        units: Int
    ) {
        let held = heldBack {
            $0.order(1, placed: -3000) { $0.units.reductions = [.init(units: 2, at: StockSituation.at(at))] }
        }
        #expect(held == units)
    }

    @Test func `an edit after the figure was seen lets it be read again`() {
        let situation = StockSituation {
            $0.order(2, placed: -3000) { $0.units.editedAt = StockSituation.at(-100) }
        }
        #expect(situation.verdict == .read("orders changed since it was seen", moved: true))
    }

    @Test func `units belong to the location that they are assigned to, whichever channel owns the order`() {
        let own = heldBack {
            $0.facts.context.handingOff.insert("other")
            $0.order(2, placed: -3000) { $0.channel = "other" }
        }
        #expect(own == 2)
        let elsewhere = heldBack {
            $0.order(2, placed: -3000) {
                $0.units.location = .location(2)
                $0.site = "SHOP1"
            }
            $0.facts.context.rules.sites = ["MAIN"]
        }
        #expect(elsewhere == 0)
    }

    @Test func `an order without a location is taken at its channel's`() {
        let held = heldBack {
            $0.order(2, placed: -3000) { $0.units.location = nil }
            $0.facts.context.locations["branch"] = .location(2)
            $0.facts.context.rules.sites = ["MAIN"]
            $0.order(5, placed: -3000) {
                $0.units.location = nil
                $0.channel = "branch"
                $0.site = "SHOP1"
            }
        }
        #expect(held == 2)
    }

    @Test func `orders of another shop handed off to one of the sites are held back as of now`() {
        let held = heldBack {
            $0.facts.context.handingOff.insert("two")
            $0.order(3, placed: -10) {
                $0.shop = 2
                $0.channel = "two"
            }
        }
        #expect(held == 3)
        let cancelled = heldBack {
            $0.facts.context.handingOff.insert("two")
            $0.order(3, placed: -10) {
                $0.shop = 2
                $0.channel = "two"
                $0.cancelledAt = StockSituation.at(-1)
            }
        }
        #expect(cancelled == 0)
    }

    @Test func `a till sale is held back until a level as of later than it comes`() {
        #expect(heldBack { $0.order(2, placed: -3000) { $0.isUntilLevel = true } } == 2)
        #expect(heldBack { $0.order(2, placed: -3700) { $0.isUntilLevel = true } } == 0)
    }

    // MARK: 2. When L knows an order

    @Test(arguments: [(-3659.0, 2), (-3661, 0)])
    func `a level knows an order acknowledged more than a minute before it`(acknowledged: Double, units: Int)
    {
        let held = heldBack {
            $0.facts.context.signals.linkSteadySince = nil
            $0.order(2, placed: -7000) { $0.acknowledgedAt = StockSituation.at(acknowledged) }
        }
        #expect(held == units)
    }

    @Test(arguments: [(-4199.0, 2), (-4201, 0)])
    func `a file knows an order acknowledged more than ten minutes before it`(
        acknowledged: Double,
        units: Int
    ) {
        let held = heldBack {
            $0.level(10, told: -3600, by: .file)
            $0.order(2, placed: -7000) { $0.acknowledgedAt = StockSituation.at(acknowledged) }
        }
        #expect(held == units)
    }

    @Test(arguments: [(-599.0, 2), (-601, 0)])
    func `KCC's last word stands ten minutes after an acknowledgement`(acknowledged: Double, units: Int) {
        let held = heldBack {
            $0.order(2, placed: -3000) { $0.acknowledgedAt = StockSituation.at(acknowledged) }
        }
        #expect(held == units)
    }

    @Test func `KCC's silence counts only while it keeps calling`() {
        func held(_ steady: Date?, _ source: StockLevel.Source = .kcc) -> Int {
            heldBack {
                $0.level(10, told: -3600, by: source)
                $0.facts.context.signals.linkSteadySince = steady
                $0.order(2, placed: -3000) { $0.acknowledgedAt = StockSituation.at(-2000) }
            }
        }
        #expect(held(StockSituation.at(-700)) == 0)
        #expect(held(StockSituation.at(-500)) == 2)
        #expect(held(nil) == 2)
        #expect(held(.distantPast, .file) == 2)
        #expect(held(.distantPast, .command) == 2)
    }

    @Test func `an order's own site speaks for it, and the oldest level where none is known`() {
        func held(_ site: String?) -> Int {
            heldBack {
                $0.facts.context.signals.linkSteadySince = nil
                $0.level(10, site: "MAIN", told: -60)
                $0.level(5, site: "SHOP1", told: -3600)
                $0.order(2, placed: -3000) {
                    $0.site = site
                    $0.acknowledgedAt = StockSituation.at(-1000)
                }
            }
        }
        #expect(held("MAIN") == 0)
        #expect(held("SHOP1") == 2)
        #expect(held(nil) == 2)
        #expect(held("ELSEWHERE") == 2)
    }

    // MARK: 3. When to send

    @Test func `in a quiet shop a level is sent at once`() {
        let situation = StockSituation { $0.level(7, told: -1) }
        #expect(situation.verdict == .send(target: 7, from: 10))
    }

    @Test func `nothing is sent where Shopify offers the target`() {
        #expect(StockSituation().verdict == .nothing("Shopify offers the target"))
    }

    @Test(arguments: [(29.0, 0.0, false), (30, 0, true), (59, 30, false), (60, 30, true)])
    func `orders are polled as far as the index may lag`(polled: Double, lag: Double, sends: Bool) {
        let situation = StockSituation {
            $0.level(7, told: -1)
            $0.view(10, asked: -1801, answered: -1800)
            $0.facts.context.signals.polledAt = StockSituation.at(-1800 + polled)
            $0.facts.context.signals.indexLag = .seconds(lag)
        }
        #expect((situation.verdict == .send(target: 7, from: 10)) == sends)
        if !sends {
            let expected = Verdict.wait(
                until: StockSituation.at(2),
                "waiting for an order poll that is newer than the last stock reading"
            )
            #expect(situation.verdict == expected)
        }
    }

    @Test(arguments: [(-29.0, false), (-30, true)])
    func `a figure is raised once orders are polled as far as the level`(told: Double, sends: Bool) {
        let up = StockSituation { $0.level(12, told: told) }
        let waiting = Verdict.wait(
            until: StockSituation.at(2),
            "waiting for an order poll that is newer than the last stock reading"
        )
        #expect(up.verdict == (sends ? .send(target: 12, from: 10) : waiting))
        let down = StockSituation { $0.level(7, told: told) }
        #expect(down.verdict == .send(target: 7, from: 10))
        let repeated = StockSituation {
            $0.level(12, told: told)
            $0.facts.levels[0].figureSince = StockSituation.at(-300)
        }
        #expect(repeated.verdict == .send(target: 12, from: 10), "a repetition says nothing new")
    }

    @Test func `a figure that is not certain is read`() {
        #expect(StockSituation { $0.facts.view = nil }.verdict == .read("it was never read", moved: false))
        let unknown = StockSituation { $0.view(10, asked: -10, answered: -9, origin: .unknown) }
        #expect(unknown.verdict == .read("its last change is not certain", moved: false))
    }

    @Test func `a fall that no order explains waits ten minutes before it is made good`() {
        func verdict(leftAt: Double, _ change: (inout StockSituation) -> Void = { _ in }) -> Verdict {
            StockSituation {
                $0.view(6, asked: -1801, answered: -1800)
                $0.facts.view?.base = .init(
                    quantity: 10,
                    at: StockSituation.at(-5000),
                    leftAt: StockSituation.at(leftAt)
                )
                change(&$0)
            }
            .verdict
        }
        let waiting = Verdict.wait(
            until: StockSituation.at(60),
            "Shopify's figure fell by 4 more than the known orders explain"
        )
        #expect(verdict(leftAt: -100) == waiting)
        #expect(verdict(leftAt: -601) == .send(target: 10, from: 6))
        #expect(verdict(leftAt: -100) { $0.order(4, placed: -2000) } == .nothing("Shopify offers the target"))
        #expect(
            verdict(leftAt: -100) { $0.level(3, told: -1) } == .send(target: 3, from: 6),
            "down goes at once"
        )
    }

    // MARK: 4. Hot items

    @Test func `after three stale answers the difference goes out, whatever is newer`() {
        let situation = StockSituation {
            $0.level(20, told: -31)
            $0.facts.view?.stale = 3
            $0.order(2, placed: -1000)
        }
        #expect(situation.verdict == .adjust(by: 10, target: 20))
        let twice = StockSituation {
            $0.level(20, told: -31)
            $0.facts.view?.stale = 2
        }
        #expect(twice.verdict == .send(target: 20, from: 10))
    }

    @Test func `what was given back since a hot item was seen is read first, for the level may know of it`() {
        let situation = StockSituation {
            $0.level(20, told: -31)
            $0.facts.view?.stale = 3
            $0.order(2, placed: -3000) { $0.cancelledAt = StockSituation.at(-900) }
        }
        #expect(situation.verdict == .read("orders changed since it was seen", moved: true))
    }

    @Test func `a hot item waits for the polls as well`() {
        let situation = StockSituation {
            $0.level(20, told: -1)
            $0.facts.view?.stale = 3
            $0.facts.context.signals.polledAt = StockSituation.at(-1780)
        }
        #expect(situation.explanation.target == 20)
        guard case .wait = situation.verdict else {
            Issue.record("expected a wait, got \(situation.verdict)")
            return
        }
    }

    // MARK: 5. No hand-off, or no guard

    @Test(arguments: [(-3700.0, 0), (-3600.5, 2), (-3000, 2)])
    func `without a hand-off a level knows the orders placed before it`(placed: Double, units: Int) {
        let held = heldBack {
            $0.facts.context.handingOff = []
            $0.order(2, placed: placed)
        }
        #expect(held == units)
    }

    @Test func `without a guard a level is sent once, whatever was sold`() {
        var situation = StockSituation {
            $0.facts.context.rules.oversellGuard = false
            $0.level(7, told: -1)
            $0.order(2, placed: -3000)
            $0.facts.context.signals.polledAt = nil
        }
        #expect(situation.verdict == .send(target: 7, from: 10))
        situation.facts.sent = StockSent(arrival: situation.facts.levels[0].arrival, target: 7)
        #expect(situation.verdict == .nothing("this level has been sent"))
        situation.facts.context.rules.maximum = 4
        #expect(situation.verdict == .send(target: 4, from: 10), "another decision of the same level")
        situation.facts.context.rules.maximum = 0
        situation.level(7, told: 0)
        #expect(situation.verdict == .send(target: 7, from: 10), "told again is sent again")
    }

    // MARK: The figure

    @Test func `sites add up, rules apply before orders are taken off, and nothing goes below 0`() {
        let situation = StockSituation {
            $0.level(6, site: "SHOP1", told: -3600)
            $0.level(100, site: "OTHER", told: -3600)
            $0.facts.context.rules.sites = ["MAIN", "SHOP1"]
            $0.facts.context.rules.percent = 50
            $0.order(3, placed: -3000)
        }
        #expect(situation.explanation.level == Amount("16"))
        #expect(situation.explanation.offered == 8)
        #expect(situation.explanation.target == 5)
        #expect(StockSituation { $0.order(30, placed: -3000) }.explanation.target == 0)
    }

    @Test func `without a level there is nothing to say`() {
        let situation = StockSituation { $0.facts.context.rules.sites = ["SHOP1"] }
        #expect(
            situation.verdict
                == .nothing("the channel counts levels at SHOP1 only, and the SKU has 10 at MAIN")
        )
    }

    // MARK: A restored store

    @Test(arguments: [true, false])
    func `a level from before the store was restored is not sent`(isGuarded: Bool) {
        let situation = StockSituation {
            $0.facts.context.rules.oversellGuard = isGuarded
            $0.facts.context.restoration = Restoration(at: $0.facts.now, sign: .command, arrival: 1)
        }
        guard case .wait(_, let why) = situation.verdict else {
            Issue.record("\(situation.verdict)")
            return
        }
        #expect(why == "its level is from before the store was restored; waiting for a new one")
    }

    @Test func `a level told after the store was restored is sent as ever`() {
        let situation = StockSituation {
            $0.facts.context.restoration = Restoration(at: $0.facts.now, sign: .command, arrival: 0)
        }
        #expect(situation.verdict == StockSituation { _ in }.verdict)
    }
}
