/* What reads the target; who says yes. */
#include <stddef.h>
#include <string.h>

#include "arena.h"
#include "danger.h"
#include "guardint.h"
#include "str.h"

/* `echo prd` would agree on whatever machine it ran. */
static bool is_constant(const char *command)
{
	static const char *const words[] = { "echo", "printf", "true", ":" };
	const char *s = command + strspn(command, " \t\n");
	size_t n = strcspn(s, " \t\n;&|");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == n && memcmp(words[i], s, n) == 0)
			return !strpbrk(s, "$`|;&");
	return false;
}

static void keep_first(void *ctx, const struct danger *d)
{
	struct danger *first = ctx;

	if (!first->word)
		*first = *d;
}

static void check_probe(struct guard_read *r, const struct target_probe *p, bool lab)
{
	struct danger first = { 0 };

	if (is_constant(p->run.s))
		guard_say(r, GRULE_CONSTANT, p->run.at, "%s", lab ?
			  "this prints its own words: whatever target a drill had, it would say "
			  "that it is a lab" :
			  "this prints its own words; a probe asks the tool which target it acts "
			  "on");
	danger_look(p->run.s, keep_first, &first);
	if (first.word)
		guard_say(r, GRULE_DANGER, p->run.at,
			  "this %s (%s), and a probe is run before anybody was asked", first.what,
			  first.word);
}

void guard_probes(struct format_read *in, const struct format_key *k, const struct ytree *v,
		  void *base)
{
	struct guard_read *r = guard_of(in);
	size_t n = format_items(in, k, v), got = 0;
	struct target_probe *out = arena_alloc(r->in.a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++) {
		struct target_probe *p = &out[got];

		*p = (struct target_probe){ .timeout_ms = ENVIRON_PROBE_MS };
		if (!format_map(&r->in, GTABLE_PROBE, k->key, format_item(v, i), p) || !p->run.s ||
		    !p->is)
			continue;
		check_probe(r, p, false);
		for (size_t j = 0; j < got; j++)
			if (str_eq(out[j].run.s, p->run.s))
				guard_say(r, FR_TWICE, p->run.at, "this stands at line %d "
					  "already", out[j].run.at.line);
		got++;
	}
	*FORMAT_INTO(const struct target_probe *, base, k->at) = out;
	*FORMAT_INTO(size_t, base, k->at_n) = got;
}

/* A word says what it is; a mapping, how its target says so. */
void guard_lab(struct format_read *in, const struct format_key *k, const struct ytree *v,
	       void *base)
{
	struct guard_read *r = guard_of(in);
	struct environment *e = base;
	struct format_key is_lab = *k;
	struct target_probe p = { .timeout_ms = ENVIRON_PROBE_MS };

	is_lab.at = offsetof(struct environment, lab);
	if (v->kind != YTREE_MAP) {
		format_read_bool(in, &is_lab, v, base);
		return;
	}
	if (!format_map(&r->in, GTABLE_LAB, k->key, v, &p) || !p.run.s || !p.is)
		return;
	check_probe(r, &p, true);
	e->lab_probe = p;
}

void guard_approve(struct format_read *in, const struct format_key *k, const struct ytree *v,
		   void *base)
{
	struct guard_read *r = guard_of(in);
	struct environment *e = base;

	e->approve_for = EFFECT_DESTROY;
	e->approval_ms = ENVIRON_APPROVAL_MS;
	(void)format_map(&r->in, GTABLE_APPROVE, k->key, v, e);
}
