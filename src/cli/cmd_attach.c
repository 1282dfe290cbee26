/* attach and close: going to a run that is there, and ending one from outside. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "at_run.h"
#include "buf.h"
#include "client.h"
#include "err.h"
#include "mem.h"
#include "onscreen.h"
#include "plain.h"
#include "prompt.h"
#include "signing.h"
#include "str.h"
#include "tui.h"
#include "verbs.h"
#include "view.h"
#include "visit.h"
#include "vouched.h"

static int attach_plain(const struct opts *o, const struct at_run *at,
			const struct client_identity *who)
{
	struct plain_opts p = {
		.journal = at->journal, .run = at->run, .in = STDIN_FILENO, .out = STDOUT_FILENO,
		.answers = o->answers, .observer = o->observe, .who = o->who,
		.take_over = o->take_over, .identity = who, .facilitator = o->facilitator,
	};
	struct err err = { 0 };
	int status = plain_run(&p, &err);

	if (err.code)
		cli_say("%s", err.text);
	vouched_ending(at->journal, at->run);
	return status;
}

static int attach_on_screen(const struct opts *o, const struct at_run *at,
			    const struct client_identity *who)
{
	const struct tui_run_opts r = {
		.journal = at->journal, .run = at->run, .observer = o->observe, .who = o->who,
		.take_over = o->take_over, .identity = who, .facilitator = o->facilitator,
	};
	struct onscreen screen;
	struct err err = { 0 };
	int status = onscreen_open(&screen);

	if (status)
		return status;
	status = tui_run(screen.t, &r, &err);
	onscreen_close(&screen);
	if (err.code)
		cli_say("%s", err.text);
	else
		visit_ended(at->journal, at->run);
	return status;
}

int cmd_attach(const struct opts *o, char **args, int n)
{
	struct client_identity who = { 0 };
	struct at_run at;
	struct err err = { 0 };
	int status;

	if (o->take_over && (o->observe || !o->take_over[0]))
		return cli_usage(o->observe ? "--observe or --take-over, not both"
					    : "--take-over wants a reason");
	if (o->facilitator && (o->observe || o->take_over || o->answers))
		return cli_usage("who facilitates does not operate: --facilitator goes with none "
				 "of --observe, --take-over, --answers");
	if (o->answers && plain_answers_check(o->answers, &err))
		return cli_usage("%s", err.text);
	status = at_run_find(o, n ? args[0] : NULL, &at);
	if (status == CLI_OK && !o->observe && !o->facilitator)
		signing_identity(o, at.journal, at.run, isatty(STDIN_FILENO), &who);
	if (status == CLI_OK)
		status = onscreen_wanted(o) ? attach_on_screen(o, &at, &who)
					    : attach_plain(o, &at, &who);
	client_identity_release(&who);
	at_run_release(&at);
	return status;
}

/* --- close
 * -------------------------------------------------------------------------------------- */

/* A run that is told to end stops what runs and walks its `always` steps; what is still owed
 * then is a last question. */
struct closing {
	struct client *c;
	const char *reason;
	int64_t answered;  /* the closing question that was answered already */
	bool sent, refused;
	bool told;         /* whose shell is waited for */
	char *why;
};

static void take_answer(void *ctx, const struct client_answer *a)
{
	struct closing *k = ctx;

	if (a->accepted)
		return;
	k->refused = true;
	free(k->why);
	k->why = mem_dup(a->why);
}

static int64_t closing_question(struct view *v)
{
	const struct prompt *p;
	size_t n = view_prompts(v, &p);

	for (size_t i = 0; i < n; i++)
		if (p[i].kind == ASK_CLOSE)
			return p[i].seq;
	return 0;
}

static int send(struct closing *k, enum verb verb, int64_t prompt, struct err *err)
{
	struct intent in = { .verb = verb, .prompt = prompt, .reason = (char *)k->reason };

	return client_send(k->c, &in, NULL, err);
}

/* A run ends when what runs has, and a shell does not by itself. */
static void tell_of_shells(struct closing *k, const struct state *s)
{
	for (size_t i = 0; s->stopped && !k->told && i < s->outside.n_shells; i++) {
		const struct shell *sh = &s->outside.shells[i];

		if (!state_shell_open(s, sh))
			continue;
		k->told = true;
		cli_say("%s has a shell open on this run, which is waited for: `exit` there ends "
			"it", sh->who.id);
	}
}

static bool settled(void *ctx)
{
	struct closing *k = ctx;
	struct view *v = client_view(k->c);
	int64_t asked = closing_question(v);

	if (view_state(v)->phase == RUN_CLOSED || k->refused)
		return true;
	tell_of_shells(k, view_state(v));
	if (asked && asked != k->answered) {
		k->answered = asked;
		send(k, VERB_CLOSE, asked, NULL);
	}
	return false;
}

static int close_it(struct closing *k, struct err *err)
{
	const struct state *s = view_state(client_view(k->c));
	int r = 0;

	if (s->phase == RUN_CLOSED)
		return 0;
	if (s->seat.taken && !client_has_seat(k->c))
		r = send(k, VERB_TAKE, 0, err);
	if (r == 0 && s->phase != RUN_CLOSING)
		r = send(k, VERB_CLOSE, 0, err);
	if (r == 0)
		r = client_wait(k->c, settled, k, 30 * 1000, err);
	if (r == ERR_CANCEL)
		return err_set(err, ERR_CANCEL, "the run is ending, but it is not closed yet: "
			       "`blackstart attach` shows what it waits for");
	if (r == 0 && k->refused && s->phase != RUN_CLOSED)
		return err_set(err, ERR_DENIED, "%s", k->why);
	return r;
}

int cmd_close(const struct opts *o, char **args, int n)
{
	struct closing k = { .reason = o->reason };
	struct client_calls calls = { .ctx = &k, .answer = take_answer };
	struct client_opts c = { .who = o->who };
	struct at_run at;
	struct buf text = BUF_INIT;
	struct err err = { 0 };
	int status;

	if (!o->reason || !o->reason[0])
		return cli_usage("close wants --reason TEXT");
	status = at_run_find(o, n ? args[0] : NULL, &at);
	c.journal = at.journal;
	c.run = at.run;
	if (status == CLI_OK && (client_open(&c, &calls, &k.c, &err) || close_it(&k, &err)))
		status = cli_fail(&err);
	if (k.c && status == CLI_OK)
		view_ending(&text, client_view(k.c));
	client_close(k.c);
	free(k.why);
	at_run_release(&at);
	return cli_put(&text, status);
}
