/* codes: one-time codes, made and counted. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "mem.h"
#include "sign_codes.h"
#include "signing.h"
#include "str.h"
#include "verbs.h"

enum { USUAL = 10 };

static int make(const struct opts *o, const char *path)
{
	struct buf codes = BUF_INIT;
	struct err err = { 0 };
	int64_t n = USUAL;
	int status = CLI_OK;

	if (!o->for_whom)
		return cli_usage("codes make wants --for NAME: whose codes they are");
	if (o->count && (!str_to_i64(o->count, &n) || n < 1 || n > SIGN_CODES_MAX))
		return cli_usage("--count is a number, 1 to %d", SIGN_CODES_MAX);
	if (sign_codes_make(path, o->for_whom, (int)n, clock_now().wall, &codes, &err)) {
		status = cli_fail(&err);
	} else {
		cli_say("%lld codes for %s, each good once; %s keeps none of them: put them where "
			"only %s finds them", (long long)n, o->for_whom, path, o->for_whom);
	}
	if (status != CLI_OK) {
		buf_release(&codes);
		return status;
	}
	return cli_put(&codes, status);
}

static void add_owner(void *ctx, const char *owner, int unused, int used)
{
	cli_safe(ctx, owner);
	buf_addf(ctx, ": %d left, %d used\n", unused, used);
}

static int list(const char *path)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	if (sign_codes_list(path, add_owner, &out, &err)) {
		buf_release(&out);
		return cli_fail(&err);
	}
	return cli_put(&out, CLI_OK);
}

int cmd_codes(const struct opts *o, char **args, int n)
{
	bool makes = str_eq(args[0], "make");
	struct signing_files files;
	const char *path;
	int status;

	if (!makes && !str_eq(args[0], "list"))
		return cli_usage("codes wants make or list");
	signing_files_find(&files);
	path = n > 1 ? args[1] : files.codes;
	if (!path)
		status = cli_usage("no environments.yaml here names a file of codes: which FILE?");
	else
		status = makes ? make(o, path) : list(path);
	signing_files_release(&files);
	return status;
}
