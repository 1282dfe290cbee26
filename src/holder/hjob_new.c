#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "hjob.h"
#include "holder.h"
#include "hproc.h"
#include "hspec.h"
#include "loop.h"
#include "mem.h"

enum { DEFAULT_ROWS = 24, DEFAULT_COLS = 80 };

/* The child's ends, closed here after the fork; what is not there is -1. */
struct ends {
	int stdio[3], gate, report;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int make_pipe(int *ret_read, int *ret_write)
{
	int fd[2];
	if (pipe2(fd, O_CLOEXEC))
		return -errno;
	*ret_read = fd[0];
	*ret_write = fd[1];
	return 0;
}

static int dup_fd(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return copy < 0 ? -errno : copy;
}

/* The reading end does not block; the command's own end is left as programs expect it. */
static int make_stream(struct hjob *j, int i, int *ret_write)
{
	int from = -1, rc = make_pipe(&from, ret_write);
	if (!rc && fcntl(from, F_SETFL, O_NONBLOCK))
		rc = -errno;
	hspool_init(&j->stream[i].spool, from, false, &j->core->hide);
	return rc;
}

static int make_pipes(struct hjob *j, int input, struct ends *e)
{
	int rc = make_stream(j, 0, &e->stdio[1]);
	if (!rc && j->spec->sealed)
		rc = hspool_seal(&j->stream[0].spool);
	if (!rc)
		rc = make_stream(j, 1, &e->stdio[2]);
	if (!rc)
		e->stdio[0] = dup_fd(input >= 0 ? input : j->core->null);
	return rc ? rc : e->stdio[0] < 0 ? e->stdio[0] : 0;
}

static int make_terminal(struct hjob *j, const struct hspec *spec, struct ends *e)
{
	struct winsize ws = {
		.ws_row = spec->rows ? spec->rows : DEFAULT_ROWS,
		.ws_col = spec->cols ? spec->cols : DEFAULT_COLS,
	};
	struct termios t;
	int unlock = 0;
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (master < 0)
		return -errno;
	j->terminal = master;
	hspool_init(&j->stream[2].spool, master, true, &j->core->hide);
	if (ioctl(master, TIOCSPTLCK, &unlock))
		return -errno;
	int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		return -errno;
	e->stdio[0] = slave;
	if (tcgetattr(slave, &t))
		return -errno;
	t.c_iflag |= IUTF8;
	if (tcsetattr(slave, TCSANOW, &t) || ioctl(master, TIOCSWINSZ, &ws))
		return -errno;
	for (int i = 1; i < 3; i++) {
		e->stdio[i] = dup_fd(slave);
		if (e->stdio[i] < 0)
			return e->stdio[i];
	}
	return 0;
}

/* The line that the child writes itself when the holder died: without its pid, which is not known
 * before the fork. */
static void write_never(struct hjob *j)
{
	struct holder_status st = { .fate = HOLDER_NEVER, .drained = true };
	memcpy(st.token, j->st.token, sizeof(st.token));
	j->plan.never = j->never;
	j->plan.n_never = hstatus_line(&st, j->never);
}

static void plan_child(struct hjob *j, const struct ends *e)
{
	const struct hspec *spec = j->spec;
	j->plan = (struct hchild){
		.argv = spec->argv,
		.envp = spec->env,
		.paths = spec->paths,
		.n_paths = spec->n_paths,
		.cwd = spec->cwd,
		.fd = { e->stdio[0], e->stdio[1], e->stdio[2] },
		.terminal = spec->terminal,
		.gate = e->gate,
		.report = e->report,
		.status = j->core->status.fd,
		.files = j->core->files,
		.stack = aligned_alloc(64, HCHILD_STACK),
	};
	write_never(j);
}

static int fork_child(struct hjob *j)
{
	bool grouped;
	struct hproc self;
	int group = hgroups_take(&j->core->groups);
	pid_t pid = j->plan.stack ? hchild_fork(&j->plan, hgroups_folder(&j->core->groups, group),
						j->core->conf.share, &grouped) :
				    -ENOMEM;
	if (pid < 0 || !grouped) {
		hgroups_give(&j->core->groups, group);
		group = -1;
	}
	if (pid < 0)
		return pid;
	j->st.pid = pid;
	j->st.start = hproc_read(pid, &self) ? self.start : 0;
	j->tree = (struct htree){
		.root = pid,
		.session = pid,
		.start = j->st.start,
		.token = j->st.token,
		.group = group,
	};
	return 0;
}

static void stream_ready(void *ctx, int fd, int ready)
{
	(void)fd;
	(void)ready;
	hjob_move(ctx);
}

static void watch_all(struct hjob *j)
{
	struct loop *l = j->core->loop;
	for (int i = 0; i < 3; i++) {
		struct hjob_stream *s = &j->stream[i];
		if (s->spool.from >= 0)
			s->watch = loop_watch(l, s->spool.from, LOOP_READ, stream_ready, s);
	}
}

static struct hjob *blank_job(struct hcore *c, struct hspec *spec)
{
	struct hjob *j = mem_alloc(sizeof(*j));
	*j = (struct hjob){
		.core = c,
		.state = HJOB_GATED,
		.st = { .fate = HOLDER_PREPARED },
		.leaves = spec->leaves,
		.spec = spec,
		.gate = -1,
		.report = -1,
		.terminal = -1,
		.kept = -1,
		.typed = { .max = HOLDER_TYPED_MAX },
		.tree = { .group = -1 },
	};
	memcpy(j->st.token, spec->token, strlen(spec->token)); /* the reader saw to its length */
	for (int i = 0; i < 3; i++) {
		j->stream[i].job = j;
		hspool_init(&j->stream[i].spool, -1, false, &c->hide);
	}
	return j;
}

struct hjob *hjob_new(struct hcore *c, struct hspec *spec, int input, int *ret_sys,
		      const char **ret_why)
{
	struct ends e = { .stdio = { -1, -1, -1 }, .gate = -1, .report = -1 };
	struct hjob *j = blank_job(c, spec);
	const char *why = spec->terminal ? "no terminal to be had" : "no pipe to be had";
	int rc = spec->terminal ? make_terminal(j, spec, &e) : make_pipes(j, input, &e);
	if (!rc)
		rc = make_pipe(&e.gate, &j->gate);
	if (!rc)
		rc = make_pipe(&j->report, &e.report);
	if (!rc && fcntl(j->report, F_SETFL, O_NONBLOCK))
		rc = -errno;
	if (!rc) {
		why = "no process to be had";
		plan_child(j, &e);
		rc = fork_child(j);
	}
	for (int i = 0; i < 3; i++)
		close_fd(&e.stdio[i]);
	close_fd(&e.gate);
	close_fd(&e.report);
	close_fd(&input);
	if (rc) {
		*ret_sys = -rc;
		*ret_why = why;
		hjob_free(j);
		return NULL;
	}
	watch_all(j);
	hcore_fact(c, HWIRE_PREPARED, &j->st);
	return j;
}
