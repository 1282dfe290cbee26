/* What is looked for by an index: an entry that is gone, wrong or in the wrong place is named by
 * verify, so that no answer leaves rows out. SEED=n, FLIPS=n to go on elsewhere. */
#include "forge.h"

#include <fcntl.h>

#include "checkpoint.h"
#include "journal_log.h"

enum { ROWS = 1500, MANY = 5000, PAGE = 4096 };

/* --- a record with something for each index --------------------------------------------------- */

static void fill(const char *path, int n)
{
	static const struct {
		enum event_kind kind;
		const char *step, *who, *how, *body;
	} rows[] = {
		{ EV_STEP, "look", "blackstart", "program", "{\"to\":\"done\"}" },
		{ EV_NOTE, NULL, "ana", "login", "{\"text\":\"x\",\"environment\":\"prd\"}" },
		{ EV_STEP, "scale@flow", "blackstart", "program", "{\"to\":\"done\"}" },
		{ EV_STEP, "scale@mail@two", "raj", "claimed", "{\"to\":\"done\"}" },
		{ EV_NOTE, "a", "blackstart", "program",
		  "{\"text\":\"gr\xc3\xbc\xc3\x9f\",\"environment\":\"M\xc3\xbcnchen\",\"x\":\"y\"}" },
		{ EV_STEP, "@", "zo\xc3\xab", "login", "{\"environment\":\"\"}" },
		{ EV_NOTE, "long-name-of-a-step", "ana", "sudo from ben",
		  "{\"environment\":\"\xf0\x9f\x94\xa5 \xe2\x82\xac\",\"n\":\"\xe2\x82\xac\"}" },
		{ EV_NOTE, NULL, "blackstart", "program", "{\"environment\":\"never ends" },
		{ EV_NOTE, NULL, "blackstart", "program", "{\"x\":\"\xbf\xc3\",\"environment\":\"\xc3\x80\"}" },
	};
	struct event *evs = mem_alloc((size_t)n * sizeof(*evs));
	struct journal *j = open_journal(path, JOURNAL_WRITE);
	open_run(j, RUN_A);
	for (int i = 0; i < n; i++) {
		size_t k = (size_t)(i * 7 + i / 5) % (sizeof(rows) / sizeof(rows[0]));
		struct event ev = some_event(rows[k].kind, rows[k].step, rows[k].body);
		/* now and then the clock is set back */
		ev.at.wall += (int64_t)i * 1000000 - (i % 11 == 0 ? 5000000 : 0);
		snprintf(ev.actor.id, sizeof(ev.actor.id), "%s", rows[k].who);
		snprintf(ev.actor.how, sizeof(ev.actor.how), "%s", rows[k].how);
		evs[i] = ev;
	}
	must(journal_append(j, evs, (size_t)n, false, &E));
	for (int i = 0; i < n; i++)
		event_release(&evs[i]);
	free(evs);
	journal_close(j);
}

static struct verify_result look(const char *path)
{
	struct journal *j = open_journal(path, JOURNAL_READ);
	struct verify_result r = verified(j, NULL, false);
	journal_close(j);
	return r;
}

static void honest_rows_are_found_by_all_indexes(void **state)
{
	struct scratch *s = *state;
	fill(s->path, ROWS);
	struct verify_result r = look(s->path);
	if (!r.whole)
		print_error("%s\n", r.text);
	assert_true(r.whole);
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM event WHERE instr(payload, "
				 "'\"environment\":\"') AND id > 5") > 100, 1);
	/* while somebody writes, too */
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	must(journal_run_continue(j, RUN_A, &E));
	append_steps(j, 3);
	assert_whole(j);
	journal_close(j);
}

/* --- entries that are gone, or too many ------------------------------------------------------- */

/* What is done while SQLite does not know of the index, which so keeps what it had. */
static void without(const char *path, const char *index, const char *sql)
{
	char *hide = mem_printf("CREATE TEMP TABLE k AS SELECT * FROM sqlite_schema WHERE name = '%s'; "
				"PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = "
				"'%s'; PRAGMA writable_schema = RESET", index, index);
	struct forger f = { .h = raw_open(path) };
	fg_do(&f, hide);
	fg_do(&f, sql);
	fg_do(&f, "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema SELECT * FROM k; "
	      "PRAGMA writable_schema = RESET");
	assert_int_equal(sqlite3_close(f.h), SQLITE_OK);
	free(hide);
}

static char *triggers_off(const char *path)
{
	char *make = raw_get(path, "SELECT group_concat(sql, ';') FROM sqlite_schema WHERE type = 'trigger'");
	char *drop = raw_get(path, "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_schema "
			     "WHERE type = 'trigger'");
	raw_do(path, drop);
	free(drop);
	return make;
}

static void an_entry_that_is_gone_is_named(void **state)
{
	struct scratch *s = *state;
	static const struct {
		const char *index, *table, *row, *said;
	} cases[] = {
		{ "event_time", "event", "id = 300", "index event_time: by it 1500 of 1501 events are found" },
		{ "event_step", "event", "id = (SELECT min(id) FROM event WHERE step = 'look')",
		  "index event_step: by it " },
		{ "event_person", "event", "id = (SELECT max(id) FROM event WHERE actor = 'raj')",
		  "index event_person: by it " },
		{ "event_kind", "event", "id = 1", "index event_kind: by it " },
		{ "event_place", "event", "id = (SELECT min(id) FROM event WHERE payload LIKE '%prd%')",
		  "index event_place: by it " },
		{ "machine_of_run", "machine", "n = 2", "table machine: " },
		{ "checkpoint_of_run", "checkpoint", "id = 1", "table checkpoint: " },
	};
	char *copy = mem_printf("%s.bad", s->path);
	struct buf bytes = BUF_INIT;
	fill(s->path, ROWS);
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct checkpoint c = { .what = CHECKPOINT_COUNTER, .wall = 5, .who = "ana", .why = "no key" };
	must(checkpoint_head(j, RUN_A, &c, &E));
	must(checkpoint_add(j, &c, &E));
	journal_close(j);
	must(fsio_read(s->path, 64 << 20, &bytes, &E));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		must(fsio_replace(copy, bytes.data, bytes.len, 0600, false, &E));
		char *take = mem_printf("CREATE TABLE aside AS SELECT * FROM %s WHERE %s; DELETE FROM %s "
					"WHERE %s", cases[i].table, cases[i].row, cases[i].table,
					cases[i].row);
		char *back = mem_printf("INSERT INTO %s SELECT * FROM aside; DROP TABLE aside",
					cases[i].table);
		char *make = triggers_off(copy);
		raw_do(copy, take);
		without(copy, cases[i].index, back);
		raw_do(copy, make);
		struct verify_result r = look(copy);
		if (r.whole || strncmp(r.text, cases[i].said, strlen(cases[i].said)) != 0)
			print_error("%s: %s\n", cases[i].index, r.text);
		assert_false(r.whole);
		assert_memory_equal(r.text, cases[i].said, strlen(cases[i].said));
		free(take);
		free(back);
		free(make);
	}
	buf_release(&bytes);
	free(copy);
}

/* As many as are looked for beside the reading. */
static void an_entry_among_many_is_missed(void **state)
{
	struct scratch *s = *state;
	fill(s->path, MANY);
	assert_true(look(s->path).whole);
	char *make = triggers_off(s->path);
	raw_do(s->path, "CREATE TABLE aside AS SELECT * FROM event WHERE id = 4000; DELETE FROM event "
	       "WHERE id = 4000");
	without(s->path, "event_step", "INSERT INTO event SELECT * FROM aside; DROP TABLE aside");
	raw_do(s->path, make);
	struct verify_result r = look(s->path);
	assert_false(r.whole);
	assert_non_null(strstr(r.text, "index event_step: by it "));
	free(make);
}

/* --- flipped bits ----------------------------------------------------------------------------- */

static int add_row(void *ctx, const struct log_row *row)
{
	struct buf *b = ctx;
	buf_addf(b, "%lld ", (long long)row->id);
	return 0;
}

/* What every way to the rows finds. */
static void answers(const char *path, struct buf *out)
{
	static const struct {
		const char *person, *step, *environment;
		uint64_t kinds;
		int64_t from, to, after;
		enum log_order order;
	} asked[] = {
		{ .order = LOG_FORWARD }, { .order = LOG_REVERSE }, { .order = LOG_ARRIVAL },
		{ .person = "ana" }, { .person = "zo\xc3\xab", .order = LOG_REVERSE },
		{ .step = "scale" }, { .step = "look", .order = LOG_REVERSE }, { .step = "a" },
		{ .kinds = UINT64_C(1) << EV_NOTE }, { .environment = "prd" },
		{ .environment = "M\xc3\xbcnchen" }, { .after = 333, .order = LOG_ARRIVAL },
		{ .from = 1795318867100000000LL, .to = 1795318867300000000LL },
	};
	struct journal *j = open_journal(path, JOURNAL_READ);
	buf_clear(out);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct log_filter f = LOG_FILTER_ANY;
		struct journal_log *l = NULL;
		bool end = false;
		f.person = asked[i].person;
		f.step = asked[i].step;
		f.environment = asked[i].environment;
		f.kinds = asked[i].kinds;
		f.after = asked[i].after;
		f.from = asked[i].from ? asked[i].from : f.from;
		f.to = asked[i].to ? asked[i].to : f.to;
		must(journal_log_open(j, &f, asked[i].order, &l, &E));
		while (!end)
			must(journal_log_next(l, add_row, out, &end, &E));
		journal_log_close(l);
		buf_addc(out, '\n');
	}
	journal_close(j);
}

/* Pages of indexes, and those of tables that only lead to others. */
static bool leads(const struct buf *file, size_t page)
{
	char type = file->data[page * PAGE + (page == 0 ? 100 : 0)];
	return type == 2 || type == 5 || type == 10;
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* Where whole is said, every answer is what it was. */
static void no_flipped_bit_leaves_a_row_out(void **state)
{
	struct scratch *s = *state;
	const char *seed = getenv("SEED"), *flips = getenv("FLIPS");
	uint64_t x = seed ? strtoull(seed, NULL, 10) : 0x9e3779b97f4a7c15ULL;
	struct buf file = BUF_INIT, want = BUF_INIT, got = BUF_INIT;
	int n = flips ? atoi(flips) : 20, found = 0, harmless = 0;
	fill(s->path, ROWS);
	answers(s->path, &want);
	must(fsio_read(s->path, 64 << 20, &file, &E));
	int fd = open(s->path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	while (found + harmless < n) {
		size_t page = next_random(&x) % (file.len / PAGE);
		size_t at = page * PAGE + next_random(&x) % PAGE;
		if (!leads(&file, page) || at < 100)
			continue;
		char byte = (char)(file.data[at] ^ (1 << next_random(&x) % 8));
		struct verify_result r = { 0 };
		struct journal *j = NULL;
		assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
		if (journal_open(s->path, JOURNAL_READ, &j, NULL) == 0 &&
		    journal_verify(j, NULL, false, &r, NULL) == 0 && r.whole) {
			harmless++;
			answers(s->path, &got);
			if (want.len != got.len || memcmp(want.data, got.data, want.len) != 0)
				print_error("bit at byte %zu of page %zu\n", at % PAGE, page);
			assert_int_equal(want.len, got.len);
			assert_memory_equal(want.data, got.data, want.len);
		} else {
			found++;
		}
		journal_close(j);
		assert_int_equal(pwrite(fd, &file.data[at], 1, (off_t)at), 1);
	}
	print_message("# %d flipped bits: %d found, %d without effect\n", n, found, harmless);
	assert_true(found > n / 4);
	close(fd);
	buf_release(&file);
	buf_release(&want);
	buf_release(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(honest_rows_are_found_by_all_indexes),
		with_scratch(an_entry_that_is_gone_is_named),
		with_scratch(an_entry_among_many_is_missed),
		with_scratch(no_flipped_bit_leaves_a_row_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
