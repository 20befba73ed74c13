import Foundation
import Persistence
import SyncEngine
import TestSupport
import Testing

@testable import kccsyncd

/// What changes a decision is found by comparing encoded settings, so that no new key can be forgotten.
@Suite(.timeLimit(.minutes(30)))
struct DecisiveSettingsTests {
    @Test func `every key decides but those that are named`() throws {
        var settings = ChannelSettings.plain()
        settings.kcc = .plain()
        let keys = Set(try object(settings).keys)
        let decisive = try JSONSerialization.jsonObject(with: Data(DecisiveSettings.text(settings).utf8))
        let deciding = Set((decisive as? [String: Any] ?? [:]).keys)
        #expect(deciding == keys.subtracting(DecisiveSettings.undeciding))
        let link = Set((try object(settings)["kcc"] as? [String: Any] ?? [:]).keys)
        let decidingLink = Set(((decisive as? [String: Any])?["kcc"] as? [String: Any] ?? [:]).keys)
        let unlinked = Set(
            DecisiveSettings.undeciding.filter { $0.hasPrefix("kcc.") }.map { String($0.dropFirst(4)) }
        )
        #expect(decidingLink == link.subtracting(unlinked))
        #expect(DecisiveSettings.undeciding.count { !$0.hasPrefix("kcc.") && !keys.contains($0) } == 1)
    }

    @Test func `no secret is in what is compared`() {
        var settings = ChannelSettings.plain {
            $0.credential = .client(id: "client", secret: Secret("shpss_canary"))
        }
        settings.kcc = .plain()
        let encoded = String(decoding: (try? JSONEncoder().encode(settings)) ?? Data(), as: UTF8.self)
        #expect(!encoded.contains("canary") && !encoded.contains("correct-horse"))
    }

    private func object(_ settings: ChannelSettings) throws -> [String: Any] {
        let data = try JSONEncoder().encode(settings)
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// Changes of the file, and whether orders of the last days are evaluated again.
    struct Change: Sendable, CustomTestStringConvertible {
        var lines: String
        var decides: Bool
        var testDescription: String { lines }

        static let all = [
            Change(lines: "import_test_orders = true", decides: true),
            Change(lines: "ignore_financial_status = true", decides: true),
            Change(lines: "tip_sku = \"TIP\"", decides: true),
            Change(lines: "missing_sku = \"MISC\"", decides: true),
            Change(lines: "order_ref_format = \"W{0}\"", decides: true),
            Change(lines: "order_poll_interval = \"5min\"", decides: false),
            Change(lines: "send_shipping_notification = false", decides: false),
            Change(lines: "api_version = \"2026-10\"", decides: false),
        ]
    }

    @Test(arguments: Change.all)
    func `a changed key evaluates recent orders again unless it is named as one that decides nothing`(
        _ change: Change
    ) async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.orders.put(.paid(1))
        try await Installation.run(
            ConfigurationText.text(kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.round()
            await daemon.round()
            _ = daemon.log.drain()
            _ = try await daemon.reload(ConfigurationText.text(change.lines, kcc: nil))
            await daemon.round()
            let said = daemon.log.messages.filter {
                $0.contains("order of the last 7 days") || $0.contains("after a change of the configuration")
            }
            #expect(said.isEmpty == !change.decides)
        }
    }

    @Test func `a digest of an older version is replaced once, and no order changes`() async throws {
        let now = ManualNow()
        let shop = TestShop(now)
        shop.orders.put(.paid(1))
        try await Installation.run(
            ConfigurationText.text(kcc: nil),
            shops: [ConfigurationText.host: shop],
            now: now
        ) { daemon in
            await daemon.round()
            let session = await daemon.holder.session
            try await session.store.saveJudgedDigest("epos=|web\u{1F}true", shop: 1)
            let before = try await daemon.rows("SELECT CAST(revision AS TEXT) || state FROM \"order\"")
            for _ in 0..<3 { await daemon.round() }
            #expect(try await daemon.rows("SELECT CAST(revision AS TEXT) || state FROM \"order\"") == before)
            #expect(
                daemon.log.messages.filter { $0.contains("changes no order of the last 7 days") }.count == 1
            )
        }
    }
}
