/* What the passes of a verification share. */
#ifndef JOURNAL_VERIFY_OWN_H
#define JOURNAL_VERIFY_OWN_H

#include "buf.h"
#include "journal_own.h"

/* What the machine's chain says of a run. seq 0: nothing. */
struct anchor {
	int64_t seq;
	uint8_t head[HASH_LEN], prev[HASH_LEN];
};

/* One event as it lies in the table, borrowed. */
struct row {
	struct chain_event ev;
	struct chain_text payload;
	const uint8_t *salt, *payload_hash, *prev, *hash; /* NULL: not there, or too short */
	int64_t index_seq, id;
	bool taken; /* payload and salt are gone, which is on record */
};

/* What a row's own digests say of it. */
enum content {
	CONTENT_GOOD, CONTENT_NO_COLUMN, CONTENT_NO_PAYLOAD, CONTENT_PAYLOAD, CONTENT_HEADER,
};

struct json;
struct hasher; /* checks the contents of rows behind the reader's back */

/* What a search goes by. */
enum index_of { INDEX_TIME, INDEX_STEP, INDEX_PERSON, INDEX_KIND, INDEX_PLACE, INDEX_MAX };

/* The entries of each: how many, and the sum of their hashes under a key made for this once. */
struct index_sums {
	int64_t n[INDEX_MAX];
	uint64_t sum[INDEX_MAX];
};

struct index_key {
	uint64_t k[2];
	int64_t upto; /* events with a larger id are left out; 0: nothing is summed */
};

struct index_walk; /* goes along the indexes, beside the reading where it can */

enum anchor_what { ANCHOR_OPENED, ANCHOR_MOVED, ANCHOR_CLOSED, ANCHOR_MAX };

struct verify {
	struct journal *j;
	struct verify_result *r;
	bool outputs;
	struct hasher *hasher;
	struct index_key key;
	struct index_sums rows; /* what the indexes must hold */
	struct index_walk *walk;
	const char *one;     /* only this run is looked at; NULL: all */
	int64_t tied;        /* up to here the machine's chain holds the run in hand */
	struct chain_text opened, book, closed, drilled; /* kinds of event */
	int64_t slice_began; /* boot ns; a transaction ends 10 ms later */
	/* the run in hand */
	char run[JOURNAL_RUN_ID_MAX]; /* "": none */
	size_t run_n;
	bool drill; /* by its id */
	struct anchor anchor[ANCHOR_MAX];
	int64_t seq; /* the last event that was found good */
	uint8_t head[HASH_LEN];
	bool ended;         /* it was EV_RUN_CLOSED */
	bool stop;          /* a row says: out of the statement */
	bool past;          /* a row of a later run was met */
	struct buf bytes;   /* of the pinned file in hand */
	struct buf paper;   /* payload that names pinned files, to be looked at outside */
	bool paper_waits, paper_taken; /* taken: to be had of what is left of it */
	int64_t named;      /* files that the first event names; INT64_MAX: it does not say */
	bool called;        /* a runbook was called in: it brought files that no row names */
};

/* Notes the first defect; later ones are not noted. Always returns 0. */
int verify_defect(struct verify *v, const char *run, int64_t seq, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static inline bool verify_bad(const struct verify *v)
{
	return !v->r->whole;
}

/* One run: events, anchors, pinned files; with its output where v->outputs. */
int verify_run(struct verify *v, const char *run, struct err *err);
/* The files that a run stood on: their rows, and their bytes where nobody else looks at them. */
int verify_pins(struct verify *v, const char *run, bool bytes_too, struct err *err);
/* The bytes of one file, from the columns sha256 and n, packed, bytes. */
void verify_pin(struct verify *v, sqlite3_stmt *st, int sha256, int n, const char *run);
int verify_outputs(struct verify *v, const char *run, struct err *err);

/* --- verify_drill.c: a record that is offered as what it is not --- */
/* Notes that; is_drill: what it really is. */
void verify_offered(struct verify *v, int64_t seq, bool is_drill);
/* Whether a row whose digests are wrong, all columns there, is right as one of the other sort, or
 * was before its payload was made to say the other. *ret_drill: what it really is. */
bool verify_is_other(struct verify *v, const struct row *r, bool *ret_drill);
/* A file kept in that role is a drill's. */
bool verify_role_of_drill(const char *role);
/* The payload of a first row, whose digests are good. */
void verify_opening(struct verify *v, const struct json *first);

/* --- verify_time.c: the time of a row that was set anew --- */
/* Whether a row whose header has not its digest had it with another time; notes that, and which. */
bool verify_redated(struct verify *v, const struct row *r);
/* The same of the last good row, whose digest is its own, where the next one follows `hash`. */
bool verify_redated_before(struct verify *v, const uint8_t hash[HASH_LEN]);

/* What ties the run in hand while it is open: after its events. */
int verify_beats(struct verify *v, struct err *err);
/* All checkpoints and removals (of v->one), after the events that they are of. */
int verify_tied(struct verify *v, struct err *err);

enum content verify_content(struct chain *c, const struct row *r);
/* Notes what is wrong with the content of a row. */
void verify_content_defect(struct verify *v, const struct row *r, enum content what);

struct hasher *verify_hash_new(void);
void verify_hash_free(struct hasher *h); /* NULL is fine */
/* Takes a copy of a row whose columns are all there, to check it some time. Notes what earlier ones
 * came to, if it is known. */
void verify_hash_add(struct verify *v, const struct row *r);
/* Waits until all that were added are checked, and notes the first defect among them. */
void verify_hash_drain(struct verify *v);
/* Forgets what was added: it was not to be trusted. */
void verify_hash_forget(struct verify *v);

/* --- verify_walk.c: what is found by an index, against what the rows say --- */
/* Begins to look along the indexes, where the file has them: v->walk. */
int verify_index_begin(struct verify *v, struct err *err);
int verify_index_end(struct verify *v, struct err *err); /* waits, and compares with v->rows */
void verify_index_free(struct index_walk *w); /* NULL is fine */
/* check_row of the statements along an index: key, wall, id. 1 ends the statement for now. */
int verify_index_entry(struct index_walk *w, sqlite3_value **values);
enum { INDEX_ENTRY_VALUES = 3 };
/* --- verify_index.c --- */
/* Adds the entries that a good row has. */
void verify_index_add(struct index_sums *s, const struct index_key *key, const struct row *r);
void verify_index_join(struct index_sums *to, const struct index_sums *more);
void verify_index_put(struct index_sums *s, const struct index_key *key, enum index_of which,
		      struct chain_text text, int64_t wall, int64_t id);

/* check_row of SQL_EVENT_CHECK: 1 ends the statement for now. */
void verify_row(sqlite3_context *sq, int n, sqlite3_value **values);

#endif
