/* Honest journals, with kills and resumes, are whole; each kind of change to one is named, or is told
 * from a head that was kept elsewhere. MUTATIONS=n rounds, SEED=n to repeat. */
#include "forge.h"

#include <signal.h>
#include <sys/wait.h>

#include "checkpoint.h"
#include "heads.h"

enum { RUNS = 3, LIVES = 3, OPS = 14 };

static uint64_t rng;

static uint32_t rnd(uint32_t n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 32) % n;
}

/* --- honest ----------------------------------------------------------------------------------- */

static void name_of(int i, char run[JOURNAL_RUN_ID_MAX])
{
	snprintf(run, JOURNAL_RUN_ID_MAX, "20261122T03210%dZ-aaaa", i);
}

static bool is_there(const char *path, const char *run)
{
	char *sql = mem_printf("SELECT count(*) FROM event WHERE run = '%s'", run);
	bool there = exists(path) && raw_int(path, sql) > 0;
	free(sql);
	return there;
}

static bool is_closed(const char *path, const char *run)
{
	char *sql = mem_printf("SELECT count(*) FROM event WHERE run = '%s' AND kind = 'run_closed'",
			       run);
	bool is = raw_int(path, sql) > 0;
	free(sql);
	return is;
}

static void vouch(struct journal *j, const char *run, enum checkpoint_what what)
{
	struct checkpoint c = { .what = what, .wall = 1795318868000000000LL + rnd(1000), .who = "ana" };
	must(checkpoint_head(j, run, &c, &E));
	if (rnd(3)) {
		c.key = "SHA256:abc";
		c.signature = "signed\n";
	} else {
		c.why = "no agent";
	}
	must(checkpoint_add(j, &c, &E));
}

static void one_op(struct journal *j, const char *run)
{
	switch (rnd(8)) {
	case 0:
		must(checkpoint_beat(j, 7, NULL, &E));
		break;
	case 1:
		vouch(j, run, CHECKPOINT_HAND_OVER);
		break;
	default:
		append_steps(j, 1 + (int)rnd(3));
	}
}

/* One life of one keeper, in a process of its own; three in four end by kill -9. */
static void live(const char *path, const char *run)
{
	struct journal *j = open_journal(path, JOURNAL_WRITE);
	uint32_t end = rnd(4) ? rnd(OPS) : OPS + 1;
	if (is_there(path, run))
		must(journal_run_continue(j, run, &E));
	else
		open_run(j, run);
	for (uint32_t i = 0; i < OPS; i++) {
		if (i == end)
			raise(SIGKILL);
		one_op(j, run);
	}
	if (rnd(2)) {
		append_one(j, EV_RUN_CLOSED, NULL, "{\"verdict\":\"recovered\"}");
		if (rnd(2))
			vouch(j, run, CHECKPOINT_CLOSE);
	}
	journal_close(j);
}

static void live_once(const char *path)
{
	char run[JOURNAL_RUN_ID_MAX];
	name_of((int)rnd(RUNS), run);
	if (is_there(path, run) && is_closed(path, run))
		return;
	rnd(2); /* the child goes another way */
	pid_t pid = fork();
	if (pid == 0) {
		live(path, run);
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		assert_int_equal(status, 0);
}

/* As one file, as it is after a clean end. */
static void settle(const char *path)
{
	journal_close(open_journal(path, JOURNAL_WRITE));
}

static bool whole(const char *path, struct verify_result *ret)
{
	struct journal *j = open_journal(path, JOURNAL_READ);
	*ret = verified(j, NULL, false);
	journal_close(j);
	return ret->whole;
}

/* --- changed ---------------------------------------------------------------------------------- */

static void copy(const char *from, const char *to)
{
	struct buf b = BUF_INIT;
	must(fsio_read(from, 64 << 20, &b, &E));
	must(fsio_replace(to, buf_str(&b), b.len, 0600, false, &E));
	buf_release(&b);
}

/* A run with rows enough, and how far the machine's chain ties it. */
struct victim {
	char run[JOURNAL_RUN_ID_MAX];
	int64_t last, tied;
};

static bool choose(const char *path, struct victim *v)
{
	for (int i = 0; i < RUNS; i++) {
		name_of(i, v->run);
		if (!is_there(path, v->run))
			continue;
		char *sql = mem_printf("SELECT max(seq) FROM event WHERE run = '%s'", v->run);
		v->last = raw_int(path, sql);
		free(sql);
		sql = mem_printf("SELECT max(seq) FROM machine WHERE run = '%s'", v->run);
		v->tied = raw_int(path, sql);
		free(sql);
		if (v->tied >= 4)
			return true;
	}
	return false;
}

static void is_named(const char *path, const char *what, const char *sql, const struct victim *v,
		     int64_t seq)
{
	struct verify_result r;
	char *bad = mem_printf("%s.bad", path);
	copy(path, bad);
	fg_change(bad, sql);
	if (whole(bad, &r))
		fail_msg("%s was not seen: %s", what, sql);
	if (seq && (strcmp(r.run, v->run) != 0 || r.seq != seq))
		fail_msg("%s: %s %lld %s instead of %s %lld: %s", what, r.run, (long long)r.seq, r.text,
			 v->run, (long long)seq, sql);
	unlink(bad);
	free(bad);
}

#define AT "WHERE run = '%s' AND seq = %lld"

static enum head_found found(const char *path, const struct head *kept)
{
	struct journal *j = open_journal(path, JOURNAL_READ);
	enum head_found how = HEAD_HELD;
	struct head h = *kept;
	must(heads_find(j, &h, &how, &E));
	journal_close(j);
	return how;
}

static void keep_head(const char *path, const char *run, struct head *ret)
{
	struct journal *j = open_journal(path, JOURNAL_READ);
	struct checkpoint c = { 0 };
	must(checkpoint_head(j, run, &c, &E));
	*ret = (struct head){ .seq = c.seq };
	hash_hex(c.head, ret->hex);
	memcpy(ret->run, c.run, sizeof(ret->run));
	journal_close(j);
}

/* With nothing of others behind it, it is as if it had not been yet: only a head tells. */
static void delete_run(const char *path, const struct victim *v)
{
	struct head head;
	char *bad = mem_printf("%s.bad", path);
	char *sql = mem_printf("SELECT count(*) FROM machine WHERE run <> '%s' AND n > (SELECT min(n) "
			       "FROM machine WHERE run = '%s')", v->run, v->run);
	bool followed = raw_int(path, sql) > 0;
	free(sql);
	sql = mem_printf("DELETE FROM event WHERE run = '%s'; DELETE FROM machine WHERE run = '%s'; "
			 "DELETE FROM checkpoint WHERE run = '%s'", v->run, v->run, v->run);
	if (followed)
		is_named(path, "deleted run", sql, v, 0);
	copy(path, bad);
	fg_change(bad, sql);
	keep_head(path, v->run, &head);
	assert_int_equal(found(bad, &head), HEAD_NO_RUN);
	free(sql);
	unlink(bad);
	free(bad);
}

static void change(const char *path, const struct victim *v)
{
	static const char *const columns[] = { "wall = wall + 1000000000", "actor = 'eve'",
		"payload = replace(payload, '}', ' }')", "kind = 'note'", "boot = boot - 1",
		"salt = zeroblob(16)", "hash = zeroblob(32)" };
	long long a = 2 + rnd((uint32_t)v->tied - 2), b = a < v->tied ? a + 1 : a - 1;
	char *sql = mem_printf("UPDATE event SET %s " AT, columns[rnd(7)], v->run, a);
	is_named(path, "flip or re-date", sql, v, a);
	free(sql);
	sql = mem_printf("DELETE FROM event " AT, v->run, a);
	is_named(path, "delete", sql, v, a);
	free(sql);
	sql = mem_printf("UPDATE event SET seq = 99999 " AT "; UPDATE event SET seq = %lld " AT
			 "; UPDATE event SET seq = %lld " AT, v->run, a, a, v->run, b, b, v->run,
			 99999LL);
	is_named(path, "swap", sql, v, a < b ? a : b);
	free(sql);
	sql = mem_printf("UPDATE event SET seq = seq + 1000 WHERE run = '%s' AND seq >= %lld; "
			 "UPDATE event SET seq = seq - 999 WHERE run = '%s' AND seq > 1000; "
			 "INSERT INTO event SELECT NULL, run, %lld, wall, boot, boot_id, kind, step, attempt, "
			 "actor, auth, payload, salt, payload_hash, prev, hash FROM event " AT, v->run, a,
			 v->run, a, v->run, a - 1);
	is_named(path, "insert", sql, v, a);
	free(sql);
	sql = mem_printf("DELETE FROM event WHERE run = '%s' AND seq >= %lld", v->run, a);
	is_named(path, "cut tail", sql, v, a);
	free(sql);
	delete_run(path, v);
	if (raw_int(path, "SELECT count(*) FROM checkpoint"))
		is_named(path, "deleted checkpoint", "DELETE FROM checkpoint WHERE id = (SELECT max(id) "
			 "FROM checkpoint)", v, 0);
}

static int add_text(void *ctx, const struct checkpoint *c)
{
	if (c->signature)
		checkpoint_text(c, ctx);
	return 0;
}

static char *signed_texts(const char *path)
{
	struct buf b = BUF_INIT;
	struct journal *j = open_journal(path, JOURNAL_READ);
	must(checkpoint_each(j, NULL, add_text, &b, &E));
	journal_close(j);
	return buf_take(&b);
}

/* With every digest made anew the file fits itself, but neither what was signed nor what was kept. */
static void rechain(const char *path, const struct victim *v)
{
	struct verify_result r;
	struct forger f;
	struct head head;
	char *bad = mem_printf("%s.bad", path), *sql;
	char *before = signed_texts(path), *after;
	copy(path, bad);
	keep_head(path, v->run, &head);
	fg_open(&f, bad);
	sql = mem_printf("UPDATE event SET payload = replace(payload, '}', ' }') " AT, v->run, 2LL);
	fg_do(&f, sql);
	fg_rechain(&f);
	fg_close(&f);
	if (!whole(bad, &r))
		fail_msg("the forgery itself is poor: %s", r.text);
	assert_int_equal(found(path, &head), HEAD_HELD);
	assert_int_equal(found(bad, &head), HEAD_OTHER);
	after = signed_texts(bad);
	free(sql);
	sql = mem_printf("SELECT count(*) FROM checkpoint WHERE run = '%s' AND seq > 1 AND signature "
			 "IS NOT NULL", v->run);
	if (raw_int(path, sql))
		assert_string_not_equal(before, after);
	free(before);
	free(after);
	free(sql);
	unlink(bad);
	free(bad);
}

static void roll_back(const char *path, const char *older)
{
	struct verify_result r;
	bool seen = false;
	assert_true(whole(older, &r));
	for (int i = 0; i < RUNS; i++) {
		char run[JOURNAL_RUN_ID_MAX];
		struct head head;
		enum head_found how;
		name_of(i, run);
		if (!is_there(path, run))
			continue;
		keep_head(path, run, &head);
		assert_int_equal(found(path, &head), HEAD_HELD);
		how = found(older, &head);
		assert_true(how == HEAD_HELD || how == HEAD_CUT || how == HEAD_NO_RUN);
		seen |= how != HEAD_HELD;
	}
	if (raw_int(path, "SELECT count(*) FROM event") > raw_int(older, "SELECT count(*) FROM event"))
		assert_true(seen);
}

static void nothing_is_missed_and_nobody_is_accused(void **state)
{
	struct scratch *s = *state;
	const char *rounds = getenv("MUTATIONS"), *seed = getenv("SEED");
	int n = rounds ? atoi(rounds) : 4, changed = 0;
	uint64_t first = seed ? strtoull(seed, NULL, 10) : (uint64_t)clock_now().wall;
	char *older = mem_printf("%s.older", s->path);
	struct verify_result r;
	struct victim v;
	for (int i = 0; i < n; i++) {
		rng = (first + (uint64_t)i) * 0x9e3779b97f4a7c15ULL | 1;
		print_message("# SEED=%llu\n", (unsigned long long)(first + (uint64_t)i));
		unlink(s->path);
		for (int l = 0; l < LIVES; l++)
			live_once(s->path);
		settle(s->path);
		copy(s->path, older);
		for (int l = 0; l < LIVES; l++)
			live_once(s->path);
		if (!whole(s->path, &r)) /* as a killed one left it */
			fail_msg("an honest journal is accused: %s %lld %s", r.run, (long long)r.seq,
				 r.text);
		settle(s->path);
		assert_true(whole(s->path, &r));
		roll_back(s->path, older);
		if (!choose(s->path, &v))
			continue;
		change(s->path, &v);
		rechain(s->path, &v);
		changed++;
	}
	print_message("# %d honest journals, %d of them changed in 8 ways\n", n, changed);
	assert_true(changed > 0);
	free(older);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(nothing_is_missed_and_nobody_is_accused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
