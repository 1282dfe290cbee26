#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"

/* Each test runs in an empty folder of its own. */
static int enter(void **state)
{
	char *dir = strdup("/tmp/bs-fsio.XXXXXX");
	*state = dir;
	return dir && mkdtemp(dir) && chdir(dir) == 0 ? 0 : -1;
}

static int leave(void **state)
{
	int rc = chdir("/") || fsio_remove_tree(*state, NULL);
	rc = rc || access(*state, F_OK) == 0;
	free(*state);
	return rc;
}

static void put(const char *path, const char *text)
{
	assert_int_equal(fsio_replace(path, text, strlen(text), 0644, false, NULL), 0);
}

static void check_file(const char *path, const char *want)
{
	struct buf b = BUF_INIT;
	assert_int_equal(fsio_read(path, 1 << 20, &b, NULL), 0);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static int entries(const char *path)
{
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	char *command = NULL;
	int n = 0;
	if (asprintf(&command, "ls -A '%s' | wc -l", path) < 0)
		abort();
	FILE *f = popen(command, "r");
	assert_int_equal(fscanf(f, "%d", &n), 1);
	pclose(f);
	free(command);
	return n;
}

static void read_appends_the_whole_file(void **state)
{
	(void)state;
	enum { SIZE = 300001 };
	char *big = malloc(SIZE);
	for (int i = 0; i < SIZE; i++)
		big[i] = (char)(i * 7);
	struct buf b = BUF_INIT;
	buf_adds(&b, "before");
	assert_int_equal(fsio_replace("f", big, SIZE, 0600, false, NULL), 0);
	assert_int_equal(fsio_read("f", SIZE, &b, NULL), 0);
	assert_int_equal(b.len, SIZE + 6);
	assert_memory_equal(b.data, "before", 6);
	assert_memory_equal(b.data + 6, big, SIZE);
	buf_release(&b);
	free(big);
}

static void read_refuses_what_is_over_the_limit(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	struct err err = { 0 };
	put("f", "0123456789");
	buf_adds(&b, "x");
	assert_int_equal(fsio_read("f", 9, &b, &err), ERR_LIMIT);
	assert_non_null(strstr(err.text, "f: 10 bytes, at most 9"));
	assert_string_equal(b.data, "x");
	assert_int_equal(fsio_read("f", 0, &b, &err), ERR_LIMIT);
	/* A file that does not say how large it is, and a buffer with a bound of its own. */
	assert_int_equal(fsio_read("/proc/self/status", 20, &b, &err), ERR_LIMIT);
	assert_string_equal(b.data, "x");
	assert_int_equal(fsio_read("/proc/self/status", 1 << 20, &b, &err), 0);
	assert_true(b.len > 100);
	buf_cut(&b, 1);
	b.max = 5;
	assert_int_equal(fsio_read("f", 100, &b, &err), ERR_LIMIT);
	assert_string_equal(b.data, "x");
	assert_false(b.over);
	buf_release(&b);
}

static void read_never_waits_for_a_fifo(void **state)
{
	(void)state;
	struct buf b = BUF_INIT;
	struct err err;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(mkdir("dir", 0700), 0);
	assert_int_equal(symlink("fifo", "link"), 0);
	static const char *const odd[] = { "fifo", "dir", "link", "/dev/zero", "/dev/tty" };
	for (size_t i = 0; i < COUNT_OF(odd); i++)
		assert_int_equal(fsio_read(odd[i], 100, &b, &err), ERR_DENIED);
	assert_int_equal(fsio_read("none", 100, &b, &err), ERR_NOTFOUND);
	assert_int_equal(symlink("gone", "dangling"), 0);
	assert_int_equal(fsio_read("dangling", 100, &b, &err), ERR_NOTFOUND);
	put("f", "");
	assert_int_equal(fsio_read("f/x", 100, &b, &err), ERR_NOTFOUND);
	assert_int_equal(fsio_read("f", 100, &b, &err), 0);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void replace_leaves_the_old_or_the_new(void **state)
{
	(void)state;
	struct stat st;
	umask(077);
	put("f", "old");
	assert_int_equal(fsio_replace("f", "new", 3, 0664, true, NULL), 0);
	umask(022);
	check_file("f", "new");
	assert_int_equal(stat("f", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0664);
	assert_int_equal(entries("."), 1);
	struct err err;
	assert_int_equal(fsio_replace("none/f", "x", 1, 0600, false, &err), ERR_IO);
	assert_int_equal(err.sys, ENOENT);
	assert_int_equal(mkdir("dir", 0700), 0);
	put("dir/inside", "x");
	assert_int_equal(fsio_replace("dir", "x", 1, 0600, false, &err), ERR_IO);
	assert_int_equal(entries("."), 2);
	assert_memory_equal(err.text, "dir: ", 5);
}

static void replace_does_not_follow_a_link(void **state)
{
	(void)state;
	struct stat st;
	put("real", "real");
	assert_int_equal(symlink("real", "link"), 0);
	put("link", "mine");
	check_file("real", "real");
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void mkdirs_makes_what_is_missing(void **state)
{
	(void)state;
	struct err err;
	struct stat st;
	assert_int_equal(fsio_mkdirs("a/b//c/", 0750, &err), 0);
	assert_int_equal(stat("a/b/c", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0750);
	assert_int_equal(chmod("a", 0700), 0);
	assert_int_equal(fsio_mkdirs("a/b/d", 0750, &err), 0);
	assert_int_equal(stat("a", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(fsio_mkdirs("/", 0700, &err), 0);
	put("a/f", "");
	assert_int_equal(fsio_mkdirs("a/f", 0700, &err), ERR_EXISTS);
	assert_int_equal(fsio_mkdirs("a/f/g", 0700, &err), ERR_EXISTS);
	assert_int_equal(fsio_mkdirs("", 0700, &err), ERR_IO);
	assert_int_equal(symlink("b", "a/link"), 0);
	assert_int_equal(fsio_mkdirs("a/link/x", 0700, &err), 0);
	assert_int_equal(stat("a/b/x", &st), 0);
}

static void write_all_waits_for_a_slow_reader(void **state)
{
	(void)state;
	enum { SIZE = 1 << 20 };
	int fds[2], status;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(fcntl(fds[1], F_SETFL, O_NONBLOCK), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[1]);
		size_t total = 0;
		char chunk[999];
		for (ssize_t n; (n = read(fds[0], chunk, sizeof(chunk))) > 0;)
			total += (size_t)n;
		_exit(total == SIZE ? 0 : 1);
	}
	char *big = calloc(1, SIZE);
	assert_int_equal(fsio_write_all(fds[1], big, SIZE, NULL), 0);
	close(fds[1]);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	free(big);
}

static void write_all_says_what_went_wrong(void **state)
{
	(void)state;
	struct err err;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_int_equal(fsio_write_all(full, "x", 1, &err), ERR_FULL);
	assert_int_equal(err.sys, ENOSPC);
	close(full);
	assert_int_equal(fsio_write_all(-1, "x", 1, &err), ERR_IO);
	assert_int_equal(err.sys, EBADF);
	assert_int_equal(fsio_write_all(-1, "x", 0, &err), 0);
}

static void paths_come_apart_and_together(void **state)
{
	(void)state;
	static const struct {
		const char *path, *dir, *base;
	} split[] = {
		{ "a", ".", "a" }, { "a/b", "a", "b" }, { "/a", "/", "a" }, { "/", "/", "" },
		{ "a//b", "a", "b" }, { "a/b/", "a/b", "" }, { "", ".", "" }, { "//a", "/", "a" },
		{ "/a/b/c", "/a/b", "c" },
	};
	static const struct {
		const char *base, *path, *want;
	} join[] = {
		{ "a", "b", "a/b" }, { "a/", "b", "a/b" }, { "a", "/b", "/b" }, { "", "b", "b" },
		{ "a", "", "a" }, { "/", "b", "/b" }, { ".", "b", "./b" },
	};
	for (size_t i = 0; i < COUNT_OF(split); i++) {
		char *dir = fsio_dirname(split[i].path);
		assert_string_equal(dir, split[i].dir);
		assert_string_equal(fsio_basename(split[i].path), split[i].base);
		free(dir);
	}
	for (size_t i = 0; i < COUNT_OF(join); i++) {
		char *s = fsio_join(join[i].base, join[i].path);
		assert_string_equal(s, join[i].want);
		free(s);
	}
}

static void remove_tree_takes_all_but_what_links_point_to(void **state)
{
	(void)state;
	struct err err;
	put("outside", "safe");
	assert_int_equal(mkdir("elsewhere", 0700), 0);
	put("elsewhere/f", "safe");
	assert_int_equal(fsio_mkdirs("t/a/b/c", 0700, NULL), 0);
	put("t/a/f", "x");
	put("t/a/.hidden", "x");
	assert_int_equal(symlink("../../outside", "t/a/file-link"), 0);
	assert_int_equal(symlink("../../elsewhere", "t/a/dir-link"), 0);
	assert_int_equal(mkfifo("t/a/b/fifo", 0600), 0);
	assert_int_equal(symlink("t", "link-to-t"), 0);
	assert_int_equal(fsio_remove_tree("link-to-t", &err), 0);
	check_file("t/a/f", "x");
	assert_int_equal(fsio_remove_tree("t", &err), 0);
	assert_int_equal(fsio_remove_tree("t", &err), 0);
	check_file("outside", "safe");
	check_file("elsewhere/f", "safe");
	assert_int_equal(entries("."), 2);
	assert_int_equal(fsio_remove_tree("outside", &err), 0);
	assert_int_equal(entries("."), 1);
}

static void remove_tree_has_a_bound_on_depth(void **state)
{
	(void)state;
	char path[4 * (FSIO_DEPTH_MAX + 20)] = "t";
	for (int i = 0; i < FSIO_DEPTH_MAX; i++)
		strcat(path, "/d");
	assert_int_equal(fsio_mkdirs(path, 0700, NULL), 0);
	assert_int_equal(fsio_remove_tree("t", NULL), 0);
	strcat(path, "/d");
	assert_int_equal(fsio_mkdirs(path, 0700, NULL), 0);
	struct err err;
	assert_int_equal(fsio_remove_tree("t", &err), ERR_LIMIT);
	assert_int_equal(fsio_remove_tree("t/d", &err), 0);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(read_appends_the_whole_file),
		IN_FOLDER(read_refuses_what_is_over_the_limit),
		IN_FOLDER(read_never_waits_for_a_fifo),
		IN_FOLDER(replace_leaves_the_old_or_the_new),
		IN_FOLDER(replace_does_not_follow_a_link),
		IN_FOLDER(mkdirs_makes_what_is_missing),
		IN_FOLDER(write_all_waits_for_a_slow_reader),
		IN_FOLDER(write_all_says_what_went_wrong),
		UNIT(paths_come_apart_and_together),
		IN_FOLDER(remove_tree_takes_all_but_what_links_point_to),
		IN_FOLDER(remove_tree_has_a_bound_on_depth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
