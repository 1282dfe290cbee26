/* Which names a value may have: it becomes an environment variable of commands and a word in
 * conditions, and must do no harm as either. */
#include "value.h"

#include <string.h>
#include <strings.h>

#include "limits.h"

/* What a shell, the loader of programs or a common program obeys. */
static const char *const env_words[] = {
	"path", "ifs", "home", "shell", "env", "bash_env", "shellopts", "bashopts", "cdpath",
	"ps4", "prompt_command", "pwd", "oldpwd", "term", "tz", "lang", "language", "locpath",
	"nlspath", "tmpdir", "pager", "editor", "visual", "http_proxy", "https_proxy",
	"ftp_proxy", "all_proxy", "no_proxy", "hostaliases", "localdomain", "res_options",
	"gconv_path", "posixly_correct", "_",
};

static const char *const env_prefixes[] = {
	"ld_", "lc_", "dyld_", "malloc_", "glibc_", "bash_func_", "blackstart_",
};

static const char *const built_in[] = { "now", "exit", "attempt", "mode", "item" };

/* Words of the conditions' own language; src/expr reads them as such. */
static const char *const sql_words[] = {
	"and", "or", "not", "in", "is", "isnull", "notnull", "null", "between", "like", "glob",
	"escape", "case", "when", "then", "else", "end", "true", "false", "exists", "select",
	"from", "where", "as", "distinct", "limit", "order", "by", "group", "having", "union",
	"all", "cast", "collate", "regexp", "match", "current_time", "current_date",
	"current_timestamp", "json_each", "value", "key",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool among(const char *name, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasecmp(name, words[i]) == 0)
			return true;
	return false;
}

static bool has_prefix(const char *name)
{
	for (size_t i = 0; i < COUNT(env_prefixes); i++)
		if (strncasecmp(name, env_prefixes[i], strlen(env_prefixes[i])) == 0)
			return true;
	return false;
}

static bool well_formed(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n && !name[n] && (name[0] < '0' || name[0] > '9');
}

bool value_name_ok(const char *name, const char **ret_why)
{
	const char *why = NULL;

	/* The forbidden ones first: "PATH" is told what is wrong with it, not its case. */
	if (among(name, env_words, COUNT(env_words)) || has_prefix(name))
		why = "as an environment variable it would change how commands run";
	else if (among(name, built_in, COUNT(built_in)))
		why = "it is built in";
	else if (among(name, sql_words, COUNT(sql_words)))
		why = "it is a word of the language of conditions";
	else if (!well_formed(name))
		why = "names are made of a-z, 0-9 and _, and do not start with a digit";
	else if (strlen(name) > LIMIT_ID_BYTES)
		why = "it is longer than 64 bytes";
	if (why && ret_why)
		*ret_why = why;
	return !why;
}

bool env_name_ok(const char *name, const char **ret_why)
{
	const char *why = NULL;
	size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	if (among(name, env_words, COUNT(env_words)) || has_prefix(name))
		why = "it would change how commands run; say it in the command";
	else if (!n || name[n] || (name[0] >= '0' && name[0] <= '9'))
		why = "names of variables are made of letters, digits and _";
	else if (n > LIMIT_ID_BYTES)
		why = "it is longer than 64 bytes";
	if (why && ret_why)
		*ret_why = why;
	return !why;
}
