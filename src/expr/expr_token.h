/* Words of a condition. What SQL would take and this language does not (double quotes, comments,
 * semicolons, parameters, bit operators) is refused here already, each with what to write. */
#ifndef EXPR_TOKEN_H
#define EXPR_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

struct err;

enum expr_tok {
	TOK_END,
	TOK_NAME,   /* a word: name, function or keyword */
	TOK_INT,
	TOK_NUMBER,
	TOK_TEXT,   /* with its quotes */
	TOK_LPAREN, TOK_RPAREN, TOK_COMMA, TOK_DOT, TOK_STAR,
	TOK_EQ, TOK_NE, TOK_LT, TOK_LE, TOK_GT, TOK_GE,
	TOK_PLUS, TOK_MINUS, TOK_SLASH, TOK_PERCENT, TOK_CONCAT, TOK_ARROW,
};

struct expr_token {
	enum expr_tok kind;
	size_t off, len;
};

/* The token at or behind byte `off` of text. ERR_PARSE with ret->off at the place. */
int expr_token_next(const char *text, size_t off, struct expr_token *ret, struct err *err);

/* Whether the token is this word; case makes no difference, as in SQL. */
bool expr_token_is(const char *text, const struct expr_token *tok, const char *word);

/* Whether a word is one of the language's own and so no name. */
bool expr_token_reserved(const char *text, const struct expr_token *tok);

/* Copies a TOK_TEXT without its quotes ('' becomes ') to `to` (room for tok->len), with a NUL.
 * Returns the length. */
size_t expr_token_unquote(const char *text, const struct expr_token *tok, char *to);

#endif
