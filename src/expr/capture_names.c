/* The words of a jq program: names of functions that libjq 1.6 has, and the few that it has but
 * that make no sense on one command's output. Scopes are not followed: a name is known when the
 * program defines it anywhere. What is not known here is not wrong yet: libjq is asked then. */
#include "capture_int.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "err.h"

static const char builtins[] =
	" IN/1 IN/2 INDEX/1 INDEX/2 acos/0 acosh/0 add/0 all/0 all/1 all/2 any/0 any/1 any/2 "
	"arrays/0 ascii_downcase/0 ascii_upcase/0 asin/0 asinh/0 atan/0 atan2/2 atanh/0 "
	"booleans/0 bsearch/1 capture/1 capture/2 cbrt/0 ceil/0 combinations/0 combinations/1 "
	"contains/1 copysign/2 cos/0 cosh/0 del/1 delpaths/1 empty/0 endswith/1 error/0 error/1 "
	"exp/0 exp10/0 exp2/0 explode/0 expm1/0 fabs/0 finites/0 first/0 first/1 flatten/0 "
	"flatten/1 floor/0 fmax/2 fmin/2 fmod/2 format/1 from_entries/0 fromdate/0 "
	"fromdateiso8601/0 fromjson/0 getpath/1 gmtime/0 group_by/1 gsub/2 gsub/3 has/1 hypot/2 "
	"implode/0 in/1 index/1 indices/1 infinite/0 inside/1 isempty/1 isfinite/0 isinfinite/0 "
	"isnan/0 isnormal/0 iterables/0 join/1 keys/0 keys_unsorted/0 last/0 last/1 leaf_paths/0 "
	"length/0 limit/2 log/0 log10/0 log1p/0 log2/0 ltrimstr/1 map/1 map_values/1 match/1 "
	"match/2 max/0 max_by/1 min/0 min_by/1 mktime/0 nan/0 not/0 nth/1 nth/2 nulls/0 numbers/0 "
	"objects/0 path/1 paths/0 paths/1 pow/2 range/1 range/2 range/3 recurse/0 recurse/1 "
	"recurse/2 repeat/1 reverse/0 rindex/1 rint/0 round/0 rtrimstr/1 scalars/0 scan/1 select/1 "
	"setpath/2 sin/0 sinh/0 sort/0 sort_by/1 split/1 split/2 splits/1 splits/2 sqrt/0 "
	"startswith/1 strftime/1 strings/0 strptime/1 sub/2 sub/3 tan/0 tanh/0 test/1 test/2 "
	"to_entries/0 todate/0 todateiso8601/0 tojson/0 tonumber/0 tostring/0 transpose/0 trunc/0 "
	"type/0 unique/0 unique_by/1 until/2 utf8bytelength/0 values/0 walk/1 while/2 "
	"with_entries/1 ";

static const char keywords[] =
	" def if then elif else end and or as reduce foreach try catch label break __loc__ ";

static const struct {
	const char *name, *why;
} misplaced[] = {
	{ "import", "no libraries can be read" },
	{ "include", "no libraries can be read" },
	{ "module", "no libraries can be read" },
	{ "modulemeta", "no libraries can be read" },
	{ "get_search_list", "no libraries can be read" },
	{ "env", "it sees no environment" },
	{ "ENV", "it sees no environment" },
	{ "input", "it sees one command's output and nothing more" },
	{ "inputs", "it sees one command's output and nothing more" },
	{ "input_filename", "it sees one command's output and nothing more" },
	{ "input_line_number", "it sees one command's output and nothing more" },
	{ "debug", "nobody sees what it prints" },
	{ "stderr", "nobody sees what it prints" },
	{ "halt", "it would end without a value" },
	{ "halt_error", "it would end without a value" },
	{ "now", "a capture must give the same each time; conditions have now" },
	{ "localtime", "it depends on this machine" },
	{ "strflocaltime", "it depends on this machine" },
};

enum { NESTING_MAX = 128 };

struct scan {
	const char *text, *s;
	char open[NESTING_MAX]; /* brackets; '"' for \( inside a string */
	int depth;
	bool key;               /* a name here would be the key of an object */
	bool doubt;
	struct err *err;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_blanks(const char *s)
{
	for (;;) {
		s += strspn(s, " \t\r\n");
		if (*s != '#')
			return s;
		s += strcspn(s, "\n");
	}
}

static int open_string(const struct scan *sc)
{
	return err_set(sc->err, ERR_PARSE, "a string without its closing quote");
}

/* Behind the string's end, or behind the \( of an interpolation, which is then open. A string that
 * does not end is told here: libjq leaks one. */
static int skip_string(struct scan *sc)
{
	for (; *sc->s && *sc->s != '"'; sc->s++) {
		if (*sc->s != '\\' || !sc->s[1])
			continue;
		sc->s++;
		if (*sc->s == '(' && sc->depth < NESTING_MAX) {
			sc->open[sc->depth++] = '"';
			sc->s++;
			return 0;
		}
	}
	if (!*sc->s)
		return open_string(sc);
	sc->s++;
	return 0;
}

/* Arguments of a call whose name ends at s. */
static int count_args(const char *s)
{
	int depth = 0, n = 1;

	s = skip_blanks(s);
	if (*s != '(')
		return 0;
	for (; *s; s++) {
		if (*s == '"') {
			for (s++; *s && *s != '"'; s++)
				s += *s == '\\' && s[1];
			if (!*s)
				break;
		}
		depth += (*s == '(' || *s == '[' || *s == '{');
		depth -= (*s == ')' || *s == ']' || *s == '}');
		if (depth == 0)
			break;
		n += *s == ';' && depth == 1;
	}
	return n;
}

static bool listed(const char *list, const char *word)
{
	char with_blanks[96];

	snprintf(with_blanks, sizeof(with_blanks), " %s ", word);
	return strstr(list, with_blanks) != NULL;
}

/* Whether `name` is defined, or is a parameter of something defined. */
static bool defined(const char *text, const char *name, size_t n)
{
	for (const char *s = text; (s = strstr(s, "def ")); s += 4) {
		const char *end = s + strcspn(s, ":");

		for (const char *w = s + 4; w < end; w++)
			if (!is_word(w[-1]) && strncmp(w, name, n) == 0 && !is_word(w[n]))
				return true;
	}
	return false;
}

/* Whether $name stands in the text twice: once where it is bound, once where it is used. */
static bool twice(const char *text, const char *name, size_t n)
{
	int found = 0;

	for (const char *s = text; (s = strchr(s, '$')); s++)
		found += strncmp(s + 1, name, n) == 0 && !is_word(s[1 + n]);
	return found > 1;
}

static int look_at(struct scan *sc, const char *word, size_t n, bool variable)
{
	char name[64], call[80];

	if (n >= sizeof(name)) {
		sc->doubt = true;
		return 0;
	}
	snprintf(name, sizeof(name), "%.*s", (int)n, word);
	for (size_t i = 0; i < sizeof(misplaced) / sizeof(misplaced[0]); i++)
		if (strcmp(name, misplaced[i].name) == 0)
			return err_set(sc->err, ERR_PARSE, "%s has no place in a capture: %s", name,
				       misplaced[i].why);
	if (listed(keywords, name))
		return 0;
	snprintf(call, sizeof(call), "%s/%d", name, count_args(word + n));
	if (variable ? !twice(sc->text, word, n)
		     : !listed(builtins, call) && !defined(sc->text, word, n))
		sc->doubt = true;
	return 0;
}

static int bracket(struct scan *sc, char c)
{
	if (c == '(' || c == '[' || c == '{') {
		if (sc->depth < NESTING_MAX)
			sc->open[sc->depth++] = c;
		else
			sc->doubt = true;
		sc->key = c == '{';
		return 0;
	}
	if (sc->depth > 0)
		sc->depth--;
	sc->key = false;
	return c == ')' && sc->open[sc->depth] == '"' ? skip_string(sc) : 0;
}

static int scan_word(struct scan *sc)
{
	const char *start = sc->s, *before = start;
	bool key = sc->key, variable = start > sc->text && start[-1] == '$';
	size_t n = 0;

	while (is_word(start[n]) || (start[n] == ':' && start[n + 1] == ':' && ++n))
		n++;
	sc->s += n;
	sc->key = false;
	if (isdigit((unsigned char)*start))
		return 0;
	while (before > sc->text && isspace((unsigned char)before[-1]))
		before--;
	if (before > sc->text && (before[-1] == '@' || (before[-1] == '.' && before == start)))
		return 0;
	if (key && !variable)
		return 0;
	return look_at(sc, start, n, variable);
}

int capture_names_check(const char *program, struct err *err)
{
	struct scan sc = { .text = program, .s = program, .err = err };
	int rc = 0;

	while (rc == 0 && *(sc.s = skip_blanks(sc.s))) {
		char c = *sc.s;

		if (is_word(c)) {
			rc = scan_word(&sc);
			continue;
		}
		sc.s++;
		if (c == '"')
			rc = skip_string(&sc);
		else if (strchr("([{}])", c))
			rc = bracket(&sc, c);
		else if (c == ',' && sc.depth > 0 && sc.open[sc.depth - 1] == '{')
			sc.key = true;
		else if (c != '$')
			sc.key = false;
	}
	for (int i = 0; rc == 0 && i < sc.depth; i++)
		if (sc.open[i] == '"')
			rc = open_string(&sc);
	return rc ? rc : sc.doubt;
}
