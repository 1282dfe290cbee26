/* A disk that is really full: a small tmpfs in a mount namespace of its own. */
#include "journal_help.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { CANNOT_MOUNT = 77, DISK = 24 << 20 };

/* Root mounts; others do where they may have a user namespace. */
static bool mount_small(const char *dir)
{
	if (unshare(CLONE_NEWNS) && unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return false;
	char *options = mem_printf("size=%d,mode=0700", DISK);
	int rc = mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (rc == 0)
		rc = mount("t", dir, "tmpfs", 0, options);
	free(options);
	return rc == 0;
}

/* Each test runs in a child, which alone sees the mount; cmocka's own exits would run the parent's
 * teardown, so a failure there is an abort. */
static void on_a_small_disk(void **state, void (*fn)(struct scratch *s))
{
	struct scratch *s = *state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (!mount_small(s->dir))
			_exit(CANNOT_MOUNT);
		fn(s);
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_MOUNT) {
		print_message("# no tmpfs can be mounted here\n");
		skip();
	}
	assert_int_equal(status, 0);
}

#define check(cond) check_that(cond, #cond, __LINE__, &err)

static void check_that(bool holds, const char *what, int line, const struct err *err)
{
	if (holds)
		return;
	fprintf(stderr, "# line %d: %s: %s %s\n", line, what, err_name(err->code), err->text);
	_exit(1);
}

/* To the last byte: what is freed meanwhile is taken too. */
static void fill(struct scratch *s)
{
	static char block[4096];
	char *path = mem_printf("%s/filler", s->dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	while (fd >= 0 && write(fd, block, sizeof(block)) > 0)
		;
	while (fd >= 0 && write(fd, block, 1) > 0)
		;
	close(fd);
	free(path);
}

static void unfill(struct scratch *s)
{
	char *path = mem_printf("%s/filler", s->dir);
	unlink(path);
	free(path);
}

static struct event note(size_t size)
{
	char *body = mem_alloc(size + 3);
	memset(body, ' ', size + 2);
	body[0] = '{';
	body[size + 1] = '}';
	struct event ev = some_event(EV_NOTE, NULL, body);
	free(body);
	return ev;
}

static void fills_while_running(struct scratch *s)
{
	struct err err = { 0 };
	struct journal *j = NULL;
	struct event ev = note(2000), opened = some_event(EV_RUN_OPENED, NULL, "{}");
	struct verify_result r;
	uint8_t before[HASH_LEN], after[HASH_LEN];
	check(journal_open(s->path, JOURNAL_WRITE, &j, &err) == 0);
	journal_ballast_keep(j);
	check(journal_run_open(j, RUN_A, &opened, NULL, 0, &err) == 0);
	for (int round = 0; round < 3; round++) {
		fill(s);
		int n = 0, rc;
		/* the WAL may have room of its own left, from before */
		while ((rc = journal_append(j, &ev, 1, true, &err)) == 0 && n++ < 20000)
			;
		check(rc == ERR_FULL);
		int64_t seq = journal_head(j, before);
		for (int i = 0; i < 50; i++)
			check(journal_append(j, &ev, 1, i % 2, &err) == ERR_FULL);
		check(journal_head(j, after) == seq && memcmp(before, after, HASH_LEN) == 0);
		/* readers still read */
		check(journal_verify(j, NULL, false, &r, &err) == 0 && r.whole);
		if (round == 0) {
			check(journal_ballast_release(j));
			/* written over and over, 12 MB would go through the WAL */
			for (int i = 0; i < 1000; i++) {
				check(journal_append(j, &ev, 1, true, &err) == 0);
				journal_checkpoint(j, false);
			}
		} else {
			check(!journal_ballast_release(j));
			unfill(s);
			journal_checkpoint(j, true);
			check(journal_append(j, &ev, 1, true, &err) == 0);
		}
		check(journal_verify(j, NULL, false, &r, &err) == 0 && r.whole);
	}
	journal_close(j);
	event_release(&ev);
	event_release(&opened);
}

static void output_on_a_full_disk(struct scratch *s)
{
	struct err err = { 0 };
	struct journal *j = NULL;
	struct output *o = NULL;
	struct event opened = some_event(EV_RUN_OPENED, NULL, "{}");
	struct buf got = BUF_INIT;
	uint8_t hash[HASH_LEN];
	enum { N = 100000 };
	char *noise = mem_alloc(N);
	int64_t at = 0;
	int rc = 0;
	hash_random(noise, N);
	check(journal_open(s->path, JOURNAL_WRITE, &j, &err) == 0);
	check(journal_run_open(j, RUN_A, &opened, NULL, 0, &err) == 0);
	check(output_open(j, RUN_A, true, &o, &err) == 0);
	while (rc == 0 && at < DISK) {
		rc = output_begin(o, &err);
		if (rc == 0)
			rc = output_write(o, "c", STREAM_OUT, at, noise, N, false, hash, &err);
		if (rc == 0)
			rc = output_commit(o, true, &err);
		if (rc)
			output_rollback(o);
		else
			at += N;
	}
	check(rc == ERR_FULL);
	for (int64_t i = 0; i < at; i += N) {
		buf_clear(&got);
		check(output_read(o, "c", STREAM_OUT, i, N, &got, &err) == 0 && got.len == N &&
		      memcmp(got.data, noise, N) == 0);
	}
	int64_t size = 0;
	check(output_size(o, "c", STREAM_OUT, &size, &err) == 0 && size == at);
	output_close(o);
	journal_close(j);
	event_release(&opened);
	buf_release(&got);
	free(noise);
}

static void a_run_begins_on_a_full_disk(struct scratch *s)
{
	struct err err = { 0 };
	struct journal *j = NULL;
	struct event opened = some_event(EV_RUN_OPENED, NULL, "{}");
	check(journal_open(s->path, JOURNAL_WRITE, &j, &err) == 0);
	check(journal_run_open(j, RUN_A, &opened, NULL, 0, &err) == 0);
	journal_ballast_keep(j);
	journal_close(j);
	j = NULL;
	fill(s);
	/* the ballast makes room for it by itself */
	check(journal_open(s->path, JOURNAL_WRITE, &j, &err) == 0);
	check(journal_run_open(j, RUN_B, &opened, NULL, 0, &err) == 0);
	check(!journal_ballast_release(j));
	journal_ballast_keep(j); /* no room: silently without */
	check(!journal_ballast_release(j));
	journal_close(j);
	j = NULL;
	fill(s);
	check(journal_open(s->path, JOURNAL_WRITE, &j, &err) == ERR_FULL);
	char *other = mem_printf("%s/x/new.db", s->dir);
	check(journal_open(other, JOURNAL_WRITE, &j, &err) == ERR_FULL);
	check(journal_open(s->path, JOURNAL_READ, &j, &err) == 0);
	journal_close(j);
	j = NULL;
	unfill(s);
	check(journal_open(other, JOURNAL_WRITE, &j, &err) == 0);
	journal_close(j);
	free(other);
	event_release(&opened);
}

static void a_journal_on_a_full_disk_refuses_and_goes_on_later(void **state)
{
	on_a_small_disk(state, fills_while_running);
}

static void output_that_fits_no_more_leaves_what_is_there(void **state)
{
	on_a_small_disk(state, output_on_a_full_disk);
}

static void the_ballast_lets_a_run_begin(void **state)
{
	on_a_small_disk(state, a_run_begins_on_a_full_disk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(a_journal_on_a_full_disk_refuses_and_goes_on_later),
		with_scratch(output_that_fits_no_more_leaves_what_is_there),
		with_scratch(the_ballast_lets_a_run_begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
