/* The record cannot be written.
 *
 *      works ──ERR_BUSY──► stalled, tried again every few ms ──2 s──► trouble
 *      works ──ERR_FULL──► ballast released, tried again at once ───► trouble
 *      works ──other─────────────────────────────────────────────────► trouble
 *      trouble ──a commit succeeds──► works, the gap on record
 *
 * What was decided and not committed is kept as it is and given to the journal again and again;
 * it is also put aside in a file of its own, where that can be written. Nothing is fed meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "json.h"
#include "keeper_parts.h"
#include "loop.h"
#include "mem.h"
#include "str.h"

enum { ASIDE_MAX = 64 << 20, REOPEN_EVERY = 4 };
#define BUSY_NS (3 * CLOCK_MS)
#define BUSY_LIMIT (2 * CLOCK_S)
#define RETRY_MIN 250
#define RETRY_MAX 2000

bool trouble_stalled(const struct keeper *k)
{
	return k->trouble.on || k->trouble.retry;
}

/* --- what is put aside ------------------------------------------------------------------------ */

static void event_line(struct buf *out, const struct event *ev)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_int(&w, "seq", ev->seq);
	jw_int(&w, "wall", ev->at.wall);
	jw_int(&w, "boot", ev->at.boot);
	jw_str(&w, "kind", word_of(WORDS_EVENT, ev->kind));
	jw_str(&w, "step", ev->step);
	jw_int(&w, "attempt", ev->attempt);
	jw_str(&w, "actor", ev->actor.id);
	jw_str(&w, "auth", ev->actor.how);
	jw_raw(&w, "body", ev->body);
	jw_end_obj(&w);
	buf_addc(out, '\n');
}

static char *aside_path(const struct keeper *k)
{
	return mem_printf("%s/aside.jsonl", k->dir);
}

static void put_aside(struct keeper *k)
{
	struct trouble *t = &k->trouble;
	struct buf lines = BUF_INIT;
	char *path = aside_path(k);

	for (; t->aside_done < k->batch.n; t->aside_done++)
		event_line(&lines, &k->batch.v[t->aside_done]);
	hash_add(t->hash, buf_str(&lines), lines.len);
	t->aside_bytes += (int64_t)lines.len;
	if (t->aside_fd < 0)
		t->aside_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
				   k->team ? 0660 : 0600);
	if (t->aside_fd >= 0 && t->aside_bytes <= ASIDE_MAX)
		(void)fsio_write_all(t->aside_fd, buf_str(&lines), lines.len, NULL);
	buf_release(&lines);
	free(path);
}

static int64_t waiting(const struct keeper *k)
{
	int64_t sum = k->trouble.aside_bytes;

	for (size_t i = 0; i < k->n_procs; i++)
		sum += spool_waiting(k->procs[i]);
	return sum;
}

void trouble_frame(const struct keeper *k, struct buf *out)
{
	struct jsonw w = { .out = out };

	jw_obj(&w, NULL);
	jw_obj(&w, "trouble");
	jw_str(&w, "why", k->trouble.why.text);
	jw_int(&w, "since", k->trouble.since.wall);
	jw_int(&w, "aside", waiting(k));
	jw_end_obj(&w);
	jw_end_obj(&w);
}

static void tell_clients(struct keeper *k)
{
	struct buf out = BUF_INIT;

	trouble_frame(k, &out);
	clients_tell(k, buf_str(&out));
	buf_release(&out);
}

/* --- it works again --------------------------------------------------------------------------- */

static void hash_spools(struct keeper *k, int64_t *ret_bytes)
{
	int64_t room = ASIDE_MAX;

	*ret_bytes = 0;
	for (size_t i = 0; i < k->n_procs; i++)
		for (int s = 0; s < STREAM_MAX; s++) {
			int64_t n = spool_hash(k->procs[i], s, room, k->trouble.hash);
			*ret_bytes += n;
			room -= n;
		}
}

static void feed_gap(struct keeper *k, int64_t events)
{
	struct trouble *t = &k->trouble;
	struct engine_input in = feed_input(INPUT_GAP);
	struct buf body = BUF_INIT;
	struct jsonw w = { .out = &body };
	uint8_t hash[HASH_LEN];
	char hex[HASH_HEX_LEN + 1];
	int64_t spooled = 0;

	hash_spools(k, &spooled);
	hash_end(t->hash, hash);
	hash_hex(hash, hex);
	jw_int(&w, "from_wall", t->since.wall);
	jw_int(&w, "to_wall", in.now.wall);
	jw_str(&w, "why", t->why.text);
	jw_int(&w, "events", events);
	jw_int(&w, "bytes", t->aside_bytes + spooled);
	jw_int(&w, "output_bytes", spooled);
	jw_str(&w, "sha256", hex);
	in.text = buf_str(&body);
	feed(k, &in, NULL);
	buf_release(&body);
}

static void feed_said(struct keeper *k)
{
	struct trouble *t = &k->trouble;

	for (size_t i = 0; i < t->n_said; i++) {
		struct engine_input in = feed_input(INPUT_NOTE);
		in.actor = t->said[i].who;
		in.name = "journal";
		in.text = t->said[i].text;
		feed(k, &in, NULL);
		free(t->said[i].text);
	}
	free(t->said);
	t->said = NULL;
	t->n_said = 0;
}

/* What the file holds is on record now; it stays, under a name that says where. */
static void close_aside(struct keeper *k)
{
	struct trouble *t = &k->trouble;
	char *path = aside_path(k), *kept = mem_printf("%s/aside-%lld.jsonl", k->dir,
						       (long long)k->s->seq);

	if (t->aside_fd >= 0)
		close(t->aside_fd);
	t->aside_fd = -1;
	t->aside_bytes = 0;
	(void)!rename(path, kept);
	free(path);
	free(kept);
}

static void ends(struct keeper *k)
{
	struct trouble *t = &k->trouble;
	int64_t events = (int64_t)t->aside_done;
	bool was_on = t->on;

	t->on = false;
	t->busy_since = 0;
	t->tries = 0;
	t->aside_done = 0;
	flush_done(k);
	if (t->ballast_gone) {
		t->ballast_gone = false;
		feed_note(k, "disk-full", "the disk was full: the ballast beside the journal was "
			  "given up for the record; make room");
	}
	if (!was_on)
		return;
	feed_gap(k, events);
	feed_said(k);
	close_aside(k);
	clients_tell(k, "{\"trouble\":null}");
	sheet_write(k);
}

/* --- trying again ----------------------------------------------------------------------------- */

/* A file system that came back may need the file to be opened anew. The old handle stays where
 * the new one does not end where we do. */
static void reopen(struct keeper *k)
{
	uint8_t was[HASH_LEN], is[HASH_LEN];
	struct journal *fresh = NULL;
	int flags = JOURNAL_WRITE | (k->team ? JOURNAL_TEAM : 0);

	if (journal_open(k->journal_path, flags, &fresh, NULL))
		return;
	if (journal_run_continue(fresh, k->run, NULL) ||
	    journal_head(fresh, is) != journal_head(k->journal, was) ||
	    memcmp(is, was, sizeof(is))) {
		journal_close(fresh);
		return;
	}
	output_close(k->output);
	k->output = NULL;
	k->chunks_open = false;
	journal_close(k->journal);
	k->journal = fresh;
}

static void try_again(void *ctx)
{
	struct keeper *k = ctx;
	struct trouble *t = &k->trouble;
	struct err err = { 0 };

	t->retry = NULL;
	t->tries++;
	if (t->on && t->why.code != ERR_FULL && t->why.code != ERR_BUSY &&
	    t->tries % REOPEN_EVERY == 0)
		reopen(k);
	if (flush_commit(k, &err))
		trouble_meet(k, &err);
	else
		ends(k);
}

static void begin(struct keeper *k, const struct err *why)
{
	struct trouble *t = &k->trouble;

	t->on = true;
	t->why = *why;
	t->since = clock_now();
	t->wait_ms = RETRY_MIN;
	t->tries = 0;
	if (!t->hash)
		t->hash = hash_new();
	put_aside(k);
	tell_clients(k);
	sheet_write(k);
}

static void retry_after(struct keeper *k, int64_t ns)
{
	loop_cancel(k->trouble.retry);
	k->trouble.retry = loop_after(k->loop, ns, try_again, k);
}

void trouble_meet(struct keeper *k, const struct err *why)
{
	struct trouble *t = &k->trouble;

	if (t->on) {
		bool news = strcmp(t->why.text, why->text) != 0;
		t->why = *why;
		put_aside(k);
		if (news || t->tries % REOPEN_EVERY == 0)
			tell_clients(k);
		t->wait_ms = t->wait_ms * 2 > RETRY_MAX ? RETRY_MAX : t->wait_ms * 2;
		retry_after(k, t->wait_ms * CLOCK_MS);
		return;
	}
	if (why->code == ERR_BUSY) {
		int64_t now = clock_now().boot;
		if (!t->busy_since)
			t->busy_since = now;
		if (now - t->busy_since < BUSY_LIMIT) {
			retry_after(k, BUSY_NS);
			return;
		}
	} else if (why->code == ERR_FULL && journal_ballast_release(k->journal)) {
		t->ballast_gone = true;
		retry_after(k, 0);
		return;
	}
	begin(k, why);
	retry_after(k, t->wait_ms * CLOCK_MS);
}

/* --- the operator's choice -------------------------------------------------------------------- */

static void say(struct keeper *k, const struct actor *who, const char *text)
{
	struct trouble *t = &k->trouble;

	t->said = mem_grow(t->said, t->n_said + 1, sizeof(*t->said));
	t->said[t->n_said++] = (struct said){ *who, mem_dup(text) };
}

int trouble_choice(struct keeper *k, const char *text, const struct actor *who, struct err *err)
{
	static const char move[] = "move ";

	if (str_eq(text, "wait")) {
		say(k, who, text);
		retry_after(k, 0);
		return 0;
	}
	if (str_eq(text, "close")) {
		keeper_stop(k, 4);
		return 0;
	}
	if (!text || !str_starts(text, move))
		return err_set(err, ERR_USAGE, "say wait, move PATH or close");
	int r = move_record(k, text + strlen(move), err);
	if (r)
		return r;
	say(k, who, text);
	ends(k);
	return 0;
}

/* --- before us, after us ---------------------------------------------------------------------- */

static int64_t first_seq(const struct buf *text)
{
	struct json *doc = NULL;
	int64_t seq = 0;

	if (!json_parse(buf_str(text), strcspn(buf_str(text), "\n"), &doc, NULL))
		seq = json_int(doc, "seq", 0);
	json_free(doc);
	return seq;
}

/* Called between replay and the first event of ours: what the file begins with is on record where
 * the record goes that far. */
void trouble_left(struct keeper *k)
{
	char *path = aside_path(k);
	char *kept = mem_printf("%s/aside-%lld.jsonl", k->dir, (long long)k->s->seq);
	struct buf text = BUF_INIT;
	char hex[HASH_HEX_LEN + 1];

	if (fsio_read(path, 2 * ASIDE_MAX, &text, NULL) || !text.len || rename(path, kept))
		goto out;
	if (first_seq(&text) > k->s->seq) {
		hash_hex_of(text.data, text.len, hex);
		char *note = mem_printf("a keeper before this one was gone before the record could "
					"be written again; what it kept aside is %s, %zu bytes, "
					"SHA-256 %s", kept, text.len, hex);
		feed_note(k, "aside", note);
		free(note);
	}
out:
	buf_release(&text);
	free(kept);
	free(path);
}

void trouble_release(struct keeper *k)
{
	struct trouble *t = &k->trouble;

	loop_cancel(t->retry);
	t->retry = NULL;
	for (size_t i = 0; i < t->n_said; i++)
		free(t->said[i].text);
	free(t->said);
	hash_free(t->hash);
	if (t->aside_fd >= 0)
		close(t->aside_fd);
}
