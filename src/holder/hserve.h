/* The holder process: its commands, its connections, its pass. */
#ifndef HOLDER_HSERVE_H
#define HOLDER_HSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "hcore.h"
#include "hhouse.h"
#include "hwire.h"

struct chan;
struct hjob;
struct hpeer;
struct timer;
struct watch;

struct hserve {
	struct hcore core;
	struct hhouse house;
	struct watch *listen_watch;
	struct timer *timer;
	struct hpeer *peers, *keeper;
	struct hjob **jobs;
	size_t n_jobs, cap_jobs;
	bool leaving;        /* SIGTERM: nothing new, and away when the last command ended */
	int64_t alone_since; /* while there is no keeper */
	int64_t news_at;     /* when to tell what can wait; 0: there is none */
};

/* holder_main with other times and bounds. */
int hserve_main(const char *folder, const char *run, const struct hconf *conf);

/* --- commands: hserve_jobs.c ----------------------------------------------------------------- */

struct hjob *hserve_find(struct hserve *sv, const char *token);
struct hjob *hserve_job_of(struct hserve *sv, pid_t pid); /* whose own child this is, not reaped */
size_t hserve_live(const struct hserve *sv);
void hserve_sweep(struct hserve *sv); /* frees what was forgotten and is reaped */

/* Carries out a request of the keeper. False for a malformed one. */
bool hserve_request(struct hserve *sv, int type, struct hwire_in *in, int fd);

/* --- connections: hserve_peers.c ------------------------------------------------------------- */

void hserve_listen(struct hserve *sv);
void hserve_drop_peer(struct hpeer *p); /* the keeper's: gated children leave */

#endif
