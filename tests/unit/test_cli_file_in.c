/* A file that is read as it stands: which states are one. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/cli/file_in.h"
#include "err.h"

static int make(char path[64], const char *text)
{
	snprintf(path, 64, "/tmp/bs-file-in.XXXXXX");
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	return fd;
}

static void one_that_grew_is_not_what_it_was(void **state)
{
	char path[64];
	struct stat before, after;
	int fd = make(path, "abc");

	(void)state;
	assert_int_equal(fstat(fd, &before), 0);
	assert_true(file_in_stood(&before, &before, 3));
	assert_int_equal(write(fd, "d", 1), 1);
	assert_int_equal(fstat(fd, &after), 0);
	assert_false(file_in_stood(&before, &after, 3));
	assert_false(file_in_stood(&before, &after, 4));
	close(fd);
	unlink(path);
}

static void one_that_was_written_over_is_not_what_it_was(void **state)
{
	char path[64];
	struct stat before, after;
	struct timespec then[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	int fd = make(path, "abc");

	(void)state;
	assert_int_equal(fstat(fd, &before), 0);
	assert_int_equal(pwrite(fd, "x", 1, 0), 1);
	assert_int_equal(futimens(fd, then), 0); /* who hides it is found by the other time */
	assert_int_equal(fstat(fd, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	assert_false(file_in_stood(&before, &after, 3));
	close(fd);
	unlink(path);
}

static void fewer_bytes_than_it_had_are_not_all(void **state)
{
	char path[64];
	struct stat st;
	int fd = make(path, "abc");

	(void)state;
	assert_int_equal(fstat(fd, &st), 0);
	assert_false(file_in_stood(&st, &st, 2));
	close(fd);
	unlink(path);
}

static void what_was_read_cannot_be_changed(void **state)
{
	char path[64], text[8] = { 0 };
	struct err err = { 0 };
	int fd = make(path, "abc"), in = -1;

	(void)state;
	assert_int_equal(file_in(path, 3, &in, &err), 0);
	assert_int_equal(pread(in, text, sizeof text, 0), 3);
	assert_string_equal(text, "abc");
	assert_int_equal(pwrite(in, "x", 1, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(in, 0), -1);
	close(in);
	assert_int_equal(file_in(path, 2, &in, &err), ERR_LIMIT);
	close(fd);
	unlink(path);
}

static void what_the_kernel_makes_up_has_no_size_and_is_read(void **state)
{
	char text[16] = { 0 };
	struct err err = { 0 };
	int in = -1;

	(void)state;
	assert_int_equal(file_in("/proc/self/stat", 1 << 20, &in, &err), 0);
	assert_true(pread(in, text, sizeof text - 1, 0) > 3);
	close(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_grew_is_not_what_it_was),
		cmocka_unit_test(one_that_was_written_over_is_not_what_it_was),
		cmocka_unit_test(fewer_bytes_than_it_had_are_not_all),
		cmocka_unit_test(what_was_read_cannot_be_changed),
		cmocka_unit_test(what_the_kernel_makes_up_has_no_size_and_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
