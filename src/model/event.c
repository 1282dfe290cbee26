#include "event.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void event_release(struct event *ev)
{
	free(ev->step);
	free(ev->body);
	memset(ev, 0, sizeof(*ev));
}

struct event *event_list_add(struct event_list *l)
{
	struct event *ev;

	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 8;
		l->v = mem_grow(l->v, l->cap, sizeof(*l->v));
	}
	ev = &l->v[l->n++];
	memset(ev, 0, sizeof(*ev));
	return ev;
}

void event_list_release(struct event_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		event_release(&l->v[i]);
	free(l->v);
	memset(l, 0, sizeof(*l));
}
