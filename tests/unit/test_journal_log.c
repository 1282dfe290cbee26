/* Looking for rows: every way finds what looking at each row finds, in its order. */
#include <sys/stat.h>

#include "../../src/journal/journal_own.h"
#include "journal_help.h"
#include "journal_log.h"
#include "kind.h"

enum { ROWS_A_RUN = 200, ASKED = 100 };

static const char *const runs[] = { RUN_A, RUN_B, "drill-20261122T050000Z-cccc" };
static const char *const people[] = { "ana", "raj", "keeper" };
static const char *const steps[] = { "scale", "scale@flow", "scale@flow-2", "stop-writers", NULL };
static const char *const places[] = { "prd", "p\\\"q", "prd-2" };
static const enum event_kind kinds[] = { EV_STEP, EV_NOTE, EV_GUARD, EV_LOOKED, EV_VALUE,
					 EV_REFUSED };
static const int64_t epoch = 1795318867000000000LL;

static unsigned pick(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % n;
}

/* Clocks that go back now and then, three runs at a time. */
static void fill(const char *path, unsigned seed)
{
	struct journal *j[3];
	for (int i = 0; i < 3; i++) {
		j[i] = open_journal(path, JOURNAL_WRITE);
		struct event ev = some_event(EV_RUN_OPENED, NULL, i == 2 ?
			"{\"title\":\"C\",\"mode\":\"drill\"}" : "{\"title\":\"A\",\"mode\":\"real\"}");
		must(journal_run_open(j[i], runs[i], &ev, NULL, 0, &E));
		event_release(&ev);
	}
	for (int i = 0; i < 3 * ROWS_A_RUN; i++) {
		unsigned who = pick(&seed, 3), place = pick(&seed, 9);
		char body[160];
		snprintf(body, sizeof(body), "{\"text\":\"say \\\"%u\\\" Lamp\",\"n\":%d%s%s%s}",
			 pick(&seed, 20), i, place < 3 ? ",\"environment\":\"" : "",
			 place < 3 ? places[place] : "", place < 3 ? "\"" : "");
		struct event ev = some_event(kinds[pick(&seed, 6)], steps[pick(&seed, 5)], body);
		ev.at.wall = epoch + (i - (pick(&seed, 10) ? 0 : (int)pick(&seed, 200))) * 1000000LL;
		strcpy(ev.actor.id, people[who]);
		strcpy(ev.actor.how, who == 2 ? "program" : "login");
		must(journal_append(j[pick(&seed, 3)], &ev, 1, false, &E));
		event_release(&ev);
	}
	for (int i = 0; i < 3; i++)
		journal_close(j[i]);
}

struct seen {
	int64_t id[3 * ROWS_A_RUN + 8], wall[3 * ROWS_A_RUN + 8];
	size_t n, most;
	bool drills_right;
};

static int see(void *ctx, const struct log_row *row)
{
	struct seen *s = ctx;
	s->id[s->n] = row->id;
	s->wall[s->n++] = row->ev->at.wall;
	s->drills_right &= row->drill == (strncmp(row->run, "drill-", 6) == 0);
	return s->most && s->n == s->most ? ERR_CANCEL : 0;
}

static void look(struct journal *j, const struct log_filter *f, enum log_order order, struct seen *s)
{
	struct journal_log *l = NULL;
	bool end = false;
	*s = (struct seen){ .drills_right = true };
	must(journal_log_open(j, f, order, &l, &E));
	while (!end)
		must(journal_log_next(l, see, s, &end, &E));
	assert_true(s->drills_right);
	journal_log_close(l);
}

static void a_filter(unsigned *seed, struct log_filter *f, const char **some_runs)
{
	static const char *const texts[] = { "lamp", "say \"7\"", "text", "ana", "ScaLe@flow" };
	*f = LOG_FILTER_ANY;
	f->runs = some_runs;
	for (int i = 0; i < 3; i++)
		if (pick(seed, 4) == 0)
			some_runs[f->n_runs++] = runs[i];
	if (pick(seed, 3) == 0)
		f->from = epoch + pick(seed, 3 * ROWS_A_RUN) * 1000000LL;
	if (pick(seed, 3) == 0)
		f->to = epoch + pick(seed, 3 * ROWS_A_RUN) * 1000000LL;
	if (pick(seed, 3) == 0)
		f->person = people[pick(seed, 3)];
	if (pick(seed, 3) == 0)
		f->step = steps[pick(seed, 4)];
	if (pick(seed, 4) == 0)
		f->environment = (const char *[]){ "prd", "p\"q", "nowhere" }[pick(seed, 3)];
	if (pick(seed, 4) == 0)
		f->text = texts[pick(seed, 5)];
	for (int i = 0; i < 6; i++)
		if (pick(seed, 6) == 0)
			f->kinds |= UINT64_C(1) << kinds[i];
}

static void same_rows(const struct seen *a, const struct seen *b)
{
	bool there[3 * ROWS_A_RUN + 8] = { false };
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++)
		there[a->id[i]] = true;
	for (size_t i = 0; i < b->n; i++)
		assert_true(there[b->id[i]]);
}

static void every_way_finds_what_looking_at_each_row_finds(void **state)
{
	struct scratch *s = *state;
	static struct seen all, forward, back;
	unsigned seed = 7;
	size_t found = 0;
	fill(s->path, 11);
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	for (int i = 0; i < ASKED; i++) {
		struct log_filter f;
		const char *some_runs[3];
		a_filter(&seed, &f, some_runs);
		look(j, &f, LOG_ARRIVAL, &all);
		look(j, &f, LOG_FORWARD, &forward);
		look(j, &f, LOG_REVERSE, &back);
		same_rows(&all, &forward);
		same_rows(&all, &back);
		found += all.n;
		for (size_t k = 1; k < all.n; k++)
			assert_true(all.id[k - 1] < all.id[k]);
		for (size_t k = 1; f.n_runs == 0 && k < forward.n; k++)
			assert_true(forward.wall[k - 1] <= forward.wall[k]);
		for (size_t k = 0; f.n_runs < 2 && k < forward.n; k++)
			assert_int_equal(forward.id[k], back.id[back.n - 1 - k]);
	}
	assert_true(found > 1000);
	journal_close(j);
}

static size_t count(struct journal *j, const struct log_filter *f)
{
	static struct seen s;
	look(j, f, LOG_FORWARD, &s);
	return s.n;
}

#define FOUND(...) count(j, &(struct log_filter){ .from = INT64_MIN, .to = INT64_MAX, __VA_ARGS__ })

static void a_filter_says_what_it_means(void **state)
{
	struct scratch *s = *state;
	fill(s->path, 5);
	int64_t want[] = {
		raw_int(s->path, "SELECT count(*) FROM event WHERE actor = 'ana'"),
		raw_int(s->path, "SELECT count(*) FROM event WHERE step IN ('scale', 'scale@flow', "
			"'scale@flow-2')"),
		raw_int(s->path, "SELECT count(*) FROM event WHERE step = 'scale@flow'"),
		raw_int(s->path, "SELECT count(*) FROM event WHERE payload ->> 'environment' = 'prd'"),
		raw_int(s->path, "SELECT count(*) FROM event WHERE payload ->> 'environment' = 'p\"q'"),
		raw_int(s->path, "SELECT count(*) FROM event WHERE payload ->> 'text' = 'say \"7\" Lamp'"),
		raw_int(s->path, "SELECT count(*) FROM event WHERE kind = 'note' AND actor = 'raj'"),
	};
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	assert_int_equal(FOUND(.person = "ana"), want[0]);
	assert_int_equal(FOUND(.person = "keeper"), 0); /* no person */
	assert_int_equal(FOUND(.step = "scale"), want[1]);
	assert_int_equal(FOUND(.step = "scale@flow"), want[2]);
	assert_int_equal(FOUND(.step = "scal"), 0);
	assert_int_equal(FOUND(.environment = "prd"), want[3]);
	assert_int_equal(FOUND(.environment = "p\"q"), want[4]);
	assert_int_equal(FOUND(.text = "SAY \"7\" lamp"), want[5]);
	assert_int_equal(FOUND(.text = "environment"), 0); /* a member's name says nothing */
	assert_int_equal(FOUND(.kinds = UINT64_C(1) << EV_NOTE, .person = "raj"), want[6]);
	assert_true(want[0] && want[1] && want[2] && want[3] && want[4] && want[5] && want[6]);
	journal_close(j);
}

/* Writers go on while it is read in small pieces: nothing twice, nothing lost. */
static void what_arrives_meanwhile_comes_once(void **state)
{
	struct scratch *s = *state;
	static struct seen seen;
	struct journal *a = open_journal(s->path, JOURNAL_WRITE);
	struct journal *b = open_journal(s->path, JOURNAL_WRITE);
	struct journal_log *l = NULL;
	struct log_filter f = LOG_FILTER_ANY;
	bool end = false;
	open_run(a, RUN_A);
	append_steps(a, 40);
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	must(journal_log_open(j, &f, LOG_FORWARD, &l, &E));
	seen = (struct seen){ 0 };
	for (int i = 0; i < 20; i++) {
		if (i == 3)
			open_run(b, RUN_B);
		append_steps(i % 2 && i > 3 ? b : a, 9);
		must(journal_log_next(l, see, &seen, &end, &E));
	}
	do
		must(journal_log_next(l, see, &seen, &end, &E));
	while (!end);
	assert_int_equal(seen.n, 1 + 40 + 20 * 9 + 1);
	for (size_t i = 0; i < seen.n; i++)
		assert_int_equal(seen.id[i], i + 1);
	assert_int_equal(journal_log_at(l), seen.n);
	journal_log_close(l);
	journal_close(j);
	journal_close(a);
	journal_close(b);
}

static int stop_at_100(void *ctx, const struct log_row *row)
{
	return see(ctx, row) || ((struct seen *)ctx)->n == 100;
}

static void it_goes_on_after_a_row(void **state)
{
	struct scratch *s = *state;
	static struct seen first, rest;
	struct log_filter f = LOG_FILTER_ANY;
	struct journal_log *l = NULL;
	uint8_t hash[HASH_LEN], last[HASH_LEN];
	int64_t id = 0;
	bool end = false;
	fill(s->path, 3);
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	must(journal_log_open(j, &f, LOG_ARRIVAL, &l, &E));
	first = (struct seen){ 0 };
	int stopped = 0;
	while (!stopped && !end)
		stopped = journal_log_next(l, stop_at_100, &first, &end, &E);
	assert_int_equal(stopped, 1);
	assert_int_equal(journal_log_at(l), 100);
	journal_log_close(l);
	f.after = 100;
	look(j, &f, LOG_ARRIVAL, &rest);
	assert_int_equal(rest.id[0], 101);
	assert_int_equal(first.n + rest.n, 3 * ROWS_A_RUN + 3);
	must(journal_log_last(j, &id, last, &E));
	assert_int_equal(id, 3 * ROWS_A_RUN + 3);
	must(journal_log_hash(j, id, hash, &E));
	assert_memory_equal(hash, last, HASH_LEN);
	must_fail(journal_log_hash(j, id + 1, hash, &E), ERR_NOTFOUND);
	journal_close(j);
}

/* Output in two chunks, the text over their edge; and a run whose output is gone. */
static void a_text_in_output_is_found(void **state)
{
	struct scratch *s = *state;
	static const char *const parts[] = { "first line\nthe Nee", "dle lies here\nlast\n" };
	static struct seen seen;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct output *o = NULL;
	uint8_t hash[HASH_LEN];
	int64_t from = 0;
	char body[120];
	open_run(j, RUN_A);
	must(output_open(j, RUN_A, true, &o, &E));
	for (int i = 0; i < 2; i++) {
		size_t n = strlen(parts[i]);
		must(output_begin(o, &E));
		must(output_write(o, "c1", STREAM_OUT, from, parts[i], n, true, hash, &E));
		must(output_commit(o, false, &E));
		snprintf(body, sizeof(body), "{\"token\":\"c1\",\"stream\":\"out\",\"from\":%lld,"
			 "\"n\":%zu}", (long long)from, n);
		append_one(j, EV_OUTPUT, "look", body);
		from += (int64_t)n;
	}
	append_one(j, EV_OUTPUT, "look", "{\"token\":\"c2\",\"stream\":\"out\",\"from\":0,\"n\":3}");
	output_close(o);
	struct log_filter f = LOG_FILTER_ANY;
	struct journal_log *l = NULL;
	bool end = false;
	f.output = "nEEdle LIES";
	must(journal_log_open(j, &f, LOG_FORWARD, &l, &E));
	seen = (struct seen){ 0 };
	while (!end)
		must(journal_log_next(l, see, &seen, &end, &E));
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.id[0], 3);
	assert_int_equal(journal_log_missed(l), 1);
	journal_log_close(l);
	f.step = "other";
	assert_int_equal(count(j, &f), 0);
	journal_close(j);
}

/* An index that is gone costs time, never rows. */
static void without_its_indexes_it_looks_at_all(void **state)
{
	struct scratch *s = *state;
	struct log_filter f = LOG_FILTER_ANY;
	fill(s->path, 9);
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	f.person = "raj";
	f.kinds = UINT64_C(1) << EV_NOTE;
	size_t with = count(j, &f);
	journal_close(j);
	raw_do(s->path, "DROP INDEX event_person");
	j = open_journal(s->path, JOURNAL_READ);
	assert_true(with > 10);
	assert_int_equal(count(j, &f), with);
	journal_close(j);
}

static void what_cannot_be_looked_for_is_said(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct journal_log *l = NULL;
	char long_text[LOG_NEEDLE_MAX + 2];
	const char *run = "../x";
	struct log_filter f = LOG_FILTER_ANY;
	bool closed = true;
	open_run(j, RUN_A);
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	f.text = long_text;
	must_fail(journal_log_open(j, &f, LOG_FORWARD, &l, &E), ERR_LIMIT);
	f = LOG_FILTER_ANY;
	f.runs = &run;
	f.n_runs = 1;
	must_fail(journal_log_open(j, &f, LOG_FORWARD, &l, &E), ERR_USAGE);
	must(journal_log_closed(j, RUN_A, &closed, &E));
	assert_false(closed);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"done\"}");
	must(journal_log_closed(j, RUN_A, &closed, &E));
	assert_true(closed);
	must_fail(journal_log_closed(j, RUN_B, &closed, &E), ERR_NOTFOUND);
	journal_close(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(every_way_finds_what_looking_at_each_row_finds),
		with_scratch(a_filter_says_what_it_means),
		with_scratch(what_arrives_meanwhile_comes_once),
		with_scratch(it_goes_on_after_a_row),
		with_scratch(a_text_in_output_is_found),
		with_scratch(without_its_indexes_it_looks_at_all),
		with_scratch(what_cannot_be_looked_for_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
