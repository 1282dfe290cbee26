/* The programs that a command of the shell starts, as far as its words tell. */
#include <stdlib.h>
#include <string.h>

#include "loader.h"
#include "mem.h"
#include "shell_scan.h"

struct look {
	const char *command;
	bool patterns; /* it has a `case`: `a|b)` is no pipe */
	void (*fn)(void *ctx, const char *name, size_t n);
	void *ctx;
};

/* What the shell does itself. */
static const char *const own[] = {
	"[", "[[", "]]", "alias", "bg", "break", "case", "cd", "command", "continue", "declare",
	"do", "done", "echo", "elif", "else", "esac", "eval", "exec", "exit", "export", "false",
	"fg", "fi", "for", "function", "getopts", "hash", "if", "in", "jobs", "kill", "let",
	"local", "mapfile", "printf", "pwd", "read", "readonly", "return", "select", "set",
	"shift", "shopt", "source", "test", "then", "time", "times", "trap", "true", "type",
	"ulimit", "umask", "unalias", "unset", "until", "wait", "while",
};

static bool is_own(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strlen(own[i]) == n && memcmp(own[i], s, n) == 0)
			return true;
	return false;
}

/* A name, and neither a path, nor a number, nor an option. */
static bool is_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= 'A' && s[i] <= 'Z') &&
		    !(s[i] >= '0' && s[i] <= '9') && (i == 0 || !strchr("_+-", s[i])))
			return false;
	return n && !(s[0] >= '0' && s[0] <= '9');
}

/* "name()" or "name ()" somewhere in the command. */
static bool is_function(const char *command, const char *s, size_t n)
{
	char *name = mem_dupn(s, n);
	bool is = false;

	for (const char *at = command; !is && (at = strstr(at, name)); at += n) {
		const char *behind = at + n + strspn(at + n, " \t");

		is = strncmp(behind, "()", 2) == 0 && (at == command || strchr(" \t\n;&{", at[-1]));
	}
	free(name);
	return is;
}

/* The word that ends the here-document which begins on this line; 0 letters: none does. */
static const char *end_word(const char *line, size_t n, size_t *ret_n)
{
	const char *at = memmem(line, n, "<<", 2);
	size_t left;

	*ret_n = 0;
	if (!at || at[2] == '<')
		return NULL;
	at += 2;
	at += strspn(at, "-'\"\\ ");
	left = at < line + n ? (size_t)(line + n - at) : 0;
	*ret_n = strcspn(at, " \t\n;&|()<>\"'");
	*ret_n = *ret_n < left ? *ret_n : left;
	return at;
}

/* The command with blanks in place of what stands in here-documents. The caller's to free(). */
static char *without_documents(const char *command)
{
	char *copy = mem_dup(command);
	const char *end = NULL;
	size_t n_end = 0, n;

	for (char *line = copy; *line; line += n + (line[n] == '\n')) {
		char *from = line + strspn(line, "\t");

		n = strcspn(line, "\n");
		if (!n_end) {
			end = end_word(command + (line - copy), n, &n_end);
			continue;
		}
		if ((size_t)(line + n - from) == n_end && memcmp(from, end, n_end) == 0)
			n_end = 0;
		memset(line, ' ', n);
	}
	return copy;
}

/* Inside of "$((...))" names are numbers. */
static bool is_number(const char *command, const char *s)
{
	const char *from = s;

	while (from > command && from[-1] != '\n' && strncmp(from - 1, "((", 2) != 0)
		from--;
	return from > command && from[-1] == '(' && !memmem(from, (size_t)(s - from), "))", 2);
}

static void take(void *ctx, const char *word, size_t len, size_t offset)
{
	const struct look *l = ctx;

	(void)offset;
	if (!is_name(word, len) || is_own(word, len) || is_function(l->command, word, len) ||
	    is_number(l->command, word) ||
	    (l->patterns && word[len] == ')'))
		return;
	l->fn(l->ctx, word, len);
}

void loader_programs(const char *command, void (*fn)(void *ctx, const char *name, size_t n),
		     void *ctx)
{
	char *copy = without_documents(command);
	struct look l = { copy, strstr(copy, "esac") != NULL, fn, ctx };

	shell_scan_files(copy, take, &l);
	free(copy);
}
