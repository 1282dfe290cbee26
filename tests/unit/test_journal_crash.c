/* The process dies, or the power goes, at every sync and at every write of a piece of work. Whatever
 * was acknowledged is there afterwards, of the rest all or nothing, and the chain holds. */
#include "journal_vfs.h"
#include "journal_work.h"

#include <sys/wait.h>

struct crash {
	const char *path;
	struct promise *p;
	unsigned ops;
	bool lossy;
};

/* The child: all steps, or up to the crash. */
static void work_until_crash(const struct crash *c, int at)
{
	struct err err = { 0 };
	struct work w = { .path = c->path, .p = c->p, .err = &err };
	vfs_arm(c->ops, at);
	vfs.crash = true;
	vfs.lossy = c->lossy;
	vfs.seed = 0x9e3779b97f4a7c15ULL * (unsigned)at;
	for (int i = 0; i < WORK_STEPS; i++) {
		int rc = work_steps[i].step(&w, work_steps[i].run);
		if (rc) {
			fprintf(stderr, "# step %d: %s %s\n", i, err_name(rc), err.text);
			_exit(1);
		}
	}
	_exit(0);
}

/* Whether the reader finds all that was promised, then a writer goes on from there. */
static void look_after_crash(const struct crash *c)
{
	struct journal *j = NULL;
	int rc = journal_open(c->path, JOURNAL_READ, &j, &E);
	if (rc == ERR_NOTFOUND) {
		assert_int_equal(c->p[0].synced, 0);
	} else {
		must(rc);
		for (int i = 0; i < WORK_RUNS; i++)
			hold_promise(j, c->path, i, &c->p[i]);
		assert_whole(j);
		journal_close(j);
	}
	j = open_journal(c->path, JOURNAL_WRITE);
	for (int i = 0; i < WORK_RUNS; i++) {
		rc = journal_run_continue(j, work_runs[i], &E);
		if (rc == ERR_NOTFOUND) {
			assert_int_equal(c->p[i].synced, 0);
			open_run(j, work_runs[i]);
		} else if (!c->p[i].closed) {
			struct event ev = some_event(EV_NOTE, NULL, "{}");
			rc = journal_append(j, &ev, 1, true, &E);
			/* the end may have been written and not acknowledged */
			assert_true(rc == 0 || rc == ERR_DENIED);
			event_release(&ev);
		}
	}
	assert_whole(j);
	journal_close(j);
}

static void crash_everywhere(struct scratch *s, unsigned ops, bool lossy, const char *what)
{
	struct promise *p = promises_new();
	int step = work_stride(1, 7);
	int n = 0, status = 0;
	/* not armed here: only so that nothing waits for a real disk */
	vfs_install();
	for (int at = 1; status != 0 || at == 1; at += at < 60 ? 1 : step) {
		char *folder = mem_printf("%s/%d", s->dir, at), *path = mem_printf("%s/j.db", folder);
		struct crash c = { .path = path, .p = p, .ops = ops, .lossy = lossy };
		memset(p, 0, WORK_RUNS * sizeof(*p));
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			work_until_crash(&c, at);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_true(WEXITSTATUS(status) == VFS_CRASHED || WEXITSTATUS(status) == 0);
		n += status != 0;
		look_after_crash(&c);
		must(fsio_remove_tree(folder, &E));
		free(path);
		free(folder);
	}
	print_message("# %s: %d crashes\n", what, n);
	assert_true(n > 20);
	/* the last one went through to its end */
	assert_true(p[0].closed && p[1].closed);
	munmap(p, WORK_RUNS * sizeof(*p));
}

static void the_process_dies_at_every_sync(void **state)
{
	crash_everywhere(*state, VFS_SYNC, false, "at every sync");
}

static void the_process_dies_at_every_write(void **state)
{
	crash_everywhere(*state, VFS_WRITE, false, "at every write");
}

static void the_power_goes_at_every_sync(void **state)
{
	crash_everywhere(*state, VFS_SYNC, true, "power loss at every sync");
}

static void the_power_goes_at_every_write(void **state)
{
	crash_everywhere(*state, VFS_WRITE, true, "power loss at every write");
}

static void the_process_dies_at_every_other_call(void **state)
{
	crash_everywhere(*state, VFS_REST, false, "at every other call");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(the_process_dies_at_every_sync),
		with_scratch(the_process_dies_at_every_write),
		with_scratch(the_power_goes_at_every_sync),
		with_scratch(the_power_goes_at_every_write),
		with_scratch(the_process_dies_at_every_other_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
