#include "journal_own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "mem.h"
#include "zip.h"

int journal_open(const char *path, enum journal_flags flags, struct journal **ret,
		 struct err *err)
{
	struct journal *j = mem_alloc(sizeof(*j));
	enum db_how how = (flags & JOURNAL_WRITE ? DB_WRITE : DB_READ) |
		(flags & JOURNAL_TEAM ? DB_TEAM : 0);
	j->team = flags & JOURNAL_TEAM;
	int rc = db_open(&j->db, &journal_kind, path, how, err);
	/* Opening takes a WAL and its index: on a full disk that is what the ballast is for. */
	if (rc == ERR_FULL && ballast_release(path))
		rc = db_open(&j->db, &journal_kind, path, how, err);
	if (rc) {
		free(j);
		return rc;
	}
	chain_init(&j->chain);
	j->zip = zip_new();
	*ret = j;
	return 0;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	db_close(&j->db);
	chain_release(&j->chain);
	zip_free(j->zip);
	free(j);
}

void journal_leave(struct journal *j)
{
	if (!j)
		return;
	db_leave(&j->db);
	journal_close(j);
}

const char *journal_path(const struct journal *j)
{
	return j->db.path;
}

int journal_need_write(const struct journal *j, struct err *err)
{
	if (j->db.write)
		return 0;
	return err_set(err, ERR_DENIED, "journal %s was opened for reading", j->db.path);
}

int journal_run_id_check(const char *run, struct err *err)
{
	static const char fit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789._-";
	size_t n = run ? strlen(run) : 0;
	if (n > 0 && n < JOURNAL_RUN_ID_MAX && strspn(run, fit) == n && !strchr(".-", run[0]))
		return 0;
	return err_set(err, ERR_USAGE, "not the id of a run: '%.60s'", run ? run : "");
}

bool journal_run_is_drill(const char *run)
{
	return run && strncmp(run, JOURNAL_DRILL, strlen(JOURNAL_DRILL)) == 0;
}

/* --- set aside ------------------------------------------------------------------------------- */

static const char *const parts[] = { "-wal", "-shm", "-journal", "" };
enum { N_PARTS = sizeof(parts) / sizeof(parts[0]) };

static char *free_name(const char *path)
{
	struct buf utc = BUF_INIT;
	clock_utc(&utc, clock_now().wall, 0);
	struct buf name = BUF_INIT;
	buf_addf(&name, "%s.damaged-", path);
	for (const char *p = buf_str(&utc); *p; p++) {
		if (*p != '-' && *p != ':')
			buf_addc(&name, *p);
	}
	buf_release(&utc);
	size_t len = name.len;
	for (int i = 2; access(buf_str(&name), F_OK) == 0; i++) {
		buf_cut(&name, len);
		buf_addf(&name, ".%d", i);
	}
	return buf_take(&name);
}

/* A part that is not there is fine, but for the file itself. */
static int move_part(const char *from, const char *to, const char *part)
{
	char *a = mem_printf("%s%s", from, part), *b = mem_printf("%s%s", to, part);
	int rc = rename(a, b);
	if (rc && errno == ENOENT && part[0])
		rc = 0;
	free(a);
	free(b);
	return rc;
}

/* The WAL goes first: a new file would swallow it. What was moved goes back when the rest cannot.
 */
int journal_set_aside(const char *path, char **ret_aside, struct err *err)
{
	char *aside = free_name(path);
	for (int i = 0; i < N_PARTS; i++) {
		if (move_part(path, aside, parts[i]) == 0)
			continue;
		int rc = errno == ENOENT ? err_set(err, ERR_NOTFOUND, "%s: no such file", path) :
			err_sys(err, "setting %s aside", path);
		while (i-- > 0)
			(void)move_part(aside, path, parts[i]);
		free(aside);
		return rc;
	}
	*ret_aside = aside;
	return 0;
}
