import ArgumentParser
import Foundation
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// Commands in remedies work when they are copied.
@Suite(.timeLimit(.minutes(30)))
struct RemedyCommandTests {
    /// The words of a command as a shell has them.
    private static func words(_ command: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in command {
            switch character {
            case "'": isQuoted.toggle()
            case " " where !isQuoted:
                words.append(word)
                word = ""
            default: word.append(character)
            }
        }
        return (words + [word]).filter { !$0.isEmpty }
    }

    /// Names that only the operator knows, a backup's and a channel's new one: the sentence says which is meant.
    private static let explained: Set = ["FILE", "NEW"]

    /// The commands of a sentence, each of which the program's own parser has to take.
    private static func commands(in line: String) -> [[String]] {
        RemedyText(line).pieces
            .compactMap { piece in
                switch piece {
                case .code(let code), .aside(let code): code.hasPrefix("kccsyncd ") ? words(code) : nil
                case .words: nil
                }
            }
    }

    static func check(_ line: String, _ daemon: Installation) async throws {
        let found = commands(in: line)
        // No command escapes the search.
        #expect(found.count == line.matches(of: #/kccsyncd [a-z]/#).count, "\(line)")
        for words in found {
            let arguments = Array(words.dropFirst())
            #expect(throws: Never.self, "\(words) in: \(line)") { _ = try Kccsyncd.parseAsRoot(arguments) }
            for word in arguments where word.wholeMatch(of: #/[A-Z][A-Z_]+/#) != nil {
                #expect(explained.contains(word), "\(word) in: \(line)")
            }
            guard arguments.first == "orders", let verb = arguments.dropFirst().first, verb != "list" else {
                continue
            }
            for reference in arguments.dropFirst(2) where !reference.hasPrefix("-") {
                let order = try? await OrderReference(daemon.holder.session.queries).resolve(reference)
                #expect(order != nil, "\(reference) in: \(line)")
            }
        }
    }

    @Test func `commands in the remedies of status work when they are copied`() async throws {
        let gone = ConfigurationText.channel(
            "old",
            "order_ref_format = \"O{0}\"",
            host: "old.myshopify.com",
            kcc: nil
        )
        let now = ManualNow()
        let (shop, other) = (TestShop(now), TestShop(now))
        other.identify(as: "2")
        try await Installation.run(
            ConfigurationText.text(more: gone),
            shops: [ConfigurationText.host: shop, "old.myshopify.com": other],
            now: now
        ) { (daemon) async throws in
            // The same name in both shops, and twice in one.
            shop.sell(.paid(1002))
            shop.sell(Order.paid(2002).with { $0.name = "1002" })
            for number in 1003...1009 { shop.sell(.paid(number)) }
            shop.sell(Order.paid(1010).with { $0.name = "#EU 1010's" })
            for number in [1003, 1004] {
                other.sell(Order.paid(number).with { $0.id = .order(number + 4000) })
            }
            shop.sell(Order.paid(1011).with { $0.lines[0].sku = nil })
            shop.sell(.paid(1012).withholding("email", "shippingAddress"))
            shop.sell(Order.paid(1013).total("31"))
            shop.sell(.paid(1014).status("PENDING"))
            await daemon.round()
            try await KCC.calling(daemon) { (kcc) async throws in
                let page = try await kcc.orders(from: "2020-01-01")
                _ = try await kcc.orders(ids: "1003")
                _ = try await kcc.orders(from: page.position)
                for ref in ["1004", "1014", "9999"] { _ = try await kcc.status(of: ref) }
                let odd =
                    #"[{"ID":"S1","Code":"INV1","Status":"Issue","Items":[{"OrderItemID":"1","ShipmentItemID":"1","SKU":"NOPE","Quantity":2}],"Packages":[]}]"#
                _ = try await kcc.status(of: "1005", "Complete", shipments: odd)
                _ = try await kcc.status(of: "1006", "Cancelled")
                _ = try await kcc.stock([("NOPE", 3)])
                _ = try await kcc.stock([("SKU-1", 3)], site: 77)
                _ = try await kcc.post("{}", to: "web/statuses")
                shop.sell(.paid(1020))
                for number in 1021...1023 { shop.sell(.paid(number)) }
                await daemon.pass(15)
                _ = try await kcc.orders(from: "2030-01-01")
            }
            shop.edit(.order(1007)) { $0.financialStatus = "REFUNDED" }
            await daemon.pass(15)
            try await daemon.execute(
                "UPDATE \"order\" SET hand_off = 'held', reason = 'maybe_handed_off', maybe_handed_off = 1 WHERE name IN ('#1022', '#1023')"
            )
            _ = try await daemon.reload(ConfigurationText.linked)
            shop.orders.identify(as: .plain(["read_orders", "read_locations"]))
            await daemon.pass(15)
            let lines = try await daemon.status()
            let text = lines.joined(separator: "\n")
            for said in [
                "failed: ref_taken", "failed: line_without_sku", "failed: customer_data_withheld",
                "before KCC's start",
                "KCC asked again for", "is in KCC and will not be offered", "KCC reports on order 9999",
                "cannot be told to Shopify", "were never despatched", "may have been handed over",
                "old: is not in the configuration any more", "is missing", "changed after",
            ] { #expect(text.contains(said), "\(said) in:\n\(text)") }
            for line in lines { try await Self.check(line, daemon) }
            for order in ["gid://shopify/Order/2002", "1003", "1007", "1011", "1012", "1013", "1014"] {
                guard let explanation = try? await daemon.answer(.explanation(reference: order)) else {
                    continue
                }
                for line in explanation { try await Self.check(line, daemon) }
            }
            for message in daemon.log.messages { try await Self.check(message, daemon) }
        }
    }

    @Test(arguments: [ShopError.Code.tokenRefused, .shopFrozen])
    func `a command that Shopify refuses names the channel in its remedy`(_ code: ShopError.Code) async throws
    {
        let now = ManualNow()
        let shop = TestShop(now)
        try await Installation.run(ConfigurationText.linked, shops: [ConfigurationText.host: shop], now: now)
        {
            (daemon) async throws in
            shop.sell(.paid(1001))
            await daemon.round()
            let error = ShopError(code, .pause, "no", remedy: "run kccsyncd setup CHANNEL")
            shop.orders.failIdentity(error, error, error, error)
            let reply = await daemon.perform(.refreshLocations(channel: "web"))
            #expect(reply.errors == ["no; run kccsyncd setup web"])
            shop.orders.failReads(error, error, error)
            let refetch = await daemon.perform(.orders(.refetch, references: ["1001"]))
            #expect(refetch.errors == ["no; run kccsyncd setup web"])
            let again = await daemon.perform(
                .reimportSince(channel: "web", date: DayOrInstant("2026-11-01")!)
            )
            for text in again.errors { #expect(!text.contains("CHANNEL")) }
        }
    }
}
