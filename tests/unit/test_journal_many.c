/* Several keepers and readers that open, write, read and close one journal at the same time, with the
 * file turning to WAL and back under them. */
#include "journal_help.h"

#include <sys/wait.h>

enum { WRITERS = 4, READERS = 2, ROUNDS = 25, EVENTS = 4 };

/* Goes on while somebody else is at it; anything but that ends the child. */
#define PATIENTLY(call)                                                          \
	do {                                                                     \
		int rc_;                                                         \
		while ((rc_ = (call)) == ERR_BUSY)                               \
			;                                                        \
		if (rc_) {                                                       \
			fprintf(stderr, "# %s: %s %s\n", #call, err_name(rc_), err.text); \
			_exit(1);                                                \
		}                                                                \
	} while (0)

static void writer(const char *path, int me)
{
	struct err err = { 0 };
	for (int i = 0; i < ROUNDS; i++) {
		char run[JOURNAL_RUN_ID_MAX];
		struct journal *j = NULL;
		struct event opened = some_event(EV_RUN_OPENED, NULL, "{}");
		struct event note = some_event(EV_NOTE, NULL, "{\"text\":\"x\"}");
		struct event closed = some_event(EV_RUN_CLOSED, NULL, "{\"verdict\":\"ok\"}");
		snprintf(run, sizeof(run), "run-%d-%d", me, i);
		PATIENTLY(journal_open(path, JOURNAL_WRITE, &j, &err));
		PATIENTLY(journal_run_open(j, run, &opened, NULL, 0, &err));
		for (int k = 0; k < EVENTS; k++)
			PATIENTLY(journal_append(j, &note, 1, k % 2, &err));
		PATIENTLY(journal_append(j, &closed, 1, true, &err));
		journal_checkpoint(j, true);
		journal_close(j);
		event_release(&opened);
		event_release(&note);
		event_release(&closed);
	}
	_exit(0);
}

static int look(void *ctx, const struct event *ev)
{
	int64_t *last = ctx;
	if (ev->seq != *last + 1)
		return 9;
	*last = ev->seq;
	return 0;
}

static void check_newest(struct journal *j)
{
	struct err err = { 0 };
	struct verify_result r;
	char run[JOURNAL_RUN_ID_MAX];
	int64_t last = 0;
	int rc = journal_find_run(j, "", run, &err);
	if (rc == ERR_NOTFOUND || rc == ERR_BUSY)
		return;
	PATIENTLY(rc);
	PATIENTLY((last = 0, journal_each(j, run, 0, 0, look, &last, &err)));
	PATIENTLY(journal_verify(j, run, false, &r, &err));
	if (r.whole)
		return;
	fprintf(stderr, "# %s: %s\n", r.run, r.text);
	_exit(1);
}

/* Until the first writer's last run is there. */
static void reader(const char *path)
{
	struct err err = { 0 };
	char want[JOURNAL_RUN_ID_MAX], run[JOURNAL_RUN_ID_MAX];
	snprintf(want, sizeof(want), "run-0-%d", ROUNDS - 1);
	for (bool found = false; !found;) {
		struct journal *j = NULL;
		int rc = journal_open(path, JOURNAL_READ, &j, &err);
		if (rc == ERR_BUSY || rc == ERR_NOTFOUND)
			continue;
		PATIENTLY(rc);
		check_newest(j);
		found = journal_find_run(j, want, run, NULL) == 0;
		journal_close(j);
	}
	_exit(0);
}

static void nobody_meets_more_than_busy(void **state)
{
	struct scratch *s = *state;
	for (int i = 0; i < WRITERS + READERS; i++) {
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0 && i < WRITERS)
			writer(s->path, i);
		if (pid == 0)
			reader(s->path);
	}
	int bad = 0;
	for (int i = 0; i < WRITERS + READERS; i++) {
		int status = 0;
		assert_true(wait(&status) > 0);
		bad += status != 0;
	}
	assert_int_equal(bad, 0);
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	struct verify_result r = verified(j, NULL, false);
	assert_true(r.whole);
	assert_int_equal(r.runs, WRITERS * ROUNDS);
	assert_int_equal(r.events, WRITERS * ROUNDS * (EVENTS + 2));
	assert_int_equal(r.open_runs, 0);
	journal_close(j);
	char *ok = raw_get(s->path, "PRAGMA integrity_check");
	assert_string_equal(ok, "ok");
	free(ok);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(nobody_meets_more_than_busy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
