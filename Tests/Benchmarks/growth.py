"""Whether a poll costs more when the store is large."""

import sqlite3
import statistics

from stage import Simulator, Stage

SMALL = 10_000


def growth(options):
    """One cycle with one changed order, on a store of ten thousand orders and on one of a million."""
    with Simulator.start() as simulator:
        simulator.post("seed", count=SMALL, seed=1, days=50, mix="plain")
        with Stage(simulator) as stage:
            stage.once()
            figures = []
            for size in (SMALL, options.orders):
                if size > SMALL:
                    multiply(stage.database, size)
                count = stage.rows('SELECT count(*) FROM "order"')[0][0]
                walls, processors = [], []
                for number in range(options.runs * 3):
                    simulator.post("orders/random", count=1, mix="plain", seed=size + number)
                    wall, cpu, _ = stage.once()
                    walls.append(wall)
                    processors.append(cpu)
                figures.append(statistics.median(walls))
                print(
                    f"growth: a cycle with a store of {count} orders: {statistics.median(walls) * 1000:.0f} ms, "
                    f"{statistics.median(processors) * 1000:.0f} ms of processor (start and stop of the program included)")
            print(f"  a hundredfold store: {figures[1] / figures[0]:.2f} times as long")


def multiply(path, size):
    """Copies the store's orders under other ids, spread over earlier times, until there are enough.

    The copies carry no snapshot: nothing that polls reads it, and a million of them would fill the disk.
    """
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA synchronous = OFF")
        columns = [row[1] for row in database.execute('PRAGMA table_info("order")') if row[1] != "id"]
        changed = {
            "gid": "gid || '-' || copy.n", "name": "name || '-' || copy.n", "ref": "ref || '-' || copy.n",
            "updated_at_ms": "updated_at_ms - copy.n * 86400000", "placed_at_ms": "placed_at_ms - copy.n * 86400000",
            "snapshot": "'{}'", "offer_position": "offer_position + copy.n * 1000000",
        }
        copies = size // SMALL - 1
        database.execute(
            f"""WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {copies})
            INSERT INTO "order" ({', '.join(columns)})
            SELECT {', '.join(changed.get(name, name) for name in columns)} FROM copy, (SELECT * FROM "order")""")
    database.close()
