/* Findings of a contacts file. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "limits.h"
#include "mem.h"
#include "peopleint.h"
#include "str.h"

bool people_full(const struct people_read *r)
{
	return r->f->n - r->f->first >= LIMIT_FINDINGS;
}

void people_say(struct people_read *r, enum prule rule, struct place at, const char *fmt, ...)
{
	const struct prule_def *def = &people_rules[rule];
	struct buf out = BUF_INIT;
	char *text;
	va_list ap;
	int n;

	r->p->broken |= def->severity == SEV_ERROR;
	if (people_full(r)) {
		findings_add(r->f, def->severity, at, def->name, NULL);
		return;
	}
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	text = mem_alloc((size_t)(n < 0 ? 0 : n) + 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)(n < 0 ? 0 : n) + 1, fmt, ap);
	va_end(ap);
	str_printable(&out, text, strlen(text), false); /* it quotes what was written */
	findings_add(r->f, def->severity, at, def->name, buf_str(&out));
	buf_release(&out);
	free(text);
}

const char *people_near(char *out, size_t size, const char *word, const char *const *candidates,
			size_t n)
{
	const char *near = strlen(word) > LIMIT_TITLE_BYTES ? NULL
							    : str_nearest(word, candidates, n);

	out[0] = '\0';
	if (near && !str_eq(near, word))
		snprintf(out, size, "; did you mean `%s`?", near);
	return out;
}
