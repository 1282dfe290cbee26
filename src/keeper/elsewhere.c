/* The head of the run, kept where who alters this record does not reach: a line in the machine's
 * log, a line in a file on another disk. With one of them a file that was put back to an older copy
 * is found out.
 *
 * Neither is waited for. A datagram that the log does not take at once is lost; a file may lie on a
 * disk that hangs, so a child writes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fsio.h"
#include "hash.h"
#include "keeper_parts.h"
#include "keeper_vouch.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

enum { TELLERS_MAX = 4, USER_NOTICE = 1 << 3 | 5 };
#define LIMIT_NS (5 * CLOCK_S)

struct teller {
	struct teller *next;
	struct keeper *k;
	pid_t pid;
	int fd;
	struct watch *watch;
	struct timer *limit;
};

/* --- the machine's log ------------------------------------------------------------------------ */

static void to_syslog(const char *what, const char *head)
{
	const char *path = getenv("BLACKSTART_SYSLOG");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct buf line = BUF_INIT;
	time_t now = time(NULL);
	char when[32] = "";
	struct tm tm;
	int fd;

	path = path && *path ? path : "/dev/log";
	if (str_eq(path, "off") || !str_copy(to.sun_path, sizeof(to.sun_path), path))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	if (localtime_r(&now, &tm))
		strftime(when, sizeof(when), "%b %e %H:%M:%S", &tm);
	buf_addf(&line, "<%d>%s blackstart[%d]: %s %s", USER_NOTICE, when, (int)getpid(), what,
		 head);
	(void)!sendto(fd, buf_str(&line), line.len, MSG_DONTWAIT | MSG_NOSIGNAL,
		      (const struct sockaddr *)&to, sizeof(to));
	buf_release(&line);
	close(fd);
}

/* --- a file ----------------------------------------------------------------------------------- */

static void teller_ends(struct teller *t)
{
	struct teller **at = &t->k->vouching.telling;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	t->k->vouching.tellers--;
	loop_unwatch(t->watch);
	loop_cancel(t->limit);
	close(t->fd);
	free(t);
}

static void on_end(void *ctx, int fd, int ready)
{
	struct teller *t = ctx;
	char c;

	(void)ready;
	if (read(fd, &c, 1) < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	while (waitpid(t->pid, NULL, 0) < 0 && errno == EINTR)
		;
	teller_ends(t);
}

/* It stays, where no signal reaches it, and is counted no more than by the kernel. */
static void on_limit(void *ctx)
{
	struct teller *t = ctx;

	t->limit = NULL;
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, WNOHANG);
	teller_ends(t);
}

/* The descriptor stays open until the end: that is how it is seen. */
__attribute__((noreturn)) static void write_line(const char *path, const char *line)
{
	int fd;

	loop_child();
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);
	if (fd < 0 || fsio_write_all(fd, line, strlen(line), NULL) || fsync(fd))
		fprintf(stderr, "blackstart keeper: the head is not kept in %s: %s\n", path,
			strerror(errno));
	_exit(0);
}

static void to_file(struct keeper *k, const char *path, const char *line)
{
	int pipes[2] = { -1, -1 };
	struct teller *t;
	pid_t pid = -1;

	if (k->vouching.tellers >= TELLERS_MAX || pipe2(pipes, O_CLOEXEC))
		return;
	pid = fork();
	if (pid == 0)
		write_line(path, line);
	close(pipes[1]);
	if (pid < 0) {
		close(pipes[0]);
		return;
	}
	t = mem_alloc(sizeof(*t));
	*t = (struct teller){ .k = k, .pid = pid, .fd = pipes[0] };
	t->watch = loop_watch(k->loop, t->fd, LOOP_READ, on_end, t);
	t->limit = loop_after(k->loop, LIMIT_NS, on_limit, t);
	t->next = k->vouching.telling;
	k->vouching.telling = t;
	k->vouching.tellers++;
}

/* --- both ------------------------------------------------------------------------------------- */

void elsewhere_release(struct keeper *k)
{
	while (k->vouching.telling)
		teller_ends(k->vouching.telling); /* the child ends by itself */
}

void elsewhere_put(struct keeper *k, const char *what, bool syslog_too)
{
	const char *path = getenv("BLACKSTART_HEADS");
	char hex[HASH_HEX_LEN + 1], host[256] = "";
	uint8_t hash[HASH_LEN];
	int64_t seq = journal_head(k->journal, hash);
	struct buf line = BUF_INIT, head = BUF_INIT;

	hash_hex(hash, hex);
	buf_addf(&head, "%s@%s:%lld", hex, k->run, (long long)seq);
	if (syslog_too)
		to_syslog(what, buf_str(&head));
	if (path && path[0] == '/') {
		buf_addf(&line, "%s ", buf_str(&head));
		clock_utc(&line, clock_now().wall, 0);
		gethostname(host, sizeof(host) - 1);
		buf_addf(&line, " %s %s:%s\n", what, host, k->journal_path);
		to_file(k, path, buf_str(&line));
	}
	buf_release(&line);
	buf_release(&head);
}

const char *elsewhere_short(const struct keeper *k, char room[ELSEWHERE_SHORT])
{
	char hex[HASH_HEX_LEN + 1];
	uint8_t hash[HASH_LEN];
	int64_t seq = journal_head(k->journal, hash);

	hash_hex(hash, hex);
	snprintf(room, ELSEWHERE_SHORT, "%.12s@%s:%lld", hex, k->run, (long long)seq);
	return room;
}
