/* "ana: answered": what came of a try to reach somebody, said at any time. */
#include <stdlib.h>
#include <string.h>

#include "contact_state.h"
#include "mem.h"
#include "plainint.h"
#include "state.h"
#include "str.h"

/* When a party was tried last on this climb, in tries; -1: it is not in its contacts file. */
static int tried(const struct inst *in, const char *name)
{
	int party = contact_find(in->step->contact, name);
	const struct ladder_party *p = ladder_party(in->climb->ladder, party);

	return p ? p->tries : -1;
}

/* The climb that is meant: one that goes on before one that is over, one that tried them before one
 * that did not, the latest of these. *ret_many: that leaves a doubt. */
static const struct inst *climb_of(struct plain *p, const char *name, bool *ret_many)
{
	const struct state *s = view_state(p->v);
	const struct inst *best = NULL;
	int best_is = -1;

	*ret_many = false;
	for (size_t i = 0; i < s->n_insts; i++) {
		const struct inst *in = s->insts[i];
		int is;

		if (!inst_is_contact(in) || !in->climb || tried(in, name) < 0)
			continue;
		is = 2 * (in->state != STEP_FINISHED) + (tried(in, name) > 0);
		if (is < best_is)
			continue;
		*ret_many = is == best_is && in->state != STEP_FINISHED;
		best = in;
		best_is = is;
	}
	return best;
}

static bool is_step(struct plain *p, const char *word, const struct inst **ret)
{
	const struct inst *in = view_find(p->v, word);

	if (!in || !inst_is_contact(in))
		return false;
	*ret = in;
	return true;
}

/* "[STEP] NAME WORD [remark]" */
bool plain_reply(struct plain *p, struct intent *it, char *rest)
{
	const struct inst *in = NULL;
	const char *first = plain_word(&rest), *second = plain_word(&rest);
	bool many = false;

	if (!contact_reply_word(second) && is_step(p, first, &in)) {
		first = second;
		second = plain_word(&rest);
	}
	if (!*first || !contact_reply_word(second)) {
		plain_say(p, "Say who and what: `NAME: answered`, or joined, no-answer, voicemail, "
			     "refused, wrong, calling, sent, passed, released. Nothing was done.");
		return false;
	}
	if (!in)
		in = climb_of(p, first, &many);
	if (!in || many) {
		plain_say(p, many ? "Several steps try to reach %s: say reply STEP %s %s. Nothing "
				    "was done."
				  : "No step tries to reach %s (%s %s): nothing was done.",
			  first, first, second);
		return false;
	}
	it->step = mem_dup(in->key);
	it->prompt = in->prompt;
	it->name = mem_dup(first);
	it->text = mem_dup(second);
	it->reason = *rest ? mem_dup(rest) : NULL;
	return true;
}
