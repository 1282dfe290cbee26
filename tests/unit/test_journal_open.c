/* Opening and closing: whose file it is, who may read it, what is left behind. */
#include "journal_help.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../../src/journal/netfs.h"

static char *slurp(const char *path, size_t *ret_n)
{
	struct buf b = BUF_INIT;
	must(fsio_read(path, 64 << 20, &b, &E));
	*ret_n = b.len;
	return buf_take(&b);
}

static void assert_same_bytes(const char *path, const char *bytes, size_t n)
{
	size_t now_n;
	char *now = slurp(path, &now_n);
	assert_int_equal(n, now_n);
	assert_memory_equal(bytes, now, n);
	free(now);
}

static char *beside(const char *path, const char *suffix)
{
	return mem_printf("%s%s", path, suffix);
}

static void make_closed(const char *path)
{
	struct journal *j = open_journal(path, JOURNAL_WRITE);
	open_run(j, RUN_A);
	append_steps(j, 5);
	journal_close(j);
}

static int count_one(void *ctx, const struct event *ev)
{
	(void)ev;
	++*(int *)ctx;
	return 0;
}

static int count_events(struct journal *j, const char *run)
{
	int n = 0;
	must(journal_each(j, run, 0, 0, count_one, &n, &E));
	return n;
}

/* Runs fn in a child, as nobody where asked, and returns its status. A failed assertion is status 1. */
static int in_child(int (*fn)(void *ctx), void *ctx, bool nobody)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (nobody && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
			_exit(99);
		_exit(fn(ctx));
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 200;
}

/* --- whose file ------------------------------------------------------------------------------ */

static void a_newer_journal_keeps_every_byte(void **state)
{
	struct scratch *s = *state;
	struct journal *j = NULL;
	size_t n;
	make_closed(s->path);
	raw_do(s->path, "PRAGMA user_version=99");
	char *bytes = slurp(s->path, &n);
	for (int flags = 0; flags < 4; flags++) {
		E.text[0] = '\0';
		int rc = journal_open(s->path, (enum journal_flags)flags, &j, &E);
		assert_int_equal(rc, ERR_VERSION);
		assert_non_null(strstr(E.text, "newer blackstart"));
		assert_same_bytes(s->path, bytes, n);
	}
	assert_null(j);
	free(bytes);
}

static int leave_newer_wal(void *ctx)
{
	sqlite3 *h = NULL;
	if (sqlite3_open(ctx, &h) ||
	    sqlite3_exec(h, "PRAGMA journal_mode=WAL; PRAGMA user_version=7; "
			 "CREATE TABLE future (x)", NULL, NULL, NULL))
		return 1;
	return 0; /* with _exit: nothing is closed */
}

static void a_newer_journal_that_was_not_closed_keeps_its_wal(void **state)
{
	struct scratch *s = *state;
	struct journal *j = NULL;
	size_t n, wal_n;
	make_closed(s->path);
	assert_int_equal(in_child(leave_newer_wal, s->path, false), 0);
	char *wal = beside(s->path, "-wal");
	char *bytes = slurp(s->path, &n), *wal_bytes = slurp(wal, &wal_n);
	assert_true(wal_n > 4096);
	for (int flags = 0; flags < 2; flags++) {
		must_fail(journal_open(s->path, (enum journal_flags)flags, &j, &E), ERR_VERSION);
		assert_same_bytes(s->path, bytes, n);
		assert_same_bytes(wal, wal_bytes, wal_n);
	}
	free(bytes);
	free(wal_bytes);
	free(wal);
}

static void what_is_no_journal_is_left_alone(void **state)
{
	struct scratch *s = *state;
	struct journal *j = NULL;
	size_t n;
	char noise[9000];
	hash_random(noise, sizeof(noise));
	for (int i = 0; i < 4; i++) {
		static const size_t sizes[] = { 2, 99, 512, 9000 }; /* 1 is SQLite's empty */
		must(fsio_replace(s->path, noise, sizes[i], 0600, false, &E));
		must_fail(journal_open(s->path, JOURNAL_WRITE, &j, &E), ERR_CORRUPT);
		must_fail(journal_open(s->path, JOURNAL_READ, &j, &E), ERR_CORRUPT);
		assert_same_bytes(s->path, noise, sizes[i]);
	}
	unlink(s->path);
	sqlite3 *h = NULL;
	assert_int_equal(sqlite3_open(s->path, &h), SQLITE_OK);
	sqlite3_exec(h, "CREATE TABLE event (x)", NULL, NULL, NULL);
	sqlite3_close(h);
	char *bytes = slurp(s->path, &n);
	must_fail(journal_open(s->path, JOURNAL_WRITE, &j, &E), ERR_CORRUPT);
	must_fail(journal_open(s->path, JOURNAL_READ, &j, &E), ERR_CORRUPT);
	assert_same_bytes(s->path, bytes, n);
	free(bytes);
	unlink(s->path);
	assert_int_equal(mkfifo(s->path, 0600), 0);
	must_fail(journal_open(s->path, JOURNAL_WRITE, &j, &E), ERR_DENIED);
	must_fail(journal_open(s->path, JOURNAL_READ, &j, &E), ERR_DENIED);
	must_fail(journal_open(s->dir, JOURNAL_READ, &j, &E), ERR_DENIED);
	must_fail(journal_open(s->dir, JOURNAL_WRITE, &j, &E), ERR_DENIED);
	must_fail(journal_open("", JOURNAL_WRITE, &j, &E), ERR_USAGE);
}

static void a_cut_journal_is_damaged_not_new(void **state)
{
	struct scratch *s = *state;
	struct journal *j = NULL;
	make_closed(s->path);
	assert_int_equal(truncate(s->path, 4096), 0);
	must_fail(journal_open(s->path, JOURNAL_READ, &j, &E), ERR_CORRUPT);
	must_fail(journal_open(s->path, JOURNAL_WRITE, &j, &E), ERR_CORRUPT);
	assert_int_equal(truncate(s->path, 5000), 0);
	must_fail(journal_open(s->path, JOURNAL_WRITE, &j, &E), ERR_CORRUPT);
}

static void nothing_and_an_empty_file(void **state)
{
	struct scratch *s = *state;
	struct journal *j = NULL;
	must_fail(journal_open(s->path, JOURNAL_READ, &j, &E), ERR_NOTFOUND);
	assert_false(exists(s->path));
	must(fsio_replace(s->path, "", 0, 0600, false, &E));
	must_fail(journal_open(s->path, JOURNAL_READ, &j, &E), ERR_NOTFOUND);
	make_closed(s->path);
	j = open_journal(s->path, JOURNAL_READ);
	assert_int_equal(count_events(j, RUN_A), 6);
	journal_close(j);
}

/* --- modes ----------------------------------------------------------------------------------- */

static int mode_of(const char *path)
{
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	return (int)(st.st_mode & 07777);
}

static void check_modes(const char *base, enum journal_flags flags, int file, int folder)
{
	struct output *o = NULL;
	uint8_t hash[HASH_LEN];
	char *path = mem_printf("%s/new/deep/journal.db", base);
	struct journal *j = open_journal(path, JOURNAL_WRITE | flags);
	open_run(j, RUN_A);
	must(output_open(j, RUN_A, true, &o, &E));
	must(output_begin(o, &E));
	must(output_write(o, "c", STREAM_OUT, 0, "x", 1, true, hash, &E));
	must(output_commit(o, true, &E));
	journal_ballast_keep(j);
	static const char *const files[] = { "journal.db", "journal.db-wal", "journal.db-shm",
		"journal.db.ballast", "output/" RUN_A ".db", "output/" RUN_A ".db-wal",
		"output/" RUN_A ".db-shm" };
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *f = mem_printf("%s/new/deep/%s", base, files[i]);
		if (mode_of(f) != file)
			print_error("%s: %o\n", f, (unsigned)mode_of(f));
		assert_int_equal(mode_of(f), file);
		free(f);
	}
	char *output = mem_printf("%s/new/deep/output", base), *deep = fsio_dirname(path);
	assert_int_equal(mode_of(deep), folder);
	assert_int_equal(mode_of(output), folder);
	output_close(o);
	journal_close(j);
	assert_int_equal(mode_of(path), file);
	free(output);
	free(deep);
	free(path);
}

static void modes_do_not_depend_on_the_umask(void **state)
{
	struct scratch *s = *state;
	static const mode_t masks[] = { 0, 022, 077, 027 };
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		char *base = mem_printf("%s/%zu", s->dir, i);
		assert_int_equal(mkdir(base, 0700), 0);
		mode_t was = umask(masks[i]);
		check_modes(base, 0, 0600, 0700);
		umask(was);
		must(fsio_remove_tree(base, &E));
		assert_int_equal(mkdir(base, 0700), 0);
		was = umask(masks[i]);
		check_modes(base, JOURNAL_TEAM, 0660, 02770);
		umask(was);
		free(base);
	}
}

static void a_team_takes_a_personal_journal_over(void **state)
{
	struct scratch *s = *state;
	make_closed(s->path);
	assert_int_equal(mode_of(s->path), 0600);
	journal_close(open_journal(s->path, JOURNAL_WRITE | JOURNAL_TEAM));
	assert_int_equal(mode_of(s->path), 0660);
}

/* --- what is left behind --------------------------------------------------------------------- */

static int wal_byte(const char *path)
{
	size_t n;
	char *bytes = slurp(path, &n);
	int b = bytes[18];
	free(bytes);
	return b;
}

static void the_last_to_close_leaves_one_file(void **state)
{
	struct scratch *s = *state;
	char *wal = beside(s->path, "-wal"), *shm = beside(s->path, "-shm");
	struct journal *a = open_journal(s->path, JOURNAL_WRITE);
	struct journal *b = open_journal(s->path, JOURNAL_WRITE);
	open_run(a, RUN_A);
	open_run(b, RUN_B);
	assert_true(exists(wal));
	journal_close(a);
	assert_true(exists(wal));
	append_steps(b, 3);
	journal_close(b);
	assert_false(exists(wal));
	assert_false(exists(shm));
	assert_int_equal(wal_byte(s->path), 1);
	free(wal);
	free(shm);
}

static void leaving_keeps_the_wal_for_the_next(void **state)
{
	struct scratch *s = *state;
	char *wal = beside(s->path, "-wal");
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	open_run(j, RUN_A);
	append_steps(j, 3);
	journal_leave(j);
	journal_leave(NULL);
	assert_true(exists(wal));
	j = open_journal(s->path, JOURNAL_WRITE);
	must(journal_run_continue(j, RUN_A, &E));
	append_steps(j, 1);
	assert_int_equal(count_events(j, RUN_A), 5);
	assert_whole(j);
	journal_close(j);
	assert_false(exists(wal));
	free(wal);
}

static void an_idle_writer_is_not_closed_on(void **state)
{
	struct scratch *s = *state;
	struct journal *idle = open_journal(s->path, JOURNAL_WRITE);
	struct journal *a = open_journal(s->path, JOURNAL_WRITE);
	open_run(a, RUN_A);
	append_steps(a, 3);
	journal_close(a);
	assert_int_equal(wal_byte(s->path), 2);
	must(journal_run_continue(idle, RUN_A, &E));
	append_steps(idle, 3);
	assert_whole(idle);
	journal_close(idle);
	assert_int_equal(wal_byte(s->path), 1);
}

static void readers_come_and_go_and_stay(void **state)
{
	struct scratch *s = *state;
	make_closed(s->path);
	struct journal *r = open_journal(s->path, JOURNAL_READ);
	assert_int_equal(count_events(r, RUN_A), 6);
	struct journal *w = open_journal(s->path, JOURNAL_WRITE);
	must(journal_run_continue(w, RUN_A, &E));
	append_steps(w, 1);
	assert_int_equal(count_events(r, RUN_A), 7);
	journal_close(open_journal(s->path, JOURNAL_READ));
	append_steps(w, 1);
	journal_close(w);
	assert_int_equal(count_events(r, RUN_A), 8);
	w = open_journal(s->path, JOURNAL_WRITE);
	must(journal_run_continue(w, RUN_A, &E));
	append_steps(w, 1);
	assert_int_equal(count_events(r, RUN_A), 9);
	assert_whole(r);
	journal_close(r);
	journal_close(w);
}

/* --- readers that may not write -------------------------------------------------------------- */

struct child {
	const char *path;
	int want_events;
	int want_rc;
	const char *want_text;
	int tell, hear; /* pipes to and from the parent */
	bool wait;      /* for a byte of the parent's before anything is opened */
	int want_later;
};

static int read_as_child(void *ctx)
{
	struct child *c = ctx;
	struct journal *j = NULL;
	struct err err = { 0 };
	int n = 0;
	char go;
	if (c->wait && read(c->hear, &go, 1) != 1)
		return 9;
	int rc = journal_open(c->path, JOURNAL_READ, &j, &err);
	if (rc != c->want_rc || (c->want_text && !strstr(err.text, c->want_text))) {
		fprintf(stderr, "# open: %s %s\n", err_name(rc), err.text);
		return 1;
	}
	if (rc)
		return 0;
	rc = journal_each(j, RUN_A, 0, 0, count_one, &n, &err);
	if (rc || n != c->want_events) {
		fprintf(stderr, "# each: %s %s, %d\n", err_name(rc), err.text, n);
		return 2;
	}
	if (c->want_later) {
		char byte = 0;
		if (write(c->tell, &byte, 1) != 1 || read(c->hear, &byte, 1) != 1)
			return 3;
		n = 0;
		rc = journal_each(j, RUN_A, 0, 0, count_one, &n, &err);
		if (rc || n != c->want_later) {
			fprintf(stderr, "# later: %s %s, %d\n", err_name(rc), err.text, n);
			return 4;
		}
	}
	struct verify_result r;
	rc = journal_verify(j, NULL, false, &r, &err);
	if (rc || !r.whole) {
		fprintf(stderr, "# verify: %s %s %s\n", err_name(rc), err.text, r.text);
		return 5;
	}
	journal_close(j);
	return 0;
}

/* Also by a reader that has to say immutable=1 in a URI. */
static void odd_names_are_only_names(void **state)
{
	struct scratch *s = *state;
	static const char *const names[] = { ":memory:", "file:x?mode=memory", "a%41b", "q?immutable=1",
		"h#ash", "sp ace", "ümlaut", "file::memory:?cache=shared" };
	char *was = getcwd(NULL, 0);
	assert_int_equal(chdir(s->dir), 0);
	assert_int_equal(chmod(s->dir, 0755), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		make_closed(names[i]);
		assert_true(exists(names[i]));
		char *plain = mem_printf("./%s", names[i]);
		if (geteuid() == 0) {
			raw_do(plain, "PRAGMA journal_mode=WAL");
			assert_int_equal(chmod(plain, 0644), 0);
		}
		free(plain);
		struct child c = { .path = names[i], .want_events = 6 };
		assert_int_equal(in_child(read_as_child, &c, geteuid() == 0), 0);
	}
	assert_int_equal(chdir(was), 0);
	free(was);
}

static pid_t start_as_nobody(struct child *c)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
			_exit(99);
		_exit(read_as_child(c));
	}
	return pid;
}

static bool not_root(void)
{
	if (geteuid() == 0)
		return false;
	skip();
	return true;
}

/* Everybody may read the folder and what is in it, nobody but its owner may write. */
static void publish(struct scratch *s)
{
	assert_int_equal(chmod(s->dir, 0755), 0);
	static const char *const parts[] = { "", "-wal", "-shm" };
	for (int i = 0; i < 3; i++) {
		char *p = beside(s->path, parts[i]);
		if (exists(p))
			assert_int_equal(chmod(p, 0644), 0);
		free(p);
	}
}

static void a_closed_journal_is_read_without_write_permission(void **state)
{
	struct scratch *s = *state;
	if (not_root())
		return;
	make_closed(s->path);
	publish(s);
	struct child c = { .path = s->path, .want_events = 6 };
	assert_int_equal(in_child(read_as_child, &c, true), 0);
	/* the same where it was left in WAL mode: copied by hand, or by a writer that was not alone */
	raw_do(s->path, "PRAGMA journal_mode=WAL");
	assert_int_equal(wal_byte(s->path), 2);
	publish(s);
	assert_int_equal(in_child(read_as_child, &c, true), 0);
	char *shm = beside(s->path, "-shm");
	assert_false(exists(shm));
	free(shm);
	assert_int_equal(chmod(s->path, 0600), 0);
	c.want_rc = ERR_DENIED;
	assert_int_equal(in_child(read_as_child, &c, true), 0);
}

static void a_live_journal_is_read_without_write_permission(void **state)
{
	struct scratch *s = *state;
	if (not_root())
		return;
	int down[2], status = 0;
	assert_int_equal(pipe(down), 0);
	struct child c = { .path = s->path, .want_events = 5, .hear = down[0], .wait = true };
	/* forked before anything is open: SQLite's own view of its locks must not be inherited */
	pid_t pid = start_as_nobody(&c);
	struct journal *w = open_journal(s->path, JOURNAL_WRITE);
	open_run(w, RUN_A);
	append_steps(w, 4);
	publish(s);
	assert_int_equal(write(down[1], "", 1), 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	journal_close(w);
	close(down[0]);
	close(down[1]);
}

static void a_reader_without_locks_notices_a_writer(void **state)
{
	struct scratch *s = *state;
	int up[2], down[2];
	char byte;
	if (not_root())
		return;
	make_closed(s->path);
	raw_do(s->path, "PRAGMA journal_mode=WAL");
	publish(s);
	assert_int_equal(pipe(up), 0);
	assert_int_equal(pipe(down), 0);
	struct child c = { .path = s->path, .want_events = 6, .want_later = 8, .tell = up[1],
		.hear = down[0] };
	pid_t pid = start_as_nobody(&c);
	assert_int_equal(read(up[0], &byte, 1), 1);
	struct journal *w = open_journal(s->path, JOURNAL_WRITE);
	must(journal_run_continue(w, RUN_A, &E));
	append_steps(w, 2);
	publish(s);
	assert_int_equal(write(down[1], "", 1), 1);
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	journal_close(w);
	for (int i = 0; i < 2; i++) {
		close(up[i]);
		close(down[i]);
	}
}

static int leave_open(void *ctx)
{
	struct journal *j = NULL;
	struct event ev = some_event(EV_RUN_OPENED, NULL, "{}");
	if (journal_open(ctx, JOURNAL_WRITE, &j, NULL) ||
	    journal_run_open(j, RUN_A, &ev, NULL, 0, NULL))
		return 1;
	event_release(&ev);
	return 0;
}

static void one_that_was_not_closed_names_the_way_out(void **state)
{
	struct scratch *s = *state;
	if (not_root())
		return;
	assert_int_equal(in_child(leave_open, s->path, false), 0);
	char *shm = beside(s->path, "-shm");
	assert_int_equal(unlink(shm), 0);
	free(shm);
	publish(s);
	struct child c = { .path = s->path, .want_rc = ERR_DENIED, .want_text = "copy it with its -wal" };
	assert_int_equal(in_child(read_as_child, &c, true), 0);
	/* and its owner reads it as it is */
	struct journal *j = open_journal(s->path, JOURNAL_READ);
	assert_int_equal(count_events(j, RUN_A), 1);
	journal_close(j);
}

static int on_a_read_only_file_system(void *ctx)
{
	struct scratch *s = ctx;
	struct journal *j = NULL;
	struct err err = { 0 };
	int n = 0;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("t", s->dir, "tmpfs", 0, "size=4m"))
		return 77;
	make_closed(s->path);
	if (mount(NULL, s->dir, NULL, MS_REMOUNT | MS_RDONLY, NULL))
		return 77;
	int rc = journal_open(s->path, JOURNAL_WRITE, &j, &err);
	if (rc != ERR_DENIED) {
		fprintf(stderr, "# %s: %s\n", err_name(rc), err.text);
		return 1;
	}
	char *other = mem_printf("%s/other.db", s->dir);
	rc = journal_open(other, JOURNAL_WRITE, &j, &err);
	if (rc != ERR_DENIED) {
		fprintf(stderr, "# %s: %s\n", err_name(rc), err.text);
		return 2;
	}
	free(other);
	if (journal_open(s->path, JOURNAL_READ, &j, &err) ||
	    journal_each(j, RUN_A, 0, 0, count_one, &n, &err) || n != 6) {
		fprintf(stderr, "# %s, %d\n", err.text, n);
		return 3;
	}
	journal_close(j);
	return 0;
}

static void a_read_only_file_system_denies_writing_only(void **state)
{
	if (not_root())
		return;
	int status = in_child(on_a_read_only_file_system, *state, false);
	if (status == 77)
		skip();
	assert_int_equal(status, 0);
}

/* --- the rest -------------------------------------------------------------------------------- */

static void a_damaged_journal_is_set_aside_whole(void **state)
{
	struct scratch *s = *state;
	char *aside = NULL, *again = NULL;
	assert_int_equal(in_child(leave_open, s->path, false), 0);
	must(journal_set_aside(s->path, &aside, &E));
	char *prefix = mem_printf("%s.damaged-2", s->path);
	assert_memory_equal(aside, prefix, strlen(prefix));
	assert_int_equal(strlen(aside), strlen(s->path) + strlen(".damaged-20261122T032107Z"));
	char *wal = beside(aside, "-wal"), *old_wal = beside(s->path, "-wal");
	assert_true(exists(wal));
	assert_false(exists(s->path));
	assert_false(exists(old_wal));
	make_closed(s->path);
	/* what lies aside is still a journal, its WAL included */
	struct journal *j = open_journal(aside, JOURNAL_READ);
	assert_int_equal(count_events(j, RUN_A), 1);
	journal_close(j);
	must(journal_set_aside(s->path, &again, &E));
	assert_string_not_equal(aside, again);
	must_fail(journal_set_aside(s->path, &again, &E), ERR_NOTFOUND);
	free(prefix);
	free(wal);
	free(old_wal);
	free(aside);
	free(again);
}

static void the_ballast_is_real_and_goes_once(void **state)
{
	struct scratch *s = *state;
	struct stat st;
	char *path = beside(s->path, ".ballast");
	struct journal *j = open_journal(s->path, JOURNAL_WRITE);
	assert_false(journal_ballast_release(j));
	journal_ballast_keep(j);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 8 << 20);
	assert_true(st.st_blocks * 512 >= 8 << 20);
	ino_t ino = st.st_ino;
	journal_ballast_keep(j);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_ino, ino);
	assert_true(journal_ballast_release(j));
	assert_false(exists(path));
	assert_false(journal_ballast_release(j));
	journal_close(j);
	free(path);
}

static void network_file_systems_are_known_by_name(void **state)
{
	(void)state;
	char type[64];
	static const char mountinfo[] =
		"22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
		"40 22 0:51 / /mnt/a rw master:1 - fuse.sshfs me@host:/ rw\n"
		"41 22 0:52 / /mnt/b\\040c rw - fuse.mergerfs a:b rw\n";
	assert_string_equal(netfs_name(0x6969, NULL), "NFS");
	assert_string_equal(netfs_name((unsigned long)(int)0xff534d42, NULL), "CIFS");
	assert_string_equal(netfs_name(0x01021997, NULL), "9p");
	assert_null(netfs_name(0xef53, NULL));
	assert_null(netfs_name(0x01021994, NULL));
	assert_null(netfs_name(0x794c7630, NULL));
	assert_string_equal(netfs_name(0x65735546, "fuse.sshfs"), "fuse.sshfs");
	assert_string_equal(netfs_name(0x65735546, NULL), "FUSE");
	assert_null(netfs_name(0x65735546, "fuse.mergerfs"));
	assert_int_equal(netfs_type_in(mountinfo, 0, 51, type, sizeof(type)), 1);
	assert_string_equal(type, "fuse.sshfs");
	assert_int_equal(netfs_type_in(mountinfo, 0, 52, type, sizeof(type)), 1);
	assert_string_equal(type, "fuse.mergerfs");
	assert_int_equal(netfs_type_in(mountinfo, 0, 53, type, sizeof(type)), 0);
	assert_int_equal(netfs_type_in(mountinfo, 0, 51, type, 5), 0);
	assert_int_equal(netfs_type_in("", 0, 51, type, sizeof(type)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_scratch(a_newer_journal_keeps_every_byte),
		with_scratch(a_newer_journal_that_was_not_closed_keeps_its_wal),
		with_scratch(what_is_no_journal_is_left_alone),
		with_scratch(a_cut_journal_is_damaged_not_new),
		with_scratch(nothing_and_an_empty_file),
		with_scratch(odd_names_are_only_names),
		with_scratch(modes_do_not_depend_on_the_umask),
		with_scratch(a_team_takes_a_personal_journal_over),
		with_scratch(the_last_to_close_leaves_one_file),
		with_scratch(leaving_keeps_the_wal_for_the_next),
		with_scratch(an_idle_writer_is_not_closed_on),
		with_scratch(readers_come_and_go_and_stay),
		with_scratch(a_closed_journal_is_read_without_write_permission),
		with_scratch(a_live_journal_is_read_without_write_permission),
		with_scratch(a_reader_without_locks_notices_a_writer),
		with_scratch(one_that_was_not_closed_names_the_way_out),
		with_scratch(a_read_only_file_system_denies_writing_only),
		with_scratch(a_damaged_journal_is_set_aside_whole),
		with_scratch(the_ballast_is_real_and_goes_once),
		with_scratch(network_file_systems_are_known_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
