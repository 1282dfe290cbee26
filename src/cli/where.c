#include "where.h"

#include <errno.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "journal.h"
#include "mem.h"
#include "str.h"
#include "verbs.h"

static const char team_folder[] = "/var/lib/blackstart";

/* Whether the folder is there for a group that we are in. Root is in all. */
static bool is_team(const char *folder)
{
	gid_t groups[256];
	struct stat st;
	int n;

	if (stat(folder, &st) || !S_ISDIR(st.st_mode) || !(st.st_mode & S_IWGRP))
		return false;
	if (geteuid() == 0 || getegid() == st.st_gid)
		return true;
	n = getgroups(sizeof(groups) / sizeof(groups[0]), groups);
	for (int i = 0; i < n; i++)
		if (groups[i] == st.st_gid)
			return true;
	return false;
}

/* A journal that is named is a team's where its folder hands its group down to what is made in
 * it. */
static bool is_named_team(const char *journal)
{
	char *folder = fsio_dirname(journal);
	struct stat st;
	bool team = stat(folder, &st) == 0 && (st.st_mode & S_ISGID) && is_team(folder);

	free(folder);
	return team;
}

static void add(struct where *w, size_t *n, char *path, bool team, bool degraded)
{
	if (*n < WHERE_MAX)
		w[(*n)++] = (struct where){ path, team, degraded };
	else
		free(path);
}

/* No question to a name service: it may hang tonight. */
static char *state_folder(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && state[0] == '/')
		return mem_dup(state);
	return home && home[0] == '/' ? mem_printf("%s/.local/state", home) : NULL;
}

size_t where_list(const struct opts *o, struct where *ret, bool *ret_named)
{
	const char *named = o->journal ? o->journal : getenv("BLACKSTART_JOURNAL");
	const char *temp = getenv("TMPDIR");
	const char *folders[] = { "/var/tmp", temp && temp[0] == '/' ? temp : "/tmp", "/dev/shm" };
	char *state;
	size_t n = 0;

	*ret_named = named && named[0];
	if (*ret_named)
		add(ret, &n, mem_dup(named), is_named_team(named), false);
	else if (is_team(team_folder))
		add(ret, &n, mem_printf("%s/journal.db", team_folder), true, false);
	if (!*ret_named && (state = state_folder())) {
		add(ret, &n, mem_printf("%s/blackstart/journal.db", state), false, false);
		free(state);
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		add(ret, &n, mem_printf("%s/blackstart-%u/journal.db", folders[i],
					(unsigned)geteuid()), false, true);
	return n;
}

void where_release(struct where *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(w[i].path);
}

char *where_read(const struct opts *o)
{
	struct where w[WHERE_MAX];
	bool named;
	size_t n = where_list(o, w, &named), at = 0;
	char *path;

	for (size_t i = 0; i < (named ? 1 : n); i++) {
		if (access(w[i].path, F_OK) == 0) {
			at = i;
			break;
		}
	}
	path = mem_dup(w[at].path);
	where_release(w, n);
	return path;
}

bool where_is_remote(const char *path)
{
	static const unsigned long remote[] = {
		NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, 0xff534d42 /* cifs */, 0xfe534d42 /* smb2 */,
		AFS_SUPER_MAGIC, CODA_SUPER_MAGIC, 0x01021997 /* 9p */, 0x00c36400 /* ceph */,
		0x0bd00bd0 /* lustre */, 0x01161970 /* gfs2 */, 0x7461636f /* ocfs2 */,
	};
	struct statfs fs;

	if (statfs(path, &fs))
		return false;
	for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++)
		if (((unsigned long)fs.f_type & 0xffffffff) == remote[i])
			return true;
	return false;
}

/* A folder for temporary files belongs to everybody: ours must be ours alone. */
static int make_folder(const struct where *w, struct err *err)
{
	char *folder = fsio_dirname(w->path);
	struct stat st;
	int r = fsio_mkdirs(folder, 0700, err);

	if (r == 0 && w->degraded &&
	    (lstat(folder, &st) || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
	     (st.st_mode & 077)))
		r = err_set(err, ERR_DENIED, "%s: somebody else has a hand in it", folder);
	free(folder);
	return r;
}

static int set_aside(const char *path, struct err *err)
{
	struct err why = *err;
	char *aside = NULL;
	int r = journal_set_aside(path, &aside, err);

	if (r)
		return r;
	cli_say("the record is damaged (%s); it was set aside as %s, and a new one begins",
		why.text, aside);
	free(aside);
	return 0;
}

/* Somebody else's commit takes milliseconds. */
static int patiently(int (*open)(void *ctx, const char *journal, bool team, struct err *err),
		     void *ctx, const struct where *w, struct err *err)
{
	int r;

	for (int i = 0; (r = open(ctx, w->path, w->team, err)) == ERR_BUSY && i < 250; i++)
		poll(NULL, 0, 20);
	return r;
}

static int try_one(const struct where *w,
		   int (*open)(void *ctx, const char *journal, bool team, struct err *err),
		   void *ctx, struct err *err)
{
	int r = make_folder(w, err);

	if (r)
		return r;
	r = patiently(open, ctx, w, err);
	if (r == ERR_CORRUPT && !(r = set_aside(w->path, err)))
		r = patiently(open, ctx, w, err);
	return r;
}

static bool may_go_on(const struct where *w, bool named, int r)
{
	char *folder;
	bool remote;

	if (r != ERR_IO && r != ERR_FULL && r != ERR_DENIED && r != ERR_EXISTS && r != ERR_CORRUPT)
		return false;
	if (!named || w->degraded)
		return true;
	folder = fsio_dirname(w->path);
	remote = where_is_remote(folder);
	free(folder);
	return r == ERR_DENIED && remote;
}

int where_open(const struct opts *o,
	       int (*open)(void *ctx, const char *journal, bool team, struct err *err), void *ctx,
	       char **ret_path, struct err *err)
{
	struct where w[WHERE_MAX];
	bool named;
	size_t n = where_list(o, w, &named), i;
	int r = ERR_NOTFOUND;

	if (!named && n && w[0].degraded)
		cli_say("HOME is not set");
	for (i = 0; i < n; i++) {
		r = try_one(&w[i], open, ctx, err);
		if (r == 0 || !may_go_on(&w[i], named, r))
			break;
		cli_say("the record cannot lie at %s: %s", w[i].path, err->text);
	}
	if (r == 0) {
		if (w[i].degraded)
			cli_say("THE RECORD OF THIS RUN LIES IN %s: move it to safety afterwards",
				w[i].path);
		*ret_path = mem_dup(w[i].path);
	}
	where_release(w, n);
	return r;
}
