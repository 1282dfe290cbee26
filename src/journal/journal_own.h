/* The inside of struct journal, and the statements that its files share. */
#ifndef JOURNAL_OWN_H
#define JOURNAL_OWN_H

#include "chain.h"
#include "clock.h"
#include "db.h"
#include "journal.h"

struct zip;

enum journal_sql {
	SQL_EVENT_ADD = DB_SQL_OWN,
	SQL_EVENT_LAST,
	SQL_EVENT_EACH,
	SQL_EVENT_CHECK,
	SQL_EVENT_MAX_ID,
	SQL_EVENT_BESIDE,
	SQL_EVENT_HEADER,
	SQL_EVENT_SEARCHED,
	SQL_INDEX_TIME,
	SQL_INDEX_STEP, SQL_INDEX_STEP_NEXT,
	SQL_INDEX_PERSON, SQL_INDEX_PERSON_NEXT,
	SQL_INDEX_KIND, SQL_INDEX_KIND_NEXT,
	SQL_INDEX_PLACE, SQL_INDEX_PLACE_NEXT,
	SQL_REMOVAL_MAX_ID,
	SQL_SOUND_MACHINE, SQL_SOUND_PIN, SQL_SOUND_RUN_PIN, SQL_SOUND_CHECKPOINT,
	SQL_SOUND_REMOVAL,
	SQL_MACHINE_LAST,
	SQL_MACHINE_ADD,
	SQL_MACHINE_EACH,
	SQL_MACHINE_OF_RUN,
	SQL_MACHINE_TIED,
	SQL_MACHINE_NEXT_SIGNED,
	SQL_BEAT_NEXT,
	SQL_CHECKPOINT_LAST,
	SQL_CHECKPOINT_ADD,
	SQL_CHECKPOINT_NEXT,
	SQL_CHECKPOINT_CHECK,
	SQL_REMOVAL_LOOK,
	SQL_REMOVAL_ADD,
	SQL_EVENT_TAKE_OUT,
	SQL_REMOVAL_REST,
	SQL_REMOVAL_LEFT,
	SQL_REMOVAL_FORGET,
	SQL_REMOVAL_NEXT,
	SQL_REMOVAL_STANDS,
	SQL_REMOVAL_PRINTED,
	SQL_REMOVAL_CHECK,
	SQL_REMOVAL_OF_PAYLOAD,
	SQL_REMOVAL_OF_OUTPUT,
	SQL_MACHINE_NEXT_REMOVAL,
	SQL_HEAD_AT,
	SQL_HEAD_ANY,
	SQL_RUNS,
	SQL_RUN_FIND,
	SQL_RUN_NEWEST,
	SQL_RUN_NEXT_KNOWN,
	SQL_RUN_NEXT_SEEN,
	SQL_PIN_HAS,
	SQL_PIN_ADD,
	SQL_PIN_NEXT,
	SQL_RUN_PIN_HAS,
	SQL_RUN_PIN_KEPT,
	SQL_RUN_PIN_LAST,
	SQL_RUN_PIN_ADD,
	SQL_RUN_PIN_NEXT,
	SQL_EXTRACT_BOUNDS,
	SQL_EXTRACT_EVENT,
	SQL_EXTRACT_MACHINE,
	SQL_EXTRACT_CHECKPOINT,
	SQL_EXTRACT_PIN,
	SQL_EXTRACT_REMOVAL,
	SQL_LOG_RUN, SQL_LOG_RUN_BACK,
	SQL_LOG_STEP, SQL_LOG_STEP_BACK,
	SQL_LOG_PERSON, SQL_LOG_PERSON_BACK,
	SQL_LOG_KIND, SQL_LOG_KIND_BACK,
	SQL_LOG_PLACE, SQL_LOG_PLACE_BACK,
	SQL_LOG_TIME, SQL_LOG_TIME_BACK,
	SQL_LOG_ARRIVAL, SQL_LOG_ARRIVAL_BACK,
	SQL_LOG_BEGIN,
	SQL_LOG_INDEXES,
	SQL_LOG_FIRST,
	SQL_LOG_LAST,
	SQL_LOG_ROW,
	SQL_LOG_DRILL,
	JOURNAL_SQL_MAX,
};

enum {
	SALTS_AT_ONCE = 16,
	SLICE_NS = 10 * CLOCK_MS, /* of one transaction that reads */
};

struct journal {
	struct db db;
	struct chain chain;
	struct zip *zip;
	bool team;
	/* the run that is appended to */
	char run[JOURNAL_RUN_ID_MAX]; /* "": none yet */
	int64_t seq;
	uint8_t head[HASH_LEN];
	bool closed;
	uint8_t salt[SALTS_AT_ONCE][CHAIN_SALT_LEN];
	int n_salt; /* not used yet */
};

extern const struct db_kind journal_kind;

/* ERR_USAGE unless run is 1..39 of [A-Za-z0-9._-] and begins with none of ". -". */
int journal_run_id_check(const char *run, struct err *err);

/* ERR_DENIED for a journal opened for reading. */
int journal_need_write(const struct journal *j, struct err *err);

/* The last event of a run, in the transaction that there is. ERR_NOTFOUND: there is no such run;
 * ERR_CORRUPT: a column is missing. */
struct last_event {
	int64_t seq;
	uint8_t hash[HASH_LEN];
	bool closed; /* it ends the run */
};
int runs_last_event(struct journal *j, const char *run, struct last_event *ret, struct err *err);

bool ballast_release(const char *journal_path);

/* Inside a transaction: the last row of the machine's chain; n 0 and zeroes where there is none. */
int machine_last(struct journal *j, int64_t *ret_n, uint8_t ret_hash[HASH_LEN], struct err *err);
/* Inside a transaction: ties an event of a run to the machine's chain. */
int machine_add(struct journal *j, const char *what, const char *run, int64_t wall, int64_t seq,
		const uint8_t head[HASH_LEN], struct err *err);

/* Whether the file is of a format that has checkpoints and beats. */
int checkpoint_format(struct journal *j, bool *ret_has, struct err *err);

/* Inside a transaction: one event of `run`, which follows prev. */
int append_event(struct journal *j, const char *run, const struct event *ev, int64_t seq,
		 const uint8_t prev[HASH_LEN], uint8_t ret_hash[HASH_LEN], struct err *err);

/* Inside a transaction: keeps a file for a run; the same again is no error. */
int pins_put(struct journal *j, const char *run, const struct source_file *f, struct err *err);
/* Fills *out from the columns n, packed, bytes at `column`. ERR_CORRUPT where they disagree. */
int pins_unpack(struct journal *j, sqlite3_stmt *st, int column, struct buf *out,
		struct err *err);

#endif
