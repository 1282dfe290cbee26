#include "expr_token.h"

#include <string.h>
#include <strings.h>

#include "err.h"
#include "utf8.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

/* Signs, the longest first. Those with a sentence are what SQL, a shell or another language has and
 * this one has not. */
static const struct {
	const char *text;
	enum expr_tok kind;
	const char *refused;
} signs[] = {
	{ "->>", TOK_ARROW, NULL },
	{ "->", TOK_END, "-> is not known here; ->> takes a value out of a map or a list" },
	{ "--", TOK_END, "a comment (--) has no place in a condition" },
	{ "/*", TOK_END, "a comment (/*) has no place in a condition" },
	{ "<=", TOK_LE, NULL },
	{ ">=", TOK_GE, NULL },
	{ "<>", TOK_NE, NULL },
	{ "!=", TOK_NE, NULL },
	{ "==", TOK_EQ, NULL },
	{ "||", TOK_CONCAT, NULL },
	{ "&&", TOK_END, "&& is not known here; write and" },
	{ "<<", TOK_END, "bit operators are not known here" },
	{ ">>", TOK_END, "bit operators are not known here" },
	{ "=>", TOK_END, "=> is not known here; write >=" },
	{ "=<", TOK_END, "=< is not known here; write <=" },
	{ "=~", TOK_END, "=~ is not known here; write like '%part%', or capture with match" },
	{ "**", TOK_END, "** is not known here" },
	{ "=", TOK_EQ, NULL },
	{ "<", TOK_LT, NULL },
	{ ">", TOK_GT, NULL },
	{ "+", TOK_PLUS, NULL },
	{ "-", TOK_MINUS, NULL },
	{ "*", TOK_STAR, NULL },
	{ "/", TOK_SLASH, NULL },
	{ "%", TOK_PERCENT, NULL },
	{ "(", TOK_LPAREN, NULL },
	{ ")", TOK_RPAREN, NULL },
	{ ",", TOK_COMMA, NULL },
	{ ".", TOK_DOT, NULL },
	{ "\"", TOK_END, "double quotes do not make text; write it in single quotes, as in 'dev'" },
	{ "`", TOK_END, "backquotes are not known here; text goes in single quotes" },
	{ "[", TOK_END, "brackets are not known here; choices are written in ('a', 'b')" },
	{ "]", TOK_END, "brackets are not known here; choices are written in ('a', 'b')" },
	{ "{", TOK_END, "braces are not known here; a value is written by its name alone" },
	{ "}", TOK_END, "braces are not known here; a value is written by its name alone" },
	{ ";", TOK_END, "a semicolon has no place in a condition; it is one expression" },
	{ "$", TOK_END, "a value is written by its name alone, without $" },
	{ "?", TOK_END, "parameters (?) are not known here; a value is written by its name" },
	{ ":", TOK_END, "parameters (:) are not known here; a value is written by its name" },
	{ "@", TOK_END, "parameters (@) are not known here; a value is written by its name" },
	{ "#", TOK_END, "# has no place in a condition" },
	{ "!", TOK_END, "! is not known here; write not" },
	{ "&", TOK_END, "bit operators are not known here; write and" },
	{ "|", TOK_END, "bit operators are not known here; write or" },
	{ "~", TOK_END, "bit operators are not known here" },
	{ "^", TOK_END, "bit operators are not known here" },
	{ "\\", TOK_END, "a backslash has no place here; a quote in text is doubled: 'it''s'" },
};

static int take(struct expr_token *t, enum expr_tok kind, size_t len)
{
	t->kind = kind;
	t->len = len;
	return 0;
}

static int text_token(const char *s, struct expr_token *t, struct err *err)
{
	size_t n = 1;

	for (;; n++) {
		if (!s[n])
			return err_set(err, ERR_PARSE, "text without its closing quote");
		if (s[n] != '\'')
			continue;
		if (s[n + 1] != '\'')
			return take(t, TOK_TEXT, n + 1);
		n++;
	}
}

static int number_token(const char *s, struct expr_token *t, struct err *err)
{
	enum expr_tok kind = TOK_INT;
	size_t n = 0;

	while (is_digit(s[n]))
		n++;
	if (s[n] == '.') {
		kind = TOK_NUMBER;
		for (n++; is_digit(s[n]); n++)
			;
	}
	if ((s[n] == 'e' || s[n] == 'E') &&
	    (is_digit(s[n + 1]) || ((s[n + 1] == '-' || s[n + 1] == '+') && is_digit(s[n + 2])))) {
		kind = TOK_NUMBER;
		for (n += 2; is_digit(s[n]); n++)
			;
	}
	if (is_word(s[n]) || s[n] == '.') {
		size_t all = n;

		while (is_word(s[all]) || s[all] == '.')
			all++;
		return err_set(err, ERR_PARSE,
			       "%.*s is no number; durations, dates and versions go in single "
			       "quotes, as in '90s'", all > 40 ? 40 : (int)all, s);
	}
	return take(t, kind, n);
}

static int bad_byte(const char *s, struct err *err)
{
	uint32_t cp;
	size_t n = utf8_decode(s, strnlen(s, 4), &cp);

	if (n && cp >= 0x2018 && cp <= 0x201f)
		return err_set(err, ERR_PARSE, "typographic quotes do not make text; write it in "
			       "single quotes, as in 'dev'");
	if (n && cp > 0x20 && cp != 0x7f && !(cp >= 0x80 && cp < 0xa1))
		return err_set(err, ERR_PARSE, "%.*s has no place in a condition", (int)n, s);
	return err_set(err, ERR_PARSE, "byte 0x%02x has no place in a condition",
		       (unsigned char)*s);
}

static int sign_token(const char *s, struct expr_token *t, struct err *err)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t n;

		if (*s != signs[i].text[0])
			continue;
		n = strlen(signs[i].text);
		if (strncmp(s, signs[i].text, n) != 0)
			continue;
		if (signs[i].refused)
			return err_set(err, ERR_PARSE, "%s", signs[i].refused);
		return take(t, signs[i].kind, n);
	}
	return bad_byte(s, err);
}

int expr_token_next(const char *text, size_t off, struct expr_token *ret, struct err *err)
{
	const char *s = text + off + strspn(text + off, " \t\r\n");

	*ret = (struct expr_token){ .kind = TOK_END, .off = (size_t)(s - text) };
	if (!*s)
		return 0;
	if (*s == '\'')
		return text_token(s, ret, err);
	if (is_digit(*s) || (*s == '.' && is_digit(s[1])))
		return number_token(s, ret, err);
	if (is_word(*s)) {
		size_t n = 1;

		while (is_word(s[n]))
			n++;
		return take(ret, TOK_NAME, n);
	}
	return sign_token(s, ret, err);
}

bool expr_token_is(const char *text, const struct expr_token *tok, const char *word)
{
	/* The first letter without its case (bit 5) settles most. */
	return tok->kind == TOK_NAME && ((text[tok->off] ^ word[0]) & ~0x20) == 0 &&
	       strlen(word) == tok->len && strncasecmp(text + tok->off, word, tok->len) == 0;
}

bool expr_token_reserved(const char *text, const struct expr_token *tok)
{
	/* Kept in step with value_name_ok of the model; a unit test compares them. */
	static const char *const words[] = {
		"and", "or", "not", "in", "is", "isnull", "notnull", "null", "between", "like",
		"glob", "escape", "case", "when", "then", "else", "end", "true", "false",
		"exists", "select", "from", "where", "as", "distinct", "limit", "order", "by",
		"group", "having", "union", "all", "cast", "collate", "regexp", "match",
		"current_time", "current_date", "current_timestamp", "json_each",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (expr_token_is(text, tok, words[i]))
			return true;
	return false;
}

size_t expr_token_unquote(const char *text, const struct expr_token *tok, char *to)
{
	size_t n = 0;

	for (size_t i = tok->off + 1; i + 1 < tok->off + tok->len; i++) {
		to[n++] = text[i];
		i += text[i] == '\'';
	}
	to[n] = '\0';
	return n;
}
