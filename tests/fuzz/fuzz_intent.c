/* What a client may send: any bytes as an intent, and any intent to a run in any state it leads to.
 * Lines of the input are intents one after another; the invariants of the engine must hold after each,
 * and an intent that decodes must encode to one that decodes to the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/rig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct step *small_book(struct rig *r)
{
	struct step *g = rig_step(r, KIND_PARALLEL, "g", NULL), *k[5];

	k[0] = rig_step(r, KIND_RUN, "a", "true");
	k[0]->effect_given = true;
	k[0]->effect = EFFECT_DESTROY;
	k[0]->target.s = "vol";
	k[0]->undo.s = "undo";
	k[1] = rig_step(r, KIND_DO, "b", "do it");
	k[2] = rig_step(r, KIND_RUN, "c", "true");
	RIG_OWE(r, k[2], "debt", "pay");
	k[3] = rig_step(r, KIND_CHECK, "d", "F");
	k[3]->repair.s = "repair";
	k[4] = rig_step(r, KIND_CHOOSE, "e", "which");
	struct step *o[2] = { rig_step(r, KIND_OPTION, "e1", NULL),
			      rig_step(r, KIND_OPTION, "e2", NULL) };
	struct step *under = rig_step(r, KIND_DO, "f", "under");

	rig_kids(r, o[0], &under, 1);
	rig_kids(r, k[4], o, 2);
	rig_kids(r, g, k, 5);
	return g;
}

static void round_trip(const struct intent *it)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct intent again = { 0 };
	struct err err;

	intent_encode(&a, it);
	if (intent_decode(buf_str(&a), a.len, &again, &err))
		abort();
	intent_encode(&b, &again);
	if (a.len != b.len || memcmp(buf_str(&a), buf_str(&b), a.len))
		abort();
	intent_release(&again);
	buf_release(&a);
	buf_release(&b);
}

static void one_line(struct rig *r, const char *line, size_t n)
{
	struct intent it = { 0 };
	struct engine_input in = { .kind = INPUT_INTENT, .intent = &it };
	struct err err;
	char token[TOKEN_MAX];

	if (intent_decode(line, n, &it, &err))
		return;
	round_trip(&it);
	/* a prompt of -1 stands for the one that is asked now, so that a corpus can be written */
	if (it.prompt == -1 && it.step && rig_inst(r, it.step))
		it.prompt = rig_inst(r, it.step)->prompt;
	rig_feed(r, &in);
	if (*engine_check(r->e))
		abort();
	if (rig_prepared(r, token))
		rig_ended(r, token, (int)(n % 2), NULL);
	if (*engine_check(r->e))
		abort();
	intent_release(&it);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rig r;
	struct step *top;
	size_t at = 0;

	if (size > 1 << 16)
		return 0;
	rig_init(&r);
	top = small_book(&r);
	rig_open(&r, &top, 1);
	while (at < size) {
		const uint8_t *nl = memchr(data + at, '\n', size - at);
		size_t end = nl ? (size_t)(nl - data) : size;

		one_line(&r, (const char *)data + at, end - at);
		at = end + 1;
	}
	if (!rig_replays(&r))
		abort();
	rig_release(&r);
	return 0;
}
