#include "keeping.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"
#include "verbs.h"

char *keeping_who(const struct opts *o)
{
	const struct passwd *p = getpwuid(geteuid());
	char *login = p ? mem_dup(p->pw_name) : mem_printf("uid %u", (unsigned)geteuid());
	char *who = o->who ? mem_printf("%s (claimed; login %s)", o->who, login) : mem_dup(login);

	free(login);
	return who;
}

void keeping_count(struct buf *out, int64_t n, const char *what)
{
	buf_addf(out, "%lld %s%s", (long long)n, what, n == 1 ? "" : "s");
}
