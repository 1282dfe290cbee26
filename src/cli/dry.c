#include "dry.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "contact.h"
#include "err.h"
#include "fill.h"
#include "kind.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"
#include "value.h"
#include "verbs.h"

/* What is filled in is what is known before a run; the rest stays as written. */
static void filled(struct buf *out, const char *text, const struct binding *b, size_t n)
{
	struct buf whole = BUF_INIT;

	if (fill_text(&whole, text, b, n, NULL) == 0)
		str_printable(out, buf_str(&whole), whole.len, false);
	else
		cli_safe(out, text);
	buf_release(&whole);
}

/* A command as written, a line each, after a label. */
static void command(struct buf *out, const char *label, const char *text)
{
	for (const char *end; *text; text = *end ? end + 1 : end) {
		end = text + strcspn(text, "\n");
		buf_addf(out, "        %-8s ", label);
		str_printable(out, text, (size_t)(end - text), false);
		buf_addc(out, '\n');
		label = "";
	}
}

static void rounds(struct buf *out, const struct step *s)
{
	buf_addf(out, "        for each %s in ", s->each_name);
	if (s->each_list.s)
		cli_safe(out, s->each_list.s);
	for (size_t i = 0; i < s->n_each_items; i++) {
		buf_adds(out, i ? ", " : "");
		cli_safe(out, s->each_items[i]);
	}
	if (s->at_once > 1)
		buf_addf(out, ", %d at once", s->at_once);
	buf_addc(out, '\n');
}

static const char *kind_label(enum step_kind k)
{
	return k == KIND_RUN ? "runs" : k == KIND_HOLD ? "holds" : "";
}

static void commands(struct buf *out, const struct step *s)
{
	const struct {
		const char *label;
		const char *text;
	} all[] = {
		{ kind_label(s->kind), s->kind == KIND_RUN ? s->text.s : NULL },
		{ s->kind == KIND_WAIT ? "waits for" : "expects",
		  s->kind == KIND_CHECK || s->kind == KIND_WAIT ? s->text.s : s->expect.s },
		{ "reads by", s->probe ? s->probe->run.s : NULL },
		{ "verifies", s->verify ? s->verify->run.s : NULL },
		{ "shows", s->shows_state.s },
		{ "repairs", s->repair.s },
		{ "undoes", s->undo.s },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].text)
			command(out, all[i].label, all[i].text);
	if (s->from.s)
		command(out, "from", s->from.s);
	for (size_t i = 0; i < s->n_owes; i++)
		command(out, "owes", s->owes[i].command.s);
}

/* What would go out, and whom it may reach. */
static void contact(struct buf *out, const struct step *s, const struct binding *b, size_t n)
{
	const struct contact *c = s->contact;
	const char *between = "        reaches  ";

	if (!c) {
		buf_adds(out, "        NOT CLIMBED: ");
		cli_safe(out, s->contact_why ? s->contact_why : "nothing is known of its ladder");
		buf_addc(out, '\n');
		return;
	}
	buf_adds(out, "        says     ");
	filled(out, c->message, b, n);
	buf_addc(out, '\n');
	for (size_t i = 0; i < c->n_parties; i++) {
		if (!c->parties[i].on_ladder)
			continue;
		buf_adds(out, between);
		cli_safe(out, c->parties[i].name);
		if (c->parties[i].is_public)
			buf_adds(out, " (PUBLIC)");
		between = ", ";
	}
	buf_addc(out, '\n');
}

static void step(struct buf *out, const struct step *s, const struct binding *b, size_t n)
{
	buf_addf(out, "%-7s ", s->number);
	filled(out, s->title, b, n);
	buf_addf(out, "  [%s%s%s]\n", word_of(WORDS_KIND, s->kind), s->kind == KIND_RUN ? ", " : "",
		 s->kind == KIND_RUN ? word_of(WORDS_EFFECT, s->effect) : "");
	if (s->when.s) {
		buf_adds(out, "        when     ");
		cli_safe(out, s->when.s);
		buf_addc(out, '\n');
	}
	if (s->effect == EFFECT_DESTROY && s->target.s) {
		buf_adds(out, "        the name to type is ");
		filled(out, s->target.s, b, n);
		buf_addc(out, '\n');
	}
	if (s->each_name)
		rounds(out, s);
	if (s->kind == KIND_CONTACT)
		contact(out, s, b, n);
	commands(out, s);
}

static void values(struct buf *out, const struct binding *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "        %s = ", b[i].name);
		if (b[i].value->secret)
			buf_adds(out, "(a secret)");
		else
			cli_safe(out, b[i].value->text);
		buf_addc(out, '\n');
	}
	if (n)
		buf_adds(out, "\n");
}

int dry_run(const struct runbook *rb, const struct binding *params, size_t n)
{
	struct buf out = BUF_INIT;

	if (!rb)
		return cli_usage("a blank run has nothing to show");
	buf_adds(&out, "DRY: no command is run, nothing is recorded.\n\n");
	cli_safe(&out, rb->title);
	buf_adds(&out, "\n\n");
	values(&out, params, n);
	for (size_t i = 0; i < rb->n_all; i++)
		step(&out, rb->all[i], params, n);
	return cli_put(&out, CLI_OK);
}
