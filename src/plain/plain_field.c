#include "plain_field.h"

#include <string.h>

#include "buf.h"
#include "intent.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"

static void add_safe(struct buf *out, const char *s)
{
	str_printable(out, s, strlen(s), false);
}

static void add_bounds(struct buf *out, const struct field *f)
{
	if (f->min && f->max) {
		buf_adds(out, ", ");
		add_safe(out, f->min);
		buf_adds(out, " to ");
		add_safe(out, f->max);
	} else if (f->min) {
		buf_adds(out, ", at least ");
		add_safe(out, f->min);
	} else if (f->max) {
		buf_adds(out, ", at most ");
		add_safe(out, f->max);
	}
	if (f->match) {
		buf_adds(out, ", of the form ");
		add_safe(out, f->match);
	}
	if (f->otherwise && !f->secret) {
		buf_adds(out, "; Enter: ");
		add_safe(out, f->otherwise);
	}
}

void plain_field_text(struct buf *out, const struct field *f)
{
	add_safe(out, f->name);
	buf_addf(out, " (%s%s", value_type_name(f->type), f->secret ? ", not shown" : "");
	add_bounds(out, f);
	buf_adds(out, ")");
	if (f->prompt) {
		buf_adds(out, ": ");
		add_safe(out, f->prompt);
	}
	if (f->n_one_of)
		buf_adds(out, "; one of:");
	for (size_t i = 0; i < f->n_one_of; i++) {
		buf_addf(out, " %zu ", i + 1);
		add_safe(out, f->one_of[i]);
		buf_adds(out, i + 1 < f->n_one_of ? "," : "");
	}
}

const char *plain_field_answer(const struct field *f, const char *line)
{
	int64_t n;

	if (!*line)
		return f->otherwise;
	for (size_t i = 0; i < f->n_one_of; i++)
		if (str_eq(f->one_of[i], line))
			return line;
	if (f->n_one_of && str_to_i64(line, &n) && n >= 1 && (size_t)n <= f->n_one_of)
		return f->one_of[n - 1];
	return line;
}

void plain_field_add(struct intent *it, const char *name, const char *text)
{
	it->fields = mem_grow(it->fields, it->n_fields + 1, sizeof *it->fields);
	it->fields[it->n_fields++] = (struct intent_field){ mem_dup(name), mem_dup(text) };
}
