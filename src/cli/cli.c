#include "cli.h"

#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "holder.h"
#include "keeper.h"
#include "lend.h"
#include "mem.h"
#include "onscreen.h"
#include "sending.h"
#include "shell.h"
#include "str.h"
#include "vault.h"
#include "verbs.h"
#include "version.h"

/* Processes of a run are started as this same program. */
static int hidden(int argc, char **argv, int *ret)
{
	if (argc >= 2 && strcmp(argv[1], "keeper") == 0)
		*ret = keeper_verb(argc - 1, argv + 1);
	else if (argc == 4 && strcmp(argv[1], "holder") == 0)
		*ret = holder_main(argv[3], argv[2]);
	else if (argc == 4 && strcmp(argv[1], "lend") == 0)
		*ret = lend_verb(argc - 1, argv + 1);
	else if (argc == 2 && strcmp(argv[1], "send") == 0)
		*ret = cmd_send();
	else if (argc == 4 && strcmp(argv[1], "shell") == 0)
		*ret = shell_become(argv[2], argv[3]);
	else if (argc >= 2 && strcmp(argv[1], "shell-line") == 0)
		*ret = shell_line(argc - 1, argv + 1);
	else
		return 0;
	return 1;
}

static int no_such_verb(const char *name)
{
	const char *names[64], *near;
	size_t n = 0;

	for (const struct cli_verb *v; n < 64 && (v = cli_verb_at(n)); n++)
		names[n] = v->name;
	near = str_nearest(name, names, n);
	return near ? cli_usage("no such verb: %s; did you mean %s?", name, near)
		    : cli_usage("no such verb: %s", name);
}

/* What is wrong with the words of a call, or CLI_OK. */
static int check_args(const struct cli_verb *v, char **args, int n, const struct err *err)
{
	if (n < 0)
		return cli_usage("%s", err->text);
	if (n < v->min)
		return cli_usage("%s wants %s", v->name, v->args);
	if (v->max >= 0 && n > v->max)
		return cli_usage("%s: one too many: %s", v->name, args[v->max]);
	return CLI_OK;
}

/* Whoever signs in the name of who called us, the keeper of a run, has another folder. */
static void name_key(const char *path)
{
	char *whole = realpath(path, NULL);

	setenv("BLACKSTART_KEY", whole ? whole : path, 1);
	free(whole);
}

static int call(const struct cli_verb *v, int argc, char **argv)
{
	struct opts o = { .dash = -1 };
	struct err err = { 0 };
	char **args = mem_alloc((size_t)argc * sizeof(*args) + sizeof(*args));
	char *name = (char *)(uintptr_t)v->name;
	int n = opts_read(v, argc, argv, &o, args, &err), status;

	if (n >= 0 && o.key)
		name_key(o.key);
	if (n >= 0 && o.help)
		status = cmd_help(&o, &name, 1);
	else if ((status = check_args(v, args, n, &err)) == CLI_OK)
		status = v->fn(&o, args, n);
	else if (v->fn == cmd_exec || v->fn == cmd_guard)
		status = CLI_OURS; /* 2 would be the command's own */
	opts_release(&o);
	free(args);
	return status;
}

int cli_main(int argc, char **argv)
{
	const struct cli_verb *v;
	struct opts none = { .dash = -1 };
	int status;

	if (geteuid() != getuid() || getegid() != getgid()) {
		cli_say("this program runs commands, and must have no more rights than who starts "
			"it: take the set-user-id and set-group-id bits off its file");
		return CLI_REFUSED;
	}
	vault_no_core(false);
	if (hidden(argc, argv, &status))
		return status;
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2 && onscreen_wanted(&none))
		return cmd_home(&none, NULL, 0);
	if (argc < 2)
		return cmd_help(&none, NULL, 0) == CLI_OK ? CLI_USAGE : CLI_ENDED;
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return cmd_help(&none, NULL, 0);
	if (strcmp(argv[1], "--version") == 0)
		return cmd_version(&none, NULL, 0);
	v = cli_verb_find(argv[1]);
	return v ? call(v, argc - 2, argv + 2) : no_such_verb(argv[1]);
}
