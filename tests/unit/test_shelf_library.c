/* The shelf: what a list shows of a thousand runbooks, and of the runs on record. */
#include "journal_help.h"

#include <sys/stat.h>

#include "card_due.h"
#include "library.h"
#include "removal.h"
#include "shelf_book.h"
#include "unit.h"

#define SECOND 1000000000LL
#define DAY (86400 * SECOND)

static void write_book(const struct scratch *s, const char *name, const char *text)
{
	char *path = mem_printf("%s/books/%s", s->dir, name);
	char *folder = fsio_dirname(path);

	must(fsio_mkdirs(folder, 0700, &E));
	must(fsio_replace(path, text, strlen(text), 0600, false, &E));
	free(folder);
	free(path);
}

static struct card *read_book(const struct scratch *s, const char *text)
{
	char *path = mem_printf("%s/books/it.yaml", s->dir);
	struct card *c;

	write_book(s, "it.yaml", text);
	c = card_read(path);
	free(path);
	return c;
}

static int setup(void **state)
{
	int r = scratch_setup(state);
	const struct scratch *s = *state;
	char *books = mem_printf("%s/books", s->dir);

	setenv("BLACKSTART_RUNBOOKS", books, 1);
	free(books);
	return r;
}

/* Until everything was read, in pieces that are as small as can be. */
static void read_all(struct library *l)
{
	for (int i = 0; i < 100000 && !library_done(l); i++)
		library_step(l, 0);
	assert_true(library_done(l));
}

/* Those of the folder that the test made: others may be installed. */
static size_t own_cards(const struct scratch *s, const struct library *l,
			struct card *const **ret)
{
	size_t n = library_cards(l, ret), own = 0;

	while (own < n && strncmp((*ret)[own]->path, s->dir, strlen(s->dir)) == 0)
		own++;
	return own;
}

#define STEPS "steps:\n  - id: a\n    title: Look\n    run: echo title of no runbook\n" \
	      "    effect: read\n"

static const char whole[] =
	"blackstart: 1\n"
	"title: Restore the cluster\n"
	"about: |\n  For when it is gone.\n  Ten minutes.\n"
	STEPS
	"  - end: Done.\n"
	"# keys may stand behind the steps, too\n"
	"owner: dba\n"
	"reviewed: 2026-01-10\n"
	"review_in: 90d\n"
	"drill_every: 30d\n"
	"triggers:\n  - alert: cluster_gone\n";

/* --- a card ----------------------------------------------------------------------------------- */

static void a_card_has_what_stands_above_and_below_the_steps(void **state)
{
	struct card *c = read_book(*state, whole);

	assert_non_null(c);
	assert_false(c->bad);
	assert_string_equal(c->title, "Restore the cluster");
	assert_string_equal(c->about, "For when it is gone.\nTen minutes.");
	assert_string_equal(c->owner, "dba");
	assert_string_equal(c->reviewed, "2026-01-10");
	assert_int_equal(c->review_in_ms, 90LL * 86400 * 1000);
	assert_int_equal(c->drill_every_ms, 30LL * 86400 * 1000);
	assert_int_equal(c->find.n_triggers, 1);
	assert_string_equal(c->find.triggers[0].plain, "cluster_gone");
	card_free(c);
}

static void a_file_in_another_style_is_read_whole(void **state)
{
	struct card *c = read_book(*state, "{title: In braces, blackstart: 1}\n");

	assert_null(c); /* the key is not at the left margin: no runbook by the shelf's rule */
	c = read_book(*state, "\"steps\":\n  - end: x\n\"title\": \"Quoted: so\"\nblackstart: 1\n");
	assert_non_null(c);
	assert_string_equal(c->title, "Quoted: so");
	card_free(c);
	c = read_book(*state, "blackstart: 1\r\nowner: o\r\ntitle: Far lines\r\nsteps:\r\n"
			      "- end: x\r\nabout: It ends\r\n");
	assert_string_equal(c->title, "Far lines");
	assert_string_equal(c->about, "It ends");
	card_free(c);
}

static void a_broken_file_is_on_the_shelf_with_what_can_be_told(void **state)
{
	struct card *c = read_book(*state, "blackstart: 1\ntitle: Half\nowner: [\n");

	assert_non_null(c);
	assert_true(c->bad || c->title[0]);
	assert_non_null(c->title);
	card_free(c);
	c = read_book(*state, "blackstart: 1\nsteps: 3\n");
	assert_non_null(c);
	assert_non_null(strstr(c->title, "it.yaml")); /* no title: its path */
	card_free(c);
	c = read_book(*state, "blackstart: 1\ntitle: \"Red \\e[31m alert\"\n" STEPS);
	assert_null(strchr(c->title, 27)); /* harmless for a terminal */
	card_free(c);
	assert_null(read_book(*state, "title: contacts\n"));
}

static void what_is_past_its_time_is_told(void **state)
{
	(void)state;
	struct card c = { .review_in_ms = 10LL * 86400 * 1000, .reviewed_at = 100 * DAY,
			  .drill_every_ms = 5LL * 86400 * 1000 };
	struct walked_in in = { 0 };
	struct buf why = BUF_INIT;
	int64_t since = 1;

	assert_int_equal(card_due(&c, 110 * DAY, false, NULL), 0);
	assert_int_equal(card_due(&c, 110 * DAY + SECOND, false, NULL), CARD_REVIEW);
	assert_int_equal(card_due(&c, 110 * DAY, true, NULL), CARD_DRILL); /* never drilled */
	in.good.closed = c.runs.drilled = 106 * DAY;
	c.runs.in = &in;
	c.runs.n_in = 1;
	assert_int_equal(card_due(&c, 110 * DAY, true, &since), 0);
	assert_int_equal(card_due(&c, 112 * DAY, true, &since), CARD_REVIEW | CARD_DRILL);
	assert_true(since == 110 * DAY); /* the older of both */
	card_due_text(&why, &c, 112 * DAY, true);
	assert_string_equal(buf_str(&why), "review was due 1970-04-21, drill was due 1970-04-22");
	buf_clear(&why);
	in.good.closed = c.reviewed_at = 0;
	assert_int_equal(card_due(&c, 110 * DAY, true, &since), CARD_REVIEW | CARD_DRILL);
	assert_true(since == 0);
	card_due_text(&why, &c, 110 * DAY, true);
	assert_string_equal(buf_str(&why), "never reviewed, never drilled");
	c = (struct card){ .reviewed_at = DAY };
	assert_int_equal(card_due(&c, 900 * DAY, true, NULL), 0); /* nobody said how often */
	buf_release(&why);
}

/* --- where it is drilled ---------------------------------------------------------------------- */

static struct card *placed(const struct scratch *s, const char *environment)
{
	char *text = mem_printf("blackstart: 1\ntitle: Placed\nenvironment: %s\ndrill_every: 5d\n"
				"params: {place: {ask: Where?, one_of: [prd, gke, lab, stg]}}\n"
				STEPS, environment);
	struct card *c;

	write_book(s, "environments.yaml", "prd: {protected: false, also: gke}\n"
		   "stg: {protected: false}\nlab: {lab: true}\n");
	c = read_book(s, text);
	free(text);
	return c;
}

/* A drill that ended on this day; environment NULL: its record does not say. */
static void put_drill(struct card *c, const char *environment, int64_t day, bool recovered)
{
	struct card_runs *r = &c->runs;
	struct walk w = { .run = mem_dup("drill-1"), .closed = day * DAY, .success = recovered };

	r->in = mem_grow(r->in, r->n_in + 1, sizeof(*r->in));
	r->in[r->n_in] = (struct walked_in){ .environment = mem_dup(environment) };
	r->in[r->n_in].drill = w;
	if (recovered)
		r->in[r->n_in].good = (struct walk){ .run = mem_dup("drill-1"),
						     .closed = day * DAY, .success = true };
	r->n_in++;
	r->n++;
}

/* "prd 105, stg never": what is asked for, and the day on which it is due. */
static void dues_are(const struct card *c, int64_t day, const char *want)
{
	struct due *v;
	struct buf all = BUF_INIT;
	size_t n = card_dues(c, day * DAY, true, &v);

	for (size_t i = 0; i < n; i++) {
		if (!v[i].asked)
			continue;
		buf_addf(&all, "%s%s ", all.len ? ", " : "", v[i].place ? v[i].place : "any");
		if (v[i].at)
			buf_addf(&all, "%d%s", (int)(v[i].at / DAY), v[i].over ? "!" : "");
		else
			buf_adds(&all, "never");
	}
	free(v);
	assert_string_equal(buf_str(&all), want);
	buf_release(&all);
}

static void it_is_drilled_for_each_environment_but_labs(void **state)
{
	struct card *c = placed(*state, "${place}");

	dues_are(c, 100, "prd never, stg never");
	put_drill(c, "stg", 98, true);
	dues_are(c, 100, "prd never, stg 103");
	put_drill(c, "gke", 99, true); /* another name of prd */
	dues_are(c, 100, "prd 104, stg 103");
	assert_true(card_drilled(c) == 98 * DAY); /* the oldest */
	put_drill(c, "lab", 100, true);
	put_drill(c, "prd", 100, false); /* it did not recover */
	dues_are(c, 104, "prd 104, stg 103!");
	card_free(c);
	c = placed(*state, "lab"); /* that is where it is for */
	dues_are(c, 100, "lab never");
	card_free(c);
}

static void a_record_without_an_environment_counts_for_each(void **state)
{
	struct card *c = placed(*state, "${place}");

	put_drill(c, NULL, 99, true);
	dues_are(c, 100, "prd 104, stg 104");
	card_free(c);
	c = placed(*state, "x-${place}"); /* its text does not tell */
	dues_are(c, 100, "any never");
	put_drill(c, "x-prd", 97, true);
	put_drill(c, "x-stg", 99, true);
	dues_are(c, 100, "x-stg 104");
	assert_true(card_due(c, 104 * DAY + 1, true, NULL) == CARD_DRILL);
	card_free(c);
}

static void what_came_with_the_program_is_due_once_it_was_run(void **state)
{
	struct card *c = placed(*state, "prd");

	c->installed = true;
	dues_are(c, 100, "");
	assert_int_equal(card_due(c, 100 * DAY, true, NULL), 0);
	put_drill(c, "prd", 50, false);
	dues_are(c, 100, "prd never");
	card_free(c);
}

static void the_longest_overdue_comes_first(void **state)
{
	struct due v[] = {
		{ .last = 3 }, { .asked = true, .at = 90 }, { .asked = true, .over = true },
		{ .asked = true, .over = true, .at = 20 }, { .last = 7 },
		{ .asked = true, .over = true, .at = 10 }, { .asked = true, .at = 80 },
	};
	static const int64_t want[] = { 10, 20, 0, 80, 90, 0, 0 };

	(void)state;
	qsort(v, sizeof(v) / sizeof(v[0]), sizeof(v[0]), card_due_order);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		assert_true(v[i].at == want[i]);
	assert_true(v[2].over && v[5].last == 7 && v[6].last == 3);
}

/* --- all of them ------------------------------------------------------------------------------ */

static void runbooks_come_in_pieces_and_in_order(void **state)
{
	const struct scratch *s = *state;
	struct library *l = library_new(NULL);
	struct card *const *c;
	size_t read, of;

	write_book(s, "b.yaml", whole);
	write_book(s, "a/runbook.yml", "blackstart: 1\ntitle: First\n" STEPS);
	write_book(s, "contacts.yaml", "people: {}\n");
	write_book(s, "c.yaml", "blackstart: 1\ntitle: Last\n" STEPS);
	write_book(s, "notes.txt", "blackstart: 1\n");
	assert_int_equal(library_cards(l, &c), 0);
	assert_false(library_done(l));
	library_step(l, 0);
	assert_int_equal(own_cards(s, l, &c), 1); /* one piece, however small the budget */
	assert_string_equal(c[0]->title, "First");
	read_all(l);
	assert_int_equal(own_cards(s, l, &c), 3);
	assert_string_equal(c[1]->title, "Restore the cluster");
	assert_string_equal(c[2]->title, "Last");
	library_progress(l, &read, &of);
	assert_int_equal(read, of);
	assert_true(library_runs_known(l)); /* there is no record to be read */
	assert_false(library_step(l, 0));
	library_free(l);
}

static void put_run(struct journal *j, const struct scratch *s, const char *run, const char *book,
		    const char *mode, bool closed, bool success)
{
	char *text = mem_printf("{\"mode\":\"%s\",\"title\":\"Run\\u001b of %s\",\"runbook\":"
				"\"some/where/%s\",\"cwd\":\"%s/books\"}", mode, book, book,
				s->dir);
	struct event ev = some_event(EV_RUN_OPENED, NULL, text);

	must(journal_run_open(j, run, &ev, NULL, 0, &E));
	event_release(&ev);
	free(text);
	if (closed)
		append_one(j, EV_RUN_CLOSED, NULL, success ?
			   "{\"verdict\":\"x\",\"success\":true}" :
			   "{\"verdict\":\"x\",\"success\":false}");
}

static void the_record_says_when_it_was_run_and_drilled(void **state)
{
	const struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct library *l = library_new(s->path);
	struct card *const *c;
	const struct library_run *open;

	write_book(s, "b.yaml", whole);
	write_book(s, "c.yaml", "blackstart: 1\ntitle: Never\n" STEPS);
	put_run(j, s, "drill-" RUN_A, "b.yaml", "drill", true, true);
	put_run(j, s, "drill-20261122-0001-aaaa", "b.yaml", "drill", true, false);
	put_run(j, s, "20261122-0002-aaaa", "b.yaml", "real", false, false);
	put_run(j, s, "drill-20261122-0003-aaaa", "gone.yaml", "drill", false, false);
	read_all(l);
	assert_int_equal(own_cards(s, l, &c), 2);
	assert_int_equal(c[0]->runs.n, 3);
	assert_false(c[0]->runs.last_drill);
	assert_true(c[0]->runs.last_open);
	assert_true(c[0]->runs.drilled > 0);
	assert_true(c[0]->runs.last >= c[0]->runs.drilled - DAY);
	assert_int_equal(c[1]->runs.n, 0);
	assert_int_equal(library_runs(l, &open), 2);
	assert_string_equal(open[0].run, "drill-20261122-0003-aaaa"); /* newest first */
	assert_true(open[0].drill);
	assert_string_equal(open[1].run, "20261122-0002-aaaa");
	assert_false(open[1].drill);
	assert_null(strchr(open[1].title, 27));
	library_free(l);
	journal_close(j);
}

static void many_runs_are_read_in_pieces(void **state)
{
	const struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct library *l = library_new(s->path);
	const struct library_run *open;
	char run[JOURNAL_RUN_ID_MAX];

	for (int i = 0; i < 200; i++) {
		snprintf(run, sizeof(run), "run-%03d", i);
		put_run(j, s, run, "b.yaml", "real", i != 3 && i != 190, true);
	}
	library_step(l, 0);
	assert_false(library_runs_known(l));
	assert_int_equal(library_runs(l, &open), 1); /* the newest need not wait for all */
	assert_string_equal(open[0].run, "run-190");
	read_all(l);
	assert_int_equal(library_runs(l, &open), 2);
	assert_string_equal(open[1].run, "run-003");
	library_free(l);
	journal_close(j);
}

static void put_under_hold(struct journal *j)
{
	struct removal r = {
		.run = RUN_A, .what = REMOVAL_HOLD, .wall = clock_now().wall, .who = "lee",
		.why = "case 7", .payloads = "", .outputs = "", .rest = "{}",
	};

	must(removal_add(j, &r, &E));
}

static void a_run_that_begins_later_is_seen(void **state)
{
	const struct scratch *s = *state;
	struct library *l = library_new(s->path);
	const struct library_run *open;
	struct journal *j;

	read_all(l);
	assert_null(library_trouble(l)); /* no record yet: nothing was run */
	assert_int_equal(library_runs(l, &open), 0);
	j = open_journal(s->path, JOURNAL_WRITE);
	put_run(j, s, RUN_A, "b.yaml", "real", false, false);
	for (int64_t end = clock_now().boot + 30 * SECOND; clock_now().boot < end;)
		if (library_step(l, 0) && library_runs(l, &open) == 1)
			break;
	assert_int_equal(library_runs(l, &open), 1);
	assert_false(open[0].held);
	put_under_hold(j);
	for (int64_t end = clock_now().boot + 30 * SECOND; clock_now().boot < end;)
		if (library_step(l, 0) && library_runs(l, &open) == 1 && open[0].held)
			break;
	assert_true(open[0].held);
	append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"x\",\"success\":true}");
	for (int64_t end = clock_now().boot + 30 * SECOND; clock_now().boot < end;)
		if (library_step(l, 0) && library_runs(l, &open) == 0)
			break;
	assert_int_equal(library_runs(l, &open), 0);
	library_free(l);
	journal_close(j);
}

static void a_record_that_cannot_be_read_is_said(void **state)
{
	const struct scratch *s = *state;
	static const char junk[] = "this is no journal, and never was one; it is long enough to be "
				   "taken for one by nobody, and has no header at all";
	struct library *l = library_new(s->path);

	must(fsio_replace(s->path, junk, sizeof(junk), 0600, false, &E));
	write_book(s, "b.yaml", whole);
	read_all(l);
	assert_non_null(library_trouble(l));
	library_free(l);
}

/* --- one, whole ------------------------------------------------------------------------------- */

static void a_book_is_read_whole_with_what_is_wrong(void **state)
{
	const struct scratch *s = *state;
	char *path = mem_printf("%s/books/it.yaml", s->dir);
	struct shelf_book b;
	struct buf text = BUF_INIT;

	write_book(s, "it.yaml", "blackstart: 1\ntitle: T\ntitel: U\n" STEPS);
	shelf_book_read(path, &b);
	assert_non_null(b.rb);
	assert_int_equal(b.errors, 1);
	assert_non_null(strstr(b.findings, "titel"));
	shelf_book_print(&text, &b, 60);
	assert_non_null(strstr(buf_str(&text), "Look"));
	shelf_book_release(&b);
	buf_clear(&text);
	write_book(s, "it.yaml", "blackstart: 1\n");
	shelf_book_read(path, &b);
	assert_null(b.rb);
	assert_true(b.errors > 0 && b.findings[0]);
	shelf_book_print(&text, &b, 60);
	assert_int_equal(text.len, 0);
	shelf_book_release(&b);
	buf_release(&text);
	free(path);
}

#define IN_SCRATCH(f) cmocka_unit_test_setup_teardown(f, setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(a_card_has_what_stands_above_and_below_the_steps),
		IN_SCRATCH(a_file_in_another_style_is_read_whole),
		IN_SCRATCH(a_broken_file_is_on_the_shelf_with_what_can_be_told),
		UNIT(what_is_past_its_time_is_told),
		IN_SCRATCH(it_is_drilled_for_each_environment_but_labs),
		IN_SCRATCH(a_record_without_an_environment_counts_for_each),
		IN_SCRATCH(what_came_with_the_program_is_due_once_it_was_run),
		UNIT(the_longest_overdue_comes_first),
		IN_SCRATCH(runbooks_come_in_pieces_and_in_order),
		IN_SCRATCH(the_record_says_when_it_was_run_and_drilled),
		IN_SCRATCH(many_runs_are_read_in_pieces),
		IN_SCRATCH(a_run_that_begins_later_is_seen),
		IN_SCRATCH(a_record_that_cannot_be_read_is_said),
		IN_SCRATCH(a_book_is_read_whole_with_what_is_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
