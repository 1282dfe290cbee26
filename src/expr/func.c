#include "expr_func.h"

#include <string.h>
#include <strings.h>

#include "err.h"
#include "expr.h"
#include "expr_type.h"
#include "str.h"

/* Letters of arguments: t text, i int, n number, d datetime, u duration, j list or map or
 * out of JSON, a anything (settled by the function). What is behind / may be left out, * repeats
 * the last. */

/* The nth argument's slot, so that it can be replaced. */
static struct expr_node **arg(struct expr_node *call, int i)
{
	struct expr_node **at = &call->kids;

	while (i-- > 0 && *at)
		at = &(*at)->next;
	return at;
}

static int arg_count(const struct expr_node *call)
{
	int n = 0;

	for (const struct expr_node *k = call->kids; k; k = k->next)
		n++;
	return n;
}

static bool replace_arg(struct expr_node *call, int i, struct expr_node *with)
{
	struct expr_node **at = arg(call, i);

	if (!with)
		return false;
	if (*at != with) {
		with->next = (*at)->next;
		(*at)->next = NULL;
		*at = with;
	}
	return true;
}

/* Brings the arguments from `first` on to one type and gives it, -1 on failure. */
static int settle_same(struct expr_tree *t, struct expr_node *call, int first)
{
	struct expr_node *all[EXPR_ARGS_MAX];
	size_t n = 0;
	int type;

	for (struct expr_node *k = *arg(call, first); k && n < EXPR_ARGS_MAX; k = k->next)
		all[n++] = k;
	type = expr_type_unify(t, all, n, call->off, call->func->name);
	for (size_t i = 0; i < n && type >= 0; i++)
		replace_arg(call, first + (int)i, all[i]);
	return type;
}

static struct expr_node *settle_choice(struct expr_tree *t, struct expr_node *call)
{
	t->null_aware = true;
	call->type = settle_same(t, call, 0);
	if (call->type == EXPR_NULL)
		return expr_tree_fail(t, ERR_PARSE, call->off, "%s of nothing but null",
				      call->func->name);
	return call;
}

static struct expr_node *settle_nullif(struct expr_tree *t, struct expr_node *call)
{
	call->type = settle_same(t, call, 0);
	if (call->type == EXPR_ANY || call->type == EXPR_NULL)
		return expr_tree_fail(t, ERR_PARSE, call->off, "nullif: the type of neither side "
				      "is known; use int(), number() or text()");
	return call;
}

static struct expr_node *settle_extreme(struct expr_tree *t, struct expr_node *call)
{
	if (arg_count(call) < 2)
		return expr_tree_fail(t, ERR_PARSE, call->off, "%s takes two or more; over a list "
				      "it is written (select %s(value) from json_each(NAME))",
				      call->func->name, call->func->name);
	call->type = settle_same(t, call, 0);
	if (call->type == EXPR_ANY)
		for (int i = 0; i < arg_count(call); i++)
			if (!replace_arg(call, i, expr_type_want(t, *arg(call, i), VALUE_NUMBER,
								  call->func->name)))
				return NULL;
	if (call->type == EXPR_ANY)
		call->type = VALUE_NUMBER;
	return call->type >= 0 && expr_type_ordered(t, call->type, call->off) ? call : NULL;
}

static struct expr_node *settle_iif(struct expr_tree *t, struct expr_node *call)
{
	if (!expr_type_condition(t, call->kids, "iif"))
		return NULL;
	call->type = settle_same(t, call, 1);
	call->kind = EXPR_IF;
	return call;
}

static struct expr_node *settle_abs(struct expr_tree *t, struct expr_node *call)
{
	if (call->kids->type != VALUE_DURATION &&
	    !replace_arg(call, 0, expr_type_want(t, call->kids, VALUE_NUMBER, "abs()")))
		return NULL;
	call->type = call->kids->type;
	return call;
}

/* Hidden rows of the table: what a function is written as for another type of argument. */
static const struct expr_func length_of_list = { .name = "length", .sql = "json_array_length($1)" };
static const struct expr_func length_of_map = {
	.name = "length",
	.sql = "CASE WHEN $1 IS NOT NULL THEN (SELECT count(*) FROM json_each($1)) END",
};
static const struct expr_func length_of_any = {
	.name = "json_array_length",
	.sql = "CASE json_type($1) WHEN 'array' THEN json_array_length($1) END",
};
static const struct expr_func round_to_int = { .name = "round", .sql = "x_round($1)" };

static struct expr_node *settle_round(struct expr_tree *t, struct expr_node *call)
{
	(void)t;
	call->type = VALUE_NUMBER;
	if (arg_count(call) == 1) {
		call->type = VALUE_INT;
		call->func = &round_to_int;
	}
	return call;
}

static struct expr_node *settle_length(struct expr_tree *t, struct expr_node *call)
{
	if (call->kids->type == VALUE_LIST)
		call->func = &length_of_list;
	else if (call->kids->type == VALUE_MAP)
		call->func = &length_of_map;
	else if (!replace_arg(call, 0, expr_type_want(t, call->kids, VALUE_TEXT, "length()")))
		return NULL;
	return call;
}

static struct expr_node *settle_array_length(struct expr_tree *t, struct expr_node *call)
{
	/* SQLite counts 0 entries in a map, which would open a gate. */
	if (call->kids->type == VALUE_MAP)
		return expr_tree_fail(t, ERR_PARSE, call->kids->off, "json_array_length takes a "
				      "list; the entries of a map are counted by length()");
	if (call->kids->type == EXPR_ANY)
		call->func = &length_of_any;
	else if (call->kids->type != VALUE_LIST)
		return expr_tree_fail(t, ERR_PARSE, call->kids->off, "json_array_length takes a "
				      "list, not %s", expr_type_name(call->kids->type));
	return call;
}

/* Lists and maps: what comes out of JSON is looked at when it is there. */
static struct expr_node *settle_items(struct expr_tree *t, struct expr_node *call)
{
	if (call->kids->type == EXPR_ANY &&
	    !replace_arg(call, 0, expr_type_want(t, call->kids, VALUE_LIST, call->func->name)))
		return NULL;
	return call;
}

static struct expr_node *settle_keys(struct expr_tree *t, struct expr_node *call)
{
	if (call->kids->type == VALUE_LIST)
		return expr_tree_fail(t, ERR_PARSE, call->kids->off, "keys takes a map; a list "
				      "has items, and they are gone over without it");
	return settle_items(t, call);
}

static struct expr_node *settle_path(struct expr_tree *t, struct expr_node *call)
{
	if (!t->json)
		t->json = call;
	return call;
}

/* int(), number(), text(): from text, from a number, out of JSON. */
static struct expr_node *settle_conversion(struct expr_tree *t, struct expr_node *call)
{
	int from = call->kids->type;

	if (from == VALUE_NUMBER && call->type == VALUE_INT)
		return expr_tree_fail(t, ERR_PARSE, call->kids->off, "a number becomes an int by "
				      "round()");
	if (from == VALUE_TEXT || from == VALUE_INT || from == VALUE_NUMBER || from == EXPR_ANY)
		return call;
	return expr_tree_fail(t, ERR_PARSE, call->kids->off, "%s() does not take %s",
			      call->func->name, expr_type_name(from));
}

static struct expr_node *settle_time(struct expr_tree *t, struct expr_node *call)
{
	struct expr_node *x = call->kids;

	if (x->type == VALUE_TEXT && x->kind != EXPR_LITERAL)
		return call;
	return expr_type_want(t, x, call->type, call->type == VALUE_DATETIME ? "datetime()"
									     : "duration()");
}

static const struct expr_func funcs[] = {
	{ "abs", "a", -1, settle_abs, "abs($1)" },
	{ "as_map", "j", VALUE_MAP, NULL, "x_as_map($1)" },
	{ "coalesce", "aa*", -1, settle_choice, "coalesce($*)" },
	{ "count", "j", VALUE_INT, settle_items, "x_count($1)" },
	{ "date", "d", VALUE_TEXT, NULL, "substr(x_utc($1),1,10)" },
	{ "datetime", "a", VALUE_DATETIME, settle_time, "x_datetime($1)" },
	{ "duration", "a", VALUE_DURATION, settle_time, "x_duration($1)" },
	{ "first", "j", VALUE_TEXT, settle_items, "x_first($1)" },
	{ "ifnull", "aa", -1, settle_choice, "coalesce($*)" },
	{ "iif", "aaa", -1, settle_iif, NULL },
	{ "instr", "tt", VALUE_INT, NULL, "x_instr($*)" },
	{ "int", "a", VALUE_INT, settle_conversion, "x_to_int($1)" },
	{ "json_array_length", "a", VALUE_INT, settle_array_length, "json_array_length($1)" },
	{ "json_extract", "jt", EXPR_ANY, settle_path, "json_extract($*)" },
	{ "json_type", "jt", VALUE_TEXT, settle_path, "json_type($*)" },
	{ "json_valid", "t", VALUE_BOOL, NULL,
	  "CASE WHEN $1 IS NOT NULL THEN json_valid($1) END" },
	{ "keys", "j", VALUE_LIST, settle_keys, "x_keys($1)" },
	{ "length", "a", VALUE_INT, settle_length, "length($1)" },
	{ "lower", "t", VALUE_TEXT, NULL, "lower($1)" },
	{ "ltrim", "t", VALUE_TEXT, NULL, "ltrim($1)" },
	{ "map_of", "tt*", VALUE_MAP, NULL, "x_map_of($*)" },
	{ "max", "a*", -1, settle_extreme, "max($*)" },
	{ "min", "a*", -1, settle_extreme, "min($*)" },
	{ "nullif", "aa", -1, settle_nullif, "nullif($*)" },
	{ "number", "a", VALUE_NUMBER, settle_conversion, "x_to_num($1)" },
	{ "replace", "ttt", VALUE_TEXT, NULL, "x_replace($*)" },
	{ "rest", "j", VALUE_LIST, settle_items, "x_rest($1)" },
	{ "restore_pick", "jt", VALUE_TEXT, NULL, "x_restore_pick($*)" },
	{ "restore_sets", "jjtd", VALUE_MAP, NULL, "x_restore_sets($*)" },
	{ "restore_there", "jjj", VALUE_BOOL, NULL, "x_restore_there($*)" },
	{ "reversed", "j", VALUE_LIST, settle_items, "x_reversed($1)" },
	{ "round", "n/i", -1, settle_round, "round($*)" },
	{ "rtrim", "t", VALUE_TEXT, NULL, "rtrim($1)" },
	{ "seconds", "u", VALUE_NUMBER, NULL, "($1 / 1e9)" },
	{ "substr", "ti/i", VALUE_TEXT, NULL, "substr($*)" },
	{ "substring", "ti/i", VALUE_TEXT, NULL, "substr($*)" },
	{ "text", "a", VALUE_TEXT, settle_conversion, "x_to_text($1)" },
	{ "time", "d", VALUE_TEXT, NULL, "substr(x_utc($1),12,8)" },
	{ "trim", "t", VALUE_TEXT, NULL, "trim($1)" },
	{ "unixepoch", "d", VALUE_INT, NULL, "($1 / 1000000000)" },
	{ "upper", "t", VALUE_TEXT, NULL, "upper($1)" },
	{ "without", "jt", VALUE_LIST, NULL, "x_without($*)" },
};

enum { FUNCS = sizeof(funcs) / sizeof(funcs[0]) };

const char *expr_function_name(size_t n)
{
	return n < FUNCS ? funcs[n].name : NULL;
}

static const struct expr_func *find(const struct expr_tree *t, const struct expr_token *name)
{
	for (size_t i = 0; i < FUNCS; i++)
		if (expr_token_is(t->text, name, funcs[i].name))
			return &funcs[i];
	return NULL;
}

static struct expr_node *unknown(struct expr_tree *t, const struct expr_token *name)
{
	const char *names[FUNCS], *near;
	char word[LIMIT_ID_BYTES + 1] = "";

	for (size_t i = 0; i < FUNCS; i++)
		names[i] = funcs[i].name;
	if (name->len < sizeof(word))
		memcpy(word, t->text + name->off, name->len);
	if (strcasecmp(word, "sum") == 0 || strcasecmp(word, "avg") == 0)
		return expr_tree_fail(t, ERR_PARSE, name->off, "%s goes over a list: (select "
				      "%s(value) from json_each(NAME))", word, word);
	if (strcmp(word, "now") == 0)
		return expr_tree_fail(t, ERR_PARSE, name->off, "now is a value and takes "
				      "no brackets");
	near = str_nearest(word, names, FUNCS);
	return expr_tree_fail(t, ERR_PARSE, name->off, "no function is called %.*s%s%s%s",
			      name->len > 40 ? 40 : (int)name->len, t->text + name->off,
			      near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static struct expr_node *settle_letter(struct expr_tree *t, char letter, struct expr_node *x,
				       const char *where)
{
	static const char letters[] = "tindu";
	static const int types[] = { VALUE_TEXT, VALUE_INT, VALUE_NUMBER, VALUE_DATETIME,
				     VALUE_DURATION };

	if (!x || letter == 'a')
		return x;
	if (letter == 'j') {
		if (x->type == VALUE_LIST || x->type == VALUE_MAP || x->type == EXPR_ANY)
			return x;
		return expr_tree_fail(t, ERR_PARSE, x->off, "%s takes a list or a map, not %s; "
				      "capture it as one", where, expr_type_name(x->type));
	}
	return expr_type_want(t, x, types[strchr(letters, letter) - letters], where);
}

/* How many arguments a signature takes. */
static void arity(const char *args, int *ret_min, int *ret_max)
{
	const char *optional = strchr(args, '/');
	int n = (int)strlen(args);

	*ret_min = optional ? (int)(optional - args) : n;
	*ret_max = optional ? n - 1 : n;
	if (n && args[n - 1] == '*') {
		*ret_min = n - 1;
		*ret_max = EXPR_ARGS_MAX;
	}
}

static char letter_at(const char *args, int i)
{
	for (; *args; args++) {
		if (*args == '/')
			continue;
		if (i-- == 0 || args[1] == '*' || !args[1])
			return *args;
	}
	return 'a';
}

static struct expr_node *read_args(struct expr_tree *t, struct expr_node *call, int *ret_n)
{
	const struct expr_func *f = call->func;
	struct expr_node *all[EXPR_ARGS_MAX];
	int n = 0;

	if (t->tok.kind != TOK_RPAREN) {
		do {
			if (n == EXPR_ARGS_MAX)
				return expr_tree_fail(t, ERR_LIMIT, t->tok.off, "more than %d "
						      "arguments", EXPR_ARGS_MAX);
			all[n] = settle_letter(t, letter_at(f->args, n), expr_tree_expr(t),
					       f->name);
			if (!all[n])
				return NULL;
			n++;
		} while (expr_tree_take(t, TOK_COMMA));
	}
	if (!expr_tree_expect(t, TOK_RPAREN, "a closing bracket )"))
		return NULL;
	for (int i = 0; i < n; i++)
		expr_tree_add(t, call, all[i]);
	*ret_n = n;
	return t->rc ? NULL : call;
}

struct expr_node *expr_func_call(struct expr_tree *t, const struct expr_token *name)
{
	const struct expr_func *f = find(t, name);
	struct expr_node *call;
	int n = 0, min, max;

	if (!f)
		return unknown(t, name);
	call = expr_tree_node(t, EXPR_CALL, name->off);
	if (!call || !expr_tree_expect(t, TOK_LPAREN, "("))
		return NULL;
	if (str_eq(f->name, "count") && t->tok.kind == TOK_STAR)
		return expr_tree_fail(t, ERR_PARSE, name->off, "count takes a list or a map: "
				      "count(NAME); what a where lets through is counted by "
				      "(select count(*) from json_each(NAME) where ...)");
	call->func = f;
	call->type = f->type;
	if (!read_args(t, call, &n))
		return NULL;
	arity(f->args, &min, &max);
	if (n < min || n > max)
		return expr_tree_fail(t, ERR_PARSE, name->off, "%s takes %d%s argument%s, not %d",
				      f->name, min,
				      max == min ? "" : max == EXPR_ARGS_MAX ? " or more"
								     : " or one more",
				      min == 1 && max == 1 ? "" : "s", n);
	if (f->settle)
		call = f->settle(t, call);
	return t->rc ? NULL : call;
}
