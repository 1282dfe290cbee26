#include "keeping.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "mem.h"
#include "removal.h"
#include "verbs.h"

char *keeping_who(const struct opts *o)
{
	const struct passwd *p = getpwuid(geteuid());
	char *login = p ? mem_dup(p->pw_name) : mem_printf("uid %u", (unsigned)geteuid());
	char *who = o->who ? mem_printf("%s (claimed; login %s)", o->who, login) : mem_dup(login);

	free(login);
	return who;
}

void keeping_act(struct buf *out, const struct removal_act *act)
{
	clock_utc(out, act->wall, 0);
	buf_adds(out, ", by ");
	cli_safe(out, act->who ? act->who : "?");
	buf_adds(out, ": ");
	cli_safe(out, act->why ? act->why : "?");
}

void keeping_count(struct buf *out, int64_t n, const char *what)
{
	buf_addf(out, "%lld %s%s", (long long)n, what, n == 1 ? "" : "s");
}
