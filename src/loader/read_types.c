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

bool read_int(struct load *l, const struct format_key *k, const struct node *v, int64_t *ret)
{
	const char *s;
	if (!read_line(l, k, v, &s))
		return false;
	int64_t n;
	if (!str_to_i64(s, &n)) {
		diag_add(&l->diag, RULE_VALUE, at_node(l, v), "`%s: %s` is no number", k->key, s);
		return false;
	}
	if ((k->min || k->max) && (n < k->min || n > k->max)) {
		diag_add(&l->diag, RULE_VALUE, at_node(l, v), "`%s` must be %lld to %lld", k->key,
			 (long long)k->min, (long long)k->max);
		return false;
	}
	*ret = n;
	return true;
}

bool read_bool(struct load *l, const struct format_key *k, const struct node *v, bool *ret)
{
	const char *s;
	if (!read_line(l, k, v, &s))
		return false;
	bool yes = str_eq(s, "true") || str_eq(s, "yes");
	if (!yes && !str_eq(s, "false") && !str_eq(s, "no")) {
		diag_add(&l->diag, RULE_VALUE, at_node(l, v),
			 "`%s` must be true or false, not `%s`", k->key, s);
		return false;
	}
	*ret = yes;
	return true;
}

bool read_type(struct load *l, const struct node *v, enum value_type *ret)
{
	static const struct format_key k = { .key = "as", .type = TYPE_VALUE_TYPE };
	const char *s, *names[VALUE_TYPE_MAX];
	char near[80];
	if (!read_line(l, &k, v, &s))
		return false;
	enum value_type t = value_type_from(s);
	if (t == VALUE_TYPE_INVALID) {
		for (int i = 0; i < VALUE_TYPE_MAX; i++)
			names[i] = value_type_name(i);
		findings_near(near, sizeof(near), s, names, VALUE_TYPE_MAX);
		diag_add(&l->diag, RULE_VALUE, at_node(l, v),
			 "`%s` is no type (text, int, number, bool, datetime, duration, list, "
			 "map)%s",
			 s, near);
		return false;
	}
	*ret = t;
	return true;
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
	int64_t ms, min = k->min ? k->min : 1;
	const char *s;
	if (!read_line(l, k, v, &s))
		return;
	if (!str_to_duration(s, &ms))
		diag_add(&l->diag, RULE_VALUE, at_node(l, v),
			 "`%s: %s` is no duration; write it like 90s, 5m, 1h30m, 30d", k->key, s);
	else if (ms < min || ms > LIMIT_DURATION_MS)
		diag_add(&l->diag, RULE_VALUE, at_node(l, v), "`%s` must be %lldms to 365d", k->key,
			 (long long)min);
	else
		*FORMAT_INTO(int64_t, base, k->at) = ms;
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
			 "this program reads format 1, not `%s`", s);
}

/* A word of a fixed list, with "did you mean". */
static int word_value(struct load *l, const struct format_key *k, const struct node *v,
		      const char *const *words, size_t n)
{
	char near[120];
	const char *s;
	if (!read_line(l, k, v, &s))
		return -1;
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, words[i]))
			return (int)i;
	findings_near(near, sizeof(near), s, words, n);
	diag_add(&l->diag, RULE_VALUE, at_node(l, v), "`%s: %s`: expected %s%s", k->key, s,
		 fields_words(k), near);
	return -1;
}

static void effect_value(struct load *l, const struct format_key *k, const struct node *v,
			 void *base)
{
	struct draft *d = base;
	const char *words[EFFECT_MAX];
	for (int i = 0; i < EFFECT_MAX; i++)
		words[i] = word_of(WORDS_EFFECT, i);
	int e = word_value(l, k, v, words, EFFECT_MAX);
	if (e < 0)
		return;
	d->step.effect = e;
	d->step.effect_given = true;
}

static void order_value(struct load *l, const struct format_key *k, const struct node *v,
			void *base)
{
	static const char *const words[] = { "any" };
	if (word_value(l, k, v, words, 1) == 0)
		*FORMAT_INTO(bool, base, k->at) = true;
}

static void leaves_value(struct load *l, const struct format_key *k, const struct node *v,
			 void *base)
{
	static const char *const words[] = { "processes" };
	if (word_value(l, k, v, words, 1) == 0)
		*FORMAT_INTO(bool, base, k->at) = true;
}

/* In the order of the goals of a climb. */
static void until_value(struct load *l, const struct format_key *k, const struct node *v,
			void *base)
{
	static const char *const words[] = { "told", "answered", "joined" };
	int goal = word_value(l, k, v, words, 3);

	if (goal >= 0)
		*FORMAT_INTO(int, base, k->at) = goal;
}

static void meanwhile_value(struct load *l, const struct format_key *k, const struct node *v,
			    void *base)
{
	static const char *const words[] = { "go on" };
	if (word_value(l, k, v, words, 1) == 0)
		*FORMAT_INTO(bool, base, k->at) = true;
}

static void proved_value(struct load *l, const struct format_key *k, const struct node *v,
			 void *base)
{
	static const char *const words[] = { "live", "recordings" };
	*FORMAT_INTO(bool, base, k->at) = word_value(l, k, v, words, 2) == 1;
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
	static const char *const words[] = { "scheduled", "in progress", "completed" };
	int status = word_value(l, k, v, words, 3);

	if (status >= 0)
		*FORMAT_INTO(const char *, base, k->at) = words[status];
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
	[TYPE_ORDER] = order_value, [TYPE_VALUE_TYPE] = type_value, [TYPE_LEAVES] = leaves_value,
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
	[TYPE_MEANWHILE] = meanwhile_value, [TYPE_STATUS] = status_value,
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
