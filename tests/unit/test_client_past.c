/* The moments of a run are read from its rows without folding them: they are those of the fold, also
 * across a restart of the machine, a clock that was set, and in a drill with a pace. */
#include "journal_help.h"

#include "client.h"
#include "client_past.h"
#include "err.h"
#include "state.h"
#include "view.h"

#define S 1000000000LL

#define DRILL "drill-" RUN_A

struct told {
	struct journal *j;
	const char *run;
	struct event v[64];
	size_t n;
};

static void say(struct told *t, enum event_kind kind, int64_t wall, int64_t boot, const char *body)
{
	t->v[t->n] = some_event(kind, NULL, body);
	t->v[t->n].at = (struct moment){ wall, boot };
	t->n++;
}

static void keep(struct told *t, const char *path)
{
	t->j = open_journal(path, JOURNAL_WRITE);
	must(journal_run_open(t->j, t->run, &t->v[0], NULL, 0, &E));
	must(journal_append(t->j, t->v + 1, t->n - 1, true, &E));
	journal_close(t->j);
}

struct compare {
	struct client_past *past;
	struct view *view;
	int64_t before;
	int rows;
};

static int fold(void *ctx, const struct event *ev)
{
	struct compare *c = ctx;
	const struct state *s = view_state(c->view);
	int64_t at;

	must(view_apply(c->view, ev, &E));
	at = state_time(s, s->last) / s->drill.pace;
	at = at > c->before ? at : c->before;
	if (client_past_row(c->past, ev->seq) != at)
		fail_msg("row %lld: %lld, folded %lld", (long long)ev->seq,
			 (long long)client_past_row(c->past, ev->seq), (long long)at);
	c->before = at;
	c->rows++;
	return 0;
}

/* Every moment: sought from the begin, from the end, and from the row before. */
static void seek_all(struct client_past *p)
{
	int64_t rows = client_past_rows(p);
	bool anew;

	for (int64_t seq = 1; seq <= rows; seq++) {
		int64_t at = client_past_row(p, seq), last = seq;

		while (last < rows && client_past_row(p, last + 1) == at)
			last++;
		for (int from = 0; from < 3; from++) {
			int64_t there = from == 0 ? 0 : from == 1 ? client_past_end(p) :
				client_past_row(p, seq - 1);

			must(client_past_to(p, there, 0, NULL, NULL, &anew, &E));
			must(client_past_to(p, at, 0, NULL, NULL, &anew, &E));
			assert_int_equal(client_past_at(p), at);
			assert_int_equal(view_state(client_view(client_past_client(p)))->seq, last);
		}
	}
}

static void compare(struct told *t, const char *path, int64_t end)
{
	struct compare c = { 0 };

	keep(t, path);
	must(client_past_open(path, t->run, &c.past, &E));
	assert_int_equal(client_past_rows(c.past), t->n);
	c.view = view_new(NULL, NULL, NULL);
	t->j = open_journal(path, JOURNAL_READ);
	must(journal_each(t->j, t->run, 0, 0, fold, &c, &E));
	assert_int_equal(c.rows, t->n);
	assert_int_equal(client_past_end(c.past), end);
	seek_all(c.past);
	journal_close(t->j);
	view_free(c.view);
	client_past_close(c.past);
	for (size_t i = 0; i < t->n; i++)
		event_release(&t->v[i]);
}

static void moments_are_those_of_the_fold(void **state)
{
	struct scratch *s = *state;
	struct told t = { .run = RUN_A };

	say(&t, EV_RUN_OPENED, 91000 * S, 50 * S, "{\"run\":\"" RUN_A "\",\"mode\":\"real\",\"title\":\"t\","
	    "\"boot_id\":\"one\",\"params\":[],\"files\":[]}");
	say(&t, EV_KEEPER, 91000 * S + 5, 50 * S + 5, "{\"what\":\"start\",\"boot_id\":\"one\"}");
	say(&t, EV_NOTE, 91010 * S, 60 * S, "{\"what\":\"note\",\"text\":\"a\"}");
	/* the clock was set back an hour; what counts is the other one */
	say(&t, EV_CLOCK, 91011 * S - 3600 * S, 61 * S, "{}");
	say(&t, EV_NOTE, 91020 * S - 3600 * S, 70 * S, "{\"what\":\"note\",\"text\":\"b\"}");
	/* the machine was down for 100 s: wall time bridges it */
	say(&t, EV_KEEPER, 91120 * S - 3600 * S, 3 * S, "{\"what\":\"crash\",\"boot_id\":\"two\"}");
	say(&t, EV_NOTE, 91130 * S - 3600 * S, 13 * S, "{\"what\":\"note\",\"text\":\"c\"}");
	/* … and came back with a clock before that: no time at all */
	say(&t, EV_KEEPER, 1 * S, 4 * S, "{\"what\":\"crash\",\"boot_id\":\"three\"}");
	say(&t, EV_NOTE, 2 * S, 4 * S, "{\"what\":\"note\",\"text\":\"d\"}");
	say(&t, EV_NOTE, 3 * S, 9 * S, "{\"what\":\"note\",\"text\":\"e\"}");
	compare(&t, s->path, (20 + 100 + 10 + 0 + 5) * S);
}

static void moments_of_a_drill_with_a_pace_are_of_the_clock(void **state)
{
	struct scratch *s = *state;
	struct told t = { .run = DRILL };

	say(&t, EV_RUN_OPENED, 91000 * S, 50 * S, "{\"run\":\"" DRILL "\",\"mode\":\"drill\",\"title\":\"t\","
	    "\"way\":\"tabletop\",\"pace\":7,\"boot_id\":\"one\",\"params\":[],\"files\":[]}");
	say(&t, EV_KEEPER, 91000 * S, 50 * S, "{\"what\":\"start\",\"boot_id\":\"one\"}");
	say(&t, EV_NOTE, 91009 * S, 59 * S, "{\"what\":\"note\",\"text\":\"a\"}");
	say(&t, EV_KEEPER, 91039 * S, 2 * S, "{\"what\":\"crash\",\"boot_id\":\"two\"}");
	say(&t, EV_NOTE, 91050 * S, 13 * S, "{\"what\":\"note\",\"text\":\"b\"}");
	compare(&t, s->path, (9 + 30 + 11) * S);
}

static void rows_that_come_are_seen_and_a_gap_is_said(void **state)
{
	struct scratch *s = *state;
	struct told t = { .run = RUN_A };
	struct client_past *p = NULL;
	struct err err = { 0 };
	struct event more;
	bool anew;

	say(&t, EV_RUN_OPENED, 91000 * S, 50 * S, "{\"run\":\"" RUN_A "\",\"mode\":\"real\",\"title\":\"t\","
	    "\"boot_id\":\"one\",\"params\":[],\"files\":[]}");
	for (int i = 0; i < 5; i++)
		say(&t, EV_NOTE, (91001 + i) * S, (51 + i) * S, "{\"what\":\"note\",\"text\":\"a\"}");
	keep(&t, s->path);
	must(client_past_open(s->path, RUN_A, &p, &E));
	assert_false(client_past_closed(p));
	t.j = open_journal(s->path, JOURNAL_WRITE);
	must(journal_run_continue(t.j, RUN_A, &E));
	more = some_event(EV_NOTE, NULL, "{\"what\":\"note\",\"text\":\"b\"}");
	more.at = (struct moment){ 91010 * S, 60 * S };
	must(journal_append(t.j, &more, 1, true, &E));
	journal_close(t.j);
	assert_int_equal(client_past_rows(p), 6);
	must(client_past_more(p, &E));
	assert_int_equal(client_past_rows(p), 7);
	assert_int_equal(client_past_end(p), 10 * S);
	must(client_past_whole(p, &E));
	client_past_close(p);

	/* one is gone: what is before it can be looked at */
	raw_do(s->path, "DROP TRIGGER event_no_delete; DELETE FROM event WHERE seq = 5");
	must(client_past_open(s->path, RUN_A, &p, &E));
	assert_int_equal(client_past_rows(p), 4);
	must(client_past_to(p, INT64_MAX, 0, NULL, NULL, &anew, &E));
	assert_int_equal(client_past_at(p), 3 * S);
	assert_int_equal(client_past_whole(p, &err), ERR_CORRUPT);
	assert_non_null(strstr(err.text, "event 5 is missing"));
	client_past_close(p);
	for (size_t i = 0; i < t.n; i++)
		event_release(&t.v[i]);
	event_release(&more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(moments_are_those_of_the_fold),
		with_scratch(moments_of_a_drill_with_a_pace_are_of_the_clock),
		with_scratch(rows_that_come_are_seen_and_a_gap_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
