#include "keeping.h"

#include <stdlib.h>
#include <unistd.h>

#include "account.h"
#include "buf.h"
#include "mem.h"
#include "verbs.h"

char *keeping_who(const struct opts *o)
{
	char login[ACCOUNT_NAME_MAX];

	account_name(geteuid(), login);
	return o->who ? mem_printf("%s (claimed; login %s)", o->who, login) : mem_dup(login);
}

void keeping_count(struct buf *out, int64_t n, const char *what)
{
	buf_addf(out, "%lld %s%s", (long long)n, what, n == 1 ? "" : "s");
}
