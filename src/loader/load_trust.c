/* Who else can change a file that commands come from. Whoever can write a runbook, or put another
 * in its place, runs commands as whoever starts it. */
#include "load.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "err.h"

/* In a folder with the sticky bit others make files of their own and cannot touch ours. */
static bool all_may_write(const struct stat *st)
{
	bool sticky = S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX;

	return st->st_mode & S_IWOTH && !sticky && !S_ISLNK(st->st_mode) &&
	       (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode));
}

int loader_trust(const char *path, struct err *err)
{
	char *whole = realpath(path, NULL), *slash = whole; /* NULL: reading it says why */
	struct stat st;
	int rc = 0;

	while (!rc && slash && whole[0]) {
		if (stat(whole, &st) == 0 && all_may_write(&st))
			rc = err_set(err, ERR_DENIED, "everybody on this host can change %s%s: "
				     "nothing is read there before `chmod o-w %s`", whole,
				     S_ISDIR(st.st_mode) ? "/" : "", whole);
		slash = strrchr(whole, '/');
		if (slash)
			*slash = '\0';
	}
	free(whole);
	return rc;
}

/* A group with the number of its owner is that person's own, on systems that make one for each. */
bool load_group_writes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & S_IWGRP &&
	       st.st_gid != st.st_uid;
}
