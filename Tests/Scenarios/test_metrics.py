"""The figures that Prometheus' collector finds."""

import re

from waiting import wait_until

SAMPLE = re.compile(r"^[a-z_]+(_total)?(\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\})? -?[0-9.e+]+$")


def test_the_daemon_writes_figures_that_hold_together(box, store):
    figures = box.folder / "metrics.prom"
    box.daemon_table["metrics_file"] = str(figures)
    box.channel("web", store)
    store.place()
    with box.daemon():
        wait_until(lambda: figures.exists() and "kccsyncd_orders{" in figures.read_text(), "figures with the order", 40)
    lines = figures.read_text().splitlines()
    assert lines[-1] == "# EOF"
    assert all(line.startswith("# ") or SAMPLE.match(line) for line in lines), lines
    assert 'kccsyncd_orders{channel="web",state="imported",reason=""} 1' in lines
    assert figures.stat().st_mode & 0o777 == 0o644, "the collector is another user"
    assert "@" not in figures.read_text() and store.token not in figures.read_text()


def test_a_folder_that_is_not_there_is_said_and_stops_nothing(box, store):
    box.daemon_table["metrics_file"] = str(box.folder / "nowhere" / "metrics.prom")
    box.channel("web", store)
    name = store.place()
    with box.daemon() as daemon:
        wait_until(lambda: name in box.orders(), "it is imported")
        wait_until(lambda: "the metrics cannot be written" in daemon.log_path.read_text(), "it says so", 40)
