/* One event against the one before it. Called by SQLite for every row, in order; what takes another
 * statement is done outside, in verify_run.c, and the digests of most rows in verify_hash.c. */
#include "clock.h"
#include "removal_own.h"
#include "verify_own.h"

#include <string.h>

enum { LOOK_AT_CLOCK = 64, NEAR = 2000 };

/* The columns as SQL_EVENT_CHECK hands them over. */
enum column {
	C_INDEX_RUN,
	C_INDEX_SEQ,
	C_RUN,
	C_SEQ,
	C_WALL,
	C_BOOT,
	C_BOOT_ID,
	C_KIND,
	C_STEP,
	C_ATTEMPT,
	C_ACTOR,
	C_AUTH,
	C_PAYLOAD,
	C_SALT,
	C_PAYLOAD_HASH,
	C_PREV,
	C_HASH,
	C_ID,
	C_MAX,
};

/* NULL for an empty text too, which reads the same in the chain. */
static struct chain_text text_of(sqlite3_value *v)
{
	const char *p = sqlite3_value_blob(v);
	return (struct chain_text){ p, p ? (size_t)sqlite3_value_bytes(v) : 0 };
}

static const uint8_t *blob_of(sqlite3_value *v, int n)
{
	const uint8_t *p = sqlite3_value_blob(v);
	return p && sqlite3_value_bytes(v) == n ? p : NULL;
}

static void take_row(struct row *r, bool drill, sqlite3_value **v)
{
	*r = (struct row){
		.ev = {
			.run = text_of(v[C_RUN]),
			.seq = sqlite3_value_int64(v[C_SEQ]),
			.wall = sqlite3_value_int64(v[C_WALL]),
			.boot = sqlite3_value_int64(v[C_BOOT]),
			.boot_id = text_of(v[C_BOOT_ID]),
			.kind = text_of(v[C_KIND]),
			.step = text_of(v[C_STEP]),
			.attempt = sqlite3_value_int64(v[C_ATTEMPT]),
			.actor = text_of(v[C_ACTOR]),
			.auth = text_of(v[C_AUTH]),
		},
		.payload = text_of(v[C_PAYLOAD]),
		.salt = blob_of(v[C_SALT], CHAIN_SALT_LEN),
		.payload_hash = blob_of(v[C_PAYLOAD_HASH], HASH_LEN),
		.prev = blob_of(v[C_PREV], HASH_LEN),
		.hash = blob_of(v[C_HASH], HASH_LEN),
		.index_seq = sqlite3_value_int64(v[C_INDEX_SEQ]),
		.id = sqlite3_value_int64(v[C_ID]),
	};
	r->ev.drill = drill;
}

static bool is_kind(const struct row *r, struct chain_text kind)
{
	return r->ev.kind.n == kind.n && memcmp(r->ev.kind.p, kind.p, kind.n) == 0;
}

/* Whether the row would be right under another number: then it was moved, not rewritten. */
static int64_t true_place(struct verify *v, const struct row *r)
{
	struct chain_event ev = r->ev;
	uint8_t hash[HASH_LEN];
	int64_t from = r->ev.seq > NEAR ? r->ev.seq - NEAR : 1;
	for (ev.seq = from; ev.seq <= r->ev.seq + NEAR; ev.seq++) {
		chain_event(&v->j->chain, r->prev, &ev, r->payload_hash, hash);
		if (memcmp(hash, r->hash, HASH_LEN) == 0)
			return ev.seq;
	}
	return 0;
}

enum content verify_content(struct chain *c, const struct row *r)
{
	uint8_t hash[HASH_LEN];
	if (!r->payload_hash || !r->prev || !r->hash || !r->ev.kind.p)
		return CONTENT_NO_COLUMN;
	if (!r->taken && (!r->payload.p || !r->salt))
		return CONTENT_NO_PAYLOAD;
	if (!r->taken)
		chain_payload(c, r->salt, r->payload.p, r->payload.n, hash);
	if (!r->taken && memcmp(hash, r->payload_hash, HASH_LEN) != 0)
		return CONTENT_PAYLOAD;
	chain_event(c, r->prev, &r->ev, r->payload_hash, hash);
	return memcmp(hash, r->hash, HASH_LEN) == 0 ? CONTENT_GOOD : CONTENT_HEADER;
}

void verify_content_defect(struct verify *v, const struct row *r, enum content what)
{
	static const char *const texts[] = {
		[CONTENT_NO_COLUMN] = "a column is missing",
		[CONTENT_NO_PAYLOAD] = "payload taken out",
		[CONTENT_PAYLOAD] = "payload altered",
		[CONTENT_HEADER] = "altered",
	};
	long long seq = r->ev.seq;
	bool digests = what == CONTENT_PAYLOAD || what == CONTENT_HEADER, drill = false;
	if (digests && verify_is_other(v, r, &drill)) {
		verify_offered(v, seq, drill);
		return;
	}
	int64_t place = what == CONTENT_HEADER ? true_place(v, r) : 0;
	if (place)
		verify_defect(v, v->run, seq, "event %lld: this is event %lld, in another's place",
			      seq, (long long)place);
	else if (what != CONTENT_HEADER || !verify_redated(v, r))
		verify_defect(v, v->run, seq, "event %lld: %s", seq, texts[what]);
}

/* Where a text stands to the run in hand, in the order of the index. */
static int order_to_run(const struct verify *v, struct chain_text run)
{
	int order = memcmp(run.p ? run.p : "", v->run, run.n < v->run_n ? run.n : v->run_n);
	return order ? order : run.n < v->run_n ? -1 : run.n > v->run_n;
}

/* The row among the others. */
static void check_place(struct verify *v, const struct row *r)
{
	long long seq = r->ev.seq, want = v->seq + 1;
	if (order_to_run(v, r->ev.run) != 0)
		verify_defect(v, v->run, want, "event %lld: its row is of another run", want);
	else if (seq > want)
		verify_defect(v, v->run, want, "event %lld: missing", want);
	else if (seq < want)
		verify_defect(v, v->run, seq, "event %lld: there twice", seq);
	else if (r->index_seq != seq)
		verify_defect(v, v->run, seq, "event %lld: the index has it elsewhere", seq);
	else if (v->ended)
		verify_defect(v, v->run, seq, "event %lld: appended after the run was closed", seq);
}

static void check_links(struct verify *v, const struct row *r)
{
	int64_t seq = r->ev.seq;
	bool moved = v->anchor[ANCHOR_MOVED].seq > 0;
	if ((seq > 1 || !moved) && memcmp(r->prev, v->head, HASH_LEN) != 0) {
		if (seq > 1 && verify_redated_before(v, r->prev))
			return;
		verify_defect(v, v->run, seq, seq > 1 ? "event %lld: does not follow event %lld" :
			      "event %lld: does not follow what the machine's chain ended with",
			      (long long)seq, (long long)seq - 1);
		return;
	}
	for (int i = 0; i < ANCHOR_MAX; i++) {
		if (v->anchor[i].seq == seq && memcmp(v->anchor[i].head, r->hash, HASH_LEN) != 0)
			verify_defect(v, v->run, seq, "event %lld: not the one that the machine's "
				      "chain holds", (long long)seq);
	}
}

static void take_over(struct verify *v, const struct row *r)
{
	v->seq = r->ev.seq;
	memcpy(v->head, r->hash, HASH_LEN);
	v->ended = is_kind(r, v->closed);
	v->r->events++;
	if (!v->drill && is_kind(r, v->drilled)) {
		verify_hash_drain(v);
		verify_offered(v, v->seq, true);
		return;
	}
	v->r->taken += r->taken;
	v->called |= r->taken && is_kind(r, v->book);
	if (is_kind(r, v->opened) || (is_kind(r, v->book) && !r->taken)) {
		buf_clear(&v->paper);
		if (!r->taken)
			buf_add(&v->paper, r->payload.p, r->payload.n);
		v->paper_taken = r->taken;
		v->paper_waits = true;
		v->stop = true;
	}
	if (v->seq % LOOK_AT_CLOCK == 0 && clock_now().boot - v->slice_began > SLICE_NS)
		v->stop = true;
}

static bool is_anchored(const struct verify *v, int64_t seq)
{
	for (int i = 0; i < ANCHOR_MAX; i++) {
		if (v->anchor[i].seq == seq)
			return true;
	}
	return false;
}

/* Whether it is the plain next row: all there, where it belongs, after the one before it. Then only
 * its content is left to be checked. */
static bool is_next(const struct verify *v, const struct row *r)
{
	return r->ev.seq == v->seq + 1 && r->index_seq == r->ev.seq && !v->ended &&
		order_to_run(v, r->ev.run) == 0 && r->prev &&
		r->hash && r->payload_hash && r->salt && r->payload.p && r->ev.kind.p &&
		memcmp(r->prev, v->head, HASH_LEN) == 0 && !is_anchored(v, r->ev.seq);
}

/* Everything, one after the other, up to the first defect. */
static void check_closely(struct verify *v, struct row *r)
{
	enum content what = CONTENT_GOOD;
	verify_hash_drain(v);
	if (!verify_bad(v))
		check_place(v, r);
	if (!verify_bad(v))
		what = verify_content(&v->j->chain, r);
	if (what == CONTENT_NO_PAYLOAD && !r->payload.p && !r->salt &&
	    removal_names(v->j, REMOVAL_OF_PAYLOAD, v->run, r->ev.seq, &r->taken, NULL) == 0 &&
	    r->taken)
		what = verify_content(&v->j->chain, r);
	if (what != CONTENT_GOOD)
		verify_content_defect(v, r, what);
	if (!verify_bad(v))
		check_links(v, r);
	if (!verify_bad(v))
		verify_index_add(&v->rows, &v->key, r);
}

void verify_row(sqlite3_context *sq, int n, sqlite3_value **values)
{
	struct db *d = sqlite3_user_data(sq);
	struct verify *v = d->call_ctx;
	struct row r;
	if (v && n == INDEX_ENTRY_VALUES) {
		sqlite3_result_int(sq, verify_index_entry(d->call_ctx, values));
		return;
	}
	if (!v || n != C_MAX) {
		sqlite3_result_error(sq, "check_row is not for this", -1);
		return;
	}
	int order = order_to_run(v, text_of(values[C_INDEX_RUN]));
	if (order > 0) {
		v->past = true;
		sqlite3_result_int(sq, 1);
		return;
	}
	take_row(&r, v->drill, values);
	r.index_seq = order == 0 ? r.index_seq : 0;
	if (is_next(v, &r))
		verify_hash_add(v, &r);
	else
		check_closely(v, &r);
	if (!verify_bad(v))
		take_over(v, &r);
	sqlite3_result_int(sq, verify_bad(v) || v->stop);
}
