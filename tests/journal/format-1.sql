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
INSERT INTO event VALUES(1,'20261122T032107Z-aaaa',1,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','run_opened',NULL,0,'ana','login','{"title":"x","machine_prev":"0000000000000000000000000000000000000000000000000000000000000000"}',X'4011bc9908ac29eebc191442c56fe6c4',X'9c5d6ee8646e0a9b1b94dbfa1e6e82b957255b6a9226ab27c5af30165b5db08b',X'0000000000000000000000000000000000000000000000000000000000000000',X'ead69f280310277b5bd148f98f0f9f088c6765ae3421e58d69f5eca69ec23da7');
INSERT INTO event VALUES(2,'20261122T032107Z-aaaa',2,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":0}',X'88e1fc28cd80519d3017d2956d300202',X'0f2c3f9b43227b254e10df077d55117ef34132ef4f54c0c5b966c4b0100ab773',X'ead69f280310277b5bd148f98f0f9f088c6765ae3421e58d69f5eca69ec23da7',X'07dd9d52f74d1b9f11d2bfcd096d228ee5ccbce8330e2d691502e0ffd96d7b57');
INSERT INTO event VALUES(3,'20261122T032107Z-aaaa',3,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":1}',X'339863484247b0ba31d6603e7c89d688',X'94c7234efa5e6760fe378c12482079f3d75c5d8d4bda16ff1d5d53b90b7be5db',X'07dd9d52f74d1b9f11d2bfcd096d228ee5ccbce8330e2d691502e0ffd96d7b57',X'fa334da75028caae4990a25489d11edc82717aab2f5067bb2b7c4177bd721450');
INSERT INTO event VALUES(4,'20261122T032107Z-aaaa',4,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":2}',X'e0629e455107030b7741790ee91f8921',X'd4dcf81774e44642e17433f4d6396ccdbe9ed9bf47bd56179b13253cc7668c52',X'fa334da75028caae4990a25489d11edc82717aab2f5067bb2b7c4177bd721450',X'0c060e6118fefbdf52b01a257d699682750c828703d859c822440d36f711eb54');
INSERT INTO event VALUES(5,'20261122T032107Z-aaaa',5,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":3}',X'38f1feb116b2c20714d9246a8ffe1699',X'a2089ac348753c2e8d753cde819bad2de9f79e94d90b7dded6c6104730c5a93d',X'0c060e6118fefbdf52b01a257d699682750c828703d859c822440d36f711eb54',X'ddc058d0a48ab4c8cc5521c35d688a98b5e1a8d3c5c3161c874602456c27abc4');
INSERT INTO event VALUES(6,'20261122T032107Z-aaaa',6,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','run_closed',NULL,0,'ana','login','{"verdict":"recovered"}',X'fdadbed58336b4dc75d562624a14691c',X'43ed2f613e62cdcfcd0dc2168d4b8d8a2ce1b2e307bc1e24b252331a6700c9df',X'ddc058d0a48ab4c8cc5521c35d688a98b5e1a8d3c5c3161c874602456c27abc4',X'986dc71a06d068d87120b7c1c0325b369208b30526ae8ef0d25d520f971e5aa4');
INSERT INTO event VALUES(7,'20261122T041500Z-bbbb',1,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','run_opened',NULL,0,'ana','login','{"title":"Restore","mode":"real","runbook":"restore.yaml","machine_prev":"e6a4a89391444dfac0aa029ce58232ba53b86b0cd7c7942ec3d3baea585c1971"}',X'7c3c5a72eabd89b3dbfcb0869b43c56d',X'7d4c3f014c89105f8f8299f1f05e72c6dd4c91b4f0247d6409ec04d670872344',X'e6a4a89391444dfac0aa029ce58232ba53b86b0cd7c7942ec3d3baea585c1971',X'ee4e46e3322894f6e89c782302a7da2d8a009b9ab759bf15b47662d3872733a0');
INSERT INTO event VALUES(8,'20261122T041500Z-bbbb',2,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":0}',X'22b8eeb8e870cf1ea4c160f8f5c0fa62',X'413a98516abc0eed2276910dca58820d1003c601bdf7a6021f62e23e62639414',X'ee4e46e3322894f6e89c782302a7da2d8a009b9ab759bf15b47662d3872733a0',X'ed86bc79bfb9389add54da174219da70db87258fc27b5aa89f2523d947437df7');
INSERT INTO event VALUES(9,'20261122T041500Z-bbbb',3,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":1}',X'9da57a581cbf191d71ad8e0f06084e3b',X'7272bbe234eeaecc81aa24f551a5257eb40df51cb624ecffce7d59bc78c5331d',X'ed86bc79bfb9389add54da174219da70db87258fc27b5aa89f2523d947437df7',X'454070ca3983ca51125fb78c9ff71197012677b7f4203de8321ab399811d2a01');
INSERT INTO event VALUES(10,'20261122T041500Z-bbbb',4,1795318867000000000,123456789,'82b76bb6-06bc-4443-a709-7acf8ea91729','step','stop-writers',1,'ana','login','{"to":"executing","i":2}',X'e17c6d34ce31d19f291e999478934318',X'cd3f1644fde4daa8d27a6cba5d915365e40ffb507d3f31adc8faebd8ba474624',X'454070ca3983ca51125fb78c9ff71197012677b7f4203de8321ab399811d2a01',X'b09bc1aaa08f51702643802a3fa7eae3f84e803cf31b0c24331628b09f4f01d4');
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
INSERT INTO machine VALUES(1,1795318867000000000,'opened','20261122T032107Z-aaaa',1,X'ead69f280310277b5bd148f98f0f9f088c6765ae3421e58d69f5eca69ec23da7',X'0000000000000000000000000000000000000000000000000000000000000000',X'fa30e60adb6dfdef51cb5c6517944029408f0abffe0a46bf2b37879e95dab861');
INSERT INTO machine VALUES(2,1795318867000000000,'closed','20261122T032107Z-aaaa',6,X'986dc71a06d068d87120b7c1c0325b369208b30526ae8ef0d25d520f971e5aa4',X'fa30e60adb6dfdef51cb5c6517944029408f0abffe0a46bf2b37879e95dab861',X'e6a4a89391444dfac0aa029ce58232ba53b86b0cd7c7942ec3d3baea585c1971');
INSERT INTO machine VALUES(3,1795318867000000000,'opened','20261122T041500Z-bbbb',1,X'ee4e46e3322894f6e89c782302a7da2d8a009b9ab759bf15b47662d3872733a0',X'e6a4a89391444dfac0aa029ce58232ba53b86b0cd7c7942ec3d3baea585c1971',X'30b5459c39fa9353d5b8c550405717393798f5ad488c313fa64b3b291ce5ccb1');
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
