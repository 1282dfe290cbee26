/* The C library's matcher keeps its time where there are no references back, and its memory where
 * repetitions, which it writes out, do not multiply.
 */
#include "field.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	DEPTH_MAX = 32,
	STATES_MAX = 1000, /* characters of the pattern, repetitions written out */
};

struct form {
	const char *at;
	size_t states[DEPTH_MAX]; /* of each open group, so far */
	size_t last;              /* of the piece that a repetition would repeat */
	int depth;
};

static const char too_large[] = "its repetitions make it too large";

static bool add(struct form *f, size_t n)
{
	f->last = n;
	f->states[f->depth] += n;
	return f->states[f->depth] <= STATES_MAX;
}

/* The piece before, so many times instead of once. */
static bool times(struct form *f, size_t n)
{
	size_t more = f->last * n;

	if (n > STATES_MAX || more > STATES_MAX)
		return false;
	f->states[f->depth] += more - (f->last < more ? f->last : more);
	f->last = more;
	return f->states[f->depth] <= STATES_MAX;
}

/* Behind "{": "3}", "2,}", "2,7}". */
static bool bounds(struct form *f)
{
	char *end;
	size_t least = strtoul(f->at, &end, 10), most = least;

	if (*end == ',')
		most = end[1] == '}' ? least + 1 : strtoul(end + 1, &end, 10);
	while (*end && *end != '}')
		end++;
	f->at = end + (*end == '}');
	return times(f, most > least ? most : least);
}

static void bracket(struct form *f)
{
	const char *s = f->at;

	s += *s == '^';
	s += *s == ']';
	while (*s && *s != ']') {
		if (*s == '[' && s[1] && strchr(".:=", s[1])) {
			char kind = s[1];

			for (s += 2; *s && !(*s == kind && s[1] == ']'); s++)
				;
			s += *s ? 1 : 0;
		}
		s += *s ? 1 : 0;
	}
	f->at = s + (*s == ']');
}

static bool close_group(struct form *f)
{
	size_t inside = f->states[f->depth];

	if (!f->depth)
		return add(f, 1); /* no group is open: the character itself */
	f->depth--;
	return add(f, inside + 2);
}

static const char *piece(struct form *f)
{
	char c = *f->at++;

	switch (c) {
	case '\\':
		if (*f->at >= '1' && *f->at <= '9')
			return "it refers back (\\1), which may take for ever";
		f->at += *f->at ? 1 : 0;
		return add(f, 1) ? NULL : too_large;
	case '[':
		bracket(f);
		return add(f, 1) ? NULL : too_large;
	case '(':
		if (f->depth + 1 == DEPTH_MAX)
			return "its groups are too deep";
		f->states[++f->depth] = 0;
		return NULL;
	case ')':
		return close_group(f) ? NULL : too_large;
	case '{':
		return bounds(f) ? NULL : too_large;
	case '+':
		return times(f, 2) ? NULL : too_large; /* a+ is written out as aa* */
	default:
		return add(f, 1) ? NULL : too_large;
	}
}

const char *field_form_problem(const char *pattern)
{
	struct form f = { .at = pattern };
	const char *why = NULL;

	while (!why && *f.at)
		why = piece(&f);
	return why;
}
