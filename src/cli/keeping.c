#include "keeping.h"

#include <stdlib.h>
#include <unistd.h>

#include "account.h"
#include "buf.h"
#include "err.h"
#include "journal.h"
#include "mem.h"
#include "verbs.h"

char *keeping_who(const struct opts *o)
{
	char login[ACCOUNT_NAME_MAX];

	account_name(geteuid(), login);
	return o->who ? mem_printf("%s (claimed; login %s)", o->who, login) : mem_dup(login);
}

int keeping_is_whole(struct journal *j, const char *run, const char *not_done)
{
	struct verify_result v = { 0 };
	struct err err = { 0 };

	if (journal_verify(j, run, false, &v, &err))
		return cli_fail(&err);
	if (v.whole)
		return CLI_OK;
	cli_say("%s: the record of run %s is NOT WHOLE: %s", not_done, run, v.text);
	return CLI_ENDED;
}

void keeping_count(struct buf *out, int64_t n, const char *what)
{
	buf_addf(out, "%lld %s%s", (long long)n, what, n == 1 ? "" : "s");
}
