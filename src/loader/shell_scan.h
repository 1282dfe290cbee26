/* What a command of the shell names: variables and files. Not a parser of the shell: it knows
 * quotes, comments and `$(`, and takes what it does not know for plain text. */
#ifndef LOADER_SHELL_SCAN_H
#define LOADER_SHELL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "nameset.h"

struct shell_var {
	const char *name;
	size_t len, offset; /* offset: of the $ in the command */
	bool braces;        /* ${name} and nothing more in it */
	bool minded;        /* ${name:-...} and the like: it may be unset */
	bool quoted; /* in single quotes, in a quoted here-document or behind a backslash: some
		      * other program reads it */
};

void shell_scan_vars(const char *command, void (*fn)(void *ctx, const struct shell_var *v),
		     void *ctx);

/* Calls fn for each word that stands where a command's name stands, and for the file that a shell
 * or another interpreter is given. Only plain words: nothing quoted or filled in. */
void shell_scan_files(const char *command, void (*fn)(void *ctx, const char *word, size_t len,
						      size_t offset), void *ctx);

/* The words of a command that stand without a $ in front. */
struct shell_words {
	struct nameset bare;  /* all of them */
	struct nameset given; /* those that get a value: name=, for name, read name and the like */
};
void shell_scan_words(struct shell_words *w, const char *command);
void shell_scan_words_release(struct shell_words *w);

/* Whether the command changes its folder, so that its relative paths start elsewhere. */
bool shell_scan_moves(const struct shell_words *w);

/* Whether it takes in another file of shell text, which may set anything. */
bool shell_scan_sources(const char *command, const struct shell_words *w);

#endif
