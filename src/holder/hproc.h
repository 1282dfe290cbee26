/* What /proc says of processes. */
#ifndef HOLDER_HPROC_H
#define HOLDER_HPROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { HPROC_NAME_MAX = 20 };

struct hproc {
	pid_t pid, parent, session;
	uint64_t start;            /* clock ticks since the machine started */
	char state;                /* R S D Z T ... */
	bool leaving;              /* in the middle of its exit, or a zombie */
	char name[HPROC_NAME_MAX]; /* as it may be shown: printable ASCII */
};

/* False where there is no such process (any more). */
bool hproc_read(pid_t pid, struct hproc *ret);

/* A list that grows; the memory is the caller's to free with hproc_list_release. */
struct hproc_list {
	struct hproc *v;
	size_t n, cap;
};

void hproc_list_add(struct hproc_list *l, const struct hproc *p);
void hproc_list_release(struct hproc_list *l);

/* Adds every process of the system. */
void hproc_all(struct hproc_list *l);

/* What the environment with which pid was started says of BLACKSTART_TOKEN. */
enum hproc_token { HPROC_TOKEN_OURS, HPROC_TOKEN_OTHER, HPROC_TOKEN_NONE };
enum hproc_token hproc_token(pid_t pid, const char *token);

/* Sends signo to exactly the process that was read (pid and start time), by pidfd. False where it
 * is gone or may not be signalled. */
bool hproc_signal(const struct hproc *p, int signo);

/* "4711 sleep, 4712 nc, +3 more"; never more than size bytes with the NUL. */
void hproc_names(const struct hproc_list *l, char *out, size_t size);

#endif
