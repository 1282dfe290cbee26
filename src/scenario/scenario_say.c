/* Findings of a scenario. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "limits.h"
#include "scenarioint.h"
#include "str.h"

static char *text_of(const char *fmt, va_list ap)
{
	struct buf out = BUF_INIT;
	char raw[4096];

	vsnprintf(raw, sizeof(raw), fmt, ap);
	str_printable(&out, raw, strlen(raw), false); /* it quotes what was written */
	return buf_take(&out);
}

void scenario_say(struct findings *f, struct scenario *s, enum srule rule, struct place at,
		  const char *fmt, ...)
{
	const struct srule_def *def = &scenario_rules[rule];
	bool full = f->n - f->first >= LIMIT_FINDINGS;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = text_of(fmt, ap);
	va_end(ap);
	s->broken |= def->severity == SEV_ERROR;
	findings_add(f, def->severity, at, def->name, full ? NULL : text);
	free(text);
}

const char *scenario_near(char *out, size_t size, const char *word, const char *const *v, size_t n)
{
	const char *near = strlen(word) > LIMIT_TITLE_BYTES ? NULL : str_nearest(word, v, n);

	out[0] = '\0';
	if (near && !str_eq(near, word))
		snprintf(out, size, "; did you mean `%s`?", near);
	return out;
}
