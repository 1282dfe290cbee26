/* The one way into the engine, and the evaluation it is lent. */
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "err.h"
#include "expr.h"
#include "guard.h"
#include "keeper_parts.h"
#include "limits.h"
#include "mask.h"
#include "mem.h"

struct engine_input feed_input(enum input_kind kind)
{
	return (struct engine_input){
		.kind = kind,
		.now = clock_now(),
		.boot_id = clock_boot_id(),
		.actor = { .id = "keeper", .how = "program" },
	};
}

void feed_later(struct keeper *k, const struct action *a)
{
	struct action_list *later = &k->later;

	if (later->n == later->cap) {
		later->cap = later->cap ? 2 * later->cap : 8;
		later->v = mem_grow(later->v, later->cap, sizeof(*later->v));
	}
	later->v[later->n++] = *a;
}

void feed(struct keeper *k, const struct engine_input *in, struct verdict *ret)
{
	struct action_list acts = { 0 };
	size_t kept = 0;

	if (k->s->phase == RUN_CLOSED) { /* no row comes after the last one */
		if (ret)
			*ret = (struct verdict){ .seq = k->s->seq, .why = "the run is closed" };
		return;
	}
	engine_feed(k->engine, &k->eval, in, &k->batch, &acts, ret);
	for (size_t i = 0; i < acts.n; i++) {
		if (act_harmless(acts.v[i].kind)) {
			act_do(k, &acts.v[i]);
			acts.v[kept++] = acts.v[i];
		} else {
			feed_later(k, &acts.v[i]);
		}
	}
	acts.n = kept; /* the others moved */
	action_list_release(&acts);
}

void feed_note(struct keeper *k, const char *what, const char *text)
{
	struct engine_input in = feed_input(INPUT_NOTE);

	in.name = what;
	in.text = text;
	feed(k, &in, NULL);
}

/* --- evaluation ------------------------------------------------------------------------------- */

static enum tri condition(void *ctx, const char *text, const struct binding *b, size_t n,
			  struct buf *why)
{
	struct keeper *k = ctx;

	return expr_condition(k->expr, text, b, n, why);
}

static int derive(void *ctx, const char *text, const struct binding *b, size_t n,
		  enum value_type as, struct value *ret, struct err *err)
{
	struct keeper *k = ctx;

	return expr_derive(k->expr, text, b, n, as, ret, err);
}

static int capture(void *ctx, const struct capture *c, const char *out, size_t n,
		   struct value *ret, struct err *err)
{
	struct keeper *k = ctx;
	char *seen = NULL;
	int r;

	if (k->raw && out == k->raw && !c->secret) {
		seen = mask_text(&k->secrets.hide, out);
		out = seen;
		n = strlen(seen);
	}
	r = capturer_apply(k->capturer, c, out, n, ret, err);
	free(seen);
	if (!r && c->secret && ret->text && strlen(ret->text) > LIMIT_SECRET_BYTES) {
		mem_wipe(ret->text, strlen(ret->text));
		value_release(ret);
		r = err_set(err, ERR_LIMIT, "a secret is longer than %d bytes", LIMIT_SECRET_BYTES);
	}
	return r;
}

static bool frozen(void *ctx, const struct environment *env, int64_t wall, struct buf *why)
{
	(void)ctx;
	return guard_frozen(env, wall, why);
}

void feed_eval(struct keeper *k)
{
	k->eval = (struct eval){
		.ctx = k,
		.condition = condition,
		.derive = derive,
		.capture = capture,
		.names = expr_names,
		.frozen = frozen,
	};
}
