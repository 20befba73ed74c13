import SyncEngine
import TOMLKit

/// Reads the tables at the top that concern what is told to Shopify: `[carriers]` and `[retention]`.
struct PushSettingsReader {
    /// The whole file.
    let top: TableReader
    /// Where problems go.
    let collector: ProblemCollector

    /// KCC's couriers and Shopify's names of them; what is wrong with them has been noted.
    func carriers() -> [String: String] {
        guard let value = top.value("carriers"), let table = top.table("carriers", value) else { return [:] }
        var carriers: [String: String] = [:]
        for courier in table.keys {
            carriers[courier] = table.text(
                courier,
                expected: "Shopify's name of the tracking company, such as \"Royal Mail\""
            )
        }
        return carriers
    }

    /// How long what is finished is kept.
    func retention() -> Retention {
        var retention = Retention()
        guard let value = top.value("retention"), let table = top.table("retention", value) else {
            return retention
        }
        table.refuseUnknownKeys(known: KnownKeys.retention, later: KnownKeys.later["retention"] ?? [])
        retention.finishedJobs =
            table.span(
                "finished_jobs",
                .seconds(2 * 86_400)...(.seconds(86_400) * 36_500),
                example: "\"90d\" or \"1y\""
            ) ?? retention.finishedJobs
        retention.personalData = table.span(
            "personal_data",
            .seconds(30 * 86_400)...(.seconds(86_400) * 36_500),
            example: "\"730d\" or \"2y\""
        )
        return retention
    }
}
