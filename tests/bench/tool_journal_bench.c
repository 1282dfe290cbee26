/* tool_journal_bench [EVENTS [verify]]: what the journal costs, each figure beside its floor, in turns. Lines
 * `name value unit`; a ratio is ours to the floor, medians of both.
 *
 *   commit   two synced commits of three events, as a step costs; bare SQLite writes as many bytes
 *   event    one more event in a transaction
 *   read     100,000 events through journal_each
 *   verify   EVENTS (a million) events; libcrypto alone takes the same digests of as many bytes.
 *            cold: the file's pages were given back to the kernel before; else they are in memory.
 *            cpu: of all threads, by the processor's own count, which neighbours hardly change
 *   output   200 MB of lines in chunks of 256 KB; bare SHA-256 and zstd over them
 *   runs     10,000 runs listed
 */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>
#include <zstd.h>

#include "err.h"
#include "event.h"
#include "floor.h"
#include "fsio.h"
#include "hash.h"
#include "journal.h"
#include "mem.h"

enum {
	COMMITS = 200, BATCH = 3, ROW_BYTES = 560, BULK = 20000, READ = 100000, RUNS = 10,
	CHUNK = 256 << 10, OUTPUT_MB = 200, MANY_RUNS = 10000,
};

static const char body[] =
	"{\"purpose\":\"main\",\"token\":\"c17\",\"digest\":\"9c56cc51b374c3ba189210d5b6d4bf57790d351c"
	"96c47c02190ecf1e430635ab\",\"env\":[\"BACKUP\",\"TARGET\"],\"cwd\":\"/srv/runbooks\",\"pid\":4711,"
	"\"start\":123456789}";

static struct event one(enum event_kind kind)
{
	return (struct event){
		.at = clock_now(), .kind = kind, .step = mem_dup("restore-volume"), .attempt = 1,
		.actor = { "ana", "ssh-key SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDaHiO" },
		.body = mem_dup(body), .body_len = sizeof(body) - 1,
	};
}

static void say(const char *name, double value, const char *unit)
{
	printf("%s %.4g %s\n", name, value, unit);
	fflush(stdout);
}

static struct journal *begin(const char *path, const char *run)
{
	struct journal *j = NULL;
	struct err err = { 0 };
	struct event ev = one(EV_RUN_OPENED);
	if (journal_open(path, JOURNAL_WRITE, &j, &err) ||
	    journal_run_open(j, run, &ev, NULL, 0, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	event_release(&ev);
	return j;
}

static void append(struct journal *j, struct event *evs, size_t n, bool sync)
{
	struct err err = { 0 };
	if (journal_append(j, evs, n, sync, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
}

/* --- commits --------------------------------------------------------------------------------- */

struct bare {
	sqlite3 *h;
	sqlite3_stmt *insert;
};

static void bare_do(struct bare *b, const char *sql)
{
	FLOOR_NEED(sqlite3_exec(b->h, sql, NULL, NULL, NULL) == SQLITE_OK);
}

static void bare_open(struct bare *b, const char *path)
{
	FLOOR_NEED(sqlite3_open_v2(path, &b->h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				   SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK);
	bare_do(b, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
		"CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT)");
	FLOOR_NEED(sqlite3_prepare_v2(b->h, "INSERT INTO t (body) VALUES (?)", -1, &b->insert, NULL) ==
		   SQLITE_OK);
}

static void bare_insert(struct bare *b, int n)
{
	static char row[ROW_BYTES + 1];
	memset(row, 'x', ROW_BYTES);
	for (int i = 0; i < n; i++) {
		sqlite3_bind_text(b->insert, 1, row, ROW_BYTES, SQLITE_STATIC);
		FLOOR_NEED(sqlite3_step(b->insert) == SQLITE_DONE);
		sqlite3_reset(b->insert);
	}
}

static double bare_commits(struct bare *b)
{
	double at = floor_now();
	for (int i = 0; i < 2 * COMMITS; i++) {
		bare_do(b, "BEGIN IMMEDIATE");
		bare_insert(b, BATCH);
		bare_do(b, "COMMIT");
	}
	return (floor_now() - at) / COMMITS * 1e6;
}

static double bare_bulk(struct bare *b)
{
	double at = floor_now();
	bare_do(b, "BEGIN IMMEDIATE");
	bare_insert(b, BULK);
	bare_do(b, "COMMIT");
	return (floor_now() - at) / BULK * 1e6;
}

static double our_commits(struct journal *j, struct event *evs)
{
	double at = floor_now();
	for (int i = 0; i < 2 * COMMITS; i++)
		append(j, evs, BATCH, true);
	return (floor_now() - at) / COMMITS * 1e6;
}

static double our_bulk(struct journal *j, struct event *evs)
{
	double at = floor_now();
	append(j, evs, BULK, true);
	return (floor_now() - at) / BULK * 1e6;
}

static void commits(const char *dir)
{
	double a[FLOOR_ROUNDS], b[FLOOR_ROUNDS], c[FLOOR_ROUNDS], d[FLOOR_ROUNDS];
	char *ours = mem_printf("%s/commits.db", dir), *floor = mem_printf("%s/bare.db", dir);
	struct event *evs = mem_alloc(BULK * sizeof(*evs));
	struct bare bare;
	struct journal *j = begin(ours, "r");
	bare_open(&bare, floor);
	for (int i = 0; i < BULK; i++)
		evs[i] = one(EV_CMD_INTENT);
	for (int i = 0; i < FLOOR_ROUNDS; i++) {
		a[i] = our_commits(j, evs);
		b[i] = bare_commits(&bare);
		c[i] = our_bulk(j, evs);
		d[i] = bare_bulk(&bare);
		journal_checkpoint(j, true);
		sqlite3_wal_checkpoint_v2(bare.h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	}
	double two = floor_median(a, FLOOR_ROUNDS), two_floor = floor_median(b, FLOOR_ROUNDS);
	double event = floor_median(c, FLOOR_ROUNDS), event_floor = floor_median(d, FLOOR_ROUNDS);
	say("two_commits", two, "us");
	say("two_commits_floor", two_floor, "us");
	say("two_commits_ratio", two / two_floor, "x");
	say("event", event, "us");
	say("event_floor", event_floor, "us");
	for (int i = 0; i < BULK; i++)
		event_release(&evs[i]);
	free(evs);
	sqlite3_finalize(bare.insert);
	sqlite3_close(bare.h);
	journal_close(j);
	free(ours);
	free(floor);
}

/* --- reading and checking -------------------------------------------------------------------- */

static void fill(const char *path, int n)
{
	struct event evs[1000];
	for (int i = 0; i < 1000; i++)
		evs[i] = one(EV_CMD_INTENT);
	for (int r = 0; r < RUNS; r++) {
		char run[JOURNAL_RUN_ID_MAX];
		snprintf(run, sizeof(run), "20261122T032107Z-%04d", r);
		struct journal *j = begin(path, run);
		for (int left = n / RUNS; left > 0; left -= 1000) {
			for (int i = 0; i < 1000; i++)
				evs[i].at = clock_now();
			append(j, evs, left < 1000 ? (size_t)left : 1000, false);
			journal_checkpoint(j, false);
		}
		journal_close(j);
	}
	for (int i = 0; i < 1000; i++)
		event_release(&evs[i]);
}

static int take(void *ctx, const struct event *ev)
{
	*(uint64_t *)ctx += ev->body_len;
	return 0;
}

static void reading(const char *path, int per_run)
{
	double v[FLOOR_ROUNDS];
	struct journal *j = NULL;
	for (int i = 0; i < FLOOR_ROUNDS; i++) {
		uint64_t sum = 0;
		double at = floor_now();
		FLOOR_NEED(journal_open(path, JOURNAL_READ, &j, NULL) == 0);
		for (int r = 0; r * per_run < READ && r < RUNS; r++) {
			char run[JOURNAL_RUN_ID_MAX];
			snprintf(run, sizeof(run), "20261122T032107Z-%04d", r);
			FLOOR_NEED(journal_each(j, run, 0, 0, take, &sum, NULL) == 0);
		}
		v[i] = (floor_now() - at) * 1e3;
		journal_close(j);
	}
	say("read_100000", floor_median(v, FLOOR_ROUNDS), "ms");
}

/* The digests that verify takes, of as many bytes each: what is before the payload's hash, and the
 * payload with its salt. */
static double digests(size_t n, size_t header, size_t payload)
{
	uint8_t out[HASH_LEN];
	char *bytes = mem_alloc(header + payload);
	struct hash_ctx *h = hash_new();
	double at = floor_now();
	for (size_t i = 0; i < n; i++) {
		hash_add(h, bytes, payload);
		hash_end(h, out);
		hash_add(h, bytes, header);
		hash_end(h, out);
	}
	at = floor_now() - at;
	hash_free(h);
	free(bytes);
	return at;
}

/* Mean length of a row's text by the format's description. */
static size_t header_bytes(const char *path)
{
	sqlite3 *h = NULL;
	sqlite3_stmt *st = NULL;
	FLOOR_NEED(sqlite3_open_v2(path, &h, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
	FLOOR_NEED(sqlite3_prepare_v2(h, "SELECT avg(128 + 8 + length(run) + length(seq) + length(wall) "
		"+ length(boot) + length(boot_id) + length(kind) + length(step) + length(attempt) + "
		"length(actor) + length(auth) + 35) FROM (SELECT * FROM event LIMIT 10000)", -1, &st,
		NULL) == SQLITE_OK);
	FLOOR_NEED(sqlite3_step(st) == SQLITE_ROW);
	size_t n = (size_t)sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(h);
	return n;
}

/* Its pages leave the kernel's memory; not while SQLite has it open, whose locks would go. */
static void forget_pages(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	FLOOR_NEED(fd >= 0 && fsync(fd) == 0);
	FLOOR_NEED(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0);
	close(fd);
}

static double cpu_now(void)
{
	struct timespec t;
	FLOOR_NEED(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double verify_once(const char *path, struct verify_result *ret)
{
	struct journal *j = NULL;
	FLOOR_NEED(journal_open(path, JOURNAL_READ, &j, NULL) == 0);
	double at = floor_now();
	FLOOR_NEED(journal_verify(j, NULL, false, ret, NULL) == 0 && ret->whole);
	at = floor_now() - at;
	journal_close(j);
	return at;
}

static void verifying(const char *path, int n)
{
	enum { ROUNDS = 3 };
	double a[ROUNDS], b[ROUNDS], a_cpu[ROUNDS], b_cpu[ROUNDS];
	size_t header = header_bytes(path);
	struct verify_result r;
	forget_pages(path);
	double cold = verify_once(path, &r);
	for (int i = 0; i < ROUNDS; i++) {
		double cpu = cpu_now();
		a[i] = verify_once(path, &r);
		a_cpu[i] = cpu_now() - cpu;
		cpu = cpu_now();
		b[i] = digests((size_t)r.events, header, 32 + sizeof(body) - 1);
		b_cpu[i] = cpu_now() - cpu;
	}
	FLOOR_NEED(r.events == n / RUNS * RUNS + RUNS);
	double ours = floor_median(a, ROUNDS), floor = floor_median(b, ROUNDS);
	say("verify_events", (double)r.events, "");
	say("verify", ours * 1e3, "ms");
	say("verify_floor", floor * 1e3, "ms");
	say("verify_ratio", ours / floor, "x");
	say("verify_cpu", floor_median(a_cpu, ROUNDS) * 1e3, "ms");
	say("verify_cpu_ratio", floor_median(a_cpu, ROUNDS) / floor_median(b_cpu, ROUNDS), "x");
	say("verify_cold", cold * 1e3, "ms");
	say("verify_cold_ratio", cold / floor, "x");
}

/* --- output ---------------------------------------------------------------------------------- */

static char *lines(void)
{
	char *p = mem_alloc(CHUNK + 128);
	size_t at = 0;
	for (int i = 0; at < CHUNK; i++)
		at += (size_t)sprintf(p + at, "%06d restored /srv/data/%x/file-%d of the volume, %u bytes\n",
				      i, (unsigned)i * 2654435761u, i, (unsigned)i * 40503u);
	return p;
}

static double bare_pack(const char *p, int n)
{
	size_t room = ZSTD_compressBound(CHUNK);
	char *out = mem_alloc(room);
	uint8_t hash[HASH_LEN];
	ZSTD_CCtx *z = ZSTD_createCCtx();
	struct hash_ctx *h = hash_new();
	double at = floor_now();
	for (int i = 0; i < n; i++) {
		hash_add(h, p, CHUNK);
		hash_end(h, hash);
		FLOOR_NEED(!ZSTD_isError(ZSTD_compressCCtx(z, out, room, p, CHUNK, 1)));
	}
	at = floor_now() - at;
	ZSTD_freeCCtx(z);
	hash_free(h);
	free(out);
	return at;
}

static double our_pack(struct output *o, const char *token, const char *p, int n)
{
	uint8_t hash[HASH_LEN];
	double at = floor_now();
	for (int i = 0; i < n; i++)
		FLOOR_NEED(output_begin(o, NULL) == 0 &&
			   output_write(o, token, STREAM_OUT, (int64_t)i * CHUNK, p, CHUNK, true, hash,
					NULL) == 0 && output_commit(o, false, NULL) == 0);
	return floor_now() - at;
}

static void output(const char *dir)
{
	double a[FLOOR_ROUNDS], b[FLOOR_ROUNDS];
	enum { N = OUTPUT_MB * 1000000 / CHUNK };
	char *path = mem_printf("%s/output.db", dir), *p = lines();
	struct journal *j = begin(path, "r");
	struct output *o = NULL;
	FLOOR_NEED(output_open(j, "r", true, &o, NULL) == 0);
	for (int i = 0; i < FLOOR_ROUNDS; i++) {
		char token[8] = { 'c', (char)('0' + i) };
		a[i] = our_pack(o, token, p, N);
		b[i] = bare_pack(p, N);
	}
	double ours = floor_median(a, FLOOR_ROUNDS), floor = floor_median(b, FLOOR_ROUNDS);
	say("output", OUTPUT_MB / ours, "MB/s");
	say("output_floor", OUTPUT_MB / floor, "MB/s");
	say("output_ratio", ours / floor, "x");
	output_close(o);
	journal_close(j);
	free(path);
	free(p);
}

/* --- runs ------------------------------------------------------------------------------------ */

static int count(void *ctx, const struct run_row *row)
{
	(void)row;
	++*(int *)ctx;
	return 0;
}

static void runs(const char *dir)
{
	double v[FLOOR_ROUNDS];
	char *path = mem_printf("%s/runs.db", dir);
	struct journal *j = NULL;
	FLOOR_NEED(journal_open(path, JOURNAL_WRITE, &j, NULL) == 0);
	for (int i = 0; i < MANY_RUNS; i++) {
		char run[JOURNAL_RUN_ID_MAX];
		struct event ev = one(EV_RUN_OPENED);
		snprintf(run, sizeof(run), "20261122T032107Z-%05d", i);
		FLOOR_NEED(journal_run_open(j, run, &ev, NULL, 0, NULL) == 0);
		journal_checkpoint(j, false);
		event_release(&ev);
	}
	journal_close(j);
	for (int i = 0; i < FLOOR_ROUNDS; i++) {
		int n = 0;
		double at = floor_now();
		FLOOR_NEED(journal_open(path, JOURNAL_READ, &j, NULL) == 0);
		FLOOR_NEED(journal_runs(j, count, &n, NULL) == 0 && n == MANY_RUNS);
		v[i] = (floor_now() - at) * 1e3;
		journal_close(j);
	}
	say("runs_10000", floor_median(v, FLOOR_ROUNDS), "ms");
	free(path);
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/bs-journal-bench.XXXXXX";
	int n = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 1000000;
	FLOOR_NEED(n >= RUNS && mkdtemp(dir));
	char *path = mem_printf("%s/journal.db", dir);
	bool all = argc < 3;
	if (all)
		commits(dir);
	fill(path, n);
	if (all)
		reading(path, n / RUNS);
	verifying(path, n);
	if (all)
		output(dir);
	if (all)
		runs(dir);
	free(path);
	return fsio_remove_tree(dir, NULL) != 0;
}
