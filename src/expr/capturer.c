/* A program is compiled here only after a child has compiled and run the same text to an orderly
 * end: what libjq may make of a hostile program stays in the child. */
#include "capture.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "capture_int.h"
#include "mem.h"
#include "runbook.h"

enum { KEPT_MAX = 64 }; /* about 40 KB each */

struct kept {
	char *program;
	struct jq_state *jq; /* NULL before its second use, or where it does not compile */
	bool tried;
	uint64_t used;
};

struct capturer {
	struct kept kept[KEPT_MAX];
	uint64_t uses;
};

struct capturer *capturer_new(void)
{
	return mem_alloc(sizeof(struct capturer));
}

static void drop(struct kept *p)
{
	capture_jq_free(p->jq);
	free(p->program);
	*p = (struct kept){ 0 };
}

void capturer_free(struct capturer *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < KEPT_MAX; i++)
		drop(&k->kept[i]);
	free(k);
}

static struct kept *find(struct capturer *k, const char *program)
{
	for (size_t i = 0; i < KEPT_MAX; i++)
		if (k->kept[i].program && strcmp(k->kept[i].program, program) == 0)
			return &k->kept[i];
	return NULL;
}

/* Remembers a program in place of the one that was not used for longest. */
static void remember(struct capturer *k, const char *program)
{
	struct kept *oldest = &k->kept[0];

	for (size_t i = 1; i < KEPT_MAX; i++)
		if (k->kept[i].used < oldest->used)
			oldest = &k->kept[i];
	drop(oldest);
	oldest->program = mem_dup(program);
	oldest->used = ++k->uses;
}

int capturer_apply(struct capturer *k, const struct capture *c, const char *out, size_t n,
		   struct value *ret, struct err *err)
{
	struct kept *p = c->how == CAPTURE_JQ ? find(k, c->pattern) : NULL;
	int rc;

	if (p && !p->tried) {
		p->tried = true;
		p->jq = capture_jq_compile(p->program);
	}
	if (p)
		p->used = ++k->uses;
	rc = capture_apply_with(c, p ? p->jq : NULL, out, n, ret, err);
	if (rc == 0 && !p && c->how == CAPTURE_JQ)
		remember(k, c->pattern);
	return rc;
}
