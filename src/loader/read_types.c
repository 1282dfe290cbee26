/* One value by its row: a reader for each type. */
#include "reader.h"

#include <string.h>

#include "arena.h"
#include "buf.h"
#include "clock.h"
#include "limits.h"
#include "str.h"

static struct place at_node(const struct load *l, const struct node *v)
{
	return doc_place(&l->book->file->doc, v);
}

/* Says what the judge wrote, if anything. */
static void say_why(struct load *l, const struct node *v, struct buf *why)
{
	if (why->len)
		diag_add(&l->diag, RULE_VALUE, at_node(l, v), "%s", buf_str(why));
	buf_release(why);
}

bool read_int(struct load *l, const struct format_key *k, const struct node *v, int64_t *ret)
{
	const char *s;
	struct buf why = BUF_INIT;
	bool ok = read_line(l, k, v, &s) && format_is_count(k, s, ret, &why);
	say_why(l, v, &why);
	return ok;
}

bool read_bool(struct load *l, const struct format_key *k, const struct node *v, bool *ret)
{
	const char *s;
	struct buf why = BUF_INIT;
	if (!read_line(l, k, v, &s))
		return false;
	bool ok = str_eq(s, "yes") || str_eq(s, "no");
	if (ok)
		*ret = str_eq(s, "yes");
	else
		ok = format_is_bool(k, s, ret, &why);
	say_why(l, v, &why);
	return ok;
}

/* A word of those that the type has; -1 (reported) for none. */
static int read_word(struct load *l, const struct format_key *k, const struct node *v)
{
	const char *s;
	struct buf why = BUF_INIT;
	int i = read_line(l, k, v, &s) ? format_is_word(&fields_format, k, s, &why) : -1;
	say_why(l, v, &why);
	return i;
}

bool read_type(struct load *l, const struct node *v, enum value_type *ret)
{
	static const struct format_key k = { .key = "as", .type = TYPE_VALUE_TYPE };
	int t = read_word(l, &k, v);
	if (t >= 0)
		*ret = t;
	return t >= 0;
}

bool read_name_ok(struct load *l, const struct node *v, const char *s)
{
	const char *why;
	if (value_name_ok(s, &why))
		return true;
	diag_add(&l->diag, RULE_NAME, at_node(l, v), "a value cannot be called `%s`: %s", s, why);
	return false;
}

static bool plain_word(const char *s, const char *more)
{
	for (; *s; s++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
		      (*s >= '0' && *s <= '9') || strchr(more, *s)))
			return false;
	return true;
}

/* --- scalars --------------------------------------------------------------------------------- */

static void line_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	const char *s;
	if (!read_line(l, k, v, &s))
		return;
	*FORMAT_INTO(const char *, base, k->at) = s;
	read_ref(l, k, s, v);
}

static void text_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	const char *s = read_text(l, k, v);
	if (!s)
		return;
	*FORMAT_INTO(const char *, base, k->at) = s;
	read_ref(l, k, s, v);
}

static void placed_value(struct load *l, const struct format_key *k, const struct node *v,
			 void *base)
{
	const char *s = read_text(l, k, v);
	if (!s)
		return;
	*FORMAT_INTO(struct text, base, k->at) = (struct text){ s, at_node(l, v) };
	read_ref(l, k, s, v);
}

static void id_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	const char *s;
	if (!read_line(l, k, v, &s))
		return;
	size_t digits = s[0] == 's' ? strspn(s + 1, "0123456789.") : 0;
	if (!plain_word(s, "_-.") || !plain_word((char[]){ s[0], '\0' }, "_"))
		diag_add(&l->diag, RULE_ID, at_node(l, v),
			 "`%s` is no id: ids are made of letters, digits, `_`, `-` and `.`", s);
	else if (digits && !s[1 + digits])
		diag_add(&l->diag, RULE_ID, at_node(l, v),
			 "`%s` is an id that steps without one get by their number; take a word",
			 s);
	else
		*FORMAT_INTO(const char *, base, k->at) = s;
}

static void name_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	const char *s;
	if (!read_line(l, k, v, &s))
		return;
	if (!plain_word(s, "_-.") || strlen(s) > LIMIT_ID_BYTES) {
		diag_add(&l->diag, RULE_NAME, at_node(l, v),
			 "`%s` is no name: names are made of letters, digits, `_`, `-` and `.`%s",
			 s, strncmp(s, "${", 2) ? "" : "; here it stands alone, without `${}`");
		return;
	}
	*FORMAT_INTO(const char *, base, k->at) = s;
	read_ref(l, k, s, v);
}

static void value_name(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	const char *s;
	if (!read_line(l, k, v, &s) || !read_name_ok(l, v, s))
		return;
	*FORMAT_INTO(struct text, base, k->at) = (struct text){ s, at_node(l, v) };
	read_ref(l, k, s, v);
}

static void bool_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	read_bool(l, k, v, FORMAT_INTO(bool, base, k->at));
}

static void true_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	bool yes = false;
	if (!read_bool(l, k, v, &yes))
		return;
	if (!yes)
		diag_add(&l->diag, RULE_VALUE, at_node(l, v),
			 "`%s` can only be true; leave it out else", k->key);
	*FORMAT_INTO(bool, base, k->at) = true;
}

static void int_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	int64_t n;
	if (read_int(l, k, v, &n))
		*FORMAT_INTO(int, base, k->at) = (int)n;
}

static void duration_value(struct load *l, const struct format_key *k, const struct node *v,
			   void *base)
{
	struct format_key own = *k; /* no time at all is none of ours */
	struct buf why = BUF_INIT;
	const char *s;
	own.min = k->min ? k->min : 1;
	if (read_line(l, k, v, &s))
		(void)format_is_duration(&own, s, FORMAT_INTO(int64_t, base, k->at), &why);
	say_why(l, v, &why);
}

static void date_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	int64_t ns;
	const char *s;
	if (!read_line(l, k, v, &s))
		return;
	if (clock_parse(s, &ns))
		*FORMAT_INTO(const char *, base, k->at) = s;
	else
		diag_add(&l->diag, RULE_DATE, at_node(l, v),
			 "`%s: %s` is no date; write it like 2026-11-22", k->key, s);
}

static void version_value(struct load *l, const struct format_key *k, const struct node *v,
			  void *base)
{
	const char *s;
	(void)base;
	if (read_line(l, k, v, &s) && !str_eq(s, "1"))
		diag_add(&l->diag, RULE_VERSION, at_node(l, v),
			 FORMAT_OUR_VERSION, k->key);
}

static void effect_value(struct load *l, const struct format_key *k, const struct node *v,
			 void *base)
{
	struct draft *d = base;
	int e = read_word(l, k, v);
	if (e < 0)
		return;
	d->step.effect = e;
	d->step.effect_given = true;
}

/* Of one word: it is said. */
static void said_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	if (read_word(l, k, v) == 0)
		*FORMAT_INTO(bool, base, k->at) = true;
}

static void until_value(struct load *l, const struct format_key *k, const struct node *v,
			void *base)
{
	int goal = read_word(l, k, v);

	if (goal >= 0)
		*FORMAT_INTO(int, base, k->at) = goal;
}

static void proved_value(struct load *l, const struct format_key *k, const struct node *v,
			 void *base)
{
	*FORMAT_INTO(bool, base, k->at) = read_word(l, k, v) == 1;
}

/* driver_expand takes these from the step's node. */
static void read_later(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	(void)l;
	(void)k;
	(void)v;
	(void)base;
}

static void status_value(struct load *l, const struct format_key *k, const struct node *v,
			 void *base)
{
	int status = read_word(l, k, v);

	if (status >= 0)
		*FORMAT_INTO(const char *, base, k->at) =
			format_type_word(format_type(&fields_format, k->type), status);
}

static void type_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	read_type(l, v, FORMAT_INTO(enum value_type, base, k->at));
}

static void goto_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	const char *s;
	if (!read_line(l, k, v, &s))
		return;
	*FORMAT_INTO(const char *, base, k->at) = s;
	l->step->goto_at = at_node(l, v);
}

static read_fn *const readers[TYPE_MAX] = {
	[TYPE_LINE] = line_value, [TYPE_TEXT] = text_value, [TYPE_PLACED] = placed_value,
	[TYPE_COMMAND] = placed_value, [TYPE_CONDITION] = placed_value, [TYPE_WAIT] = placed_value,
	[TYPE_ID] = id_value, [TYPE_VALUE_NAME] = value_name, [TYPE_NAME] = name_value,
	[TYPE_PATH] = placed_value, [TYPE_BOOL] = bool_value, [TYPE_TRUE] = true_value,
	[TYPE_INT] = int_value, [TYPE_DURATION] = duration_value, [TYPE_EFFECT] = effect_value,
	[TYPE_ORDER] = said_value, [TYPE_VALUE_TYPE] = type_value, [TYPE_LEAVES] = said_value,
	[TYPE_RAW] = text_value, [TYPE_VALUES] = read_values, [TYPE_NAMES] = read_names,
	[TYPE_WORDS] = read_words, [TYPE_EXIT_OK] = read_exit_ok, [TYPE_ON_FAIL] = read_on_fail,
	[TYPE_FROM] = read_from, [TYPE_RETRY] = read_retry, [TYPE_EACH] = read_each,
	[TYPE_GOTO] = goto_value,
	[TYPE_CAPTURES] = read_captures, [TYPE_FIELDS] = read_fields, [TYPE_PARAMS] = read_params,
	[TYPE_OWES] = read_owes, [TYPE_NAMED] = read_named, [TYPE_ENV] = read_env,
	[TYPE_PRODUCES] = read_produces, [TYPE_SETS] = read_sets, [TYPE_RESULTS] = read_results,
	[TYPE_VERIFY] = read_verify, [TYPE_STEPS] = read_steps, [TYPE_ALWAYS] = read_always,
	[TYPE_OPTIONS] = read_options, [TYPE_WAYS] = read_ways,
	[TYPE_MESSAGE] = read_message, [TYPE_UNTIL] = until_value,
	[TYPE_MEANWHILE] = said_value, [TYPE_STATUS] = status_value,
	[TYPE_OBJECTIVES] = read_objectives, [TYPE_TRIGGERS] = read_triggers,
	[TYPE_DRIVER_COMMAND] = driver_read_command, [TYPE_PROVED] = proved_value,
	[TYPE_VOLUMES] = read_later, [TYPE_MEMBERS] = read_later, [TYPE_POINT] = read_later,
	[TYPE_SAFETY] = read_later, [TYPE_SIZE] = read_later, [TYPE_MEMBER] = read_later,
	[TYPE_ACTION] = read_later,
	[TYPE_VERSION] = version_value, [TYPE_DATE] = date_value, [TYPE_ANY] = read_any,
};

void read_value(struct load *l, const struct format_key *k, const struct node *v, void *base)
{
	readers[k->type](l, k, v, base);
}
