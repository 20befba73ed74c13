import Foundation
import SyncEngine
import Testing

@testable import kccsyncd

@Suite struct MaskedConfigurationTests {
    private func masked(_ text: String) throws -> MaskedConfiguration {
        var fixture = ConfigurationFixture(text)
        fixture.put("/etc/kccsyncd/credentials/web", "from-the-credential\n")
        fixture.put("/srv/token", "from-the-file\n")
        let reader = fixture.reader
        let document = try ConfigurationDocument.open(reader.path, files: reader.files)
        return MaskedConfiguration(document, credentialsFolder: reader.credentialsFolder, files: reader.files)
    }

    @Test func `each way of giving a secret is shown without it, and known to the sieve`() throws {
        let configuration = try masked(
            """
            [kcc]
            status_password = "open-sesame"
            public_url = "https://user:hunter2@sync.example.com/kcc?key=swordfish"

            [channels.b]
            shop_url = "https://b.myshopify.com"
            access_token_credential = "web"
            start_date = 2026-11-16

            [channels.a]
            shop_url = "https://a.myshopify.com"
            access_token_file = "/srv/token"
            download_orders = true
            client_id = "half-a-log-in"
            client_secret_credential = "pasted-secret"
            """
        )
        #expect(
            configuration.lines == [
                #"channels.b.access_token_credential = "web""#,
                #"channels.b.shop_url = "https://b.myshopify.com""#,
                "channels.b.start_date = 2026-11-16",
                #"channels.a.access_token_file = "/srv/token""#, "channels.a.client_id = a string, left out",
                "channels.a.client_secret_credential = a string, left out: no such file, or none that this user may see",
                "channels.a.download_orders = true", #"channels.a.shop_url = "https://a.myshopify.com""#,
                #"kcc.public_url = "https://…@sync.example.com/kcc?…""#,
                "kcc.status_password = a string, left out",
            ]
        )
        let secrets = configuration.secrets.map { $0.reveal() }
        #expect(secrets.sorted() == ["from-the-credential", "from-the-file", "open-sesame"])
    }

    @Test func `values of unknown keys, log-ins, accounts and addresses are left out`() throws {
        let configuration = try masked(
            """
            [sites]
            MAIN = 1
            [[order_types]]
            order_type = "web"
            site = "MAIN"
            [channels.web]
            acess_token = "mistyped-secret"
            [channels.web.kcc]
            username = "khaos"
            note_tags = ["gift", "shpat_123"]
            couriers = { "Express" = "RM24" }
            bank_account = "12345678"
            [channels.web.kcc.shop_address]
            line1 = "3 Bobbin Row"
            """
        )
        #expect(
            configuration.lines == [
                "channels.web.acess_token = a string, left out",
                "channels.web.kcc.bank_account = a string, left out",
                #"channels.web.kcc.couriers.Express = "RM24""#,
                #"channels.web.kcc.note_tags = ["gift", "shpat_•••"]"#,
                "channels.web.kcc.shop_address = left out", "channels.web.kcc.username = a string, left out",
                #"order_types[0].order_type = "web""#, #"order_types[0].site = "MAIN""#, "sites.MAIN = 1",
            ]
        )
    }
}
