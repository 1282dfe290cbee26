/* Calls of the system that fail, and memory that is not there: a clean error, nothing half done, and
 * the same handles work again when the cause is gone. */
#include "journal_vfs.h"
#include "journal_work.h"

/* --- memory, SQLite's own: ours ends the program, see base/mem.h ------------------------------- */

static struct {
	sqlite3_mem_methods real;
	int at, seen;
	bool forever, hit;
} heap;

static bool heap_fails(void)
{
	if (!heap.at)
		return false;
	heap.seen++;
	if (heap.seen != heap.at && !(heap.forever && heap.seen > heap.at))
		return false;
	heap.hit = true;
	return true;
}

static void *heap_alloc(int n)
{
	return heap_fails() ? NULL : heap.real.xMalloc(n);
}

static void *heap_realloc(void *p, int n)
{
	return heap_fails() ? NULL : heap.real.xRealloc(p, n);
}

static int heap_install(void **state)
{
	(void)state;
	sqlite3_mem_methods mine;
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &heap.real))
		return -1;
	mine = heap.real;
	mine.xMalloc = heap_alloc;
	mine.xRealloc = heap_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) || sqlite3_initialize())
		return -1;
	vfs_install();
	return 0;
}

static void disarm(void)
{
	vfs.at = 0;
	heap.at = 0;
}

static bool was_hit(void)
{
	return vfs.hit || heap.hit;
}

/* --- the loop -------------------------------------------------------------------------------- */

struct fault {
	const char *what;
	unsigned ops; /* of the VFS; 0: memory */
	int code;     /* what SQLite is told, 0: by kind of call */
	bool forever;
	unsigned expect; /* bits of the codes that may come back, 1 << -code */
};

#define MAY(code) (1u << -(code))

static void arm(const struct fault *f, int at)
{
	heap.seen = 0;
	heap.hit = false;
	vfs_arm(f->ops, f->ops ? at : 0);
	vfs.forever = f->forever;
	vfs.code = f->code;
	heap.at = f->ops ? 0 : at;
	heap.forever = f->forever;
}

/* One walk through the steps with the fault at `at`. A step that fails is tried again without the
 * fault; the second time it must work. Returns whether the fault was met. */
static bool walk(const struct fault *f, const char *path, int at, int *failures)
{
	struct promise p[WORK_RUNS] = { 0 };
	struct err err = { 0 };
	struct work w = { .path = path, .p = p, .err = &err };
	bool met = false;
	arm(f, at);
	for (int i = 0; i < WORK_STEPS; i++) {
		err = (struct err){ 0 };
		int rc = work_steps[i].step(&w, work_steps[i].run);
		met |= was_hit();
		if (rc == 0)
			continue;
		if (!met || !(f->expect & MAY(rc)) || !err.text[0] || err.code != rc)
			print_error("%s at %d: step %d: %s: %s\n", f->what, at, i, err_name(rc),
				    err.text);
		assert_true(met);
		assert_true(f->expect & MAY(rc));
		assert_true(err.text[0] && err.code == rc);
		++*failures;
		disarm();
		rc = work_steps[i].step(&w, work_steps[i].run);
		if (rc)
			print_error("%s at %d: step %d again: %s: %s\n", f->what, at, i, err_name(rc),
				    err.text);
		assert_int_equal(rc, 0);
	}
	disarm();
	struct journal *j = open_journal(path, JOURNAL_READ);
	for (int i = 0; i < WORK_RUNS; i++) {
		hold_promise(j, path, i, &p[i]);
		assert_true(p[i].closed);
	}
	assert_whole(j);
	journal_close(j);
	return met;
}

static void fail_everywhere(struct scratch *s, const struct fault *f)
{
	int step = work_stride(f->ops ? 1 : 97, f->ops ? 7 : 582);
	int n = 0, failures = 0, last = 0;
	bool met = true;
	for (int at = 1; met; at += at < 60 ? 1 : step) {
		char *folder = mem_printf("%s/%d", s->dir, at), *path = mem_printf("%s/j.db", folder);
		met = walk(f, path, at, &failures);
		n += met;
		last = at;
		must(fsio_remove_tree(folder, &E));
		free(path);
		free(folder);
	}
	print_message("# %s: up to the %dth, %d faults, %d calls failed\n", f->what, last, n, failures);
	assert_true(n > 20 && failures > n / 8);
}

/* --- what fails ------------------------------------------------------------------------------ */

static void a_write_that_fails_once(void **state)
{
	fail_everywhere(*state, &(struct fault){ .what = "I/O error at a write", .ops = VFS_WRITE,
			.expect = MAY(ERR_IO) });
}

static void writes_that_fail_until_repaired(void **state)
{
	fail_everywhere(*state, &(struct fault){ .what = "I/O error at every write from one on",
			.ops = VFS_WRITE, .forever = true, .expect = MAY(ERR_IO) });
}

static void a_disk_that_is_full_until_freed(void **state)
{
	fail_everywhere(*state, &(struct fault){ .what = "disk full from a write on",
			.ops = VFS_WRITE, .forever = true, .code = SQLITE_FULL,
			.expect = MAY(ERR_FULL) });
}

static void a_sync_that_fails_once(void **state)
{
	fail_everywhere(*state, &(struct fault){ .what = "I/O error at a sync", .ops = VFS_SYNC,
			.expect = MAY(ERR_IO) });
}

static void syncs_that_fail_until_repaired(void **state)
{
	fail_everywhere(*state, &(struct fault){ .what = "I/O error at every sync from one on",
			.ops = VFS_SYNC, .forever = true, .expect = MAY(ERR_IO) });
}

static void any_other_call_that_fails_once(void **state)
{
	fail_everywhere(*state, &(struct fault){ .what = "error at any other call", .ops = VFS_REST,
			.expect = MAY(ERR_IO) | MAY(ERR_FULL) | MAY(ERR_NOTFOUND) |
			MAY(ERR_DENIED) });
}

static void any_other_call_from_one_on(void **state)
{
	fail_everywhere(*state, &(struct fault){ .what = "error at every other call from one on",
			.ops = VFS_REST, .forever = true,
			.expect = MAY(ERR_IO) | MAY(ERR_FULL) | MAY(ERR_NOTFOUND) |
			MAY(ERR_DENIED) });
}

static void memory_that_is_short_once(void **state)
{
	fail_everywhere(*state, &(struct fault){ .what = "an allocation of SQLite's fails",
			.expect = MAY(ERR_NOMEM) });
}

static void memory_that_is_short_until_it_is_back(void **state)
{
	fail_everywhere(*state, &(struct fault){ .what = "every allocation of SQLite's from one on",
			.forever = true, .expect = MAY(ERR_NOMEM) });
}

/* Each allocation of opening a file fails once: what is said of it is that, and a file that was
 * opened after all is not in the middle of anything. */
static void a_new_output_file_at_each_allocation(void **state)
{
	const struct fault f = { .what = "an allocation while an output file is made" };
	struct scratch *s = *state;
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	char *folder = mem_printf("%s/output", s->dir);
	int failed = 0;
	bool met = true;

	for (int at = 1; met; at++) {
		struct output *o = NULL;
		struct err err = { 0 };
		arm(&f, at);
		int rc = output_open(j, RUN_A, true, &o, &err);
		met = was_hit();
		disarm();
		if (rc && (rc != ERR_NOMEM || !met))
			fail_msg("allocation %d: %s: %s", at, err_name(rc), err.text);
		failed += rc != 0;
		if (rc == 0) {
			must(output_begin(o, &E));
			must(output_commit(o, false, &E));
		}
		output_close(o);
		must(fsio_remove_tree(folder, &E));
	}
	assert_true(failed > 50);
	free(folder);
	journal_close(j);
}

static void a_reader_opened_at_each_allocation_sees_what_comes(void **state)
{
	const struct fault f = { .what = "an allocation while a journal is opened to read" };
	struct scratch *s = *state;
	struct promise p[WORK_RUNS] = { 0 };
	struct work w = { .path = s->path, .p = p, .err = &E };
	int opened = 0, failed = 0;
	bool met = true;

	must(work_open(&w, 0));
	must(work_begin(&w, 0));
	for (int at = 1; met; at++) {
		struct journal *r = NULL;
		struct last_seen last = { 0 };
		struct err err = { 0 };
		arm(&f, at);
		int rc = journal_open(s->path, JOURNAL_READ, &r, &err);
		met = was_hit();
		disarm();
		if (rc && (rc != ERR_NOMEM || !met))
			fail_msg("allocation %d: %s: %s", at, err_name(rc), err.text);
		failed += rc != 0;
		opened += rc == 0;
		if (rc)
			continue;
		must(work_append(&w, 0, 1, 20, false));
		must(journal_each(r, work_runs[0], 0, 0, see_last, &last, &E));
		assert_int_equal(last.seq, p[0].last);
		journal_close(r);
	}
	assert_true(opened > 0 && failed > 50);
	must(work_close(&w, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(a_write_that_fails_once),
		with_scratch(writes_that_fail_until_repaired),
		with_scratch(a_disk_that_is_full_until_freed),
		with_scratch(a_sync_that_fails_once),
		with_scratch(syncs_that_fail_until_repaired),
		with_scratch(any_other_call_that_fails_once),
		with_scratch(any_other_call_from_one_on),
		with_scratch(memory_that_is_short_once),
		with_scratch(memory_that_is_short_until_it_is_back),
		with_scratch(a_new_output_file_at_each_allocation),
		with_scratch(a_reader_opened_at_each_allocation_sees_what_comes),
	};
	return cmocka_run_group_tests(tests, heap_install, NULL);
}
