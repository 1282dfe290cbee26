#include "hhouse.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "hchild.h"
#include "hclear.h"
#include "hcore.h"
#include "vault.h"

enum { FILES_WANTED = 4096, BACKLOG = 8, PATH_ROOM = 4200 };

static const char socket_name[] = "holder.sock";

bool hhouse_detach(void)
{
	pid_t pid = fork();
	if (pid)
		return false;
	setsid();
	hchild_set_signals();
	close_range(3, INT_MAX, 0);
	int fd; /* what we open from here on is never a standard stream */
	while ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && fd < 3)
		;
	close(fd);
	vault_no_core(true); /* environments of commands pass through here */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_NAME, "blackstart"); /* exec of /proc/self/exe left "exe" there */
	return true;
}

void hhouse_address(int folder, struct sockaddr_un *ret)
{
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d/%s", folder, socket_name);
}

static int take_lock(struct hhouse *h, int folder)
{
	h->lock = openat(folder, "holder.lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (h->lock < 0 || flock(h->lock, LOCK_EX | LOCK_NB))
		return -errno;
	return 0;
}

/* With the lock held a socket that is there is a dead one's. */
static int open_socket(struct hhouse *h, int folder)
{
	struct sockaddr_un address;
	hhouse_address(folder, &address);
	unlinkat(folder, socket_name, 0);
	h->listen = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (h->listen < 0)
		return -errno;
	mode_t mask = umask(0177);
	int rc = bind(h->listen, (struct sockaddr *)&address, sizeof(address));
	umask(mask); /* commands inherit the one that the operator had */
	return rc || listen(h->listen, BACKLOG) ? -errno : 0;
}

static int open_folders(struct hcore *c)
{
	if (mkdirat(c->folder, "spool", 0700) && errno != EEXIST)
		return -errno;
	c->spools = openat(c->folder, "spool", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	c->null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (c->spools < 0 || c->null < 0)
		return -errno;
	return hstatus_open(&c->status, c->folder);
}

/* 128 commands need more descriptors than the usual 1024. */
static void raise_files(struct hcore *c)
{
	getrlimit(RLIMIT_NOFILE, &c->files);
	struct rlimit more = c->files;
	if (more.rlim_cur < FILES_WANTED)
		more.rlim_cur = more.rlim_max < FILES_WANTED ? more.rlim_max : FILES_WANTED;
	setrlimit(RLIMIT_NOFILE, &more);
}

int hhouse_open(struct hhouse *h, struct hcore *c, const char *folder)
{
	int rc;
	char path[PATH_ROOM];
	*h = (struct hhouse){ .lock = -1, .listen = -1 };
	c->spools = c->null = c->status.fd = -1;
	c->groups.parent = c->groups.base = -1;
	c->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = c->folder < 0 ? -errno : take_lock(h, c->folder);
	if (!rc)
		rc = open_folders(c);
	if (!rc)
		rc = open_socket(h, c->folder);
	if (!rc && chdir("/")) /* not in the way of an unmount */
		rc = -errno;
	if (rc) {
		hhouse_close(h, c);
		return rc;
	}
	raise_files(c);
	hclear_group(c->folder); /* of the holder before us, perhaps in another group */
	hgroups_open(&c->groups, c->conf.groups);
	if (hgroups_path(&c->groups, path, sizeof(path)))
		hclear_note_group(c->folder, path);
	return 0;
}

void hhouse_ready(int rc)
{
	char line[32];
	int n = rc ? snprintf(line, sizeof(line), "no %d\n", -rc) :
		     snprintf(line, sizeof(line), "ok\n");
	(void)!write(STDOUT_FILENO, line, (size_t)n);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd < 3 && null >= 0; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
}

void hhouse_close(struct hhouse *h, struct hcore *c)
{
	if (h->listen >= 0) {
		hclear_group(c->folder);
		unlinkat(c->folder, socket_name, 0);
		close(h->listen);
	}
	int fds[] = { c->spools, c->null, h->lock, c->folder };
	if (c->status.fd >= 0)
		hstatus_close(&c->status);
	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
}
