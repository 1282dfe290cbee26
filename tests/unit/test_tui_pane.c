/* The pane at a real command: what it prints is on its screen, what it asks is answered by who
 * drives, and a flood keeps nobody waiting. */
#include "../lib/keeper_rig.h"

#include <time.h>

#include "client.h"
#include "event.h"
#include "state.h"
#include "view.h"
#include "vt.h"

#include "../../src/tui/paneint.h"
#include "../../src/tui/tuiint.h"

struct desk {
	struct kr r;
	struct client *c;
	struct pane *p;
	struct tui tui;
	struct err err;
	int64_t longest;     /* slice, ns of our own time: others may have the processor too */
	int64_t skipped;     /* the most that was said */
	const char *wanted;
};

static void on_event(void *ctx, const struct event *ev, bool past)
{
	struct desk *d = ctx;

	if (d->p)
		pane_event(d->p, ev, past);
}

static void attach(struct desk *d)
{
	struct client_opts o = { .journal = d->r.journal, .run = d->r.run, .who = "ana",
				 .rows = 5, .cols = 30 };
	struct client_calls calls = { .ctx = d, .event = on_event };

	if (client_open(&o, &calls, &d->c, &d->err))
		fail_msg("%s", d->err.text);
	d->p = pane_new(&d->tui, d->c);
	pane_size(d->p, 5, 30);
}

static void sit(struct desk *d)
{
	memset(d, 0, sizeof *d);
	kr_open(&d->r);
	attach(d);
}

static void leave(struct desk *d)
{
	pane_free(d->p);
	d->p = NULL;
	client_close(d->c);
}

static void rise(struct desk *d)
{
	leave(d);
	kr_close(&d->r);
}

static const struct cmd *newest(struct desk *d)
{
	const struct state *s = view_state(client_view(d->c));

	return s->n_cmds ? s->cmds[s->n_cmds - 1] : NULL;
}

static int64_t worked(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* One turn, as the screen's loop makes it. */
static void turn(struct desk *d)
{
	int64_t before = worked();

	pane_tick(d->p);
	if (worked() - before > d->longest)
		d->longest = worked() - before;
	if (d->p->skipped > d->skipped)
		d->skipped = d->p->skipped;
	if (!pane_token(d->p) && newest(d))
		pane_follow(d->p, newest(d)->token);
}

static const char *screen(struct desk *d)
{
	static struct buf b;
	struct vt_cell c;

	buf_clear(&b);
	for (int r = 0; r < 5; r++) {
		for (int i = 0; i < 30; i++) {
			vt_cell(d->p->vt, r, i, &c);
			buf_adds(&b, c.text[0] ? c.text : " ");
		}
		while (b.len && b.data[b.len - 1] == ' ')
			buf_cut(&b, b.len - 1);
		buf_addc(&b, '\n');
	}
	return buf_str(&b);
}

static bool shown(void *ctx)
{
	struct desk *d = ctx;

	turn(d);
	return strstr(screen(d), d->wanted) != NULL;
}

static void wait_shown(struct desk *d, const char *text)
{
	d->wanted = text;
	for (int64_t until = kr_ms() + KR_WAIT_MS; kr_ms() < until && !shown(d);)
		client_wait(d->c, shown, d, 5, NULL);
	if (!shown(d))
		fail_msg("never shown: %s; the screen:\n%s", text, screen(d));
}

static bool over(void *ctx)
{
	struct desk *d = ctx;
	const struct cmd *c = newest(d);

	turn(d);
	return c && c->phase != CMD_INTENT && c->phase != CMD_STOPPING && d->p->head == d->p->n;
}

static void wait_over(struct desk *d)
{
	for (int64_t until = kr_ms() + KR_WAIT_MS; kr_ms() < until && !over(d);)
		client_wait(d->c, over, d, 5, NULL);
	assert_true(over(d));
}

static void run(struct desk *d, const char *text, bool terminal)
{
	struct intent_field f = { (char[]){ "terminal" }, (char[]){ "true" } };
	struct intent it = { .verb = VERB_EXEC, .text = (char *)(uintptr_t)text,
			     .reason = (char[]){ "to see" }, .fields = &f,
			     .n_fields = terminal };

	assert_int_equal(client_send(d->c, &it, NULL, &d->err), 0);
}

static void type(struct desk *d, const char *s)
{
	for (; *s; s++)
		pane_key(d->p, &(struct key){ .code = *s == '\n' ? K_ENTER : (uint32_t)*s });
}

/* --- tests ------------------------------------------------------------------------------------ */

static void a_terminals_output_is_on_its_screen(void **x)
{
	struct desk d;
	struct vt_cell c;

	(void)x;
	sit(&d);
	run(&d, "printf 'one\\ntwo\\033[3;5H\\033[31mred\\033]0;title\\007'; read a", true);
	wait_shown(&d, "one\ntwo\n    red\n");
	vt_cell(d.p->vt, 2, 4, &c);
	assert_int_equal(c.fg.index, 1);
	assert_false(pane_full_screen(d.p));
	type(&d, "x\n");
	wait_over(&d);
	rise(&d);
}

static void lines_of_a_pipe_begin_at_the_left(void **x)
{
	struct desk d;

	(void)x;
	sit(&d);
	run(&d, "echo one; echo two; echo three >&2", false);
	wait_over(&d);
	assert_non_null(strstr(screen(&d), "one\ntwo\n"));
	assert_non_null(strstr(screen(&d), "\nthree\n"));
	assert_false(pane_wants_keys(d.p));
	rise(&d);
}

static void keys_reach_the_command_and_a_prompt_is_seen(void **x)
{
	struct desk d;

	(void)x;
	sit(&d);
	run(&d, "printf 'Only yes is taken: '; read a; echo \"<$a>\"; read b", true);
	wait_shown(&d, "Only yes is taken:");
	for (int64_t until = kr_ms() + KR_WAIT_MS; kr_ms() < until && !pane_wants_keys(d.p);)
		client_wait(d.c, shown, &d, 5, NULL);
	assert_true(pane_wants_keys(d.p));
	type(&d, "yes\n");
	wait_shown(&d, "<yes>");
	type(&d, "\n");
	wait_over(&d);
	assert_false(pane_wants_keys(d.p));
	type(&d, "late\n"); /* nobody is there to take it */
	assert_int_equal(client_unanswered(d.c), 0);
	rise(&d);
}

static void the_command_is_told_the_size_of_the_pane(void **x)
{
	struct desk d;

	(void)x;
	sit(&d);
	run(&d, "trap 'stty size' WINCH; echo ready; while :; do read a && break; done", true);
	wait_shown(&d, "ready");
	pane_size(d.p, 5, 29);
	wait_shown(&d, "5 29");
	type(&d, "x\n");
	wait_over(&d);
	rise(&d);
}

static void a_full_screen_program_is_known(void **x)
{
	struct desk d;

	(void)x;
	sit(&d);
	run(&d, "printf '\\033[?1049h\\033[Hwhole'; read a; printf '\\033[?1049lgone'", true);
	wait_shown(&d, "whole");
	assert_true(pane_full_screen(d.p));
	assert_true(pane_wants_keys(d.p));
	type(&d, "\n");
	wait_shown(&d, "gone");
	wait_over(&d);
	assert_false(pane_full_screen(d.p));
	rise(&d);
}

static void a_question_to_the_terminal_is_answered_once(void **x)
{
	struct desk d;

	(void)x;
	sit(&d);
	run(&d, "stty -icanon -echo; printf '\\033[6n'; "
		"a=$(dd bs=1 count=6 2>/dev/null | tr -d '\\033'); echo \"<$a>\"; read b", true);
	wait_shown(&d, "<[1;1R>");
	for (int64_t until = kr_ms() + KR_WAIT_MS; kr_ms() < until && client_unanswered(d.c);)
		client_wait(d.c, shown, &d, 5, NULL);
	assert_true(client_has_seat(d.c));
	/* the same bytes again: whoever looks twice types nothing */
	pane_follow(d.p, NULL);
	assert_null(pane_token(d.p));
	wait_shown(&d, "<[1;1R>");
	assert_int_equal(client_unanswered(d.c), 0);
	type(&d, "\n");
	wait_over(&d);
	rise(&d);
}

static void who_looks_on_has_the_screen_of_who_drives(void **x)
{
	struct desk d, o = { 0 };
	struct client_opts opts = { .who = "raj", .observer = true };
	struct client_calls calls = { .ctx = &o, .event = on_event };
	struct vt_cell c;
	int rows, cols;

	(void)x;
	sit(&d);
	run(&d, "printf '\\033[?1049h\\033[999;999H\\033[5;29H!\\033[1;1Hdrawn'; read a", true);
	wait_shown(&d, "drawn");
	opts.journal = d.r.journal;
	opts.run = d.r.run;
	assert_int_equal(client_open(&opts, &calls, &o.c, &o.err), 0);
	o.p = pane_new(&o.tui, o.c);
	pane_size(o.p, 3, 20);
	wait_shown(&o, "drawn");
	pane_size(o.p, 3, 20);
	for (int i = 0; i < 3; i++)
		turn(&o);
	vt_size(o.p->vt, &rows, &cols);
	assert_int_equal(rows, 5);
	assert_int_equal(cols, 29);
	vt_cell(o.p->vt, 4, 28, &c);
	assert_string_equal(c.text, "!");
	pane_key(o.p, &(struct key){ .code = 'x' }); /* and cannot type */
	assert_int_equal(client_unanswered(o.c), 0);
	leave(&o);
	type(&d, "\n");
	wait_over(&d);
	rise(&d);
}

static void a_plain_flood_is_skipped_to_its_end(void **x)
{
	struct desk d;

	(void)x;
	sit(&d);
	run(&d, "yes 'restored one file more, and it is well' | head -n 1500000; echo THE END",
	    false);
	wait_over(&d);
	assert_non_null(strstr(screen(&d), "\nTHE END\n"));
	assert_true(d.skipped > 10000000);
	assert_true(d.longest < 60000000); /* 8 ms are meant; sanitizers take their time */
	rise(&d);
}

static void what_moves_the_cursor_is_not_skipped(void **x)
{
	struct desk d;

	(void)x;
	sit(&d);
	run(&d, "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); printf '\\rfile %d \\033[K' $i; done; "
		"printf '\\nTHE END'", true);
	wait_over(&d);
	assert_string_equal(screen(&d), "file 3000\nTHE END\n\n\n\n");
	assert_int_equal(d.skipped, 0);
	rise(&d);
}

static void the_last_of_much_is_shown_to_who_comes_late(void **x)
{
	struct desk d;

	(void)x;
	sit(&d);
	run(&d, "seq 1 400000", false);
	wait_over(&d);
	leave(&d);
	attach(&d);
	wait_shown(&d, "400000\n");
	assert_true(d.p->began[0] > 2000000);
	rise(&d);
}

static int tests(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(a_terminals_output_is_on_its_screen),
		cmocka_unit_test(lines_of_a_pipe_begin_at_the_left),
		cmocka_unit_test(keys_reach_the_command_and_a_prompt_is_seen),
		cmocka_unit_test(the_command_is_told_the_size_of_the_pane),
		cmocka_unit_test(a_full_screen_program_is_known),
		cmocka_unit_test(a_question_to_the_terminal_is_answered_once),
		cmocka_unit_test(who_looks_on_has_the_screen_of_who_drives),
		cmocka_unit_test(a_plain_flood_is_skipped_to_its_end),
		cmocka_unit_test(what_moves_the_cursor_is_not_skipped),
		cmocka_unit_test(the_last_of_much_is_shown_to_who_comes_late),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}

int main(int argc, char **argv)
{
	return kr_main(argc, argv, tests);
}
