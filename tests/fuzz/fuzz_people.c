/* Any bytes as a contacts file: it is read or says why not, and every ladder of it that can be
 * climbed is climbed to its end, with nobody replying. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "climb.h"
#include "err.h"
#include "json.h"
#include "ladder.h"
#include "people.h"
#include "presence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STEPS_MAX = 2000 };

struct input {
	const void *data;
	size_t n;
};

static int read_input(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct input *in = ctx;

	(void)path;
	(void)err;
	return buf_add(out, in->data, in->n) ? ERR_LIMIT : 0;
}

static enum ladder_presence presence(void *ctx, int party)
{
	const struct people_person *p = climb_person(ctx, party);

	return p ? presence_at(p, 0).is : LADDER_PRESENCE_UNKNOWN;
}

static void obey(struct ladder *l, const struct ladder_step *s, int64_t now)
{
	struct ladder_event e = { .kind = LADDER_EV_ASKED, .now = now, .rung = s->rung,
				  .round = s->round, .party = s->party, .way = s->way,
				  .question = s->question, .result = LADDER_BEGUN };

	if (s->what == LADDER_DO_TRY)
		e.kind = LADDER_EV_TRY;
	if (ladder_apply(l, &e, NULL))
		abort();
}

static void climb(const struct climb_plan *c)
{
	struct ladder_world w = { (void *)(uintptr_t)c, presence, NULL };
	struct ladder_step s = { .what = LADDER_WHATS };
	struct buf out = BUF_INIT;
	struct jsonw json = { .out = &out };
	struct ladder *l = NULL;
	int64_t now = 0;

	if (ladder_new(&c->plan, LADDER_JOINED, LADDER_NONE, now, &l, NULL))
		abort();
	for (int i = 0; i < STEPS_MAX && s.what != LADDER_EXHAUSTED; i++) {
		s = ladder_next(l, &w, now);
		if (s.what == LADDER_DO_TRY || s.what == LADDER_DO_ASK)
			obey(l, &s, now);
		else if (s.what == LADDER_DONE || (s.what != LADDER_EXHAUSTED && s.in_ms <= 0))
			abort();
		else
			now += s.in_ms;
	}
	ladder_json(&json, NULL, l);
	ladder_free(l);
	buf_release(&out);
}

static void must_be_harmless(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		if ((c < 0x20 && c != '\n') || c == 0x7f)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct loader_source src = { &in, read_input };
	struct findings f = { 0 };
	struct people *p = NULL;
	struct buf out = BUF_INIT;

	if (people_load("in.yaml", &src, &p, &f, NULL) != 0 || !p || p->broken != (f.errors > 0))
		abort();
	findings_print(&out, &f);
	must_be_harmless(&out);
	for (size_t i = 0; i < p->n_ladders; i++) {
		struct climb_plan c;

		if (!climb_plan(p, p->ladders[i].id, &c, NULL)) {
			climb(&c);
			climb_release(&c);
		} else if (!f.errors) {
			abort(); /* what lints clean can be climbed */
		}
	}
	people_free(p);
	findings_release(&f);
	buf_release(&out);
	return 0;
}
