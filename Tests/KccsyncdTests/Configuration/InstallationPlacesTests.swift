import SyncEngine
import Testing

@testable import kccsyncd

/// Where commands look for the daemon and the store while the file is invalid.
@Suite struct InstallationPlacesTests {
    private static let both = InstallationPlaces(controlSocket: "/run/x/c.sock", database: "/srv/x/o.sqlite")
    private static let neither = InstallationPlaces(
        controlSocket: "/run/kccsyncd/control.sock",
        database: "/var/lib/kccsyncd/kccsyncd.sqlite"
    )

    @Test(arguments: [
        (
            "[daemon]\ndatabase = \"/srv/x/o.sqlite\"\ncontrol_socket = \"/run/x/c.sock\"\nnonsense = 1\n",
            both
        ),
        (
            "[daemon]\ndatabase = \"/srv/x/o.sqlite\" # here\ncontrol_socket='/run/x/c.sock'\n[channels.web\n",
            both
        ),
        (
            "oops\n  [ daemon ] # ours\r\n\tdatabase=\"/srv/x/o.sqlite\"\r\ncontrol_socket = \"/run/x/c.sock\"\r\n",
            both
        ),
        (
            "oops\n[channels.web]\ndatabase = \"/srv/x/o.sqlite\"\ncontrol_socket = \"/run/x/c.sock\"\n",
            neither
        ),
        (
            "oops\n[daemon]\n#database = \"/srv/x/o.sqlite\"\ndatabase = 5\ncontrol_socket = \"relative\"\n",
            neither
        ),
        ("[daemon]\ndatabase = 5\n", neither), ("daemon = 1", neither), ("oops", neither),
    ])
    func `the file's places are found whether it is TOML or not`(_ text: String, _ places: InstallationPlaces)
        throws
    {
        #expect(ConfigurationFixture(text).reader.places == places)
    }
}
