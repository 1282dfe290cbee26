/* Who says so: the operator's identity, a permit, a second person. The keeper has looked at what
 * proves it; here it is put on record, or refused. */
#include "inner.h"

#include <string.h>

#include "str.h"

const struct guard_who *state_identity(const struct state *s)
{
	for (size_t i = 0; s->seat.taken && i < s->n_known; i++)
		if (str_eq(s->known[i].client, s->seat.client))
			return &s->known[i].who;
	return NULL;
}

bool ward_is_whole(const struct engine_input *in)
{
	return in->principal && *in->principal && strlen(in->principal) < GUARD_NAME &&
	       in->fingerprint && *in->fingerprint && strlen(in->fingerprint) < GUARD_KEY &&
	       in->how && *in->how && strlen(in->how) < GUARD_HOW;
}

static void write_who(struct jsonw *w, const struct engine_input *in)
{
	jw_str(w, "principal", in->principal);
	jw_str(w, "key", in->fingerprint);
	jw_str(w, "how", in->how);
}

void ward_identity(struct pass *p)
{
	const struct engine_input *in = p->in;
	struct jsonw *w;

	if (!ward_is_whole(in) || !in->name || !*in->name) {
		emit_refused(p, NULL, "identify", "it does not say who it is");
		return;
	}
	w = emit_begin(p, EV_GUARD);
	jw_str(w, "what", "identified");
	jw_str(w, "client", in->name);
	write_who(w, in);
	emit_end(p, EV_GUARD, NULL, 0);
}

void ward_permit(struct pass *p)
{
	const struct engine_input *in = p->in;
	struct jsonw *w;

	if (!ward_is_whole(in) || !in->name || !*in->name || !in->text || !*in->text) {
		emit_refused(p, NULL, "permit", "it does not say what it permits, and who does");
		return;
	}
	if (in->number <= in->now.wall) {
		emit_refused(p, NULL, "permit", "it has expired");
		return;
	}
	w = emit_begin(p, EV_GUARD);
	jw_str(w, "what", "permit");
	jw_str(w, "id", in->name);
	jw_str(w, "environment", in->text);
	if (in->digest && *in->digest)
		jw_str(w, "digest", in->digest);
	jw_int(w, "until", in->number);
	write_who(w, in);
	emit_end(p, EV_GUARD, NULL, 0);
}
