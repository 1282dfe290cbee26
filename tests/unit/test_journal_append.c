/* Writing and reading back: numbers, order, what a run holds, and what is refused. */
#include "journal_help.h"

#include "limits.h"

struct seen {
	struct event_list l;
	int stop_at;
};

static int take(void *ctx, const struct event *ev)
{
	struct seen *s = ctx;
	struct event *copy = event_list_add(&s->l);
	*copy = *ev;
	copy->step = mem_dup(ev->step);
	copy->body = mem_dupn(ev->body, ev->body_len);
	return s->stop_at && (int)s->l.n == s->stop_at ? 77 : 0;
}

static void events_come_back_as_they_went(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct seen seen = { 0 };
	struct event evs[3];
	open_run(j, RUN_A);
	evs[0] = some_event(EV_STEP, "restore/volume[a b,c]", "{\"to\":\"waiting\"}");
	evs[1] = some_event(EV_NOTE, NULL, "{\"text\":\"zwölf \\\"Uhr\\\"\\n\"}");
	evs[1].actor = (struct actor){ "jürgen", "ssh-key SHA256:abc" };
	evs[1].at = (struct moment){ -5, 0 };
	evs[2] = some_event(EV_CMD_ENDED, "x", "{}");
	evs[2].attempt = 7;
	must(journal_append(j, evs, 3, true, &E));
	assert_int_equal(evs[0].seq, 2);
	assert_int_equal(evs[2].seq, 4);

	must(journal_each(j, RUN_A, 1, 0, take, &seen, &E));
	assert_int_equal(seen.l.n, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct event *a = &evs[i], *b = &seen.l.v[i];
		assert_int_equal(a->seq, b->seq);
		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->attempt, b->attempt);
		assert_memory_equal(&a->at, &b->at, sizeof(a->at));
		assert_string_equal(a->actor.id, b->actor.id);
		assert_string_equal(a->actor.how, b->actor.how);
		assert_int_equal(a->body_len, b->body_len);
		assert_string_equal(a->body, b->body);
		if (a->step)
			assert_string_equal(a->step, b->step);
		else
			assert_null(b->step);
		event_release(&evs[i]);
	}
	event_list_release(&seen.l);
	assert_whole(j);
	journal_close(j);
}

static void each_starts_stops_and_bounds(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct seen seen = { 0 };
	open_run(j, RUN_A);
	append_steps(j, 9);
	must(journal_each(j, RUN_A, 4, 3, take, &seen, &E));
	assert_int_equal(seen.l.n, 3);
	assert_int_equal(seen.l.v[0].seq, 5);
	event_list_release(&seen.l);
	seen.stop_at = 2;
	assert_int_equal(journal_each(j, RUN_A, 0, 0, take, &seen, &E), 77);
	assert_int_equal(seen.l.n, 2);
	event_list_release(&seen.l);
	seen.stop_at = 0;
	must(journal_each(j, RUN_A, 10, 0, take, &seen, &E));
	must(journal_each(j, "nobody-knows-it", 0, 0, take, &seen, &E));
	assert_int_equal(seen.l.n, 0);
	journal_close(j);
}

static void a_long_run_is_read_in_slices(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct seen seen = { 0 };
	struct event *evs = mem_alloc(3000 * sizeof(*evs));
	char *big = mem_alloc(700001);
	memset(big, 'x', 700000);
	char *body = mem_printf("{\"v\":\"%s\"}", big);
	open_run(j, RUN_A);
	for (int i = 0; i < 3000; i++)
		evs[i] = some_event(EV_VALUE, "v", i % 1000 == 500 ? body : "{}");
	must(journal_append(j, evs, 3000, false, &E));
	must(journal_each(j, RUN_A, 0, 0, take, &seen, &E));
	assert_int_equal(seen.l.n, 3001);
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(seen.l.v[i + 1].seq, i + 2);
		assert_string_equal(seen.l.v[i + 1].body, evs[i].body);
		event_release(&evs[i]);
	}
	event_list_release(&seen.l);
	assert_whole(j);
	journal_close(j);
	free(body);
	free(big);
	free(evs);
}

static void the_first_event_holds_the_machines_head(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct event a = some_event(EV_RUN_OPENED, NULL, "{}");
	struct event b = some_event(EV_RUN_OPENED, NULL, "{\"title\":\"t\"}");
	must(journal_run_open(j, RUN_A, &a, NULL, 0, &E));
	must(journal_run_open(j, RUN_B, &b, NULL, 0, &E));
	assert_string_equal(a.body, "{\"machine_prev\":\"00000000000000000000000000000000"
			    "00000000000000000000000000000000\"}");
	char *head = raw_get(s->path, "SELECT lower(hex(hash)) FROM machine WHERE n = 1");
	char *want = mem_printf("{\"title\":\"t\",\"machine_prev\":\"%s\"}", head);
	assert_string_equal(b.body, want);
	assert_int_equal(b.body_len, strlen(want));
	assert_int_equal(b.seq, 1);
	char *kept = raw_get(s->path, "SELECT payload FROM event WHERE run = '" RUN_B "'");
	assert_string_equal(kept, want);
	free(kept);
	free(want);
	free(head);
	event_release(&a);
	event_release(&b);
	journal_close(j);
}

static void a_run_goes_on_where_it_was(void **state)
{
	struct scratch *s = *state;
	uint8_t before[HASH_LEN], after[HASH_LEN];
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	open_run(j, RUN_A);
	append_steps(j, 3);
	assert_int_equal(journal_head(j, before), 4);
	journal_close(j);

	j = open_journal(s->path, JOURNAL_WRITE);
	must_fail(journal_run_continue(j, RUN_B, &E), ERR_NOTFOUND);
	must(journal_run_continue(j, RUN_A, &E));
	assert_int_equal(journal_head(j, after), 4);
	assert_memory_equal(before, after, HASH_LEN);
	append_steps(j, 2);
	assert_int_equal(journal_head(j, after), 6);
	assert_whole(j);
	journal_close(j);
}

static void nothing_follows_the_end_of_a_run(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct event evs[2] = {
		some_event(EV_RUN_CLOSED, NULL, "{\"verdict\":\"recovered\"}"),
		some_event(EV_NOTE, NULL, "{}"),
	};
	open_run(j, RUN_A);
	must_fail(journal_append(j, evs, 2, true, &E), ERR_USAGE);
	must(journal_append(j, evs, 1, true, &E));
	must_fail(journal_append(j, &evs[1], 1, true, &E), ERR_DENIED);
	journal_close(j);
	j = open_journal(s->path, JOURNAL_WRITE);
	must(journal_run_continue(j, RUN_A, &E));
	must_fail(journal_append(j, &evs[1], 1, true, &E), ERR_DENIED);
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM machine WHERE what = 'closed'"), 1);
	assert_whole(j);
	journal_close(j);
	event_release(&evs[0]);
	event_release(&evs[1]);
}

static void what_makes_no_sense_is_refused(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct event ev = some_event(EV_NOTE, NULL, "{}");
	struct event opened = some_event(EV_RUN_OPENED, NULL, "[]");
	must_fail(journal_append(j, &ev, 1, true, &E), ERR_USAGE);
	must_fail(journal_run_open(j, RUN_A, &opened, NULL, 0, &E), ERR_USAGE);
	must_fail(journal_run_open(j, RUN_A, &ev, NULL, 0, &E), ERR_USAGE);
	static const char *const bad[] = { "", ".", "../x", "-x", "a/b", "a b", "ä",
		"0123456789012345678901234567890123456789" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		must_fail(journal_run_open(j, bad[i], &opened, NULL, 0, &E), ERR_USAGE);
	open_run(j, RUN_A);
	event_release(&opened);
	opened = some_event(EV_RUN_OPENED, NULL, "{}");
	must_fail(journal_run_open(j, RUN_A, &opened, NULL, 0, &E), ERR_EXISTS);
	assert_string_equal(opened.body, "{}");
	must_fail(journal_append(j, &opened, 1, true, &E), ERR_USAGE);
	free(ev.body);
	ev.body = mem_alloc(LIMIT_EVENT_BYTES + 2);
	memset(ev.body, ' ', LIMIT_EVENT_BYTES + 1);
	ev.body_len = LIMIT_EVENT_BYTES + 1;
	must_fail(journal_append(j, &ev, 1, true, &E), ERR_LIMIT);
	ev.body_len = LIMIT_EVENT_BYTES;
	must(journal_append(j, &ev, 1, true, &E));
	assert_whole(j);
	journal_close(j);
	j = open_journal(s->path, JOURNAL_READ);
	must_fail(journal_run_open(j, RUN_B, &opened, NULL, 0, &E), ERR_DENIED);
	must_fail(journal_run_continue(j, RUN_A, &E), ERR_DENIED);
	must_fail(journal_append(j, &ev, 1, true, &E), ERR_DENIED);
	journal_close(j);
	event_release(&ev);
	event_release(&opened);
}

static void another_writer_means_busy_at_once(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	struct event ev = some_event(EV_NOTE, NULL, "{}");
	struct event opened = some_event(EV_RUN_OPENED, NULL, "{}");
	uint8_t hash[HASH_LEN];
	open_run(j, RUN_A);
	sqlite3 *h = raw_open(s->path);
	assert_int_equal(sqlite3_exec(h, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	int64_t began = clock_now().boot;
	for (int i = 0; i < 100; i++) {
		must_fail(journal_append(j, &ev, 1, i % 2, &E), ERR_BUSY);
		must_fail(journal_run_open(j, RUN_B, &opened, NULL, 0, &E), ERR_BUSY);
	}
	/* SQLite's own busy handler would sleep; without one 200 refusals take about 2 ms. */
	assert_true(clock_now().boot - began < 60 * CLOCK_S);
	assert_int_equal(journal_head(j, hash), 1);
	assert_int_equal(ev.seq, 0);
	assert_int_equal(sqlite3_exec(h, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	must(journal_append(j, &ev, 1, true, &E));
	assert_int_equal(ev.seq, 2);
	must(journal_run_open(j, RUN_B, &opened, NULL, 0, &E));
	assert_null(strstr(strstr(opened.body, "machine_prev") + 1, "machine_prev"));
	sqlite3_close(h);
	assert_whole(j);
	journal_close(j);
	event_release(&ev);
	event_release(&opened);
}

static void keepers_share_a_file_each_with_its_run(void **state)
{
	struct scratch *s = *state;
	struct journal *a = open_journal(s->path, JOURNAL_WRITE);
	struct journal *b = open_journal(s->path, JOURNAL_WRITE);
	open_run(a, RUN_A);
	open_run(b, RUN_B);
	for (int i = 0; i < 20; i++)
		append_steps(i % 3 ? a : b, 2);
	append_one(b, EV_RUN_CLOSED, NULL, "{\"verdict\":\"ok\"}");
	append_one(a, EV_RUN_CLOSED, NULL, "{\"verdict\":\"ok\"}");
	assert_whole(a);
	assert_whole(b);
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM machine"), 4);
	journal_close(a);
	assert_whole(b);
	journal_close(b);
}

static void two_writers_of_one_run_do_not_fork_it(void **state)
{
	struct scratch *s = *state;
	struct journal *a = open_journal(s->path, JOURNAL_WRITE);
	struct journal *b = open_journal(s->path, JOURNAL_WRITE);
	struct event ev = some_event(EV_NOTE, NULL, "{}");
	open_run(a, RUN_A);
	must(journal_run_continue(b, RUN_A, &E));
	append_steps(a, 1);
	must_fail(journal_append(b, &ev, 1, true, &E), ERR_CORRUPT);
	must(journal_run_continue(b, RUN_A, &E));
	must(journal_append(b, &ev, 1, true, &E));
	assert_int_equal(ev.seq, 3);
	assert_whole(a);
	event_release(&ev);
	journal_close(a);
	journal_close(b);
}

static int count_pins(void *ctx, const struct source_file *f)
{
	struct buf *b = ctx;
	char hex[HASH_HEX_LEN + 1];
	hash_hex_of(f->bytes, f->n, hex);
	assert_string_equal(hex, f->sha256);
	buf_addf(b, "%s=%s:%zu ", f->role, f->path, f->n);
	return 0;
}

static void pins_are_kept_once_and_come_back(void **state)
{
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	char *big = mem_alloc(300000);
	memset(big, 'y', 300000);
	char noise[1000];
	hash_random(noise, sizeof(noise));
	struct source_file files[] = {
		{ .path = "a.yaml", .role = "runbook", .bytes = big, .n = 300000 },
		{ .path = "b.sh", .role = "script", .bytes = noise, .n = sizeof(noise) },
		{ .path = "empty", .role = "script", .bytes = "", .n = 0 },
		{ .path = "copy.sh", .role = "script", .bytes = noise, .n = sizeof(noise) },
		{ .path = "b.sh", .role = "script", .bytes = noise, .n = sizeof(noise) },
	};
	struct event ev = some_event(EV_RUN_OPENED, NULL, "{}");
	must(journal_run_open(j, RUN_A, &ev, files, 5, &E));
	open_run(j, RUN_B);
	must(journal_pin(j, RUN_B, &files[1], &E));
	must(journal_pin(j, RUN_B, &files[1], &E));
	assert_int_equal(raw_int(s->path, "SELECT count(*) FROM pin"), 3);
	assert_true(raw_int(s->path, "SELECT max(length(bytes)) FROM pin") < 2000);
	struct buf got = BUF_INIT;
	must(journal_pins(j, RUN_A, count_pins, &got, &E));
	assert_string_equal(buf_str(&got), "runbook=a.yaml:300000 script=b.sh:1000 script=empty:0 "
			    "script=copy.sh:1000 ");
	buf_clear(&got);
	must(journal_pins(j, RUN_B, count_pins, &got, &E));
	assert_string_equal(buf_str(&got), "script=b.sh:1000 ");
	assert_whole(j);
	buf_release(&got);
	event_release(&ev);
	free(big);
	journal_close(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(events_come_back_as_they_went),
		with_scratch(each_starts_stops_and_bounds),
		with_scratch(a_long_run_is_read_in_slices),
		with_scratch(the_first_event_holds_the_machines_head),
		with_scratch(a_run_goes_on_where_it_was),
		with_scratch(nothing_follows_the_end_of_a_run),
		with_scratch(what_makes_no_sense_is_refused),
		with_scratch(another_writer_means_busy_at_once),
		with_scratch(keepers_share_a_file_each_with_its_run),
		with_scratch(two_writers_of_one_run_do_not_fork_it),
		with_scratch(pins_are_kept_once_and_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
