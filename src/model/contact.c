#include "contact.h"

#include <string.h>
#include <strings.h>

#include "str.h"

const struct contact_party *contact_party(const struct contact *c, int party)
{
	return party >= 0 && (size_t)party < c->n_parties ? &c->parties[party] : NULL;
}

const struct contact_way *contact_way(const struct contact *c, int party, int way)
{
	const struct contact_party *p = contact_party(c, party);

	if (!p || way < 0 || (size_t)way >= p->n_ways || !p->ways[way].name)
		return NULL;
	return &p->ways[way];
}

const struct contact_party *contact_carrier(const struct contact *c, int party, int way)
{
	const struct contact_way *w = contact_way(c, party, way);

	return w ? contact_party(c, w->carrier) : NULL;
}

int contact_find(const struct contact *c, const char *name)
{
	int found = -1;

	for (size_t i = 0; name && i < c->n_parties; i++)
		if (str_eq(c->parties[i].id, name))
			return (int)i;
	for (size_t i = 0; name && i < c->n_parties; i++) {
		if (strcasecmp(c->parties[i].name, name) != 0)
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

int contact_severity(const struct contact *c, const char *word)
{
	for (size_t i = 0; word && i < c->n_severities; i++)
		if (!strcmp(c->severities[i], word))
			return (int)i;
	return -1;
}
