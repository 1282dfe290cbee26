/* Broken glass is loud: everybody on the ladder that the environment names is told at once, by the
 * commands that a climb sends with. Nobody is waited for, and nothing goes out twice unless the
 * record says that it never went.
 */
#include "inner.h"

#include <stdlib.h>
#include <string.h>

#include "environ.h"
#include "mem.h"
#include "str.h"

enum { MARGIN_MS = 10000, TEXT_KEPT = 2000 };

/* --- whom ------------------------------------------------------------------------------------- */

static const struct contact *ladder_of(const struct state *s, const char *name)
{
	const struct runbook *rb = s->book;

	for (size_t i = 0; name && rb && i < rb->n_tells; i++)
		if (str_eq(rb->tells[i].ladder, name))
			return contact_diverts(s, rb->tells[i].contact) &&
			       !rb->tells[i].contact->drill
				? NULL : rb->tells[i].contact; /* a drill: nobody is told */
	return NULL;
}

struct message {
	int party, way;
	const struct contact_party *by, *sent_by;
};

static bool is_before(const struct ladder_plan *p, size_t rung, size_t at)
{
	const struct ladder_target *t = &p->rungs[rung].targets[at];

	for (size_t k = 0; k <= rung; k++)
		for (size_t i = 0; i < p->rungs[k].n && (k < rung || i < at); i++)
			if (p->rungs[k].targets[i].party == t->party &&
			    p->rungs[k].targets[i].way == t->way)
				return true;
	return false;
}

/* The no-th message of a ladder that goes out by itself; returns how many there are. */
static size_t messages(const struct contact *c, size_t no, struct message *ret)
{
	size_t n = 0;

	for (size_t k = 0; c && k < c->plan->n_rungs; k++)
		for (size_t i = 0; i < c->plan->rungs[k].n; i++) {
			const struct ladder_target *t = &c->plan->rungs[k].targets[i];
			const struct contact_party *by = contact_carrier(c, t->party, t->way);

			if (!by || !by->command || is_before(c->plan, k, i))
				continue;
			if (n++ == no)
				*ret = (struct message){ t->party, t->way, by, by };
		}
	return n < TELL_MAX ? n : TELL_MAX;
}

static bool message_of(const struct state *s, int no, const struct glass **glass,
		       struct message *ret)
{
	size_t g = (size_t)no / TELL_MAX, i = (size_t)no % TELL_MAX;

	if (no < 0 || g >= s->n_glass)
		return false;
	*glass = &s->glass[g];
	const struct contact *c = ladder_of(s, s->glass[g].ladder);
	if (i >= messages(c, i, ret))
		return false;
	if (contact_diverts(s, c))
		ret->sent_by = c->drill;
	return true;
}

static bool is_wished(const struct engine *e, int no)
{
	for (size_t i = 0; i < e->n_wishes; i++)
		if (e->wishes[i].purpose == PURPOSE_TELL && e->wishes[i].try_no == no)
			return true;
	return false;
}

static bool is_told(const struct glass *g, size_t i)
{
	return i < g->n_told && (g->told[i].over || inst_in_flight(g->told[i].cmd));
}

bool ward_tells(const struct state *s, int no)
{
	const struct glass *g;
	struct message m;

	return message_of(s, no, &g, &m) && !is_told(g, (size_t)no % TELL_MAX);
}

bool ward_sends(const struct state *s, int no)
{
	const struct glass *g;
	struct message m;

	return message_of(s, no, &g, &m) && contact_diverts(s, ladder_of(s, g->ladder));
}

int ward_untold(const struct engine *e)
{
	for (size_t g = 0; g < e->s.n_glass; g++)
		for (int i = 0; i < TELL_MAX; i++) {
			int no = (int)g * TELL_MAX + i;
			const struct glass *glass;
			struct message m;

			if (!message_of(&e->s, no, &glass, &m))
				break;
			if (!is_told(glass, (size_t)i) && !is_wished(e, no))
				return no;
		}
	return -1;
}

bool ward_telling(const struct state *s)
{
	for (size_t g = 0; g < s->n_glass; g++) {
		size_t n = messages(ladder_of(s, s->glass[g].ladder), 0, &(struct message){ 0 });

		for (size_t i = 0; i < n; i++)
			if (i >= s->glass[g].n_told || !s->glass[g].told[i].over)
				return true;
	}
	return false;
}

/* --- what goes out ---------------------------------------------------------------------------- */

void ward_tell(struct pass *p, int no)
{
	const struct glass *g;
	struct message m;

	if (message_of(p->s, no, &g, &m))
		asking_command(p, g->inst, PURPOSE_TELL, m.sent_by->command, NULL, false);
}

void ward_tell_env(const struct state *s, struct action *a, int no)
{
	const struct contact_party *who;
	const struct glass *g;
	struct message m;
	char *number, *text;

	if (!message_of(s, no, &g, &m))
		return;
	who = contact_party(ladder_of(s, g->ladder), m.party);
	text = m.sent_by == m.by ? mem_dup(g->text)
	       : contact_diverted(ladder_of(s, g->ladder), m.party, m.way, g->text);
	number = mem_printf("glass-%lld.%d", (long long)g->seq, no % TELL_MAX + 1);
	action_env(a, "to", m.sent_by == m.by && !who->is_channel ? who->ways[m.way].address
			    : m.sent_by->to ? m.sent_by->to : "");
	action_env(a, "subject", g->subject);
	action_env(a, "text", text);
	action_env(a, "try", number);
	if (m.sent_by->json)
		action_env(a, "channel", m.sent_by->json);
	free(text);
	free(number);
}

int64_t ward_tell_timeout(const struct state *s, int no)
{
	const struct glass *g;
	struct message m;

	return message_of(s, no, &g, &m) && m.sent_by->timeout_ms > 0
		? m.sent_by->timeout_ms + MARGIN_MS : ENVIRON_PROBE_MS;
}

/* why NULL: it went out. */
void ward_told(struct pass *p, const struct inst *in, int no, const char *why)
{
	const struct glass *g;
	struct message m;
	struct jsonw *w;

	if (!message_of(p->s, no, &g, &m))
		return;
	w = emit_begin(p, EV_GUARD);
	jw_str(w, "what", "told");
	jw_str(w, "who", contact_party(ladder_of(p->s, g->ladder), m.party)->id);
	jw_str(w, "by", m.by->id);
	jw_int(w, "message", no + 1);
	if (why)
		jw_str(w, "why", why);
	emit_end(p, EV_GUARD, in, in->attempt);
}

void ward_tell_ended(struct pass *p, const struct cmd *c)
{
	bool good = !p->in->signaled && !p->in->code;
	char *why = good ? NULL : mem_printf("it ended with %s %d",
					     p->in->signaled ? "signal" : "exit status",
					     p->in->code);

	ward_told(p, c->inst, c->try_no, why);
	free(why);
}

/* --- what is said ----------------------------------------------------------------------------- */

void ward_tell_words(struct pass *p, const struct inst *in, const struct intent *it,
		     const char *over, struct jsonw *w)
{
	const struct guard_who *who = state_identity(p->s);
	const char *drill = p->s->mode == MODE_DRILL ? CONTACT_DRILL : "";
	const char *command = inst_is_group(in) ? NULL : inst_command(in);
	const char *name = who ? who->principal : p->in->actor.id;
	struct buf b = BUF_INIT, title = BUF_INIT;

	inst_title(&title, p->s, in);
	buf_addf(&b, "%sthe glass is broken in %s: %s", drill, in->guard->environment,
		 buf_str(&title));
	jw_str(w, "subject", buf_str(&b));
	buf_clear(&b);
	buf_addf(&b, "%s%s starts \"%s\" in %s against the %s.\nReason: %s\nRun: %s\n", drill, name,
		 buf_str(&title), in->guard->environment, over, it->reason, p->s->run);
	if (in->target)
		buf_addf(&b, "Target: %s\n", in->target);
	if (command)
		buf_addf(&b, "Command: %.*s\n", TEXT_KEPT, command);
	jw_str(w, "text", buf_str(&b));
	buf_release(&b);
	buf_release(&title);
}
