#include "hproc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "holder.h"
#include "mem.h"

enum {
	STAT_MAX = 1024,
	FIELD_PARENT = 4,          /* of /proc/PID/stat, numbered as in proc(5) */
	FIELD_SESSION = 6,
	FIELD_FLAGS = 9,
	FIELD_START = 22,
	FLAG_EXITING = 0x4,        /* PF_EXITING */
	ENVIRON_MAX = 4 << 20,     /* more of a foreign environment is not looked at */
	LIST_FIRST = 64,
};

/* Reads a small file of /proc whole; the length, or -1. */
static ssize_t read_proc(pid_t pid, const char *what, char *out, size_t size)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, what);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t n = read(fd, out, size - 1);
	close(fd);
	if (n >= 0)
		out[n] = '\0';
	return n;
}

static void copy_name(char *out, const char *s, const char *end)
{
	size_t n = 0;
	for (; s < end && n + 1 < HPROC_NAME_MAX; s++)
		out[n++] = *s > ' ' && *s < 0x7f && *s != ',' ? *s : '_';
	out[n] = '\0';
}

bool hproc_read(pid_t pid, struct hproc *ret)
{
	char text[STAT_MAX];
	if (pid <= 0 || read_proc(pid, "stat", text, sizeof(text)) <= 0)
		return false;
	char *open_at = strchr(text, '('), *close_at = strrchr(text, ')');
	if (!open_at || !close_at || close_at < open_at)
		return false;
	struct hproc p = { .pid = pid };
	uint64_t field[FIELD_START + 1] = { 0 };
	char *at = close_at + 2;
	p.state = *at;
	for (int i = FIELD_PARENT; i <= FIELD_START && at; i++) {
		at = strchr(at, ' ');
		field[i] = at ? strtoull(++at, NULL, 10) : 0;
	}
	if (!at)
		return false;
	p.parent = (pid_t)field[FIELD_PARENT];
	p.session = (pid_t)field[FIELD_SESSION];
	p.start = field[FIELD_START];
	p.leaving = (field[FIELD_FLAGS] & FLAG_EXITING) || p.state == 'Z' || p.state == 'X';
	copy_name(p.name, open_at + 1, close_at);
	*ret = p;
	return true;
}

void hproc_list_add(struct hproc_list *l, const struct hproc *p)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : LIST_FIRST;
		l->v = mem_grow(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n++] = *p;
}

void hproc_list_release(struct hproc_list *l)
{
	free(l->v);
	*l = (struct hproc_list){ 0 };
}

void hproc_all(struct hproc_list *l)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	while (d && (e = readdir(d))) {
		struct hproc p;
		if (e->d_name[0] < '1' || e->d_name[0] > '9')
			continue;
		if (hproc_read((pid_t)strtol(e->d_name, NULL, 10), &p))
			hproc_list_add(l, &p);
	}
	if (d)
		closedir(d);
}

static enum hproc_token find_token(const struct buf *environ_text, const char *token)
{
	static const char key[] = "BLACKSTART_TOKEN=";
	enum hproc_token found = HPROC_TOKEN_NONE;
	const char *s = buf_str(environ_text), *end = s + environ_text->len;
	for (; s < end; s += strlen(s) + 1) {
		if (strncmp(s, key, sizeof(key) - 1))
			continue;
		if (!strcmp(s + sizeof(key) - 1, token))
			return HPROC_TOKEN_OURS;
		found = HPROC_TOKEN_OTHER;
	}
	return found;
}

enum hproc_token hproc_token(pid_t pid, const char *token)
{
	char path[64], chunk[4096];
	snprintf(path, sizeof(path), "/proc/%ld/environ", (long)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return HPROC_TOKEN_NONE;
	struct buf text = { .max = ENVIRON_MAX };
	ssize_t n;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0 && !buf_add(&text, chunk, (size_t)n))
		;
	close(fd);
	enum hproc_token found = find_token(&text, token);
	buf_release(&text);
	return found;
}

bool hproc_signal(const struct hproc *p, int signo)
{
	int fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd < 0)
		return false;
	struct hproc now; /* the descriptor holds the process: what is true now stays true of it */
	bool sent = hproc_read(p->pid, &now) && now.start == p->start &&
		    !syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0);
	close(fd);
	return sent;
}

void hproc_names(const struct hproc_list *l, char *out, size_t size)
{
	enum { MORE_ROOM = 24 }; /* for ", +4194304 more" and the NUL */
	size_t len = 0, shown = 0;
	out[0] = '\0';
	for (; shown < l->n; shown++) {
		char one[HPROC_NAME_MAX + 24];
		int n = snprintf(one, sizeof(one), "%s%ld %s", shown ? ", " : "",
				 (long)l->v[shown].pid, l->v[shown].name);
		if (len + (size_t)n + MORE_ROOM > size)
			break;
		memcpy(out + len, one, (size_t)n + 1);
		len += (size_t)n;
	}
	if (shown < l->n)
		snprintf(out + len, size - len, "%s+%zu more", shown ? ", " : "", l->n - shown);
}

bool holder_alive(pid_t pid, uint64_t start)
{
	struct hproc p;
	return hproc_read(pid, &p) && p.start == start && p.state != 'Z' && p.state != 'X';
}
