/* A text of the shell taken apart into simple commands. */
#include <stdlib.h>
#include <string.h>

#include "dangerint.h"
#include "mem.h"
#include "str.h"

enum { HERE_MAX = 8 };

struct splitter {
	const char *s;
	size_t n, at, base;
	bool fixed;
	struct danger_cmd cmd;
	struct buf word;      /* being read */
	size_t word_at;
	bool in_word, to_file;
	struct buf piped;     /* what the command before prints, where its words say so */
	bool is_piped, pipe_known;
	struct { const char *end; size_t len; bool tabs; } here[HERE_MAX];
	size_t n_here, here_skip; /* texts read ahead: skipped at the line's end */
	const struct danger_split *to;
};

const char *danger_word(const struct danger_cmd *c, size_t i)
{
	return i < c->n ? buf_str(&c->text) + c->v[i].text : "";
}

static size_t where(const struct splitter *x, size_t at)
{
	return x->fixed ? x->base : x->base + at;
}

static void begin_word(struct splitter *x)
{
	if (!x->in_word)
		x->word_at = x->at;
	x->in_word = true;
}

/* --- words ------------------------------------------------------------------------------------ */

static bool is_device(const char *path)
{
	static const char *const kinds[] = { "/dev/sd", "/dev/nvme", "/dev/vd", "/dev/xvd",
					     "/dev/mapper/", "/dev/disk/", "/dev/md", "/dev/loop",
					     "/dev/mmcblk", "/dev/hd", "/dev/dm-" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_starts(path, kinds[i]))
			return true;
	return false;
}

static void end_word(struct splitter *x)
{
	struct danger_cmd *c = &x->cmd;

	if (!x->in_word)
		return;
	x->in_word = false;
	if (x->to_file) {
		x->to_file = false;
		if (is_device(buf_str(&x->word))) {
			c->device = "";
			c->device_at = where(x, x->word_at);
		}
		buf_clear(&x->word);
		return;
	}
	if (c->n >= DANGER_WORDS) {
		c->over = true;
		buf_clear(&x->word);
		return;
	}
	if (c->n == c->cap) {
		c->cap = c->cap ? 2 * c->cap : 16;
		c->v = mem_grow(c->v, c->cap, sizeof(*c->v));
	}
	c->v[c->n++] = (struct danger_word){ c->text.len, where(x, x->word_at) };
	buf_add(&c->text, buf_str(&x->word), x->word.len);
	buf_addc(&c->text, '\0');
	buf_clear(&x->word);
}

/* What echo and printf print, as far as their words say it. */
static void keep_printed(struct splitter *x)
{
	const struct danger_cmd *c = &x->cmd;
	bool says = str_eq(danger_word(c, 0), "echo") || str_eq(danger_word(c, 0), "printf");

	buf_clear(&x->piped);
	for (size_t i = 1; says && i < c->n; i++) {
		if (x->piped.len || danger_word(c, i)[0] != '-') {
			buf_adds(&x->piped, danger_word(c, i));
			buf_addc(&x->piped, ' ');
		}
	}
	if (!says && c->has_input) {
		buf_adds(&x->piped, buf_str(&c->input));
		says = true;
	}
	x->pipe_known = says;
}

static void end_command(struct splitter *x, bool pipes)
{
	struct danger_cmd *c = &x->cmd;

	end_word(x);
	x->to_file = false;
	if (x->is_piped && !c->has_input) {
		c->piped = true;
		c->has_input = x->pipe_known;
		buf_clear(&c->input);
		if (x->pipe_known)
			buf_adds(&c->input, buf_str(&x->piped));
	}
	if (pipes)
		keep_printed(x);
	if (c->n || c->device)
		x->to->command(x->to->ctx, c);
	x->is_piped = pipes;
	c->n = 0;
	c->device = NULL;
	c->has_input = c->piped = c->over = false;
	buf_clear(&c->text);
	buf_clear(&c->input);
}

/* --- what stands inside ----------------------------------------------------------------------- */

/* The length of $(...) or (...) from its first parenthesis to its last, quotes minded. */
static size_t parens(const char *s, size_t n)
{
	size_t depth = 0;
	char quote = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\\' && quote != '\'')
			i++;
		else if (quote)
			quote = s[i] == quote ? 0 : quote;
		else if (s[i] == '\'' || s[i] == '"')
			quote = s[i];
		else if (s[i] == '(')
			depth++;
		else if (s[i] == ')' && --depth == 0)
			return i + 1;
	}
	return n;
}

static size_t expansion(struct splitter *x, const char *s, size_t n)
{
	size_t len = 1;

	if (n > 1 && s[1] == '(') {
		len = 1 + parens(s + 1, n - 1);
		if (len > 3)
			x->to->inner(x->to->ctx, s + 2, len - 3, where(x, x->at));
	} else if (n > 1 && s[1] == '{') {
		const char *end = memchr(s, '}', n);
		len = end ? (size_t)(end - s) + 1 : n;
	} else {
		while (len < n && (s[len] == '_' || (s[len] | 32) - 'a' + 0u < 26u ||
				   (s[len] >= '0' && s[len] <= '9')))
			len++;
		if (len == 1 && n > 1 && strchr("@*#?-$!", s[1]))
			len = 2;
		if (len == 1) {
			buf_addc(&x->word, '$');
			return 1;
		}
	}
	buf_addc(&x->word, DANGER_ANY);
	return len;
}

static size_t backquote(struct splitter *x, const char *s, size_t n)
{
	const char *end = memchr(s + 1, '`', n - 1);
	size_t len = end ? (size_t)(end - s) + 1 : n;

	if (len > 2)
		x->to->inner(x->to->ctx, s + 1, len - 2, where(x, x->at));
	buf_addc(&x->word, DANGER_ANY);
	return len;
}

static size_t quoted(struct splitter *x, const char *s, size_t n)
{
	char q = *s;
	size_t i = 1;

	while (i < n && s[i] != q) {
		if (q == '"' && s[i] == '\\' && i + 1 < n) {
			if (!strchr("\"\\$`\n", s[i + 1]))
				buf_addc(&x->word, '\\');
			if (s[i + 1] != '\n')
				buf_addc(&x->word, s[i + 1]);
			i += 2;
		} else if (q == '"' && s[i] == '$') {
			i += expansion(x, s + i, n - i);
		} else if (q == '"' && s[i] == '`') {
			i += backquote(x, s + i, n - i);
		} else {
			buf_addc(&x->word, s[i++]);
		}
	}
	return i < n ? i + 1 : n;
}

/* --- redirections ----------------------------------------------------------------------------- */

static size_t here_begins(struct splitter *x, const char *s, size_t n)
{
	size_t i = 2;
	bool tabs = i < n && s[i] == '-';
	char q = 0;

	i += tabs;
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	if (i < n && (s[i] == '\'' || s[i] == '"' || s[i] == '\\'))
		q = s[i++];
	const char *word = s + i;
	while (i < n && !strchr(q == '\'' || q == '"' ? "'\"\n" : " \t\n;&|<>()", s[i]))
		i++;
	if (x->n_here < HERE_MAX) {
		x->here[x->n_here].end = word;
		x->here[x->n_here].len = (size_t)(s + i - word);
		x->here[x->n_here++].tabs = tabs;
	} else {
		x->cmd.over = true;
	}
	return i + (i < n && (q == '\'' || q == '"'));
}

/* The texts of here-documents, which begin behind the line's end. */
static size_t here_texts(struct splitter *x, const char *s, size_t n)
{
	size_t at = 0;

	for (size_t k = 0; k < x->n_here; k++) {
		while (at < n) {
			const char *nl = memchr(s + at, '\n', n - at);
			size_t len = nl ? (size_t)(nl - s) - at : n - at;
			size_t skip = x->here[k].tabs ? strspn(s + at, "\t") : 0;
			bool last = skip <= len && len - skip == x->here[k].len &&
				    !memcmp(s + at + skip, x->here[k].end, x->here[k].len);

			if (!last) {
				buf_add(&x->cmd.input, s + at, len);
				buf_addc(&x->cmd.input, '\n');
			}
			at += len + (nl != NULL);
			if (last)
				break;
		}
	}
	x->cmd.has_input = true;
	x->n_here = 0;
	return at;
}

static size_t redirection(struct splitter *x, const char *s, size_t n)
{
	size_t i = 1;
	bool digits = x->in_word && x->word.len == strspn(buf_str(&x->word), "0123456789");

	if (digits) {
		buf_clear(&x->word);
		x->in_word = false;
	}
	end_word(x);
	if (*s == '<' && n > 2 && s[1] == '<' && s[2] == '<') {
		return 3; /* a here-string's word is a word more: enough to look at it */
	}
	if (*s == '<' && n > 1 && s[1] == '<')
		return here_begins(x, s, n);
	while (i < n && strchr(">&|", s[i]))
		i++;
	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	x->to_file = true;
	return i;
}

/* --- the text --------------------------------------------------------------------------------- */

static size_t separator(struct splitter *x, const char *s, size_t n)
{
	bool pipes = *s == '|' && !(n > 1 && s[1] == '|');

	if (x->n_here) { /* the command's text begins behind this line, which may go on */
		const char *nl = memchr(s, '\n', n);

		if (nl)
			x->here_skip += here_texts(x, nl + 1 + x->here_skip,
						   n - (size_t)(nl + 1 - s) - x->here_skip);
	}
	end_command(x, pipes);
	if (*s == '\n' && x->here_skip) {
		size_t len = 1 + x->here_skip;

		x->here_skip = 0;
		return len;
	}
	return *s != '\n' && n > 1 && (s[1] == *s || s[1] == '&') ? 2 : 1;
}

static size_t next(struct splitter *x)
{
	const char *s = x->s + x->at;
	size_t n = x->n - x->at;

	if (*s == '#' && !x->in_word) {
		const char *nl = memchr(s, '\n', n);
		return nl ? (size_t)(nl - s) : n;
	}
	if (strchr(" \t", *s)) {
		end_word(x);
		return 1;
	}
	if (strchr("\n;&|()", *s))
		return separator(x, s, n);
	if (*s == '<' || *s == '>')
		return redirection(x, s, n);
	begin_word(x);
	if (*s == '\\' && n > 1) {
		if (s[1] != '\n')
			buf_addc(&x->word, s[1]);
		return 2;
	}
	if (*s == '\'' || *s == '"')
		return quoted(x, s, n);
	if (*s == '$')
		return expansion(x, s, n);
	if (*s == '`')
		return backquote(x, s, n);
	buf_addc(&x->word, *s);
	return 1;
}

void danger_split(const char *s, size_t n, size_t base, bool fixed, const struct danger_split *to)
{
	struct splitter x = { .s = s, .n = n, .base = base, .fixed = fixed, .to = to };

	while (x.at < n)
		x.at += next(&x);
	end_command(&x, false);
	free(x.cmd.v);
	buf_release(&x.cmd.text);
	buf_release(&x.cmd.input);
	buf_release(&x.word);
	buf_release(&x.piped);
}
