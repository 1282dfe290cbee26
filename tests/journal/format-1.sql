PRAGMA application_id = 1651731058;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE event (
  id           INTEGER PRIMARY KEY CHECK (id > 0), -- order of arrival, in no hash
  run          TEXT NOT NULL CHECK (run <> '' AND length(run) < 40),
  seq          INTEGER NOT NULL CHECK (seq > 0),   -- 1, 2, 3 ... within the run
  wall         INTEGER NOT NULL,                   -- ns since 1970 UTC
  boot         INTEGER NOT NULL,                   -- ns since boot_id began
  boot_id      TEXT    NOT NULL,
  kind         TEXT    NOT NULL CHECK (kind <> ''),
  step         TEXT             CHECK (step <> ''), -- NULL: of the run itself
  attempt      INTEGER NOT NULL CHECK (attempt >= 0), -- 0: none applies
  actor        TEXT    NOT NULL,                   -- who
  auth         TEXT    NOT NULL,                   -- how we know
  payload      TEXT,                               -- a JSON object; NULL: taken out
  salt         BLOB             CHECK (length(salt) = 16),
  payload_hash BLOB NOT NULL CHECK (length(payload_hash) = 32),
  prev         BLOB NOT NULL CHECK (length(prev) = 32),
  hash         BLOB NOT NULL CHECK (length(hash) = 32),
  UNIQUE (run, seq),
  CHECK ((payload IS NULL) = (salt IS NULL))
) STRICT;
INSERT INTO event VALUES(1,'20261122T032107Z-aaaa',1,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','run_opened',NULL,0,'ana','login','{"title":"x","machine_prev":"0000000000000000000000000000000000000000000000000000000000000000"}',X'b75a379955024c7a47b7df5d67ae6cb7',X'9976f8513ed79f48c2d37551c6da2f27fa1007743ff33569d79cb9d53afd6b73',X'0000000000000000000000000000000000000000000000000000000000000000',X'0a10749a5644fd9600c47075ea04e13cc2de322d4e4d1fddd69acc40156c2b40');
INSERT INTO event VALUES(2,'20261122T032107Z-aaaa',2,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":0}',X'0f3a02f941bcdb467a068f365036813f',X'06d98c7d2502a648a701d04c62819d643b49574ef6143c38a4ff3eb590b2aea8',X'0a10749a5644fd9600c47075ea04e13cc2de322d4e4d1fddd69acc40156c2b40',X'4f00bb625995cd9be3494345aa88ee77dab4d7160aa62751a8b647d1ecb5fb7a');
INSERT INTO event VALUES(3,'20261122T032107Z-aaaa',3,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":1}',X'fc9663263ad8aa0e702a8fed27bf96e7',X'fa2200cebb6a78ebcbb27f49ab6b2d808b9bcd7054fadf35c62ad9b88eaae215',X'4f00bb625995cd9be3494345aa88ee77dab4d7160aa62751a8b647d1ecb5fb7a',X'b87076d3c2e1aa1146a6b6643297c85385e924bdcc3870f9b8fd038be041fed3');
INSERT INTO event VALUES(4,'20261122T032107Z-aaaa',4,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":2}',X'430277d6e4ca0c21c0e9ea84cd49bc8a',X'b45b619560398d4cb0b96e4ecf9408083a3992011334e269be449c585396dfa8',X'b87076d3c2e1aa1146a6b6643297c85385e924bdcc3870f9b8fd038be041fed3',X'9f50d86a454fc41bdf57dece7bfa64778f09bdc3d82f7ac915e5e2cc50ad4685');
INSERT INTO event VALUES(5,'20261122T032107Z-aaaa',5,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":3}',X'a7079d3e93380cc9b1f01b943b328bc6',X'3fbdd52af5c2adf0b1ba017333ffeacbdf30bc74ded0f14ae2a11f48c782b8ba',X'9f50d86a454fc41bdf57dece7bfa64778f09bdc3d82f7ac915e5e2cc50ad4685',X'926dbcd0d5c5f78c9ab424df41edefe4c32f902a55fcf912ad5d61e98347f4c5');
INSERT INTO event VALUES(6,'20261122T032107Z-aaaa',6,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','run_closed',NULL,0,'ana','login','{"verdict":"recovered"}',X'15c1223d5d80f9a36c7b5b8d98f35fc8',X'ed2a9e5b6589c1611c506bf1419f9b0e2dc6223089912d9904e94073d3b3c54e',X'926dbcd0d5c5f78c9ab424df41edefe4c32f902a55fcf912ad5d61e98347f4c5',X'14c1e6e1e66e8c2ee068bb3633cabdf5088adbb1c2e73ce5f5bc54aac029f81a');
INSERT INTO event VALUES(7,'20261122T041500Z-bbbb',1,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','run_opened',NULL,0,'ana','login','{"title":"Restore","mode":"drill","runbook":"restore.yaml","machine_prev":"af5ffc85ee36313df42fcf179a4a990eb9ec409cb378f3afb4d634bc4277c92d"}',X'ab3ba0cc8aaad7bf46935190082d1da2',X'e12e8a20ceb910a14d2385f0bbad3b0823a8a829552e21b378db37ac95117e28',X'af5ffc85ee36313df42fcf179a4a990eb9ec409cb378f3afb4d634bc4277c92d',X'3b10bdee1dd49422864531464364b5d4e35dd7da779cbb95b89809aa2b16d577');
INSERT INTO event VALUES(8,'20261122T041500Z-bbbb',2,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":0}',X'c0fcfcdcbdc84defa82491ab881587cf',X'298f56750d972f1fd50522e9d33ce30115c2fb1640d7908a76ed74a6748cf32f',X'3b10bdee1dd49422864531464364b5d4e35dd7da779cbb95b89809aa2b16d577',X'a213a497e611514506e1e76823ae960ce461439c9c5dbe0ede9db68d36787c8f');
INSERT INTO event VALUES(9,'20261122T041500Z-bbbb',3,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":1}',X'a484b8d4446fc82097da6a1ace01d8bc',X'33d7cc8670572f765dd109abb8fc2771cd1df570f8f0249f14d94a098f5feed6',X'a213a497e611514506e1e76823ae960ce461439c9c5dbe0ede9db68d36787c8f',X'62e8f10fe283630552bda3061a91d24a95d65192a5cfa6ca1fc545a0691d241c');
INSERT INTO event VALUES(10,'20261122T041500Z-bbbb',4,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":2}',X'da790176e7f010e62039c917dd0a2cb5',X'1df62c83f6f29895318a68277d6a45010c16bcd903c86944820ebe89e50261e7',X'62e8f10fe283630552bda3061a91d24a95d65192a5cfa6ca1fc545a0691d241c',X'8b6e7bdfbf282a5068ee68804b6968e57040961a738010cb83a6f3eedb9ed2df');
CREATE TABLE machine (
  n    INTEGER PRIMARY KEY CHECK (n > 0),
  wall INTEGER NOT NULL,
  what TEXT    NOT NULL CHECK (what IN ('opened', 'moved', 'closed', 'pruned')),
  run  TEXT NOT NULL CHECK (run <> '' AND length(run) < 40),
  seq  INTEGER NOT NULL CHECK (seq > 0), -- the event of the run that is tied here
  head BLOB NOT NULL CHECK (length(head) = 32), -- and its hash
  prev BLOB NOT NULL CHECK (length(prev) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  UNIQUE (run, what)
) STRICT;
INSERT INTO machine VALUES(1,1795318867000000000,'opened','20261122T032107Z-aaaa',1,X'0a10749a5644fd9600c47075ea04e13cc2de322d4e4d1fddd69acc40156c2b40',X'0000000000000000000000000000000000000000000000000000000000000000',X'3c8deddc21aa5281eed94b39f67c7bc149932b8628c9b5e01add9ab3a67ce4a6');
INSERT INTO machine VALUES(2,1795318867000000000,'closed','20261122T032107Z-aaaa',6,X'14c1e6e1e66e8c2ee068bb3633cabdf5088adbb1c2e73ce5f5bc54aac029f81a',X'3c8deddc21aa5281eed94b39f67c7bc149932b8628c9b5e01add9ab3a67ce4a6',X'af5ffc85ee36313df42fcf179a4a990eb9ec409cb378f3afb4d634bc4277c92d');
INSERT INTO machine VALUES(3,1795318867000000000,'opened','20261122T041500Z-bbbb',1,X'3b10bdee1dd49422864531464364b5d4e35dd7da779cbb95b89809aa2b16d577',X'af5ffc85ee36313df42fcf179a4a990eb9ec409cb378f3afb4d634bc4277c92d',X'f05c729dbdaee612b87599496ace264368440c1a5de710d9fa2b35c60f920fbb');
CREATE TABLE pin (
  id     INTEGER PRIMARY KEY CHECK (id > 0),
  sha256 BLOB    NOT NULL UNIQUE CHECK (length(sha256) = 32), -- of the file's bytes
  n      INTEGER NOT NULL CHECK (n >= 0), -- their number
  packed INTEGER NOT NULL CHECK (packed IN (0, 1)), -- 1: bytes are a zstd frame
  bytes  BLOB    NOT NULL
) STRICT;
INSERT INTO pin VALUES(1,X'152f6f6e12c83825d541fc650946a2d479475e3956a864c5df266652fc7a82d7',9,0,X'7469746c653a20780a');
CREATE TABLE run_pin (
  run    TEXT NOT NULL CHECK (run <> '' AND length(run) < 40),
  n      INTEGER NOT NULL CHECK (n > 0), -- 1, 2, 3 ... within the run
  role   TEXT    NOT NULL,
  path   TEXT    NOT NULL,
  sha256 BLOB    NOT NULL REFERENCES pin (sha256),
  hash   BLOB NOT NULL CHECK (length(hash) = 32), -- of this row
  PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;
INSERT INTO run_pin VALUES('20261122T032107Z-aaaa',1,'runbook','a.yaml',X'152f6f6e12c83825d541fc650946a2d479475e3956a864c5df266652fc7a82d7',X'73c90a19b16d720a0ac38fb38b5d4686fcd3fd406969aa9021b3adb9052956ed');
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only: no row is ever changed'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only: no row is ever removed'); END;
CREATE TRIGGER event_append BEFORE INSERT ON event
WHEN new.id IS NOT -1
  OR (new.seq - 1, new.prev, 1) IS NOT (SELECT seq, hash, kind <> 'run_closed'
       FROM event WHERE run = new.run ORDER BY seq DESC LIMIT 1)
     AND (new.seq <> 1 OR EXISTS (SELECT 1 FROM event WHERE run = new.run))
BEGIN SELECT RAISE(ABORT, 'event is append-only: a row may only follow the last one of an open run'); END;
CREATE TRIGGER machine_no_update BEFORE UPDATE ON machine
BEGIN SELECT RAISE(ABORT, 'machine is append-only: no row is ever changed'); END;
CREATE TRIGGER machine_no_delete BEFORE DELETE ON machine
BEGIN SELECT RAISE(ABORT, 'machine is append-only: no row is ever removed'); END;
CREATE TRIGGER machine_append BEFORE INSERT ON machine
WHEN new.n IS NOT (SELECT ifnull(max(n), 0) + 1 FROM machine)
  OR new.prev IS NOT ifnull((SELECT hash FROM machine ORDER BY n DESC LIMIT 1),
       zeroblob(32))
  OR EXISTS (SELECT 1 FROM machine WHERE run = new.run AND what = new.what)
BEGIN SELECT RAISE(ABORT, 'machine is append-only: a row may only follow the last one'); END;
CREATE TRIGGER pin_no_update BEFORE UPDATE ON pin
BEGIN SELECT RAISE(ABORT, 'pin is append-only: no row is ever changed'); END;
CREATE TRIGGER pin_no_delete BEFORE DELETE ON pin
BEGIN SELECT RAISE(ABORT, 'pin is append-only: no row is ever removed'); END;
CREATE TRIGGER pin_append BEFORE INSERT ON pin
WHEN EXISTS (SELECT 1 FROM pin WHERE id = new.id)
  OR EXISTS (SELECT 1 FROM pin WHERE sha256 = new.sha256)
BEGIN SELECT RAISE(ABORT, 'pin is append-only: this file is kept already'); END;
CREATE TRIGGER run_pin_no_update BEFORE UPDATE ON run_pin
BEGIN SELECT RAISE(ABORT, 'run_pin is append-only: no row is ever changed'); END;
CREATE TRIGGER run_pin_no_delete BEFORE DELETE ON run_pin
BEGIN SELECT RAISE(ABORT, 'run_pin is append-only: no row is ever removed'); END;
CREATE TRIGGER run_pin_append BEFORE INSERT ON run_pin
WHEN new.n IS NOT (SELECT ifnull(max(n), 0) + 1 FROM run_pin WHERE run = new.run)
BEGIN SELECT RAISE(ABORT, 'run_pin is append-only: a row may only follow the last one of its run'); END;
CREATE VIEW timeline AS -- every event with its time as people read it
SELECT run, seq,
  strftime('%Y-%m-%dT%H:%M:%S', wall / 1000000000, 'unixepoch') ||
    printf('.%03dZ', wall / 1000000 % 1000) AS at,
  kind, step, attempt, actor, payload, lower(hex(hash)) AS hash
FROM event
;
CREATE VIEW runs AS -- every run, newest first
SELECT o.run, datetime(o.wall / 1000000000, 'unixepoch') AS opened,
  datetime(c.wall / 1000000000, 'unixepoch') AS closed,
  iif(json_valid(f.payload), f.payload ->> '$.title', NULL) AS title,
  iif(json_valid(f.payload), f.payload ->> '$.mode', NULL) AS mode,
  iif(json_valid(l.payload), l.payload ->> '$.verdict', NULL) AS verdict,
  (SELECT max(seq) FROM event WHERE run = o.run) AS events
FROM machine o
LEFT JOIN event f ON f.run = o.run AND f.seq = 1
LEFT JOIN machine c ON c.run = o.run AND c.what = 'closed'
LEFT JOIN event l ON l.run = c.run AND l.seq = c.seq
WHERE o.what IN ('opened', 'moved') ORDER BY o.n DESC
;
CREATE VIEW files AS -- what each run stood on
SELECT run, run_pin.n AS n, role, path, pin.n AS size, lower(hex(sha256)) AS sha256
FROM run_pin JOIN pin USING (sha256)
;
COMMIT;
