/* A shell under `exec`: what is typed in it, line by line, and what becomes of its terminal.
 *
 * The shell itself says what was typed, before it runs it, and how that ended. Its terminal is a
 * client's. When that is gone, what runs goes on to its end; then the shell is hung up. Until then
 * the same person may take it up again.
 */
#include "fold.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

const struct shell *state_shell(const struct state *s, const char *token)
{
	for (size_t i = s->outside.n_shells; token && i-- > 0;)
		if (!strcmp(s->outside.shells[i].token, token))
			return &s->outside.shells[i];
	return NULL;
}

bool state_shell_open(const struct state *s, const struct shell *sh)
{
	const struct cmd *c = sh ? state_cmd(s, sh->token) : NULL;

	return c && inst_in_flight(c);
}

static const char *field(const struct intent *it, const char *name)
{
	for (size_t i = 0; i < it->n_fields; i++)
		if (str_eq(it->fields[i].name, name))
			return it->fields[i].text;
	return NULL;
}

bool shell_wanted(const struct intent *it)
{
	return it->verb == VERB_EXEC && str_eq(field(it, "shell"), "true");
}

bool shell_is_of(const struct state *s, const struct intent *it)
{
	const struct shell *sh = state_shell(s, it->name);

	if (it->verb == VERB_SHELL)
		return true; /* who speaks is another process of it: looked at there */
	return it->verb == VERB_INPUT && sh && str_eq(sh->client, it->client);
}

/* --- rows ------------------------------------------------------------------------------------ */

static struct jsonw *begin(struct pass *p, const struct shell *sh, const char *what)
{
	struct jsonw *w = emit_begin(p, EV_SHELL);

	jw_str(w, "what", what);
	jw_str(w, "token", sh->token);
	return w;
}

static void hang_up(struct pass *p, const struct shell *sh)
{
	struct action *a = emit_action(p, ACT_STOP);

	memcpy(a->token, sh->token, sizeof sh->token);
	a->hangup = true;
}

/* How much of what its terminal showed was on record by then. */
static void add_place(struct pass *p, struct jsonw *w, const struct shell *sh)
{
	const struct cmd *c = state_cmd(p->s, sh->token);

	jw_int(w, "at", c ? c->bytes[2] : 0);
}

static void emit_line(struct pass *p, const struct shell *sh, const struct intent *it, int64_t n,
		      bool late)
{
	struct jsonw *w = begin(p, sh, "line");

	jw_int(w, "n", n);
	if (it->text)
		jw_str(w, "text", it->text);
	if (field(it, "in"))
		jw_str(w, "in", field(it, "in"));
	add_place(p, w, sh);
	if (late)
		jw_bool(w, "late", true);
	emit_end(p, EV_SHELL, NULL, 0);
}

static void line(struct pass *p, const struct shell *sh, const struct intent *it, int64_t n)
{
	if (n <= sh->lines)
		emit_refused(p, NULL, "shell", "that line is on record already");
	else
		emit_line(p, sh, it, n, false);
}

/* One that was run without the record comes with its end. */
static void ended(struct pass *p, const struct shell *sh, const struct intent *it, int64_t n)
{
	const char *token = sh->token;
	int64_t code = 0;
	struct jsonw *w;

	if (!str_to_i64(field(it, "exit"), &code) || n < sh->lines ||
	    (n == sh->lines && !sh->runs)) {
		emit_refused(p, NULL, "shell", "no such line runs, or it has no status");
		return;
	}
	if (n > sh->lines)
		emit_line(p, sh, it, n, true);
	sh = state_shell(p->s, token);
	w = begin(p, sh, "ended");
	jw_int(w, "n", n);
	jw_int(w, "exit", code);
	add_place(p, w, sh);
	emit_end(p, EV_SHELL, NULL, 0);
	if (sh->left)
		hang_up(p, sh);
}

void shell_said(struct pass *p, const struct inst *in, const struct intent *it)
{
	const struct shell *sh = state_shell(p->s, it->name);
	struct engine_input as = *p->in;
	const struct engine_input *was = p->in;
	int64_t n = 0;

	if (!state_shell_open(p->s, sh) || !str_to_i64(field(it, "n"), &n) || n < 1) {
		emit_refused(p, in, "shell", "no such shell is open");
		return;
	}
	if (it->text && strlen(it->text) > LIMIT_COMMAND_BYTES) {
		emit_refused(p, in, "shell", "the line is longer than 128 KB");
		return;
	}
	as.actor = sh->who;
	p->in = &as;
	if (str_eq(field(it, "what"), "line"))
		line(p, sh, it, n);
	else if (str_eq(field(it, "what"), "ended"))
		ended(p, sh, it, n);
	else
		emit_refused(p, in, "shell", "a shell says line or ended");
	p->in = was;
}

/* --- its terminal ---------------------------------------------------------------------------- */

bool shell_taken_up(struct pass *p, const struct intent *it)
{
	for (size_t i = p->s->outside.n_shells; i-- > 0;) {
		const struct shell *sh = &p->s->outside.shells[i];
		struct jsonw *w;

		if (!sh->left || !state_shell_open(p->s, sh) ||
		    !str_eq(sh->who.id, p->in->actor.id) || !str_eq(sh->who.how, p->in->actor.how))
			continue;
		w = begin(p, sh, "taken-up");
		jw_str(w, "client", it->client);
		emit_end(p, EV_SHELL, NULL, 0);
		return true;
	}
	return false;
}

void shell_client_gone(struct pass *p, const char *client)
{
	for (size_t i = 0; i < p->s->outside.n_shells; i++) {
		const struct shell *sh = &p->s->outside.shells[i];

		if (sh->left || !str_eq(sh->client, client) || !state_shell_open(p->s, sh))
			continue;
		begin(p, sh, "left");
		emit_end(p, EV_SHELL, NULL, 0);
		if (!sh->runs)
			hang_up(p, sh);
	}
}

void shell_again(struct pass *p)
{
	for (size_t i = 0; i < p->s->outside.n_shells; i++) {
		const struct shell *sh = &p->s->outside.shells[i];

		if (sh->left && !sh->runs && state_shell_open(p->s, sh))
			hang_up(p, sh);
	}
}

/* --- the fold -------------------------------------------------------------------------------- */

int shell_fold_note(struct fold *f)
{
	const char *token = json_str(f->b, "token"), *mark = json_str(f->b, "for");
	const char *slash = mark ? strrchr(mark, '/') : NULL;
	struct outside *o = &f->s->outside;
	struct shell *sh;

	if (!token || strlen(token) >= sizeof sh->token || !slash ||
	    (size_t)(slash - mark) >= sizeof sh->client || state_shell(f->s, token))
		return fold_bad(f, "no token or client of a shell, or not the first of it");
	o->shells = mem_grow(o->shells, o->n_shells + 1, sizeof *o->shells);
	sh = &o->shells[o->n_shells++];
	*sh = (struct shell){ .who = f->ev->actor };
	memcpy(sh->token, token, strlen(token) + 1);
	memcpy(sh->client, mark, (size_t)(slash - mark));
	return 0;
}

int shell_fold(struct fold *f)
{
	const char *what = json_str(f->b, "what"), *client = json_str(f->b, "client");
	struct shell *sh = (struct shell *)(uintptr_t)state_shell(f->s, json_str(f->b, "token"));
	int64_t n = json_int(f->b, "n", 0);

	if (!sh || !what)
		return fold_bad(f, "no word, or no such shell");
	if (str_eq(what, "line") && n > sh->lines) {
		sh->lines = n;
		sh->runs = true;
		fold_text(&sh->line, json_str(f->b, "text"));
	} else if (str_eq(what, "ended") && n == sh->lines && sh->runs) {
		sh->runs = false;
	} else if (str_eq(what, "left")) {
		sh->left = true;
	} else if (str_eq(what, "taken-up") && client && strlen(client) < sizeof sh->client) {
		sh->left = false;
		memcpy(sh->client, client, strlen(client) + 1);
	} else {
		return fold_bad(f, "no such word, or not the line that runs");
	}
	return 0;
}

void shell_free(struct outside *o)
{
	for (size_t i = 0; i < o->n_shells; i++)
		free(o->shells[i].line);
	free(o->shells);
}
