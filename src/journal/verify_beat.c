/* What ties an open run: beats, and checkpoints as far as they say where it stood. */
#include "bind.h"
#include "column.h"
#include "err.h"
#include "verify_own.h"

/* Columns: n, seq, head, hash of the event, run, whether the head is a checkpoint's. What is not
 * there any more, or is another. An event that came after the last look is there, and was not
 * looked at: nothing is said of it. */
static void check_beat(struct verify *v, sqlite3_stmt *st)
{
	int64_t seq = sqlite3_column_int64(st, 1);
	const uint8_t *head = column_digest(st, 2), *hash = column_digest(st, 3);

	if (!column_same(column_text(st, 4), chain_str(v->run)) || !head)
		return; /* the machine's chain does not hold, which is said there */
	if (!hash)
		verify_defect(v, v->run, v->seq + 1, "event %lld: missing, and all after it",
			      (long long)v->seq + 1);
	else if (sqlite3_column_int(st, 5))
		return; /* compared with its checkpoint, later */
	else if (memcmp(head, hash, HASH_LEN) != 0)
		verify_defect(v, v->run, seq, "event %lld: not the one that the machine's chain "
			      "holds; written anew after event %lld", (long long)seq,
			      (long long)v->tied);
	else
		v->tied = seq;
}

int verify_beats(struct verify *v, struct err *err)
{
	struct db *d = &v->j->db;
	int64_t n = 0;
	int rc = 0;

	while (rc == 0 && !verify_bad(v)) {
		sqlite3_stmt *st = NULL;
		rc = db_use(d, SQL_BEAT_NEXT, &st, err);
		if (rc)
			break;
		struct binder b = { .st = st };
		bind_text(&b, v->run);
		bind_int(&b, n);
		rc = bind_step(&b, d, err);
		if (rc != 1)
			break;
		rc = sqlite3_column_int64(st, 0) > n ? 0 :
			err_set(err, ERR_CORRUPT, "the machine's chain is out of order");
		n = sqlite3_column_int64(st, 0);
		check_beat(v, st);
		sqlite3_reset(st);
	}
	return rc;
}
