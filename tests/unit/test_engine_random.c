/* Random runs: a random runbook, then random people, commands, times and crashes. After every
 * input the invariants hold; every so often the record is folded anew and must give the same
 * state, and a report of it must hold what any report does.
 *
 * ENGINE_SEQUENCES sets how many (default 20000), ENGINE_SEED where to begin; a failure names its
 * seed.
 */
#include "unit.h"

#include "../../src/engine/inner.h"
#include "../lib/climb_rig.h"
#include "../lib/rig_ends.h"
#include "../lib/report_rig.h"
#include "fill.h"

static uint64_t rnd_state;

static unsigned rnd(unsigned n)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return (unsigned)(rnd_state >> 11) % n;
}

static const char *const conditions[] = { "T", "T", "T", "F", "U", "exit = 0" };
static const char *const items3[] = { "x", "y", "z" };
static const struct capture capture_n = { .name = "n", .type = VALUE_INT };
static const struct field field_v = { .name = "v", .type = VALUE_INT };
static const struct named produce = { "plan", { "plan.bin", { 0 } } };
static const struct named sets_of[] = {
	{ "m", { "7", { 0 } } },
	{ "l", { "[\"7\",\"8\"]", { 0 } } },
	{ "p", { "{\"x\":\"vol\",\"7\":\"/y\",\"o1\":null}", { 0 } } },
	{ "e", { "{}", { 0 } } },
	{ "bad", { "ordinary", { 0 } } },
};
static const enum value_type set_types[] = { VALUE_TEXT, VALUE_LIST, VALUE_MAP, VALUE_MAP,
					     VALUE_TEXT };
static const struct field field_t = { .name = "t", .type = VALUE_TEXT };
static const struct named env_place = { "place", { "${p[item_]}", { 0 } } };
static const char *const use_plan[] = { "plan" };

static void give_set(struct step *s, size_t i)
{
	s->sets = &sets_of[i];
	s->set_types = &set_types[i];
	s->n_sets = 1;
}

/* Answers from a value, entries of a map, looks that must hold. */
static void random_values(struct step *s)
{
	if (s->kind == KIND_ASK && !s->probe && rnd(3)) {
		s->from.s = !rnd(5) ? "e" : rnd(2) ? "p" : "l";
		s->fields = &field_t;
	}
	if (s->kind == KIND_RUN && !rnd(8)) {
		s->uses_env = &env_place;
		s->n_uses_env = 1;
	}
	if (s->verify && rnd(2))
		s->verify->stays_ms = 1500;
	if (s->kind == KIND_WAIT && s->probe && rnd(2))
		s->probe->stays_ms = 1500;
}

static void give_contact(struct rig *r, struct step *s)
{
	rig_ladder(r, s, 1 + (int)rnd(2), rnd(2));
	s->until = (int)rnd(LADDER_GOALS);
	s->goes_on = rnd(2);
	s->severity = rnd(4) ? "bad" : "severity";
	s->on_fail = rnd(4) ? FAIL_ASK : rnd(FAIL_GOTO);
	if (!rnd(4))
		s->verify = rig_probe(r, "look", conditions[rnd(6)], rnd(2) ? 2500 : 0);
}

static struct step *random_leaf(struct rig *r, int *ids)
{
	static const enum step_kind kinds[] = { KIND_RUN, KIND_RUN, KIND_RUN, KIND_DO, KIND_CHECK,
						KIND_WAIT, KIND_ASK, KIND_HOLD, KIND_SET,
						KIND_SETTLE, KIND_CAUTION, KIND_BROKEN,
						KIND_CONTACT, KIND_CONTACT };
	char id[24];
	snprintf(id, sizeof id, "s%d", ++*ids);
	struct step *s = rig_step(r, kinds[rnd(COUNT_OF(kinds))], id, "T");

	if (!rnd(4))
		s->when.s = conditions[rnd(5)];
	if (s->kind == KIND_RUN) {
		s->effect_given = true;
		s->effect = rnd(EFFECT_MAX);
		s->target.s = s->effect != EFFECT_DESTROY ? NULL
			    : rnd(2) ? "vol" : rnd(4) ? "vol-${item_}"
			    : rnd(2) ? "${p[item_]}" : "${n}";
		s->on_fail = rnd(4) ? FAIL_ASK : rnd(FAIL_GOTO);
		s->retry_times = rnd(3) ? 0 : 2;
		s->retry_every_ms = 1000;
		s->idempotent = rnd(2);
		s->timeout_ms = rnd(3) ? 0 : 3000;
		s->takes_ms = rnd(3) ? 0 : 500;
		s->undo.s = rnd(3) ? NULL : "undo";
		s->expect.s = rnd(3) ? NULL : conditions[rnd(6)];
		s->terminal = rnd(2);
		if (!rnd(4))
			RIG_OWE(r, s, "debt", "pay");
		if (!rnd(4)) {
			s->captures = &capture_n;
			s->n_captures = 1;
		}
		if (!rnd(6)) {
			s->produces = &produce;
			s->n_produces = 1;
		} else if (!rnd(6)) {
			s->uses = use_plan;
			s->n_uses = 1;
		}
	}
	if ((s->kind == KIND_RUN || s->kind == KIND_CHECK) && !rnd(4))
		s->verify = rig_probe(r, "look", conditions[rnd(6)], rnd(2) ? 2500 : 0);
	if (s->kind == KIND_CHECK || s->kind == KIND_WAIT)
		s->text.s = conditions[rnd(6)];
	if (s->kind == KIND_WAIT || (s->kind == KIND_CHECK && rnd(2)) ||
	    (s->kind == KIND_ASK && rnd(2)))
		s->probe = rig_probe(r, "probe", NULL, s->kind == KIND_WAIT ? 2500 : 0);
	if (s->kind == KIND_WAIT && !rnd(3)) {
		s->probe = NULL;
		s->timer_ms = 2000;
	}
	if (s->kind == KIND_CHECK && !rnd(2))
		s->repair.s = "repair";
	if (s->kind == KIND_ASK || (s->kind == KIND_DO && !rnd(3))) {
		s->fields = &field_v;
		s->n_fields = 1;
	}
	if (s->kind == KIND_HOLD && rnd(2))
		s->target.s = "vol";
	if (s->kind == KIND_SETTLE)
		s->settles = rnd(2) ? "all" : "debt";
	if (s->kind == KIND_SET)
		give_set(s, rnd(COUNT_OF(sets_of)));
	if (s->kind == KIND_BROKEN)
		s->effect = EFFECT_DESTROY;
	if (s->kind == KIND_CONTACT && rnd(8))
		give_contact(r, s);
	random_values(s);
	return s;
}

static struct step *random_step(struct rig *r, int *ids, int depth)
{
	static const enum step_kind groups[] = { KIND_GROUP, KIND_GROUP, KIND_PARALLEL,
						 KIND_BRANCH, KIND_CHOOSE };
	struct step *kids[4], *g;
	size_t n = 1 + rnd(3);
	char id[24];

	if (depth >= 3 || rnd(3))
		return random_leaf(r, ids);
	snprintf(id, sizeof id, "g%d", ++*ids);
	g = rig_step(r, groups[rnd(COUNT_OF(groups))], id, NULL);
	for (size_t i = 0; i < n; i++) {
		if (g->kind == KIND_BRANCH || g->kind == KIND_CHOOSE) {
			struct step *k = random_step(r, ids, depth + 1);

			snprintf(id, sizeof id, "o%d", ++*ids);
			kids[i] = rig_step(r, KIND_OPTION, id, NULL);
			kids[i]->when.s = conditions[rnd(5)];
			kids[i]->otherwise = i + 1 == n && rnd(2);
			rig_kids(r, kids[i], &k, 1);
		} else {
			kids[i] = random_step(r, ids, depth + 1);
		}
	}
	rig_kids(r, g, kids, n);
	if (g->kind == KIND_GROUP) {
		g->any_order = !rnd(5);
		if (!g->any_order && !rnd(4)) {
			g->each_name = "item_";
			g->each_items = items3;
			g->n_each_items = rnd(4);
			g->each_list.s = rnd(2) ? NULL : !rnd(6) ? "e" : rnd(3) ? "p" : "l";
			g->at_once = 1 + (int)rnd(3);
			g->target.s = rnd(2) ? "vol" : NULL;
		}
		if (!rnd(4))
			rig_always(r, g, random_leaf(r, ids));
	}
	return g;
}

/* --- the world outside the engine ------------------------------------------------------------ */

struct world {
	char asked[256][TOKEN_MAX];
	size_t n_asked;
	struct { char key[200]; char name[32]; } digests[64];
	size_t n_digests;
	char go[256][TOKEN_MAX]; /* let go, not ended */
	size_t n_go;
};

static void note_actions(struct rig *r, struct world *w)
{
	for (size_t i = 0; i < r->acts.n; i++) {
		const struct action *a = &r->acts.v[i];

		if (a->kind == ACT_PREPARE && w->n_asked < 256)
			memcpy(w->asked[w->n_asked++], a->token, TOKEN_MAX);
		if (a->kind == ACT_GO && w->n_go < 256) {
			const struct cmd *c = state_cmd(engine_state(r->e), a->token);

			if (!c || !inst_in_flight(c))
				fail_msg("let go without an intent on record");
			memcpy(w->go[w->n_go++], a->token, TOKEN_MAX);
		}
		if (a->kind == ACT_DIGEST && w->n_digests < 64) {
			snprintf(w->digests[w->n_digests].key, 200, "%s", a->key);
			snprintf(w->digests[w->n_digests++].name, 32, "%s", a->name);
		}
	}
}

static void take_out(char list[][TOKEN_MAX], size_t *n, size_t i, char out[TOKEN_MAX])
{
	memcpy(out, list[i], TOKEN_MAX);
	memcpy(list[i], list[--*n], TOKEN_MAX);
}

static void random_person(struct rig *r)
{
	const struct state *s = engine_state(r->e);
	static const char *const texts[] = { NULL, "vol", "7", "o1", "debt", "x", "step", "auto",
					     "yes", "no", "down" };
	static const char *const replies[] = { "answered", "joined", "refused", "released",
					       "no-answer", "voicemail", "wrong", "calling",
					       "sent", "passed", "yes", "hello" };
	static const char *const names[] = { "ana", "raj", "chat", "gw", "nobody" };
	struct inst *in = s->n_active && rnd(4) ? s->active[rnd((unsigned)s->n_active)]
						: s->insts[rnd((unsigned)s->n_insts)];
	struct intent it = { .verb = rnd(VERB_MAX), .step = in->key,
			     .text = (char *)(uintptr_t)texts[rnd(COUNT_OF(texts))],
			     .name = (char *)(uintptr_t) "n",
			     .reason = rnd(8) ? (char *)(uintptr_t) "because" : NULL,
			     .prompt = rnd(8) ? in->prompt : rnd(50) };
	struct engine_input input = { .kind = INPUT_INTENT, .intent = &it };
	uint64_t can = state_verbs(s, in);

	for (int tries = 0; tries < 30 && rnd(6) && can && !(can >> it.verb & 1); tries++)
		it.verb = rnd(VERB_MAX);
	if (it.verb == VERB_CLOSE && rnd(8))
		it.verb = VERB_NOTE;
	if (it.verb == VERB_REPLY) {
		it.text = (char *)(uintptr_t)replies[rnd(COUNT_OF(replies))];
		it.name = rnd(6) ? (char *)(uintptr_t)names[rnd(COUNT_OF(names))] : NULL;
	}
	if (it.verb == VERB_CORRECT && rnd(2))
		it.name = (char *)(uintptr_t) "bad";
	if (in->kids && in->n_kids && rnd(2))
		it.text = in->kids[rnd((unsigned)in->n_kids)]->key;
	if (in->target && rnd(2))
		it.text = in->target;
	if (in->lines && rnd(2))
		it.text = (char *)(uintptr_t)(strchr(in->lines, 'x') && rnd(2) ? "x" : "7");
	snprintf(it.client, sizeof it.client, rnd(20) ? "bench" : "other");
	snprintf(it.id, sizeof it.id, "%d", r->n_ids += rnd(10) ? 1 : 0);
	snprintf(input.actor.id, sizeof input.actor.id, "ana");
	rig_feed(r, &input);
}

static void random_end(struct rig *r, struct world *w)
{
	char token[TOKEN_MAX];
	static const char *const outs[] = { "7\n", "", "words", "7\n8\n" };
	const char *out = outs[rnd(4)];
	struct engine_input in = { .kind = INPUT_ENDED, .token = token, .code = rnd(3) ? 0 : 1,
				   .out = out, .n_out = strlen(out), .signaled = !rnd(12) };
	unsigned what = rnd(20);

	take_out(w->go, &w->n_go, rnd((unsigned)w->n_go), token);
	in.code = in.signaled ? 9 : in.code;
	if (what == 0)
		in.kind = INPUT_NEVER;
	else if (what == 1)
		in.kind = INPUT_NO_EXEC;
	else if (what == 2)
		in.kind = INPUT_UNKNOWN;
	rig_feed(r, &in);
}

static void random_digest(struct rig *r, struct world *w)
{
	struct engine_input in = { .kind = INPUT_DIGEST, .path = "plan.bin", .reason = "gone",
				   .text = rnd(5) ? "aa" : rnd(2) ? "bb" : NULL };
	size_t i = rnd((unsigned)w->n_digests);

	in.key = w->digests[i].key;
	in.name = w->digests[i].name;
	rig_feed(r, &in);
	w->digests[i] = w->digests[--w->n_digests];
}

/* The keeper dies: what was asked and not recorded is gone; what was recorded has some fate. */
static void crash(struct rig *r, struct world *w)
{
	w->n_asked = w->n_digests = 0;
	rig_restart(r, rnd(3) ? "crash" : "parked");
	note_actions(r, w);
}

/* The machine slept; or the record went to another one. */
static void leap(struct rig *r)
{
	static const int64_t by[] = { 3600, -1800, 86400, -5 };
	int64_t ns = by[rnd(4)] * 1000000000LL;

	if (r->now.boot + ns > 0)
		r->now.boot += ns;
	r->now.wall += ns;
	rig_tick(r, 1);
}

static void one_input(struct rig *r, struct world *w)
{
	struct engine_input in = { .pid = 1 };
	char token[TOKEN_MAX];
	unsigned what = rnd(100);

	if (what < 30 && w->n_asked) {
		take_out(w->asked, &w->n_asked, rnd((unsigned)w->n_asked), token);
		in.kind = rnd(25) ? INPUT_PREPARED : INPUT_REFUSED;
		in.token = token;
		rig_feed(r, &in);
	} else if (what < 50 && w->n_go) {
		random_end(r, w);
	} else if (what < 54 && w->n_digests) {
		random_digest(r, w);
	} else if (what < 64) {
		rig_tick(r, rnd(4000));
	} else if (what < 65) {
		crash(r, w);
		return;
	} else if (what < 66) {
		leap(r);
	} else {
		random_person(r);
	}
	note_actions(r, w);
	action_list_release(&r->acts);
	rig_climb(r);
	note_actions(r, w);
}

static long begun_by_loop;

static bool has_text(const struct event *ev, const char *key, const char *item)
{
	struct json *doc = NULL;
	const struct json *list;
	bool found = false;

	if (json_parse(ev->body, ev->body_len, &doc, NULL))
		return false;
	list = json_get(doc, key);
	for (size_t i = 0; i < json_len(list); i++)
		found |= str_eq(json_text(json_at(list, i)), item);
	json_free(doc);
	return found;
}

/* Event i lets a step start that destroys: its loop was asked about by a name, and what it destroys
 * stood on the list that was shown with it. */
static bool typed_for_loop(const struct rig *r, size_t i)
{
	const struct inst *in = rig_inst(r, r->log.v[i].step), *loop = in;
	struct binding *b = NULL;
	struct buf name = BUF_INIT;
	size_t n = state_bindings(engine_state(r->e), in, &b);
	bool typed = false, listed = false;

	while (loop && !loop->is_item)
		loop = loop->parent;
	loop = loop ? loop->parent : NULL;
	fill_text(&name, in->step->target.s, b, n, NULL);
	free(b);
	for (size_t k = i; loop && k-- > 0 && !listed;) {
		const struct event *ev = &r->log.v[k];

		if (!str_eq(ev->step, loop->key))
			continue;
		typed |= ev->kind == EV_NOTE && strstr(ev->body, "name-typed");
		listed = typed && ev->kind == EV_STEP && has_text(ev, "targets", buf_str(&name));
	}
	buf_release(&name);
	return listed;
}

/* A step that destroys starts only after its target's name was typed in this very waiting, or for
 * the loop around it. */
static void names_were_typed(const struct rig *r)
{
	for (size_t i = 0; i < r->log.n; i++) {
		const struct event *ev = &r->log.v[i];
		const struct inst *in = ev->step ? rig_inst(r, ev->step) : NULL;
		bool typed = false;

		if (ev->kind != EV_CMD_INTENT || !in || inst_effect(in) != EFFECT_DESTROY ||
		    !strstr(ev->body, "\"purpose\":\"main\""))
			continue;
		for (size_t k = i; k-- > 0 && !typed;) {
			if (!str_eq(r->log.v[k].step, ev->step))
				continue;
			if (r->log.v[k].kind == EV_CMD_INTENT)
				break;
			typed = r->log.v[k].kind == EV_NOTE &&
				strstr(r->log.v[k].body, "name-typed");
		}
		if (!typed && typed_for_loop(r, i))
			begun_by_loop++;
		else if (!typed)
			fail_msg("event %lld: %s destroys and no name was typed",
				 (long long)ev->seq, ev->step);
	}
}

static long inputs_fed, held_long, answered_from;

/* Whether a step ended by event i came out true at every look for as long as it says. */
static void it_held(const struct rig *r, size_t i, const struct inst *in)
{
	const struct event *ev = &r->log.v[i];
	const struct probe *pr = in->step->verify ? in->step->verify : in->step->probe;
	int64_t first = -1;

	for (size_t k = i; k-- > 0;) {
		const struct event *e = &r->log.v[k];

		if (!str_eq(e->step, ev->step) || e->kind == EV_OUTPUT)
			continue;
		if (e->kind == EV_STEP || (e->kind == EV_LOOKED && first < 0 &&
					   !strstr(e->body, "\"holds_since\"")))
			break;
		if (e->kind == EV_LOOKED && !strstr(e->body, "\"result\":\"true\""))
			break;
		if (e->kind == EV_LOOKED)
			first = e->at.boot;
	}
	if (first < 0)
		return; /* not by a look */
	if (ev->at.boot - first < pr->stays_ms * 1000000)
		fail_msg("event %lld: %s held for %lld ms and not for %lld", (long long)ev->seq,
			 ev->step, (long long)(ev->at.boot - first) / 1000000,
			 (long long)pr->stays_ms);
	held_long++;
}

/* An answer is one of the lines that were on record before it. */
static void it_was_a_line(const struct rig *r, size_t i, const struct inst *in)
{
	struct json *doc = NULL;
	const char *lines = NULL, *text;

	assert_int_equal(json_parse(r->log.v[i].body, r->log.v[i].body_len, &doc, NULL), 0);
	text = json_str(doc, "text");
	for (size_t k = i; k-- > 0 && !lines;)
		if (r->log.v[k].kind == EV_LOOKED && str_eq(r->log.v[k].step, in->key) &&
		    strstr(r->log.v[k].body, "\"what\":\"lines\""))
			lines = r->log.v[k].body;
		else if (r->log.v[k].kind == EV_STEP && str_eq(r->log.v[k].step, in->key) &&
			 strstr(r->log.v[k].body, "\"override\":true"))
			break;
	if (lines && !strstr(lines, text))
		fail_msg("event %lld: %s is none of what was shown", (long long)i, text);
	answered_from += lines != NULL;
	json_free(doc);
}

static void values_were_kept(const struct rig *r)
{
	for (size_t i = 0; i < r->log.n; i++) {
		const struct event *ev = &r->log.v[i];
		const struct inst *in = ev->step ? rig_inst(r, ev->step) : NULL;
		const struct probe *pr = !in || !in->step ? NULL
				       : in->step->verify ? in->step->verify : in->step->probe;

		if (pr && pr->stays_ms && ev->kind == EV_STEP &&
		    strstr(ev->body, "\"outcome\":\"confirmed\""))
			it_held(r, i, in);
		if (in && in->step && in->step->from.s && ev->kind == EV_VALUE)
			it_was_a_line(r, i, in);
	}
}

static long messages_sent, tries_made, reached_late;

/* A message goes out once, unless the record says that it never ran; and only after its try. */
static void messages_went_once(const struct rig *r)
{
	for (size_t i = 0; i < r->log.n; i++) {
		const struct event *ev = &r->log.v[i];
		bool tried = false;

		tries_made += ev->kind == EV_CONTACT && strstr(ev->body, "\"what\":\"try\"");
		reached_late += ev->kind == EV_CONTACT && strstr(ev->body, "\"what\":\"reply\"") &&
				i + 1 < r->log.n && r->log.v[i + 1].kind == EV_STEP &&
				strstr(r->log.v[i + 1].body, "\"from\":\"deciding\"");
		if (ev->kind != EV_CMD_INTENT || !strstr(ev->body, "\"purpose\":\"send\""))
			continue;
		messages_sent++;
		for (size_t k = i; k-- > 0 && !tried;)
			tried = r->log.v[k].kind == EV_CONTACT &&
				str_eq(r->log.v[k].step, ev->step) &&
				strstr(r->log.v[k].body, "\"what\":\"try\"");
		if (!tried)
			fail_msg("event %lld: a message of no try", (long long)ev->seq);
	}
}

static void show_log(const struct rig *r)
{
	for (size_t i = 0; i < r->log.n; i++)
		print_message("# %lld %s %s %s\n", (long long)r->log.v[i].seq,
			      word_of(WORDS_EVENT, r->log.v[i].kind),
			      r->log.v[i].step ? r->log.v[i].step : "-", r->log.v[i].body);
}

/* A question out of a value, a look that must hold, or a loop over a map that destroys. */
static struct step *of_values(struct rig *r)
{
	struct step *s, *g;

	switch (rnd(3)) {
	case 0:
		s = rig_step(r, KIND_ASK, "from", "T");
		s->from.s = rnd(2) ? "p" : "l";
		s->fields = &field_t;
		s->n_fields = 1;
		return s;
	case 1:
		s = rig_step(r, KIND_WAIT, "stays", rnd(2) ? "T" : "exit = 0");
		s->probe = rig_probe(r, "probe", NULL, 9000);
		s->probe->stays_ms = 1500;
		return s;
	default:
		s = rig_step(r, KIND_RUN, "of-p", "rm");
		s->effect_given = true;
		s->effect = EFFECT_DESTROY;
		s->target.s = "${p[item_]}";
		g = rig_step(r, KIND_GROUP, "over-p", NULL);
		g->each_name = "item_";
		g->each_list.s = "p";
		g->at_once = 1 + (int)rnd(3);
		g->target.s = rnd(2) ? "vol" : NULL;
		rig_kids(r, g, &s, 1);
		return g;
	}
}

static void sequence(uint64_t seed, bool thorough)
{
	struct rig r;
	struct world w = { .n_asked = 0 };
	struct step *top[4];
	int ids = 0;
	size_t n = 1 + seed % 4;
	const char *bad;

	rnd_state = seed * 0x9E3779B97F4A7C15ULL + 1;
	rig_init(&r);
	for (size_t i = 0; i < n; i++)
		top[i] = random_step(&r, &ids, 0);
	if (n > 2 && rnd(2)) { /* there is something to go over and to choose from */
		for (size_t i = 0; i < 2; i++) {
			top[i] = rig_step(&r, KIND_SET, i ? "set-l" : "set-p", NULL);
			give_set(top[i], i ? 1 : 2);
		}
		top[2] = of_values(&r);
	}
	if (n > 1 && !rnd(3)) { /* somebody to reach, and a severity */
		top[0] = rig_step(&r, KIND_SET, "set-bad", NULL);
		give_set(top[0], 4);
		top[1] = rig_step(&r, KIND_CONTACT, "reach", "T");
		give_contact(&r, top[1]);
	}
	rig_open(&r, top, n);
	note_actions(&r, &w);
	for (unsigned i = 0, steps = 4 + rnd(60); i < steps; i++, inputs_fed++) {
		one_input(&r, &w);
		bad = engine_check(r.e);
		if (*bad)
			show_log(&r);
		if (*bad)
			fail_msg("seed %llu, input %u: %s", (unsigned long long)seed, i, bad);
		if (engine_state(r.e)->phase == RUN_CLOSED)
			break;
	}
	names_were_typed(&r);
	values_were_kept(&r);
	messages_went_once(&r);
	if (thorough && !rig_replays(&r))
		fail_msg("seed %llu: the record does not give the state", (unsigned long long)seed);
	if (thorough)
		report_holds(&r);
	rig_release(&r);
}

static void random_runs_keep_the_invariants(void **x)
{
	const char *s = getenv("ENGINE_SEQUENCES"), *from = getenv("ENGINE_SEED");
	unsigned long n = s ? strtoul(s, NULL, 10) : getenv("BLACKSTART_SANITIZED") ? 4000 : 20000;
	unsigned long first = from ? strtoul(from, NULL, 10) : 1;

	(void)x;
	for (unsigned long i = 0; i < n; i++)
		sequence(first + i, i % 8 == 0);
	print_message("# %lu random runs, %ld inputs, %ld destroying starts by a loop's name, %ld "
		      "looks that held, %ld answers from a value, %ld tries to reach somebody, "
		      "%ld messages, %ld late replies that were enough\n",
		      n, inputs_fed, begun_by_loop, held_long, answered_from, tries_made,
		      messages_sent, reached_late);
	if (n >= 10000) {
		assert_true(begun_by_loop > 0);
		assert_true(held_long > 0);
		assert_true(answered_from > 0);
		assert_true(messages_sent > 0);
		assert_true(reached_late > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { UNIT(random_runs_keep_the_invariants) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
