#include "runbook.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "mem.h"
#include "str.h"

struct attached {
	struct attached *before;
	void *it;
	void (*release)(void *it);
};

void runbook_attach(struct runbook *rb, void *it, void (*release)(void *it))
{
	struct attached *a = mem_alloc(sizeof(*a));

	*a = (struct attached){ rb->attached, it, release };
	rb->attached = a;
}

void runbook_free(struct runbook *rb)
{
	if (!rb)
		return;
	while (rb->attached) {
		struct attached *a = rb->attached;

		rb->attached = a->before;
		a->release(a->it);
		free(a);
	}
	/* The book itself lies in its arena. */
	arena_free(rb->arena);
}

const struct runbook *runbook_in_environment(const struct runbook *b)
{
	while (b && !b->environment)
		b = b->caller;
	return b;
}

const struct environments *runbook_environments(const struct runbook *b)
{
	while (b && !b->environments)
		b = b->caller;
	return b ? b->environments : NULL;
}

char *runbook_from_folder(const char *book, const char *path)
{
	struct buf out = BUF_INIT;

	for (const char *s = strchr(book, '/'); path[0] != '/' && s; s = strchr(book, '/')) {
		size_t n = (size_t)(s - book) + 1;

		if (strncmp(book, path, n) != 0)
			break;
		book += n;
		path += n;
	}
	for (const char *s = book; path[0] != '/' && (s = strchr(s, '/')); s++)
		buf_adds(&out, "../");
	buf_adds(&out, path);
	return buf_take(&out);
}

const struct step *runbook_step(const struct runbook *rb, const char *id)
{
	if (!rb || !id)
		return NULL;
	for (size_t i = 0; i < rb->n_all; i++)
		if (str_eq(rb->all[i]->id, id))
			return rb->all[i];
	return NULL;
}

static const bool has_children[KIND_MAX] = {
	[KIND_GROUP] = true, [KIND_PARALLEL] = true, [KIND_CALL] = true,
	[KIND_OPTION] = true, [KIND_BRANCH] = true, [KIND_CHOOSE] = true,
	[KIND_RESTORE] = true, [KIND_REBUILD] = true, [KIND_RELEASE] = true,
};

static const bool is_manual[KIND_MAX] = {
	[KIND_DO] = true, [KIND_ASK] = true, [KIND_CHOOSE] = true, [KIND_HOLD] = true,
	[KIND_CAUTION] = true, [KIND_BROKEN] = true, [KIND_END] = true,
};

bool step_has_children(const struct step *s)
{
	return s->kind >= 0 && s->kind < KIND_MAX && has_children[s->kind];
}

bool step_is_manual(const struct step *s)
{
	if (s->kind == KIND_CONTACT)
		return !s->contact;
	return s->kind >= 0 && s->kind < KIND_MAX && is_manual[s->kind];
}
