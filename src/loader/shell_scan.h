/* What a command of the shell names: variables and files. Not a parser of the shell: it knows
 * quotes, comments and `$(`, and takes what it does not know for plain text. */
#ifndef LOADER_SHELL_SCAN_H
#define LOADER_SHELL_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct shell_var {
	const char *name;
	size_t len, offset; /* offset: of the $ in the command */
	bool braces;        /* ${name} and nothing more in it */
	bool minded;        /* ${name:-...} and the like: it may be unset */
	bool quoted;        /* in single quotes, in a quoted here-document or behind a backslash: some
			     * other program reads it */
};

void shell_scan_vars(const char *command, void (*fn)(void *ctx, const struct shell_var *v),
		     void *ctx);

/* Calls fn for each word that stands where a command's name stands, and for the file that a shell or
 * another interpreter is given. Only plain words: nothing quoted or filled in. */
void shell_scan_files(const char *command, void (*fn)(void *ctx, const char *word, size_t len,
						      size_t offset), void *ctx);

/* Whether the command itself gives the variable a value: name=, for name, read name and the like. */
bool shell_scan_assigns(const char *command, const char *name, size_t len);

/* Whether the name stands anywhere in the command but behind a $. */
bool shell_scan_mentions(const char *command, const char *name, size_t len);

/* Whether the command changes its folder, so that its relative paths start elsewhere. */
bool shell_scan_moves(const char *command);

#endif
