-- The rows of an order store of schema 0005 that was opened once and never synced.
--
-- Made by the code of that version (commit bf7cfb1) with the test rig of the commit after it, and written out from the
-- SQLite file while the daemon still had it open, as a daemon that is killed leaves it. Do not edit by hand:
-- it shows what that version wrote. The people are the made-up ones of the tests.

INSERT INTO "counter" VALUES ('age', 1);
INSERT INTO "counter" VALUES ('damage', 0);
INSERT INTO "counter" VALUES ('erasing', 0);
INSERT INTO "counter" VALUES ('examined_at_ms', 0);
INSERT INTO "counter" VALUES ('generation', 820145848);
INSERT INTO "counter" VALUES ('offer_position', 0);
INSERT INTO "counter" VALUES ('running', 1);
INSERT INTO "grdb_migrations" VALUES ('0001 orders');
INSERT INTO "grdb_migrations" VALUES ('0002 pushes');
INSERT INTO "grdb_migrations" VALUES ('0003 stock');
INSERT INTO "grdb_migrations" VALUES ('0004 kcc');
INSERT INTO "grdb_migrations" VALUES ('0005 care');
INSERT INTO "kcc_channel" VALUES ('web', 0, NULL, NULL, NULL, NULL, 'MAIN=1SHOP1=4', 'taken');
