/* guard: the same guard and the same record around any command. */
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "danger.h"
#include "err.h"
#include "guarding.h"
#include "limits.h"
#include "signing.h"
#include "utf8.h"
#include "verbs.h"
#include "word.h"

static int usage(const char *text)
{
	cli_usage("%s", text);
	return CLI_OURS;
}

static int read_words(struct guarding *g, char **args, int n)
{
	const struct opts *o = g->o;
	int effect = o->effect ? word_from(WORDS_EFFECT, o->effect) : EFFECT_DESTROY;

	if (o->dash != 1 || n < 2)
		return usage("guard wants ENVIRONMENT -- COMMAND…");
	if (effect < 0)
		return usage("--effect wants read, change or destroy");
	if (o->target && !o->target[0])
		return usage("--target wants a name");
	g->name = args[0];
	g->effect = (enum effect)effect;
	g->terminal = isatty(0) && isatty(1) && isatty(2);
	g->lend = (struct lend){ .words = args + 1, .n = n - 1,
				 .input = g->terminal ? -1 : STDIN_FILENO };
	lend_line(&g->line, g->lend.words, g->lend.n);
	if (g->line.over || g->line.len == 0)
		return usage("the command is too long");
	if (utf8_check(g->line.data, g->line.len) != g->line.len) {
		cli_say("a command that is not UTF-8 cannot be put on record; nothing was run");
		return CLI_OURS;
	}
	return CLI_OK;
}

struct first {
	const char *word, *what;
};

static void take_first(void *ctx, const struct danger *d)
{
	struct first *f = ctx;

	if (!f->word)
		*f = (struct first){ d->word, d->what };
}

/* What destroys is never let through as something milder. */
static int check_danger(const struct guarding *g)
{
	struct first f = { NULL, NULL };

	if (g->effect == EFFECT_DESTROY || !danger_look(buf_str(&g->line), take_first, &f))
		return CLI_OK;
	cli_say("this is no %s: %s %s; say --effect destroy. Nothing was run", g->o->effect,
		f.word ? f.word : "it", f.what ? f.what : "is too deep to be looked through");
	return CLI_OURS;
}

/* The record, then the lender, then who starts it: nothing asks before there is an answer. */
static int begin(struct guarding *g, int *ret_listener)
{
	struct err err = { 0 };

	if (g->effect == EFFECT_READ) /* nobody is asked anything for it */
		keeper_who(g->o->who, &g->s.what.actor, NULL);
	else if (start_who(&g->s, NULL))
		return CLI_OURS;
	if (start_record(&g->s))
		return CLI_OURS;
	if (lend_open(g->s.journal, g->s.run, ret_listener, &err)) {
		cli_say("%s", err.text);
		return CLI_OURS;
	}
	if (start_keep(&g->s))
		return CLI_OURS;
	if (start_permit_show(&g->s))
		buf_clear(&g->s.permit); /* said; it goes on as without one */
	signing_identity(g->o, g->s.journal, g->s.run, isatty(STDIN_FILENO), &g->s.identity);
	return CLI_OK;
}

int cmd_guard(const struct opts *o, char **args, int n)
{
	struct guarding g = { .o = o, .line = { .max = LIMIT_COMMAND_BYTES },
			      .s = { .o = o, .what = { .mode = MODE_REAL } } };
	int listener = -1;
	int status = read_words(&g, args, n);

	if (status == CLI_OK)
		status = check_danger(&g);
	if (status == CLI_OK)
		status = guarding_book(&g);
	if (status == CLI_OK)
		status = begin(&g, &listener);
	if (status == CLI_OK)
		status = guarding_walk(&g, listener);
	if (listener >= 0)
		close(listener);
	start_release(&g.s);
	free(g.target);
	buf_release(&g.line);
	buf_release(&g.book);
	return status;
}
