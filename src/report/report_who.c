/* Whose row it is: the account that wrote it, or who was proved to sit there, by a key or a code.
 * An account may be everybody's; a key is somebody's. */
#include <string.h>

#include "json.h"
#include "reportint.h"
#include "state.h"
#include "str.h"

static char *keep(const struct report *r, const char *s)
{
	return report_keep_raw(r, s, strlen(s), false);
}

/* Of the client that the row answers. NULL: not known. */
static const struct guard_who *of_client(const struct state *s, const struct json *body)
{
	const char *answers = json_str(body, "for");
	size_t n = answers ? strcspn(answers, "/") : 0;

	for (size_t i = 0; n && i < s->n_known; i++)
		if (strlen(s->known[i].client) == n &&
		    strncmp(s->known[i].client, answers, n) == 0)
			return &s->known[i].who;
	return NULL;
}

void report_prove(struct report *r, const struct view *v, const struct event *ev,
		  const struct json *body, struct report_row *row)
{
	const struct guard_who *who = of_client(view_state(v), body);
	const char *name = who ? who->principal : NULL, *how = who ? who->how : NULL;

	if (ev->kind == EV_GUARD && json_str(body, "principal")) {
		name = json_str(body, "principal");
		how = json_str(body, "how");
	}
	if (!name || !*name)
		return;
	row->proved = keep(r, name);
	row->proof = keep(r, how ? how : "");
}

const char *report_seated(const struct state *s)
{
	for (size_t i = 0; i < s->n_known; i++)
		if (str_eq(s->known[i].client, s->seat.client) && *s->known[i].who.principal)
			return s->known[i].who.principal;
	return s->seat.who.id;
}

const char *report_who(const struct report_row *row)
{
	return row->proved ? row->proved : row->actor;
}

const char *report_known_by(const struct report_row *row)
{
	return row->proved ? row->proof : row->how;
}
