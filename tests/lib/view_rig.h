/* A view on a bench engine: what a person would see of what the rig did. Header only. */
#ifndef TESTS_VIEW_RIG_H
#define TESTS_VIEW_RIG_H

#include "unit.h"

#include "rig.h"

#include "prompt.h"
#include "view.h"

/* All rows of the rig, folded anew. */
static inline struct view *see(const struct rig *r)
{
	struct view *v = view_new(r->blank ? NULL : &r->book, NULL, NULL);
	struct err err = { 0 };

	for (size_t i = 0; i < r->log.n; i++)
		if (view_apply(v, &r->log.v[i], &err))
			fail_msg("%s", err.text);
	return v;
}

/* The only open question. */
static inline const struct prompt *only_prompt(struct view *v)
{
	const struct prompt *p;

	assert_int_equal(view_prompts(v, &p), 1);
	return p;
}

static inline bool offers(const struct prompt *p, enum verb verb)
{
	for (size_t i = 0; i < p->n_choices; i++)
		if (p->choices[i].verb == verb)
			return true;
	return false;
}

#define HAS(text, what)                                                                            \
	do {                                                                                       \
		if (!strstr(text, what))                                                           \
			fail_msg("\"%s\" is not in:\n%s", what, text);                             \
	} while (0)
#define HAS_NOT(text, what)                                                                        \
	do {                                                                                       \
		if (strstr(text, what))                                                            \
			fail_msg("\"%s\" is in:\n%s", what, text);                                 \
	} while (0)

#endif
