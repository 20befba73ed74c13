"""What an administrator writes to connect a merchant's shop, and what the tests ask of it."""

from waiting import wait_until

CREDENTIALS = "/etc/kccsyncd/credentials"
CONFIGURATION = "/etc/kccsyncd/kccsyncd.toml"
# Long waits of the unit, shortened so that a test need not take minutes.
QUICK = "[Service]\nWatchdogSec=3s\nRestartSec=1s\n"


def channel(store, **settings):
    """The text of a configuration with one channel `web`, whose token is a credential."""
    rows = {"shop_url": f'"{store.url}"', "access_token_credential": '"web"', "order_poll_interval": '"5s"', **settings}
    return "[channels.web]\n" + "".join(f"{key} = {value}\n" for key, value in rows.items())


def connect(machine, store, **settings):
    """Connects the shop by hand."""
    machine.write(f"{CREDENTIALS}/web", store.token + "\n", mode=0o600)
    machine.write(CONFIGURATION, channel(store, **settings), mode=0o640, group="kccsyncd")


def orders(machine, *options):
    """The orders that the order store has: name -> state."""
    return {order["name"]: order["state"] for order in machine.json("kccsyncd", "orders", "list", "--json", *options)}


def wait_order(machine, name, *options, state="imported"):
    wait_until(lambda: orders(machine, *options).get(name) == state, f"{name} is {state}", every=0.3)


def restarts(machine, unit="kccsyncd.service"):
    return int(machine.property(unit, "NRestarts"))


def wait_restarted(machine, pid, unit="kccsyncd.service"):
    """Until another process than `pid` is the active service."""
    wait_until(lambda: machine.state(unit) == "active" and machine.pid(unit) not in (0, pid),
               f"{unit} runs again", 30, every=0.2)
