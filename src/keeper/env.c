#include "keeper_env.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "contact.h"
#include "engine.h"
#include "keeper.h"
#include "mem.h"
#include "state.h"
#include "str.h"

/* --- lists ------------------------------------------------------------------------------------ */

void env_list_release(struct env_list *s)
{
	for (size_t i = 0; i < s->n; i++) {
		mem_wipe(s->v[i], strlen(s->v[i]));
		free(s->v[i]);
	}
	free(s->v);
	*s = (struct env_list){ 0 };
}

void env_list_add(struct env_list *s, char *owned)
{
	if (s->n + 2 > s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->v = mem_grow(s->v, s->cap, sizeof(*s->v));
	}
	s->v[s->n++] = owned;
	s->v[s->n] = NULL;
}

/* "NAME=value", in the place of an earlier entry of that name. */
static void set(struct env_list *env, const char *name, const char *value)
{
	size_t len = strlen(name);
	char *entry = mem_printf("%s=%s", name, value);
	for (size_t i = 0; i < env->n; i++) {
		if (strncmp(env->v[i], name, len) || env->v[i][len] != '=')
			continue;
		mem_wipe(env->v[i], strlen(env->v[i]));
		free(env->v[i]);
		env->v[i] = entry;
		return;
	}
	env_list_add(env, entry);
}

/* --- the environment -------------------------------------------------------------------------- */

/* Not handed down: what belongs to the shell or the terminal the run was started from, and what
 * would have a second blackstart inside a command act on something else. */
static const char *const not_inherited[] = {
	"_", "OLDPWD", "SHLVL", "PWD", "TERM", "COLUMNS", "LINES", "TERMCAP", "STY", "TMUX",
	"TMUX_PANE", "WINDOWID", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
	"BLACKSTART_RUN", "BLACKSTART_STEP", "BLACKSTART_JOURNAL",
	/* what makes a shell run, split or find something else than what is written */
	"IFS", "CDPATH", "ENV", "BASH_ENV", "SHELLOPTS", "BASHOPTS", "PS4", "GLOBIGNORE",
	"EXECIGNORE", "BASH_XTRACEFD", "PROMPT_COMMAND", "GREP_OPTIONS",
};

/* Beginnings of names: functions of a shell, what the dynamic loader obeys. */
static const char *const no_beginning[] = { "BASH_FUNC_", "LD_" };
static const char *const but[] = { "LD_LIBRARY_PATH" }; /* without it many a tool does not start */

static bool is_one_of(const char *entry, size_t len, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == len && !strncmp(entry, names[i], len))
			return true;
	return false;
}

#define IS_ONE_OF(entry, len, names) \
	is_one_of(entry, len, names, sizeof(names) / sizeof((names)[0]))

static bool is_inherited(const char *entry)
{
	size_t len = strcspn(entry, "=");
	if (!entry[len] || !len)
		return false;
	if (IS_ONE_OF(entry, len, not_inherited))
		return false;
	for (size_t i = 0; i < sizeof(no_beginning) / sizeof(no_beginning[0]); i++)
		if (str_starts(entry, no_beginning[i]))
			return IS_ONE_OF(entry, len, but);
	return true;
}

/* Without what is seen from the folder a command runs in: a file there named like a tool is not
 * that tool. */
static char *safe_path(const char *entry)
{
	struct buf out = BUF_INIT;

	for (const char *p = entry + strlen("PATH="); *p;) {
		size_t n = strcspn(p, ":");
		if (*p == '/') {
			buf_adds(&out, out.len ? ":" : "PATH=");
			buf_add(&out, p, n);
		}
		p += n + (p[n] == ':');
	}
	if (out.len)
		return buf_take(&out);
	buf_release(&out);
	return NULL;
}

static void add_base(struct env_list *out, char *const *base)
{
	for (; base && *base; base++) {
		bool path = str_starts(*base, "PATH=");
		char *entry = path ? safe_path(*base) : is_inherited(*base) ? mem_dup(*base) : NULL;
		if (entry)
			env_list_add(out, entry);
	}
}

static bool has(const struct env_list *env, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = 0; i < env->n; i++)
		if (!strncmp(env->v[i], name, len) && env->v[i][len] == '=')
			return true;
	return false;
}

/* A program that finds no terminal must not start a pager all the same, and one that is asked for
 * its words must use the same ones every night: what is captured is taken apart by a pattern. */
static void add_fixed(struct env_list *out, const struct action *act)
{
	static const char *const pagers[] = { "PAGER", "GIT_PAGER", "SYSTEMD_PAGER", "MANPAGER" };
	if (act->terminal) {
		set(out, "TERM", "xterm-256color");
	} else {
		for (size_t i = 0; i < sizeof(pagers) / sizeof(pagers[0]); i++)
			set(out, pagers[i], "cat");
	}
	if (!has(out, "PATH"))
		set(out, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
}

static const char *value_of(const struct secrets *secrets, const struct inst *in,
			    const struct env_pair *pair, const char **ret_missing)
{
	if (pair->value)
		return pair->value;
	const char *text = secrets_find(secrets, in, pair->name);
	if (!text && !*ret_missing)
		*ret_missing = pair->name;
	return text;
}

/* Credentials that the operator gave for the run reach every command; a value of the walk with the
 * same name, which comes after them, is nearer. */
static void add_credentials(struct env_list *out, const struct secrets *secrets)
{
	if (secrets->auth_sock.len)
		set(out, "SSH_AUTH_SOCK", buf_str(&secrets->auth_sock));
	for (size_t i = 0; i < secrets->n; i++)
		if (!strcmp(secrets->v[i].key, SECRET_CREDENTIAL))
			set(out, secrets->v[i].name, secrets->v[i].text);
}

void env_build(struct env_list *out, const struct env_from *from, const struct inst *in,
	       const struct action *act, const char **ret_missing)
{
	*ret_missing = NULL;
	add_base(out, from->base);
	add_fixed(out, act);
	if (from->state->cwd)
		set(out, "PWD", from->state->cwd);
	add_credentials(out, from->secrets);
	for (size_t i = 0; i < act->n_env; i++) {
		const char *value = value_of(from->secrets, in, &act->env[i], ret_missing);
		if (value)
			set(out, act->env[i].name, value);
	}
	set(out, "BLACKSTART_JOURNAL", from->journal);
	set(out, "BLACKSTART_RUN", from->state->run);
	if (from->head && (act->purpose == PURPOSE_SEND || act->purpose == PURPOSE_TELL))
		set(out, "BLACKSTART_HEAD", from->head);
	if (in && in->parent)
		set(out, "BLACKSTART_STEP", in->key);
}

/* --- the command ------------------------------------------------------------------------------ */

/* On the other side a shell reads all this as one line that it must have whole before it runs it,
 * and what it runs finds its standard input empty, as it would here. No argv has any of it. */
static void remote_script(struct buf *out, const struct secrets *secrets, const struct inst *in,
			  const struct action *act, const char **ret_missing)
{
	for (size_t i = 0; i < act->n_env; i++) {
		const char *value = value_of(secrets, in, &act->env[i], ret_missing);
		if (!value)
			continue;
		buf_addf(out, "export %s=", act->env[i].name);
		str_shell_quote(out, value);
		buf_addc(out, '\n');
	}
	buf_adds(out, "eval ");
	str_shell_quote(out, act->text);
	buf_adds(out, " </dev/null\n");
}

/* As a message's. */
static void add_shell(struct env_list *argv, const char *text)
{
	env_list_add(argv, mem_dup("/proc/self/exe"));
	for (const char *at = strchr(text, ' '); at;) {
		const char *end = strchr(++at, ' ');
		env_list_add(argv, mem_dupn(at, end ? (size_t)(end - at) : strlen(at)));
		at = end;
	}
}

void env_command(struct env_list *argv, struct buf *input, const struct secrets *secrets,
		 const struct inst *in, const struct action *act, const char **ret_missing)
{
	static const char *const local[] = { "/bin/sh", "-c" };
	static const char *const remote[] = { "ssh", "-T", "-o", "BatchMode=yes", "--" };
	*ret_missing = NULL;
	if ((act->purpose == PURPOSE_SEND || act->purpose == PURPOSE_TELL) &&
	    str_eq(act->text, CONTACT_SEND)) {
		/* of the child that the holder forks: the program that runs, replaced or not */
		env_list_add(argv, mem_dup("/proc/self/exe"));
		env_list_add(argv, mem_dup("send"));
		return;
	}
	if (act->purpose == PURPOSE_EXEC && str_starts(act->text, KEEPER_SHELL)) {
		add_shell(argv, act->text);
		return;
	}
	if (!act->host) {
		for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
			env_list_add(argv, mem_dup(local[i]));
		env_list_add(argv, mem_dup(act->text));
		return;
	}
	for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++)
		env_list_add(argv, mem_dup(remote[i]));
	env_list_add(argv, mem_dup(act->host));
	env_list_add(argv, mem_dup("sh -s"));
	remote_script(input, secrets, in, act, ret_missing);
}
