#include "shell_scan.h"

#include <string.h>

enum { NESTED_MAX = 32 };

struct scan {
	const char *s;
	size_t at;
	char quote;               /* ' or " or NUL */
	char outer[NESTED_MAX];   /* quotes around each open $( */
	size_t depth;
	const char *here;         /* word of a quoted here-document that starts at the line's end */
	size_t here_len;
};

static bool name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool name_char(char c)
{
	return name_start(c) || (c >= '0' && c <= '9');
}

static size_t name_len(const char *s)
{
	size_t n = 0;
	if (name_start(*s))
		while (name_char(s[n]))
			n++;
	return n;
}

static bool at_word_start(const struct scan *x)
{
	return x->at == 0 || strchr(" \t\n;&|(", x->s[x->at - 1]);
}

/* <<'WORD': notes the word; returns the characters up to it. */
static size_t here_document(struct scan *x)
{
	const char *s = x->s + x->at, *word = s + 2;
	if (x->quote || s[0] != '<' || s[1] != '<')
		return 0;
	if (*word == '<')
		return 3;
	word += *word == '-';
	word += strspn(word, " \t");
	if (*word == '\'' || *word == '"' || *word == '\\') {
		char end = *word == '\\' ? '\0' : *word;
		word++;
		x->here = word;
		x->here_len = end ? strcspn(word, end == '"' ? "\"\n" : "'\n") :
				    strcspn(word, " \t\n;&|)");
		word += x->here_len + (end && word[x->here_len] == end);
	}
	return (size_t)(word - s);
}

/* The text of a quoted here-document, from behind its line's end: its length with the last line. */
static size_t here_text(const struct scan *x, const char *s)
{
	const char *line = s;
	while (*line) {
		const char *text = line + strspn(line, "\t");
		size_t n = strcspn(text, "\n");
		bool last = n == x->here_len && memcmp(text, x->here, n) == 0;
		line = text + n + (text[n] == '\n');
		if (last)
			break;
	}
	return (size_t)(line - s);
}

/* Quotes, comments and nesting at this character; returns how many characters it was, 0 when it is
 * none of these. */
static size_t step(struct scan *x)
{
	const char *s = x->s + x->at;
	if (x->quote == '\'') {
		if (*s == '\'')
			x->quote = '\0';
		return *s == '\'' ? 1 : 0;
	}
	if (*s == '"' || (*s == '\'' && !x->quote)) {
		x->quote = x->quote ? '\0' : *s;
		return 1;
	}
	if (s[0] == '$' && s[1] == '(' && x->depth < NESTED_MAX) {
		x->outer[x->depth++] = x->quote;
		x->quote = '\0';
		return 2;
	}
	if (*s == ')' && !x->quote && x->depth) {
		x->quote = x->outer[--x->depth];
		return 1;
	}
	if (*s == '#' && !x->quote && at_word_start(x))
		return strcspn(s, "\n");
	return 0;
}

/* The variable that starts at the $ here; returns the characters it takes, 0 for none. */
static size_t variable(const char *s, struct shell_var *v)
{
	bool brace = s[1] == '{';
	const char *name = s + (brace ? 2 : 1);
	if (brace && *name == '#')
		name++;
	size_t n = name_len(name);
	if (!n)
		return 0;
	v->name = name;
	v->len = n;
	v->braces = brace && name == s + 2 && name[n] == '}';
	v->minded = brace && name[n] && strchr(":-+=?", name[n]);
	return (size_t)(name - s) + n;
}

static void quoted_vars(const char *command, size_t at, size_t end,
			void (*fn)(void *ctx, const struct shell_var *v), void *ctx)
{
	while (at < end) {
		struct shell_var v = { .offset = at, .quoted = true };
		size_t n = command[at] == '$' ? variable(command + at, &v) : 0;
		if (n)
			fn(ctx, &v);
		at += n ? n : 1;
	}
}

void shell_scan_vars(const char *command, void (*fn)(void *ctx, const struct shell_var *v),
		     void *ctx)
{
	struct scan x = { .s = command };
	while (command[x.at]) {
		size_t here = here_document(&x);
		if (here) {
			x.at += here;
			continue;
		}
		if (command[x.at] == '\n' && x.here) {
			size_t from = x.at + 1, n = here_text(&x, command + from);
			quoted_vars(command, from, from + n, fn, ctx);
			x.at = from + n;
			x.here = NULL;
			continue;
		}
		struct shell_var v = { .offset = x.at, .quoted = x.quote == '\'' };
		bool escaped = command[x.at] == '\\' && x.quote != '\'' && command[x.at + 1];
		if (escaped) {
			x.at++;
			v.quoted = true;
		}
		size_t n = escaped ? 0 : step(&x);
		if (!n && command[x.at] == '$') {
			n = variable(command + x.at, &v);
			if (n)
				fn(ctx, &v);
		}
		x.at += n ? n : 1;
	}
}

/* --- words ----------------------------------------------------------------------------------- */

static bool is_word(const char *s, size_t n, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == n && memcmp(s, *words, n) == 0)
			return true;
	return false;
}

/* Characters of a plain word at s. */
static size_t plain_len(const char *s)
{
	return strcspn(s, " \t\n;&|()<>\"'$`\\*?[]{}#");
}

/* Behind these the next word is a command's name again. */
static const char *const before_command[] = { "then", "do", "else", "elif", "if", "while", "until",
					      "!", "time", "exec", "sudo", "nohup", "{", NULL };
static const char *const interpreters[] = { "sh", "bash", "dash", "ksh", "zsh", "python3",
					    "python", "perl", "ruby", "source", ".", NULL };

/* Where in a command the next word stands. */
struct position {
	bool first;   /* where a command's name stands */
	bool script;  /* where an interpreter's file stands */
	bool setting; /* inside of NAME=..., which goes on to the next blank */
};

static size_t file_word(const char *s, size_t at, struct position *p,
			void (*fn)(void *ctx, const char *word, size_t len, size_t offset),
			void *ctx)
{
	size_t n = plain_len(s);
	bool whole = n && (!s[n] || strchr(" \t\n;&|)`", s[n]));
	bool option = p->script && *s == '-';
	bool sets = p->first && n && memchr(s, '=', n);
	if (p->setting)
		return n ? n : 1;
	if (whole && (p->first || p->script) && !option)
		fn(ctx, s, n, at);
	p->setting = sets && !whole;
	p->script = (p->first && is_word(s, n, interpreters)) || option;
	p->first = p->first && (sets || is_word(s, n, before_command));
	return n ? n : 1;
}

void shell_scan_files(const char *command, void (*fn)(void *ctx, const char *word, size_t len,
						      size_t offset), void *ctx)
{
	struct scan x = { .s = command };
	struct position p = { .first = true };
	while (command[x.at]) {
		const char *s = command + x.at;
		if (*s == '\\' && x.quote != '\'' && s[1]) {
			x.at += 2;
			p.first = p.script = p.first && s[1] == '\n';
			continue;
		}
		size_t n = step(&x);
		if (n) {
			p.first = (s[0] == '$' && s[1] == '(') || p.setting;
			p.script = false;
			p.setting = p.setting && s[0] != '$';
		} else if (x.quote) {
			n = 1;
		} else if (strchr(" \t", *s)) {
			n = 1;
			p.setting = false;
		} else if (strchr("\n;&|(`", *s)) {
			n = 1;
			p = (struct position){ .first = true };
		} else {
			n = file_word(s, x.at, &p, fn, ctx);
		}
		x.at += n;
	}
}

/* --- bare words ------------------------------------------------------------------------------ */

/* Whether the word in front of s (blanks between) is one of these. */
static bool follows(const char *s, const char *command, const char *const *words)
{
	const char *end = s;
	while (end > command && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	const char *start = end;
	while (start > command && end - start < 12 && !strchr(" \t\n;&|(", start[-1]))
		start--;
	return end < s && is_word(start, (size_t)(end - start), words);
}

static bool is_given(const char *s, size_t len, const char *command)
{
	static const char *const givers[] = { "for",     "read",    "-r",      "local",
					      "export",  "declare", "typeset", "readonly",
					      "getopts", "mapfile", "-t",      NULL };
	return s[len] == '=' || strncmp(s + len, "+=", 2) == 0 || follows(s, command, givers);
}

void shell_scan_words(struct shell_words *w, const char *command)
{
	for (const char *s = command; *s;) {
		size_t n = name_len(s);
		if (!n) {
			/* digits in front of a name are part of another word */
			s++;
			while (name_char(*s) && !name_start(*s))
				s++;
			continue;
		}
		bool dollar = s > command && s[-1] == '$';
		bool brace = s > command + 1 && s[-1] == '{' && s[-2] == '$';
		if (!dollar && !brace) {
			nameset_put(&w->bare, s, n, 0, NULL);
			if (is_given(s, n, command))
				nameset_put(&w->given, s, n, 0, NULL);
		}
		s += n;
	}
}

void shell_scan_words_release(struct shell_words *w)
{
	nameset_release(&w->bare);
	nameset_release(&w->given);
}

static bool has(const struct nameset *s, const char *word)
{
	size_t unused;
	return nameset_get(s, word, strlen(word), &unused);
}

bool shell_scan_moves(const struct shell_words *w)
{
	return has(&w->bare, "cd") || has(&w->bare, "pushd") || has(&w->bare, "chdir");
}

bool shell_scan_sources(const char *command, const struct shell_words *w)
{
	if (has(&w->bare, "source") || has(&w->bare, "eval"))
		return true;
	for (const char *s = command; (s = strstr(s, ". ")); s++)
		if (s == command || strchr(" \t\n;&|(", s[-1]))
			return true;
	return false;
}
