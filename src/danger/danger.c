/* Simple commands held against the table, and followed into what they run. */
#include "danger.h"

#include <stdlib.h>
#include <string.h>

#include "dangerint.h"
#include "mem.h"
#include "str.h"

struct look {
	void (*fn)(void *ctx, const struct danger *d);
	void *ctx;
	size_t found, last; /* last: offset of the last one, +1: one place counts once */
	int depth;
};

static void find(struct look *l, const char *word, const char *what, size_t offset)
{
	struct danger d = { word, what, offset };

	if (l->found && l->last == offset)
		return;
	l->found++;
	l->last = offset;
	if (l->fn)
		l->fn(l->ctx, &d);
}

static void look_text(struct look *l, const char *s, size_t n, size_t at, bool fixed);
static void judge(struct look *l, const struct danger_cmd *c, size_t from);

/* --- words ------------------------------------------------------------------------------------ */

static bool is_assignment(const char *w)
{
	size_t n = strcspn(w, "=");

	return w[n] && n && n == strspn(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789_");
}

static bool is_reserved(const char *w)
{
	static const char *const words[] = { "then", "do", "else", "elif", "if", "while", "until",
					     "!", "{", "}", "fi", "done", "esac", "in" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq(w, words[i]))
			return true;
	return false;
}

/* The name of a program, without its folders. */
static const char *program_of(const char *w)
{
	const char *slash = strrchr(w, '/');

	return slash && slash[1] ? slash + 1 : w;
}

static bool fits(const char *word, const char *pattern, size_t n)
{
	if (n && pattern[n - 1] == '*')
		return strncmp(word, pattern, n - 1) == 0;
	return strlen(word) == n && memcmp(word, pattern, n) == 0;
}

/* One of "a|b*|c". */
static bool fits_any(const char *word, const char *patterns, size_t len)
{
	for (size_t at = 0; at <= len;) {
		const char *bar = memchr(patterns + at, '|', len - at);
		size_t n = bar ? (size_t)(bar - patterns) - at : len - at;

		if (fits(word, patterns + at, n))
			return true;
		at += n + 1;
	}
	return false;
}

/* Whether an option is one of the patterns; a letter may stand among others: -rf. */
static bool option_fits(const char *word, const char *patterns)
{
	const char *p = patterns;

	if (fits_any(word, patterns, strlen(patterns)))
		return true;
	if (word[0] != '-' || word[1] == '-' || strspn(word + 1, "0123456789") == strlen(word + 1))
		return false;
	while (*p) {
		size_t n = strcspn(p, "|");

		if (n == 2 && p[0] == '-' && strchr(word + 1, p[1]))
			return true;
		p += n + (p[n] == '|');
	}
	return false;
}

static bool has_option(const struct danger_cmd *c, size_t from, const char *patterns)
{
	if (!*patterns)
		return false;
	for (size_t i = from + 1; i < c->n; i++) {
		if (str_eq(danger_word(c, i), "--"))
			return false;
		if (option_fits(danger_word(c, i), patterns))
			return true;
	}
	return false;
}

/* The words of a row, in their order, among those that are no options. */
static bool has_words(const struct danger_cmd *c, size_t from, const char *words)
{
	size_t i = from + 1;

	while (*words) {
		size_t n = strcspn(words, " ");

		while (i < c->n && !fits_any(danger_word(c, i), words, n))
			i++;
		if (i++ >= c->n)
			return false;
		words += n + (words[n] == ' ');
	}
	return true;
}

/* --- rm --------------------------------------------------------------------------------------- */

/* What a command keeps for itself and throws away. */
static bool is_scratch(const char *w)
{
	return (str_starts(w, "/tmp/") || str_starts(w, "/var/tmp/") || str_starts(w, "./tmp/")) &&
	       !strstr(w, "..") && !strchr(w, DANGER_ANY);
}

/* Whether everything that is named is scratch. */
static bool only_scratch(const struct danger_cmd *c, size_t from)
{
	size_t n = 0;

	for (size_t i = from + 1; i < c->n; i++) {
		const char *w = danger_word(c, i);

		if (*w == '-')
			continue;
		if (!is_scratch(w))
			return false;
		n++;
	}
	return n > 0;
}

static bool has_wildcard(const struct danger_cmd *c, size_t from)
{
	for (size_t i = from + 1; i < c->n; i++)
		if (danger_word(c, i)[0] != '-' && strpbrk(danger_word(c, i), "*?["))
			return true;
	return false;
}

/* A dd or a truncate that writes to nothing that was there. */
static bool writes_nowhere(const struct danger_cmd *c, size_t from)
{
	for (size_t i = from + 1; i < c->n; i++) {
		const char *w = danger_word(c, i);

		if (str_eq(w, "of=/dev/null") || (str_starts(w, "of=") && is_scratch(w + 3)))
			return true;
	}
	return false;
}

/* A pod that something keeps comes back: deleting one is how it is restarted. */
static bool restarts(const struct danger_cmd *c, size_t from)
{
	bool pod = false;

	for (size_t i = from + 1; i < c->n; i++)
		pod |= fits_any(danger_word(c, i), "pod|pods|po|pod/*", 17);
	return pod && !has_option(c, from, "--all|--all=*|--force|--grace-period=0|--now|-A|"
					   "--all-namespaces|-l|--selector*");
}

static bool excused(const struct danger_row *r, const struct danger_cmd *c, size_t from)
{
	if (str_eq(r->program, "rm"))
		return only_scratch(c, from) || (strchr(r->words, DANGER_ANY) &&
						 !has_wildcard(c, from));
	if (str_eq(r->program, "dd"))
		return writes_nowhere(c, from);
	if (str_eq(r->program, "kubectl") && str_eq(r->words, "delete"))
		return restarts(c, from);
	return str_eq(r->program, "truncate") && only_scratch(c, from);
}

static bool row_fits(const struct danger_row *r, const struct danger_cmd *c, size_t from)
{
	const char *words = strchr(r->words, DANGER_ANY) ? "" : r->words;

	return has_words(c, from, words) &&
	       (!*r->options || has_option(c, from, r->options)) &&
	       !has_option(c, from, r->unless) && !excused(r, c, from);
}

static void hold_against(struct look *l, const struct danger_cmd *c, size_t from,
			 const char *program)
{
	for (size_t i = 0; i < danger_n_rows; i++) {
		const struct danger_row *r = &danger_rows[i];

		if (!fits(program, r->program, strlen(r->program)) || !row_fits(r, c, from))
			continue;
		find(l, r->program, r->what, c->v[from].at);
		return;
	}
}

/* --- by its name ------------------------------------------------------------------------------ */

/* A script or a task that says itself what it is for: rake destroy, ./wipe.sh. */
static bool says_so(const char *w)
{
	static const char *const words[] = { "destroy", "wipe", "purge", "nuke", "obliterate",
					     "clobber", "teardown", "tear-down", "force_unlock",
					     "force-unlock" };
	size_t n = strlen(w);

	if (n > 60 || strchr(w, '=') || *w == '-')
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *at = strstr(w, words[i]);

		if (at && (at == w || strchr("/_-:.[", at[-1])))
			return true;
	}
	return false;
}

static void hold_by_name(struct look *l, const struct danger_cmd *c, size_t from,
			 const char *program)
{
	static const char *const runners[] = { "rake", "make", "npm", "yarn", "just", "task",
					       "invoke", "fab", "ant", "gradle", "mvn", "exekube",
					       "xk", "ansible-playbook" };

	if (says_so(program)) {
		find(l, "by its name", "says by its name that it destroys", c->v[from].at);
		return;
	}
	for (size_t k = 0; k < sizeof(runners) / sizeof(runners[0]); k++)
		if (str_eq(program, runners[k]))
			for (size_t i = from + 1; i < c->n; i++)
				if (says_so(danger_word(c, i)))
					find(l, "by its name",
					     "says by its name that it destroys", c->v[from].at);
}

/* --- what runs other commands ----------------------------------------------------------------- */

static void look_joined(struct look *l, const struct danger_cmd *c, size_t from)
{
	struct buf b = BUF_INIT;

	for (size_t i = from; i < c->n; i++) {
		buf_adds(&b, b.len ? " " : "");
		buf_adds(&b, danger_word(c, i));
	}
	if (b.len)
		look_text(l, b.data, b.len, c->v[from].at, true);
	buf_release(&b);
}

static void look_input(struct look *l, const struct danger_cmd *c, size_t from)
{
	if (c->has_input)
		look_text(l, buf_str(&c->input), c->input.len, c->v[from].at, true);
	else if (c->piped)
		find(l, "unseen", "runs a text that nobody can see here", c->v[from].at);
}

/* The first word behind `from` that begins a command we know, else the first that is no option. */
static void look_rest(struct look *l, const struct danger_cmd *c, size_t from)
{
	size_t first = 0;

	for (size_t i = from + 1; i < c->n; i++) {
		const char *w = danger_word(c, i);

		if (*w == '-' || is_assignment(w))
			continue;
		first = first ? first : i;
		if (danger_is_known(program_of(w)) || says_so(program_of(w))) {
			judge(l, c, i);
			return;
		}
	}
	if (first)
		judge(l, c, first);
}

static void look_shell(struct look *l, const struct danger_cmd *c, size_t from)
{
	bool script = false;

	for (size_t i = from + 1; i < c->n; i++) {
		const char *w = danger_word(c, i);
		size_t n = strlen(w);

		if (*w == '-' && n > 1 && w[1] != '-' && strchr(w + 1, 'c') && i + 1 < c->n) {
			const char *text = danger_word(c, i + 1);

			look_text(l, text, strlen(text), c->v[from].at, true);
			return;
		}
		script |= *w != '-' && *w != '+';
	}
	if (!script || has_option(c, from, "-s"))
		look_input(l, c, from);
}

static void look_ssh(struct look *l, const struct danger_cmd *c, size_t from)
{
	static const char takes[] = "bcDEeFIiJLlmOoopQRSWw";
	size_t i = from + 1;

	for (; i < c->n && danger_word(c, i)[0] == '-'; i++) {
		const char *w = danger_word(c, i);

		if (w[1] && strchr(takes, w[1]) && !w[2])
			i++;
	}
	if (i + 1 < c->n)
		look_joined(l, c, i + 1);
	else
		look_input(l, c, from);
}

static void look_dashes(struct look *l, const struct danger_cmd *c, size_t from)
{
	for (size_t i = from + 1; i < c->n; i++)
		if (str_eq(danger_word(c, i), "--")) {
			if (i + 1 < c->n)
				judge(l, c, i + 1);
			return;
		}
	look_rest(l, c, from + 1);
}

static void look_find(struct look *l, const struct danger_cmd *c, size_t from)
{
	for (size_t i = from + 1; i < c->n; i++) {
		const char *w = danger_word(c, i);

		if (str_eq(w, "-delete"))
			find(l, "find -delete", "deletes what it finds", c->v[from].at);
		if (!fits_any(w, "-exec|-execdir|-ok|-okdir", 25) || i + 1 >= c->n)
			continue;
		if (str_eq(program_of(danger_word(c, i + 1)), "rm"))
			find(l, "find -exec rm", "deletes what it finds", c->v[from].at);
		else
			judge(l, c, i + 1);
	}
}

static void look_sql(struct look *l, const struct danger_cmd *c, size_t from)
{
	const struct danger_sql *sql = NULL;

	for (size_t i = from + 1; !sql && i < c->n; i++)
		sql = danger_sql_find(danger_word(c, i));
	if (!sql && c->has_input)
		sql = danger_sql_find(buf_str(&c->input));
	if (sql)
		find(l, "SQL", sql->what, c->v[from].at);
}

/* --- one command ------------------------------------------------------------------------------ */

static void judge(struct look *l, const struct danger_cmd *c, size_t from)
{
	const char *program;

	while (from < c->n && (is_assignment(danger_word(c, from)) ||
			       is_reserved(danger_word(c, from))))
		from++;
	if (from >= c->n)
		return;
	program = danger_alias(program_of(danger_word(c, from)));
	switch (danger_how(program, danger_word(c, from + 1))) {
	case DANGER_REST:
		look_rest(l, c, from);
		return;
	case DANGER_SHELL:
		look_shell(l, c, from);
		return;
	case DANGER_EVAL:
		look_joined(l, c, from + 1);
		return;
	case DANGER_SSH:
		look_ssh(l, c, from);
		return;
	case DANGER_DASHES:
		look_dashes(l, c, from);
		return;
	case DANGER_SQL:
		look_sql(l, c, from);
		return;
	case DANGER_FIND:
		look_find(l, c, from);
		return;
	case DANGER_QUIET:
		return;
	case DANGER_NOT:
		break;
	}
	hold_against(l, c, from, program);
	hold_by_name(l, c, from, program);
}

static void one_command(void *ctx, struct danger_cmd *c)
{
	struct look *l = ctx;

	if (c->over)
		find(l, "too long", "is too long to be looked at", c->v[0].at);
	if (c->device)
		find(l, "> device", "overwrites a disk", c->device_at);
	if (c->n)
		judge(l, c, 0);
}

static void inner(void *ctx, const char *text, size_t n, size_t at)
{
	look_text(ctx, text, n, at, true);
}

static void look_text(struct look *l, const char *s, size_t n, size_t at, bool fixed)
{
	struct danger_split to = { one_command, inner, l };

	if (l->depth >= DANGER_NEST) {
		find(l, "too deep", "is nested too deeply to be looked at", at);
		return;
	}
	l->depth++;
	danger_split(s, n, at, fixed, &to);
	l->depth--;
}

size_t danger_look(const char *command, void (*fn)(void *ctx, const struct danger *d), void *ctx)
{
	struct look l = { .fn = fn, .ctx = ctx };

	look_text(&l, command, strlen(command), 0, false);
	return l.found;
}
