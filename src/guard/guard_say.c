/* Findings of an environments file. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "guardint.h"
#include "limits.h"
#include "mem.h"
#include "str.h"

static char *text_of(const char *fmt, va_list ap)
{
	struct buf out = BUF_INIT;
	char raw[4096];

	vsnprintf(raw, sizeof(raw), fmt, ap);
	str_printable(&out, raw, strlen(raw), false); /* it quotes what was written */
	return buf_take(&out);
}

static void keep_problem(struct guard_read *r, struct place at, const char *text)
{
	const char **to = r->now ? &r->now->problem : &r->g->envs.problem;

	if (!*to)
		*to = arena_printf(r->a, "%s line %d: %s", at.file ? at.file : r->g->envs.path,
				   at.line, text);
}

void guard_say(struct guard_read *r, enum grule rule, struct place at, const char *fmt, ...)
{
	const struct grule_def *def = &guard_rules[rule];
	bool full = r->f->n - r->f->first >= LIMIT_FINDINGS;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = text_of(fmt, ap);
	va_end(ap);
	if (r->g && def->severity == SEV_ERROR) {
		r->g->broken = true;
		keep_problem(r, at, text);
	}
	findings_add(r->f, def->severity, at, def->name, full ? NULL : text);
	free(text);
}

const char *guard_near(char *out, size_t size, const char *word, const char *const *v, size_t n)
{
	const char *near = strlen(word) > LIMIT_TITLE_BYTES ? NULL : str_nearest(word, v, n);

	out[0] = '\0';
	if (near && !str_eq(near, word))
		snprintf(out, size, "; did you mean `%s`?", near);
	return out;
}
