/* Inside of the room: simple commands as words, and the table that they are held against. */
#ifndef DANGER_DANGERINT_H
#define DANGER_DANGERINT_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "danger.h"

/* Stands in a word for what nobody knows before it runs: a variable, the output of a command. */
#define DANGER_ANY '\1'

struct danger_word {
	size_t text;   /* offset in the command's text, NUL terminated there */
	size_t at;     /* offset in what the caller gave */
};

/* One simple command: its words, and what it reads where that stands in the text. */
struct danger_cmd {
	struct danger_word *v;
	size_t n, cap;
	struct buf text;
	struct buf input;   /* here-document, here-string, or what echo pipes in */
	bool has_input;
	bool piped;         /* reads from a pipe */
	bool over;
	const char *device; /* a device it is redirected to; points into text's storage; NULL */
	size_t device_at;
};

const char *danger_word(const struct danger_cmd *c, size_t i); /* "" behind the end */

struct danger_split {
	void (*command)(void *ctx, struct danger_cmd *c);
	/* the text of $(...), `...`; at: where it stands in what the caller gave */
	void (*inner)(void *ctx, const char *text, size_t n, size_t at);
	void *ctx;
};
/* fixed: all offsets are `base`, else they count from it. */
void danger_split(const char *s, size_t n, size_t base, bool fixed, const struct danger_split *to);

/* --- the table -------------------------------------------------------------------------------- */

/* A row: the program, the words that must follow in this order among those that are no options
 * ("a|b" either, "x*" a beginning, "" none needed), one of the options that must be there ("" none
 * needed; a single letter also inside of -abc), and one that makes it harmless. */
struct danger_row {
	const char *program, *words, *options, *unless, *what;
};
extern const struct danger_row danger_rows[];
extern const size_t danger_n_rows;

/* What destroys in SQL, and in the scripting languages of clients. */
struct danger_sql {
	const char *begins;  /* words, upper case; "*" stands for one word */
	const char *unless;  /* a word that makes it a change of some rows */
	const char *what;
};
extern const struct danger_sql danger_sqls[];
extern const size_t danger_n_sqls;
/* The first row that fits a statement of text; NULL for none. */
const struct danger_sql *danger_sql_find(const char *text);

/* How a program runs what stands behind it. */
enum danger_how {
	DANGER_NOT,     /* it does not */
	DANGER_REST,    /* the rest of its words is a command: sudo, env, xargs */
	DANGER_SHELL,   /* -c TEXT, or what it reads: sh */
	DANGER_EVAL,    /* all its words are text for a shell */
	DANGER_SSH,     /* behind the host: text for a shell; nothing behind it: what it reads */
	DANGER_DASHES,  /* behind `--`, or behind one word: kubectl exec, docker exec */
	DANGER_SQL,     /* SQL in an option or in what it reads: psql */
	DANGER_FIND,    /* -exec, -delete */
	DANGER_QUIET,   /* prints or reads; its words are no commands: echo, grep */
};
enum danger_how danger_how(const char *program, const char *word);
/* The program whose rows it shares: tofu, those of terraform. */
const char *danger_alias(const char *program);
bool danger_is_known(const char *program);

#endif
