#include "hspec.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "holder.h"
#include "hstatus.h"
#include "mem.h"

enum {
	FLAG_TERMINAL = 1,
	FLAG_LEAVES = 2,
	FLAG_SEALED = 4,
	FLAGS_ALL = FLAG_TERMINAL | FLAG_LEAVES | FLAG_SEALED,
	WORDS_MAX = 65536,       /* of argv, of env */
	PATHS_BYTES_MAX = 1 << 20, /* all candidates for argv[0] together */
	SIZE_MAX_CELLS = 65535,
};

static const char token_key[] = "BLACKSTART_TOKEN=";
enum { ASSIGNMENT_MAX = sizeof(token_key) + HOLDER_TOKEN_MAX };

static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* --- the keeper's side --------------------------------------------------------------------- */

static size_t words_count(const char *const *v)
{
	size_t n = 0;
	while (v && v[n])
		n++;
	return n;
}

static size_t words_bytes(const char *const *v, size_t n)
{
	size_t bytes = 0;
	for (size_t i = 0; i < n; i++)
		bytes += strlen(v[i]) + HOLDER_SPEC_WORD;
	return bytes;
}

static void put_words(struct buf *b, const char *const *v, size_t n)
{
	hwire_put_u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		hwire_put_text(b, v[i]);
}

int hspec_pack(const struct holder_spec *spec, struct buf *b, struct err *err)
{
	const char *cwd = spec->cwd ? spec->cwd : "/";
	size_t n_argv = words_count(spec->argv), n_env = words_count(spec->env);
	size_t bytes = words_bytes(spec->argv, n_argv) + words_bytes(spec->env, n_env) +
		       strlen(cwd);
	if (!spec->token || !hstatus_token_ok(spec->token))
		return err_set(err, ERR_USAGE, "not a token: %s",
			       spec->token ? spec->token : "none");
	if (!n_argv)
		return err_set(err, ERR_USAGE, "%s: no command", spec->token);
	if (spec->terminal && (spec->n_input || spec->sealed))
		return err_set(err, ERR_USAGE, "%s: a terminal %s", spec->token,
			       spec->sealed ? "is not sealed" : "takes no input");
	if (bytes > HOLDER_SPEC_MAX || n_argv > WORDS_MAX || n_env > WORDS_MAX)
		return err_set(err, ERR_LIMIT,
			       "%s: command and environment are %zu bytes, more than %d",
			       spec->token, bytes, HOLDER_SPEC_MAX);
	if (spec->n_input > HOLDER_INPUT_MAX)
		return err_set(err, ERR_LIMIT, "%s: standard input is %zu bytes, more than %d",
			       spec->token, spec->n_input, HOLDER_INPUT_MAX);
	hwire_start(b, HWIRE_PREPARE);
	hwire_put_text(b, spec->token);
	hwire_put_u32(b, (spec->terminal ? FLAG_TERMINAL : 0) |
				 (spec->leaves_processes ? FLAG_LEAVES : 0) |
				 (spec->sealed ? FLAG_SEALED : 0));
	hwire_put_u32(b, spec->rows);
	hwire_put_u32(b, spec->cols);
	hwire_put_text(b, cwd);
	put_words(b, spec->argv, n_argv);
	put_words(b, spec->env, n_env);
	return 0;
}

/* --- the holder's side --------------------------------------------------------------------- */

/* Room for `more` words besides those of the message. */
static char **get_words(struct hwire_in *in, size_t more)
{
	size_t n = hwire_u32(in);
	if (n > WORDS_MAX)
		in->bad = true;
	if (in->bad)
		return NULL;
	char **v = mem_alloc((n + more + 1) * sizeof(*v));
	for (size_t i = 0; i < n; i++)
		v[i] = (char *)(uintptr_t)hwire_text(in);
	return v;
}

/* The one with the token in it replaces any that was there. */
static void add_token(char **env, char *assignment)
{
	size_t kept = 0;
	for (size_t i = 0; env[i]; i++)
		if (strncmp(env[i], token_key, sizeof(token_key) - 1))
			env[kept++] = env[i];
	env[kept++] = assignment;
	env[kept] = NULL;
}

static const char *path_of(char *const *env)
{
	for (; *env; env++)
		if (!strncmp(*env, "PATH=", 5))
			return *env + 5;
	return default_path;
}

static size_t count_colons(const char *s)
{
	size_t n = 0;
	while ((s = strchr(s, ':'))) {
		n++;
		s++;
	}
	return n;
}

/* Every place where argv[0] may be, as execvp(3) would try them. False: too many. */
static bool find_paths(struct hspec *s)
{
	const char *name = s->argv[0], *dir = path_of(s->env);
	size_t len = strlen(name), n_dirs = count_colons(dir) + 1;
	bool direct = strchr(name, '/') || !len;
	if (direct)
		n_dirs = 1;
	else if (n_dirs * (len + 2) + strlen(dir) > PATHS_BYTES_MAX)
		return false;
	s->paths = s->memory[2] = mem_alloc(n_dirs * sizeof(*s->paths));
	if (direct) {
		s->paths[0] = name;
		s->n_paths = len ? 1 : 0;
		return true;
	}
	size_t room = n_dirs * (len + 2) + strlen(dir);
	char *text = s->memory[3] = mem_alloc(room);
	for (;;) {
		size_t n = strcspn(dir, ":");
		s->paths[s->n_paths++] = text;
		int used = snprintf(text, room, "%.*s%s%s", (int)n, dir, n ? "/" : "", name) + 1;
		text += used;
		room -= (size_t)used;
		if (!dir[n])
			return true;
		dir += n + 1;
	}
}

/* The assignment and the frame in one piece: the texts are used where they lie. */
static struct hwire_in copy_frame(struct hspec *s, const struct hwire_in *in)
{
	char *p = s->memory[0] = mem_alloc(ASSIGNMENT_MAX + in->left);
	s->n_frame = ASSIGNMENT_MAX + in->left;
	memcpy(p + ASSIGNMENT_MAX, in->p, in->left);
	return (struct hwire_in){ .p = p + ASSIGNMENT_MAX, .left = in->left };
}

struct hspec *hspec_unpack(struct hwire_in *in, const char **ret_why)
{
	struct hspec *s = mem_alloc(sizeof(*s));
	struct hwire_in own = copy_frame(s, in);
	s->token = hwire_token(&own);
	uint32_t flags = hwire_u32(&own), rows = hwire_u32(&own), cols = hwire_u32(&own);
	s->terminal = flags & FLAG_TERMINAL;
	s->leaves = flags & FLAG_LEAVES;
	s->sealed = flags & FLAG_SEALED;
	s->rows = (unsigned short)rows;
	s->cols = (unsigned short)cols;
	s->cwd = hwire_text(&own);
	s->argv = s->memory[1] = get_words(&own, 0);
	char **env = own.bad ? NULL : get_words(&own, 1);
	s->env = env;
	if (!hwire_done(&own) || !s->argv || !s->argv[0] || flags & ~(uint32_t)FLAGS_ALL ||
	    rows > SIZE_MAX_CELLS || cols > SIZE_MAX_CELLS) {
		hspec_free(s);
		return NULL;
	}
	char *assignment = s->memory[0];
	snprintf(assignment, ASSIGNMENT_MAX, "%s%s", token_key, s->token);
	add_token(s->env, assignment);
	*ret_why = find_paths(s) ? NULL : "PATH is too long";
	return s;
}

void hspec_free(struct hspec *s)
{
	if (!s)
		return;
	if (s->memory[0])
		mem_wipe(s->memory[0], s->n_frame);
	free(s->env);
	for (size_t i = 0; i < sizeof(s->memory) / sizeof(s->memory[0]); i++)
		free(s->memory[i]);
	free(s);
}
