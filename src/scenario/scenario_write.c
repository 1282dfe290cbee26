/* A scenario as a file, by the tables that read it. */
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "scenario.h"
#include "scenario_table.h"
#include "str.h"

#define FIELD(type, base, offset) (*(type *)(void *)((uintptr_t)(base) + (offset)))

/* Double quotes hold every text; what YAML wants escaped is. */
static void put_quoted(struct buf *out, const char *s)
{
	buf_addc(out, '"');
	for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_addf(out, "\\%c", *p);
		else if (*p == '\n')
			buf_adds(out, "\\n");
		else if (*p == '\r')
			buf_adds(out, "\\r");
		else if (*p == '\t')
			buf_adds(out, "\\t");
		else if (*p < ' ' || *p == 0x7f)
			buf_addf(out, "\\x%02x", *p);
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f)
			buf_addf(out, "\\x%02x", *++p);
		else
			buf_addc(out, (char)*p);
	}
	buf_addc(out, '"');
}

static bool is_said(const struct format_key *k, const void *base)
{
	switch (k->type) {
	case FT_VERSION:
		return true;
	case FT_LINE:
	case FT_PATH:
		return FIELD(const char *, base, k->at);
	case ST_TEXT: /* what is empty reads the same where it is not said */
		return FIELD(const char *, base, k->at) && *FIELD(const char *, base, k->at);
	case FT_PART:
		return FIELD(const void *, base, k->at);
	case ST_NAMES:
	case ST_GIVEN:
	case FT_PARTS:
		return FIELD(size_t, base, k->at_n);
	case ST_SIGNAL:
	case ST_PURPOSE:
	case ST_REPLY:
	case ST_IS:
	case ST_MEASURE:
		return k->flags & FK_REQUIRED || FIELD(int, base, k->at) != k->otherwise;
	default:
		return k->flags & FK_REQUIRED || FIELD(int64_t, base, k->at) != k->otherwise;
	}
}

static void put_scalar(struct buf *out, const struct format_key *k, const void *base)
{
	switch (k->type) {
	case FT_VERSION:
		buf_addc(out, '1');
		break;
	case FT_LINE:
	case ST_TEXT:
	case FT_PATH:
		put_quoted(out, FIELD(const char *, base, k->at));
		break;
	case FT_DURATION:
		str_duration(out, FIELD(int64_t, base, k->at));
		break;
	case ST_MOMENT:
		clock_utc(out, FIELD(int64_t, base, k->at), 0);
		break;
	case ST_SHARE:
		buf_addf(out, "%lld%%", (long long)FIELD(int64_t, base, k->at));
		break;
	case ST_SIGNAL:
		buf_addf(out, "%d", FIELD(int, base, k->at));
		break;
	case FT_COUNT:
	case ST_PACE:
		buf_addf(out, "%lld", (long long)FIELD(int64_t, base, k->at));
		break;
	default:
		buf_adds(out, format_type_word(format_type(&scenario_format, k->type),
					       FIELD(int, base, k->at)));
		break;
	}
}

static void put_map(struct buf *out, int id, const void *base, int depth);

static void put_names(struct buf *out, const struct format_key *k, const void *base)
{
	const char *const *v = FIELD(const char *const *, base, k->at);

	buf_addc(out, '[');
	for (size_t i = 0; i < FIELD(size_t, base, k->at_n); i++) {
		buf_adds(out, i ? ", " : "");
		put_quoted(out, v[i]);
	}
	buf_addc(out, ']');
}

static void put_given(struct buf *out, const struct format_key *k, const void *base)
{
	const struct scenario_param *v = FIELD(const struct scenario_param *, base, k->at);

	buf_addc(out, '{');
	for (size_t i = 0; i < FIELD(size_t, base, k->at_n); i++) {
		buf_adds(out, i ? ", " : "");
		put_quoted(out, v[i].name);
		buf_adds(out, ": ");
		put_quoted(out, v[i].text);
	}
	buf_addc(out, '}');
}

static void put_parts(struct buf *out, const struct format_key *k, const void *base, int depth)
{
	const char *v = FIELD(const char *, base, k->at);
	size_t n = k->type == FT_PART ? 1 : FIELD(size_t, base, k->at_n);

	for (size_t i = 0; i < n; i++) {
		if (k->type == FT_PART)
			buf_addf(out, "\n%*s", 2 * depth + 2, "");
		else
			buf_addf(out, "\n%*s- ", 2 * depth + 2, "");
		put_map(out, k->part, v + i * scenario_format.tables[k->part].size,
			depth + (k->type == FT_PART ? 1 : 2));
	}
}

static void put_map(struct buf *out, int id, const void *base, int depth)
{
	const struct format_table *t = &scenario_format.tables[id];
	/* an output that is a file stands there, and only there */
	bool file = (id == STABLE_ANSWER || id == STABLE_OUTCOME) &&
		    ((const struct scenario_answer *)base)->output_file;
	bool first = true;

	for (size_t i = 0; i < t->n; i++) {
		const struct format_key *k = &t->keys[i];

		if (!is_said(k, base) || (file && str_eq(k->key, "output")))
			continue;
		if (!first)
			buf_addf(out, "\n%*s", 2 * depth, "");
		first = false;
		buf_addf(out, "%s:", k->key);
		if (k->type == FT_PART || k->type == FT_PARTS) {
			put_parts(out, k, base, depth);
			continue;
		}
		buf_addc(out, ' ');
		if (k->type == ST_NAMES)
			put_names(out, k, base);
		else if (k->type == ST_GIVEN)
			put_given(out, k, base);
		else
			put_scalar(out, k, base);
	}
}

void scenario_write(struct buf *out, const struct scenario *s)
{
	put_map(out, STABLE_FILE, s, 0);
	buf_addc(out, '\n');
}
