/* A size put back as a number that somebody remembered, where the one that was there is known. */
#include "checker.h"

#include <string.h>

/* What scales: the program, and the word in front of the number. */
static const struct {
	const char *program, *flag;
} scalers[] = {
	{ "kubectl", "--replicas" },	  { "oc", "--replicas" },
	{ "docker", "--replicas" },	  { "aws", "--desired-capacity" },
	{ "aws", "--desired-count" },	  { "gcloud", "--num-nodes" },
	{ "gcloud", "--size" },		  { "az", "--node-count" },
	{ "az", "--new-capacity" },	  { "doctl", "--count" },
};

/* Words in the names of sizes. */
static const char *const sizes[] = { "replica", "size", "count", "node", "scale", "instance",
				     "worker", "capacity", "desired", "pods", "writers" };

static bool is_size(const struct tracked *t)
{
	if (!t->captured || t->state == HOLDS_NOT || t->secret ||
	    (t->type != VALUE_INT && t->type != VALUE_MAP))
		return false;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (strcasestr(t->name, sizes[i]))
			return true;
	return false;
}

static const struct tracked *known_size(const struct check *c)
{
	for (size_t i = 0; i < c->s->n; i++)
		if (is_size(&c->s->v[i]))
			return &c->s->v[i];
	return NULL;
}

static bool has_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = s; (at = strstr(at, word)); at += n)
		if ((at == s || strchr(" \t\n;&|($/`'\"", at[-1])) && at[n] && strchr(" \t", at[n]))
			return true;
	return false;
}

/* The number behind a flag, where it is written out and not zero: down is another matter. */
static const char *number_after(const char *s, const char *flag, size_t *ret_n)
{
	size_t n = strlen(flag);

	for (const char *at = s; (at = strstr(at, flag)); at += n) {
		const char *v = at + n;
		size_t digits;

		if ((at != s && !strchr(" \t\n,", at[-1])) || !strchr("= \t", *v))
			continue;
		v += *v == '=' ? 1 : strspn(v, " \t");
		digits = strspn(v, "0123456789");
		if (!digits || strspn(v, "0") == digits ||
		    (v[digits] && !strchr(" \t\n;&|)'\"", v[digits])))
			continue;
		*ret_n = digits;
		return v;
	}
	return NULL;
}

void check_scale(struct check *c, const struct ref *r)
{
	for (size_t i = 0; i < sizeof(scalers) / sizeof(scalers[0]); i++) {
		const struct tracked *t;
		const char *v;
		size_t n;

		if (!has_word(r->s, scalers[i].program) ||
		    !(v = number_after(r->s, scalers[i].flag, &n)) || !(t = known_size(c)))
			continue;
		diag_add(&c->l->diag, RULE_LITERAL_SIZE, check_place(c, r, (size_t)(v - r->s)),
			 "it scales to %.*s, a number written down; `%s` was captured, and knows "
			 "what was there", (int)n, v, t->name);
		return;
	}
}
