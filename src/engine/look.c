/* Evaluation: every condition that is looked at is an event with its inputs and its result. */
#include "inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "fill.h"
#include "hash.h"
#include "limits.h"
#include "mem.h"
#include "str.h"
#include "unset.h"

enum { INPUT_KEPT = 8 << 10 };

/* Names in scope, and the built-in ones: now, attempt, mode, exit (where a command has ended). */
size_t look_bindings(const struct pass *p, const struct inst *in, const struct reading *r,
		     struct binding **ret, struct value builtin[4])
{
	static const char *const names[] = { "now", "attempt", "mode", "exit" };
	struct buf now = BUF_INIT;
	size_t n = state_bindings(p->s, in, ret);

	clock_utc(&now, p->in->now.wall, 0);
	builtin[0] = (struct value){ VALUE_DATETIME, true, false, buf_take(&now) };
	builtin[1] = (struct value){ VALUE_INT, true, false,
				     mem_printf("%d", in ? in->attempt : 0) };
	builtin[2] = (struct value){ VALUE_TEXT, true, false,
				     mem_dup(word_of(WORDS_MODE, p->s->mode)) };
	builtin[3] = (struct value){ VALUE_INT, r && r->has_code, false,
				     r && r->has_code ? mem_printf("%d", r->code) : NULL };
	for (int i = 0; i < 4; i++)
		(*ret)[n + (size_t)i] = (struct binding){ names[i], &builtin[i] };
	return n + 4;
}

static void builtin_release(struct value builtin[4])
{
	for (int i = 0; i < 4; i++)
		value_release(&builtin[i]);
}

/* The inputs of one condition, written once each, in order of use; and a one-line reading. */
struct inputs {
	struct jsonw *w;
	struct buf *reading;
	const struct binding *b;
	size_t n;
	char seen[LIMIT_FIELDS][LIMIT_ID_BYTES + 1];
	size_t n_seen;
};

/* A long value is on record where it was set; here it is told by its digest, so that however many
 * a condition reads, its row can be written. */
static void write_long(struct jsonw *w, const char *id, const char *text, size_t n)
{
	char sum[HASH_HEX_LEN + 1];

	hash_hex_of(text, n, sum);
	jw_obj(w, id);
	jw_int(w, "bytes", (int64_t)n);
	jw_str(w, "sha256", sum);
	jw_end_obj(w);
}

static void write_input(void *ctx, const char *name, size_t len, size_t off)
{
	struct inputs *x = ctx;
	char id[LIMIT_ID_BYTES + 1];
	const struct value *v;

	(void)off;
	if (len > LIMIT_ID_BYTES)
		return;
	memcpy(id, name, len);
	id[len] = '\0';
	v = binding_find(x->b, x->n, id);
	for (size_t i = 0; i < x->n_seen; i++)
		if (!strcmp(x->seen[i], id))
			return;
	if (!v || x->n_seen == LIMIT_FIELDS)
		return;
	memcpy(x->seen[x->n_seen++], id, len + 1);
	buf_addf(x->reading, "%s%s = ", x->reading->len ? ", " : "", id);
	if (v->secret) {
		jw_str(x->w, id, "(hidden)");
		buf_adds(x->reading, "(hidden)");
	} else if (!v->known) {
		jw_null(x->w, id);
		buf_adds(x->reading, "unknown");
	} else {
		size_t n = strlen(v->text);

		if (n > INPUT_KEPT)
			write_long(x->w, id, v->text, n);
		else
			jw_strn(x->w, id, v->text, n);
		buf_addf(x->reading, "%.200s", v->text);
	}
}

/* When to look again, and since when it holds. */
static int64_t plan(const struct pass *p, const struct inst *in, enum tri t, struct again *a)
{
	bool fresh = in->holds_since < 0 || p->now - in->reading_at > a->late;
	int64_t since = t != TRI_TRUE ? -1 : fresh ? p->now : in->holds_since, wait = a->every;

	a->held_ns = in->holds_since < 0 ? 0 : p->now - in->holds_since;
	if (t == TRI_TRUE)
		a->held_ns = p->now - since;
	a->held = t == TRI_TRUE && a->held_ns >= a->stays;
	if (t == TRI_TRUE && wait > a->stays - a->held_ns)
		wait = a->stays - a->held_ns;
	if (a->held || (in->give_up >= 0 ? p->now >= in->give_up : t != TRI_TRUE))
		a->next = -1;
	else if (in->give_up >= 0 && p->now + wait > in->give_up)
		a->next = in->give_up;
	else
		a->next = p->now + wait;
	return since;
}

int64_t look_rounded(int64_t ns)
{
	int64_t ms = ns / CLOCK_MS;

	return ms < 1000 ? ms : ms - ms % 1000;
}

/* Of what must stay: "holds for 4s of 10s". */
static void add_held(struct buf *reading, enum tri t, const struct again *a)
{
	if (!a->stays || (t != TRI_TRUE && !a->held_ns))
		return;
	buf_adds(reading, reading->len ? "; " : "");
	buf_adds(reading, t == TRI_TRUE ? "holds for " : "held for ");
	str_duration(reading, look_rounded(a->held_ns < a->stays ? a->held_ns : a->stays));
	buf_adds(reading, " of ");
	str_duration(reading, a->stays / CLOCK_MS);
}

static enum tri look_at(struct pass *p, const struct inst *in, const char *what,
			const char *text, const struct reading *r, const char *option,
			struct again *again)
{
	const char *failed = again ? again->failed : NULL;
	struct value builtin[4];
	struct binding *b = NULL;
	struct buf why = BUF_INIT, reading = BUF_INIT;
	size_t n = unset_add(p, in, text, &b, look_bindings(p, in, r, &b, builtin));
	enum tri t = failed ? TRI_UNKNOWN
			    : p->eval->condition(p->eval->ctx, text, b, n, &why);
	struct jsonw *w = emit_begin(p, EV_LOOKED);
	struct inputs x = { w, &reading, b, n, { { 0 } }, 0 };

	jw_str(w, "what", what);
	jw_str(w, "text", text);
	jw_obj(w, "inputs");
	if (!failed)
		p->eval->names(text, write_input, &x);
	jw_end_obj(w);
	jw_str(w, "result", tri_name(t));
	if (failed || why.len)
		jw_str(w, "why", failed ? failed : buf_str(&why));
	if (option)
		jw_str(w, "option", option);
	if (again) {
		int64_t since = plan(p, in, t, again);

		add_held(&reading, t, again);
		jw_int(w, "next_look", again->next);
		if (again->stays)
			jw_int(w, "holds_since", since);
	}
	jw_str(w, "reading", buf_str(&reading));
	emit_end(p, EV_LOOKED, in, in->attempt);
	free(b);
	builtin_release(builtin);
	buf_release(&why);
	buf_release(&reading);
	return t;
}

enum tri look(struct pass *p, const struct inst *in, const char *what, const char *text,
	      const struct reading *r, const char *option)
{
	return look_at(p, in, what, text, r, option, NULL);
}

enum tri look_again(struct pass *p, const struct inst *in, const char *what, const char *text,
		    const struct reading *r, struct again *again)
{
	return look_at(p, in, what, text, r, NULL, again);
}

/* In the words of whoever made the condition; false: it speaks for itself. */
static bool untrue(struct buf *out, const struct pass *p, const struct inst *in)
{
	struct binding *b = NULL;
	size_t n;
	bool said;

	if (!in->step->untrue)
		return false;
	n = state_bindings(p->s, in, &b);
	said = !fill_text(out, in->step->untrue, b, n, NULL);
	free(b);
	return said;
}

char *look_not_so(const struct pass *p, const struct inst *in, enum tri t, const char *text,
		  const char *why)
{
	bool result = in->state == STEP_EXECUTING && in->step->kind == KIND_RUN;
	struct buf b = BUF_INIT;
	bool said = untrue(&b, p, in);

	if (said && t == TRI_FALSE)
		return buf_take(&b);
	buf_clear(&b);
	buf_adds(&b, t == TRI_FALSE ? result ? "not as expected: " : "does not hold: "
		     : result ? "cannot tell whether it is as expected: " : "cannot be told: ");
	buf_adds(&b, said ? "a reading is missing" : text);
	if (why && *why)
		buf_addf(&b, "; %s", why);
	return buf_take(&b);
}

struct find_name {
	const char *name;
	bool found;
};

static void match_name(void *ctx, const char *name, size_t len, size_t off)
{
	struct find_name *f = ctx;

	(void)off;
	if (strlen(f->name) == len && !memcmp(f->name, name, len))
		f->found = true;
}

bool look_reads(const struct pass *p, const char *text, const char *name)
{
	struct find_name f = { name, false };

	p->eval->names(text, match_name, &f);
	return f.found;
}
