/* Random people, readings, crashes and times at a guarded environment: whatever they do, nothing
 * destroys there but what was read, typed, agreed to and shown; and in a lab drill nothing changes but
 * where the target has just said that it is a lab.
 *
 * GUARD_SEQUENCES sets how many (default 1500), GUARD_SEED where to begin.
 */
#include "unit.h"

#include "../../src/engine/inner.h"
#include "../lib/rig_ends.h"
#include "environ.h"

static uint64_t rnd_state;
static enum { NO_LAB, LAB_THAT_SAYS_SO, LAB_THAT_CANNOT } lab;

static unsigned rnd(unsigned n)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return (unsigned)(rnd_state >> 11) % n;
}

static const struct target_probe probes[] = {
	{ { "context", { 0 } }, "prd", 5000 }, { { "host", { 0 } }, "db1", 5000 },
};
static const char *const approvers[] = { "raj", "eve" };
static const struct target_probe lab_probe = { { "islab", { 0 } }, "a lab", 5000 };
static struct environment env = { .name = "prd", .guarded = true, .probes = probes, .n_probes = 2,
				  .unlock_ms = 60000, .approval_ms = 90000 };
static const struct environments envs = { .path = "e", .v = &env, .n = 1 };
static const char *const items[] = { "x", "y", "z" };
static const struct named set_n = { "n", { "7", { 0 } } };
static const enum value_type set_int = VALUE_INT;

static struct step *destroys(struct rig *r, const char *id, const char *target)
{
	struct step *s = rig_step(r, KIND_RUN, id, "rm data");

	s->effect_given = true;
	s->effect = EFFECT_DESTROY;
	s->target.s = target;
	s->undo.s = "put back";
	s->retry_times = 1;
	s->idempotent = true;
	return s;
}

/* What needs no name: a change that is owed, a look with a repair. */
static void add_changes(struct rig *r, struct step **top)
{
	struct owed_def *o = arena_alloc(r->arena, sizeof *o);

	top[0] = rig_step(r, KIND_RUN, "change", "stop it");
	o->name = "it";
	o->command.s = "bring it back";
	o->safe_any_time = rnd(2);
	top[0]->owes = o;
	top[0]->n_owes = 1;
	top[1] = rig_step(r, KIND_CHECK, "check", "F");
	top[1]->repair.s = "repair it";
}

/* A value; one that destroys; a loop over three; one beside another. */
static void open_book(struct rig *r)
{
	struct step *top[6], *kid, *two[2];

	rig_init(r);
	r->book.environment = "prd";
	r->book.environments = &envs;
	top[0] = rig_step(r, KIND_SET, "set", NULL);
	top[0]->sets = &set_n;
	top[0]->set_types = &set_int;
	top[0]->n_sets = 1;
	top[1] = destroys(r, "one", "vol");
	top[2] = rig_step(r, KIND_GROUP, "each", NULL);
	kid = destroys(r, "in", "vol ${v}");
	rig_kids(r, top[2], &kid, 1);
	top[2]->each_name = "v";
	top[2]->each_items = items;
	top[2]->n_each_items = 3;
	top[2]->target.s = "all";
	top[2]->at_once = 1 + (int)rnd(2);
	top[3] = rig_step(r, KIND_PARALLEL, "par", NULL);
	two[0] = destroys(r, "left", "left");
	two[1] = destroys(r, "right", "right");
	rig_kids(r, top[3], two, 2);
	if (lab == NO_LAB) {
		rig_open(r, top + rnd(2), rnd(2) ? 3 : 2);
		return;
	}
	r->mode = MODE_DRILL;
	r->way = DRILL_LAB;
	top[4] = top[1 + rnd(3)];
	add_changes(r, top + 2);
	rig_open(r, top + 1 + rnd(2), 3);
}

/* --- what must hold --------------------------------------------------------------------------- */

static bool is(const struct event *ev, enum event_kind kind, const char *step, const char *has)
{
	return ev->kind == kind && (!step || str_eq(ev->step, step)) && strstr(ev->body, has);
}

/* The newest event before i that says so; -1. */
static long last(const struct rig *r, long i, enum event_kind kind, const char *step,
		 const char *has)
{
	while (--i >= 0 && !is(&r->log.v[i], kind, step, has))
		;
	return i;
}

static const char *loop_of(const char *key)
{
	return strchr(key, '@') ? "each" : NULL;
}

static bool is_covered(const struct rig *r, long begun)
{
	return strstr(r->log.v[begun].body, "\"covered\":true");
}

static bool permitted(const struct rig *r, long i)
{
	long k = last(r, i, EV_GUARD, NULL, "\"what\":\"permit\"");

	return k >= 0; /* those of this test outlive it */
}

static long pause_ended(const struct rig *r, long i)
{
	long to = last(r, i, EV_PACE, NULL, "\"paused\":false"), from = to, k;

	while (from >= 0 && (k = last(r, from, EV_PACE, NULL, "paused")) >= 0) {
		if (strstr(r->log.v[k].body, "\"paused\":true"))
			return from;
		from = k; /* it was going on already */
	}
	return -1;
}

static const char *not_passed(const struct rig *r, long i, bool frozen)
{
	const char *key = r->log.v[i].step;
	long begun = last(r, i, EV_STEP, key, "\"to\":\"executing\"");
	long read = last(r, i, EV_GUARD, key, "\"what\":\"reading\"");
	const char *by = begun >= 0 && is_covered(r, begun) ? loop_of(key) : key;
	long asked = by ? last(r, i, EV_STEP, by, "\"to\":\"hold\"") : -1;

	if (begun < 0 || asked < 0)
		return "it was not asked about";
	if (read < begun || !strstr(r->log.v[read].body, "\"all\":true"))
		return "its target was not read";
	if (read < last(r, i, EV_KEEPER, NULL, "\"what\":\"") ||
	    read < pause_ended(r, i))
		return "its target was read too early";
	if (r->log.v[i].at.boot - r->log.v[read].at.boot > 30 * 1000000000LL)
		return "its target was read too long ago";
	if (last(r, i, EV_NOTE, by, "name-typed") < asked)
		return "its name was not typed";
	if (last(r, i, EV_VALUE, NULL, "\"from\":\"correct\"") > asked ||
	    last(r, i, EV_EDITED, key, "") > asked)
		return "it is not what was shown";
	if (env.n_approvers && last(r, i, EV_GUARD, by, "\"what\":\"approved\"") < asked &&
	    last(r, i, EV_GUARD, by, "\"what\":\"break-glass\"") < 0 && !permitted(r, i))
		return "nobody agreed";
	if (frozen && last(r, i, EV_GUARD, NULL, "\"what\":\"break-glass\"") < 0)
		return "it is frozen";
	return NULL;
}

/* Of a lab drill: a command that is no look and no message. One reading, one command. */
static const char *no_lab(const struct rig *r, long i)
{
	const char *token = strstr(r->log.v[i].body, "\"token\":");
	char of[TOKEN_MAX + 32];
	long read;

	snprintf(of, sizeof of, "\"command\":%.*s", (int)strcspn(token + 8, ","), token + 8);
	read = last(r, i, EV_GUARD, NULL, of);
	if (lab == LAB_THAT_CANNOT)
		return "nothing there can say that it is a lab";
	if (read < 0 || !strstr(r->log.v[read].body, "\"what\":\"lab\"") ||
	    !strstr(r->log.v[read].body, "\"agrees\":true"))
		return "its target did not say that it is a lab";
	if (read < last(r, i, EV_KEEPER, NULL, "\"what\":\"") || read < pause_ended(r, i))
		return "its target said so too early";
	if (r->log.v[i].at.boot - r->log.v[read].at.boot > 30 * 1000000000LL)
		return "its target said so too long ago";
	return NULL;
}

static bool needs_lab(const struct event *ev)
{
	static const char *const purposes[] = { "main", "repair", "settle", "undo", "exec" };
	char has[32];

	for (size_t i = 0; i < COUNT_OF(purposes); i++) {
		snprintf(has, sizeof has, "\"purpose\":\"%s\"", purposes[i]);
		if (is(ev, EV_CMD_INTENT, NULL, has))
			return true;
	}
	return false;
}

static long begun_in_all, stopped_in_all, undone_in_all, lab_in_all[PURPOSE_MAX], no_lab_in_all;

static void count_purpose(const struct event *ev)
{
	char has[32];

	for (int i = 0; i < PURPOSE_MAX; i++) {
		snprintf(has, sizeof has, "\"purpose\":\"%s\"", word_of(WORDS_PURPOSE, i));
		lab_in_all[i] += is(ev, EV_CMD_INTENT, NULL, has);
	}
}

static void look_at(const struct rig *r, size_t from, uint64_t seed)
{
	const char *bad = engine_check(r->e);

	if (*bad)
		fail_msg("seed %llu: %s", (unsigned long long)seed, bad);
	for (size_t i = from; i < r->log.n; i++) {
		const struct event *ev = &r->log.v[i];

		stopped_in_all += is(ev, EV_GUARD, NULL, "\"agrees\":false");
		undone_in_all += is(ev, EV_CMD_INTENT, NULL, "\"purpose\":\"undo\"");
		no_lab_in_all += is(ev, EV_GUARD, NULL, "\"what\":\"lab\"") &&
				 is(ev, EV_GUARD, NULL, "\"agrees\":false");
		bad = lab && needs_lab(ev) ? no_lab(r, (long)i) : NULL;
		if (lab)
			count_purpose(ev);
		if (!bad && !is(ev, EV_CMD_INTENT, NULL, "\"purpose\":\"main\""))
			continue;
		begun_in_all++;
		if (!bad && !str_eq(ev->step, "change"))
			bad = not_passed(r, (long)i, rig_freeze);
		for (size_t k = 0; bad && k <= i; k++)
			print_message("# %lld %s %s %s\n", (long long)r->log.v[k].seq,
				      word_of(WORDS_EVENT, r->log.v[k].kind),
				      r->log.v[k].step ? r->log.v[k].step : "-", r->log.v[k].body);
		if (bad)
			fail_msg("seed %llu, event %lld, %s: %s", (unsigned long long)seed,
				 (long long)ev->seq, ev->step, bad);
	}
}

/* --- what happens ----------------------------------------------------------------------------- */

static void prepares(struct rig *r)
{
	char t[TOKEN_MAX];
	struct engine_input in = { .kind = rnd(20) ? INPUT_PREPARED : INPUT_REFUSED, .token = t,
				   .pid = 1 };

	if (!r->e->n_wishes)
		return;
	memcpy(t, r->e->wishes[rnd((unsigned)r->e->n_wishes)].token, TOKEN_MAX);
	rig_feed(r, &in);
}

static void command_ends(struct rig *r)
{
	static const enum input_kind ends[] = { INPUT_ENDED, INPUT_NEVER, INPUT_NO_EXEC,
						INPUT_UNKNOWN };
	const struct state *s = engine_state(r->e);
	const struct cmd *c = NULL;
	char t[TOKEN_MAX];
	struct engine_input in = { .kind = ends[rnd(30) ? 0 : rnd(4)], .token = t,
				   .code = !rnd(30) };

	for (size_t i = 0; i < s->n_cmds; i++)
		if (inst_in_flight(s->cmds[i]) && (!c || rnd(2)))
			c = s->cmds[i];
	if (!c)
		return;
	memcpy(t, c->token, TOKEN_MAX);
	in.out = !strcmp(c->text, "islab") && rnd(12) ? "a lab\n"
		 : !rnd(24) ? "dev\n" : strcmp(c->text, "host") ? "prd\n" : "db1\n";
	in.n_out = strlen(in.out);
	rig_feed(r, &in);
}

static void person(struct rig *r)
{
	static const enum verb verbs[] = { VERB_START, VERB_START, VERB_START, VERB_START,
					   VERB_RETRY, VERB_RETRY, VERB_OVERRIDE, VERB_SKIP,
					   VERB_DEFER, VERB_EDIT, VERB_ACCEPT, VERB_UNDO,
					   VERB_REOPEN, VERB_CORRECT, VERB_RECALL, VERB_ABORT,
					   VERB_PAUSE, VERB_CONTINUE, VERB_CONTINUE, VERB_TAKE,
					   VERB_EXEC, VERB_SETTLE, VERB_REPAIR, VERB_REPAIR };
	const struct state *s = engine_state(r->e);
	struct inst *in = s->n_active > 1 && rnd(4)
		? s->active[1 + rnd((unsigned)s->n_active - 1)]
		: s->insts[rnd((unsigned)s->n_insts)];
	struct intent it = { .verb = verbs[rnd(COUNT_OF(verbs) - (lab ? 0 : 4))], .step = in->key,
			     .prompt = rnd(12) ? in->prompt : rnd(60), .by_file = !rnd(6),
			     .name = (char *)(uintptr_t) "n",
			     .reason = (char *)(uintptr_t) "because" };
	struct engine_input input = { .kind = INPUT_INTENT, .intent = &it };
	char other[24];

	snprintf(other, sizeof other, "%d", 100 + r->n_ids);
	it.text = (char *)(uintptr_t)(it.verb == VERB_CORRECT ? other /* each is another one */
				      : it.verb == VERB_EXEC ? "do it by hand"
				      : it.verb == VERB_SETTLE ? "it"
				      : !rnd(8) ? "dev" : it.verb == VERB_OVERRIDE ? "prd"
				      : in->target ? in->target : "vol");
	if (it.verb == VERB_SETTLE)
		it.name = NULL;
	if (it.verb == VERB_EXEC || it.verb == VERB_SETTLE)
		it.step = NULL;
	if ((it.verb == VERB_CORRECT || it.verb == VERB_EDIT || it.verb == VERB_SKIP ||
	     it.verb == VERB_PAUSE || it.verb == VERB_TAKE || it.verb == VERB_DEFER) && rnd(4))
		it.verb = in->state == STEP_FINISHED ? VERB_UNDO : VERB_START;
	snprintf(it.client, sizeof it.client, rnd(25) ? "bench" : "other");
	snprintf(it.id, sizeof it.id, "%d", ++r->n_ids);
	snprintf(input.actor.id, sizeof input.actor.id, "ana");
	rig_feed(r, &input);
}

static void somebody_says_who(struct rig *r)
{
	static const char *const who[] = { "ana", "raj", "eve", "tom" };
	static const char *const keys[] = { "k-ana", "k-raj", "k-eve" };
	const struct state *s = engine_state(r->e);
	struct engine_input in = { .kind = rnd(3) ? INPUT_APPROVAL : INPUT_IDENTITY,
				   .name = "bench", .principal = who[rnd(4)],
				   .fingerprint = keys[rnd(3)], .how = "code",
				   .reason = rnd(8) ? NULL : "no" };
	char digest[GUARD_DIGEST] = "00";

	for (size_t i = 0; i < s->n_active; i++)
		if (inst_awaits_approval(s->active[i]))
			memcpy(digest, s->active[i]->guard->request, GUARD_DIGEST);
	in.digest = digest;
	if (in.kind == INPUT_IDENTITY) {
		in.reason = NULL;
		in.principal = rnd(4) ? "ana" : in.principal;
	}
	if (!rnd(60)) {
		in.kind = INPUT_PERMIT;
		in.text = "prd";
		in.digest = NULL;
		in.number = r->now.wall + 365LL * 86400 * 1000000000;
	}
	rig_feed(r, &in);
}

static void restart(struct rig *r)
{
	rig_restart(r, rnd(2) ? "crash" : "parked");
}

static void happens(struct rig *r)
{
	unsigned what = rnd(100);

	if (what < 32)
		prepares(r);
	else if (what < 62)
		command_ends(r);
	else if (what < 80)
		person(r);
	else if (what < 90)
		somebody_says_who(r);
	else if (what < 92)
		restart(r);
	else if (what < 93)
		rig_freeze = rig_freeze || rnd(4) ? NULL : "a freeze";
	else
		rig_tick(r, what < 98 ? rnd(2000) : rnd(40000));
}

static void sequence(uint64_t seed)
{
	struct rig r;

	rnd_state = seed * 0x9E3779B97F4A7C15ULL + 1;
	env.approvers = approvers;
	env.n_approvers = rnd(2) ? 2 : 0;
	env.approve_for = env.n_approvers ? EFFECT_DESTROY : EFFECT_MAX;
	rig_freeze = NULL;
	lab = seed % 3 == 1 ? LAB_THAT_SAYS_SO : seed % 15 == 2 ? LAB_THAT_CANNOT : NO_LAB;
	env.lab_probe = lab == LAB_THAT_SAYS_SO ? lab_probe : (struct target_probe){ .is = NULL };
	open_book(&r);
	for (unsigned i = 0, n = 100 + rnd(300); i < n; i++) {
		size_t from = r.log.n;

		happens(&r);
		look_at(&r, from, seed);
		if (engine_state(r.e)->phase == RUN_CLOSED)
			break;
	}
	if (seed % 4 == 0 && !rig_replays(&r))
		fail_msg("seed %llu: the record does not give the state", (unsigned long long)seed);
	rig_release(&r);
}

static void nothing_destroys_but_what_was_read_typed_and_agreed_to(void **x)
{
	const char *s = getenv("GUARD_SEQUENCES"), *from = getenv("GUARD_SEED");
	unsigned long n = s ? strtoul(s, NULL, 10) : getenv("BLACKSTART_SANITIZED") ? 300 : 1500;
	unsigned long first = from ? strtoul(from, NULL, 10) : 1;

	(void)x;
	for (unsigned long i = 0; i < n; i++)
		sequence(first + i);
	print_message("# %lu random runs: %ld starts that destroy, %ld stopped by a reading, "
		      "%ld undone; in labs %ld main, %ld repair, %ld settle, %ld undo, %ld exec, "
		      "%ld no lab\n", n, begun_in_all, stopped_in_all, undone_in_all,
		      lab_in_all[PURPOSE_MAIN], lab_in_all[PURPOSE_REPAIR],
		      lab_in_all[PURPOSE_SETTLE], lab_in_all[PURPOSE_UNDO],
		      lab_in_all[PURPOSE_EXEC], no_lab_in_all);
	if (n >= 1000) {
		assert_true(begun_in_all > 100);
		assert_true(stopped_in_all > 100);
		assert_true(undone_in_all > 0);
		assert_true(no_lab_in_all > 100);
		assert_true(lab_in_all[PURPOSE_MAIN] > 100 && lab_in_all[PURPOSE_REPAIR] > 10);
		assert_true(lab_in_all[PURPOSE_SETTLE] > 10 && lab_in_all[PURPOSE_EXEC] > 10);
		assert_true(lab_in_all[PURPOSE_UNDO] > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_destroys_but_what_was_read_typed_and_agreed_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
