/* Questions on the screen: each once, numbered while several are open, with what every answer
 * does. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "contact_state.h"
#include "mem.h"
#include "plain_field.h"
#include "plainint.h"
#include "state.h"
#include "str.h"

const struct shown *plain_shown(const struct plain *p, int number)
{
	for (size_t i = 0; i < p->n_shown; i++)
		if (p->shown[i].number == number)
			return &p->shown[i];
	return NULL;
}

static struct shown *shown_seq(const struct plain *p, int64_t seq)
{
	for (size_t i = 0; i < p->n_shown; i++)
		if (p->shown[i].seq == seq)
			return &p->shown[i];
	return NULL;
}

const struct prompt *plain_asked(struct plain *p, int number, bool *ret_many)
{
	const struct shown *s = number ? plain_shown(p, number) : NULL;
	size_t n = 0;

	for (size_t i = 0; !number && i < p->n_shown; i++)
		if (!p->shown[i].beside || p->n_shown == 1) {
			s = &p->shown[i];
			n++;
		}
	*ret_many = n > 1;
	if (n > 1)
		s = NULL;
	return s ? view_prompt(p->v, s->seq) : NULL;
}

/* --- one question ----------------------------------------------------------------------------- */

void plain_choice_text(struct buf *out, const struct choice *c)
{
	if (c->key == '\n')
		buf_addf(out, "  Enter, or %s: %s", c->word, c->does);
	else if (c->key)
		buf_addf(out, "  %s (%c): %s", c->word, c->key, c->does);
	else
		buf_addf(out, "  %s: %s", c->word, c->does);
	if (c->reason)
		buf_adds(out, " (you are asked why)");
	buf_addc(out, '\n');
}

static void add_numbered(struct buf *out, const struct prompt *pr)
{
	for (size_t i = 0; i < pr->n_options; i++) {
		buf_addf(out, "  %zu: %s", i + 1, pr->options[i].title);
		if (pr->options[i].consequence)
			buf_addf(out, " - %s", pr->options[i].consequence);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < pr->n_lines; i++) {
		buf_addf(out, "  %zu: ", i + 1);
		str_printable(out, pr->lines[i], strlen(pr->lines[i]), false);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; pr->kind == ASK_FIELDS && i < pr->n_fields; i++) {
		buf_adds(out, "  ");
		plain_field_text(out, &pr->fields[i]);
		buf_addc(out, '\n');
	}
}

static void add_answers(struct buf *out, const struct plain *p, const struct prompt *pr)
{
	const struct state *s = view_state(p->v);

	if (s->seat.taken && !client_has_seat(p->c)) {
		buf_adds(out, "  you look on: ");
		str_printable(out, s->seat.who.id, strlen(s->seat.who.id), false);
		buf_adds(out, " operates this run; note TEXT puts a remark on record, take REASON "
			      "makes you the operator\n");
		return;
	}
	if (pr->kind == ASK_NAME) {
		buf_adds(out, "  the name, exactly: start it now; anything else starts nothing");
		if (pr->wrong)
			buf_addf(out, " (%d wrong so far; the third ends the attempt)", pr->wrong);
		buf_addc(out, '\n');
		if (plain_independent(p, pr->typed) || prompt_choice(pr, pr->typed))
			buf_adds(out, "  the name is also a word of ours: say start and the "
				      "name\n");
	}
	if (pr->kind == ASK_YES)
		buf_adds(out, "  yes, no: the answer\n");
	if (pr->kind == ASK_CONTACT || pr->kind == ASK_YES)
		buf_adds(out, "  NAME: answered | joined | no-answer | voicemail | refused | "
			      "wrong | calling: what came of a try, at any time\n");
	if (pr->kind == ASK_OPTION || pr->kind == ASK_LINE)
		buf_adds(out, "  a number: take that one\n");
	if (pr->kind == ASK_PLAY)
		buf_adds(out, "  play worked, play failed, play TEXT: at once what it comes to\n");
	if (pr->kind == ASK_FIELDS && pr->n_fields == 1 && !pr->fields[0].secret)
		buf_adds(out, "  = VALUE: that value\n");
	for (size_t i = 0; i < pr->n_choices; i++)
		if ((pr->choices[i].key || pr->kind != ASK_NAME) &&
		    !(pr->kind == ASK_YES && pr->choices[i].verb == VERB_DONE))
			plain_choice_text(out, &pr->choices[i]);
	buf_adds(out, "  also: note TEXT, where, show STEP, pause, leave; help (?) explains all\n");
}

static void print_prompt(struct plain *p, const struct prompt *pr, const struct shown *s)
{
	struct buf b = BUF_INIT;

	if (pr->in) {
		plain_tell(p, pr->in);
		if (pr->kind == ASK_BLOCKED || pr->kind == ASK_DECIDE)
			view_step_trouble(&b, p->v, pr->in, clock_now());
	}
	buf_addc(&b, '\n');
	view_header(&b, p->v, clock_now());
	buf_addc(&b, '\n');
	view_cautions(&b, p->v);
	if (pr->in)
		view_guard_text(&b, p->v, pr->in, clock_now());
	if (p->n_shown > 1)
		buf_addf(&b, "Question %d: ", s->number);
	buf_adds(&b, pr->sentence);
	buf_addc(&b, '\n');
	add_numbered(&b, pr);
	add_answers(&b, p, pr);
	plain_text(p, buf_str(&b));
	buf_release(&b);
}

/* --- all of them ------------------------------------------------------------------------------ */

static void drop_past(struct plain *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_shown; i++)
		if (view_prompt(p->v, p->shown[i].seq))
			p->shown[n++] = p->shown[i];
	p->n_shown = n;
}

static struct shown *add_shown(struct plain *p, const struct prompt *pr)
{
	int number = 1;
	struct shown *s;
	bool beside = pr->in && inst_goes_on(pr->in) && pr->in->climb;

	while (plain_shown(p, number))
		number++;
	p->shown = mem_grow(p->shown, p->n_shown + 1, sizeof *p->shown);
	s = &p->shown[p->n_shown++];
	*s = (struct shown){ .seq = pr->seq, .number = number, .beside = beside };
	return s;
}

static void list_open(struct plain *p)
{
	plain_say(p, "%zu questions are open; begin an answer with the number of its question "
		     "(\"2 skip\"):", p->n_shown);
	for (size_t i = 0; i < p->n_shown; i++)
		plain_say(p, "  %d: %s", p->shown[i].number,
			  view_prompt(p->v, p->shown[i].seq)->sentence);
}

/* No part of an answer to it may be typed before it stands there. */
static bool starts_something(const struct prompt *pr)
{
	return pr->destructive || (pr->n_choices && pr->choices[0].key == '\n');
}

static bool keep_line(void *ctx, const char *line)
{
	return plain_independent(ctx, line);
}

static void say_dropped(void *ctx, const char *line)
{
	struct buf b = BUF_INIT;

	str_printable(&b, line, strlen(line), false);
	plain_say(ctx, "(typed before this question, and dropped: %s)",
		  b.len ? buf_str(&b) : "Enter");
	buf_release(&b);
}

/* A climb beside the walk that only goes on: what it does is said row by row. */
static bool asks_nothing(const struct prompt *pr)
{
	return pr->kind == ASK_CONTACT && inst_goes_on(pr->in);
}

void plain_show_new(struct plain *p)
{
	const struct prompt *all;
	size_t n = view_prompts(p->v, &all), before, fresh = 0;

	drop_past(p);
	before = p->n_shown;
	for (size_t i = 0; i < n; i++)
		if (!shown_seq(p, all[i].seq) && !asks_nothing(&all[i]))
			add_shown(p, &all[i]);
	for (size_t i = before; i < p->n_shown; i++) {
		const struct prompt *pr = view_prompt(p->v, p->shown[i].seq);

		print_prompt(p, pr, &p->shown[i]);
		if (p->making.need == NEED_NOTHING)
			plain_in_flush(&p->in, starts_something(pr), keep_line, say_dropped, p);
		p->shown[i].at = plain_now();
		fresh++;
	}
	if (fresh && p->n_shown > 1)
		list_open(p);
}

void plain_show_again(struct plain *p, int number)
{
	const struct inst *told;

	for (size_t i = 0; i < p->n_shown; i++) {
		const struct prompt *pr = view_prompt(p->v, p->shown[i].seq);

		if (!pr || (number && p->shown[i].number != number))
			continue;
		told = pr->in;
		for (size_t k = 0; told && k < p->n_told; k++)
			if (p->told[k] == told) {
				p->told[k] = p->told[--p->n_told];
				break;
			}
		print_prompt(p, pr, &p->shown[i]);
	}
	if (!p->n_shown)
		plain_say(p, "no question is open");
}
