/* What the keeper is made of. keeper_parts.h says who does what with it. */
#ifndef KEEPER_IN_H
#define KEEPER_IN_H

#include "keeper_books.h"
#include "keeper_env.h"
#include "keeper_types.h"
#include "presence.h"

struct capturer;
struct expr;
struct loop;
struct stage;

struct keeper {
	char *journal_path, *run, *dir, *sheet_path;
	bool team;
	int lock_fd, old_lock_fd, listen_fd, parent_fd;
	char **environ_base;
	mode_t umask; /* of who started us: what commands get */

	struct loop *loop;
	struct watch *listen_watch;
	struct journal *journal;
	struct journal *journal_before; /* after a move: still to be told where the record went */
	struct output *output;
	struct expr *expr;
	struct capturer *capturer;
	struct eval eval;
	struct books books;
	struct secrets secrets;
	const char *raw;   /* what a sealed command printed, while the engine takes it apart */
	struct engine *engine;
	const struct state *s;

	struct stage *stage;   /* of a drill; NULL */
	struct post *posts[POST_MAX];
	char *folders[POST_MAX]; /* of theirs, once the run is closed and nobody needs them */
	int lost_in_a_row; /* commands whose holder died before they ran */
	struct proc **procs;
	size_t n_procs, cap_procs, turn;
	unsigned short rows, cols;
	struct timer *gather;  /* output is being gathered until then */
	bool gathered;         /* take what there is in this pass */
	struct chunk *chunks;
	size_t n_chunks, cap_chunks;
	bool chunks_open;      /* their transaction is */
	bool chunks_unsynced;  /* there were commits since the last synced one */
	char *chunk;           /* CHUNK_MAX bytes, for one at a time */
	struct proc **attached; /* files whose bytes are being kept: no commands */
	size_t n_attached;

	struct presence_cache presences; /* of people, for climbs */
	int64_t contacts_seq;  /* climbs were looked at after this event */

	struct orphan **orphans;
	size_t n_orphans;
	struct reader **readers;
	size_t n_readers, cap_readers;
	struct proof **proofs;
	size_t n_proofs;

	struct vouching vouching;

	struct event_list batch;    /* applied, not committed */
	struct action_list later;   /* to be done when the batch is durable */
	struct reply *replies;
	size_t n_replies, cap_replies;
	struct timer *linger;  /* after the end of the run */
	struct timer *hold;    /* the batch waits for a child at the gate until then */
	bool hold_over;
	struct timer *again;   /* there is more to do than one pass does */
	struct timer *tick;
	int64_t tick_at, tick_done; /* when it is due; when the last one was */
	struct trouble trouble;

	struct client **clients;
	size_t n_clients, cap_clients;
	struct known_id *known;
	size_t n_known;

	int64_t sheet_at, sheet_cost; /* boot time of the last one; what it took */
	struct timer *sheet, *minute, *park, *point;
	int64_t clock_offset;  /* wall - boot, as last seen */
	int64_t park_ns;
	bool replayed;         /* all of the record is in the state */
	bool closed, leaving;
	int status;            /* exit status */
};

#endif
