#include "unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"
#include "mem.h"

static void alloc_gives_zeroes(void **state)
{
	(void)state;
	unsigned char *p = mem_alloc(4096);
	for (size_t i = 0; i < 4096; i++)
		assert_int_equal(p[i], 0);
	free(p);
	p = mem_alloc(0);
	assert_non_null(p);
	free(p);
}

static void grow_keeps_what_was_there(void **state)
{
	(void)state;
	int *p = mem_grow(NULL, 2, sizeof(*p));
	p[0] = 1;
	p[1] = 2;
	p = mem_grow(p, 1000, sizeof(*p));
	assert_int_equal(p[0] + p[1], 3);
	p = mem_grow(p, 0, sizeof(*p));
	assert_non_null(p);
	free(p);
}

static void copies_are_copies(void **state)
{
	(void)state;
	assert_null(mem_dup(NULL));
	char *a = mem_dup("abc"), *b = mem_dupn("abcdef", 2), *c = mem_printf("%d-%s", 7, "x");
	char *d = mem_dupn(NULL, 0);
	assert_string_equal(a, "abc");
	assert_string_equal(b, "ab");
	assert_string_equal(c, "7-x");
	assert_string_equal(d, "");
	free(a);
	free(b);
	free(c);
	free(d);
}

static void wipe_leaves_zeroes(void **state)
{
	(void)state;
	char secret[] = "secret";
	mem_wipe(secret, sizeof(secret));
	for (size_t i = 0; i < sizeof(secret); i++)
		assert_int_equal(secret[i], 0);
	mem_wipe(NULL, 0);
}

static void hook(void)
{
	if (write(STDERR_FILENO, "hook\n", 5) != 5)
		_exit(3);
}

static void hook_that_wants_memory(void)
{
	hook();
	mem_grow(NULL, SIZE_MAX, 2);
}

/* Runs f in a child and returns how it ended; what it wrote to standard error goes to out. */
static int die(void (*f)(void), char *out, size_t size)
{
	int fds[2], status;
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		signal(SIGABRT, SIG_DFL);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		f();
		_exit(0);
	}
	close(fds[1]);
	size_t len = 0;
	for (ssize_t n; len < size - 1 && (n = read(fds[0], out + len, size - 1 - len)) > 0;)
		len += (size_t)n;
	out[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void grow_too_far(void)
{
	mem_on_fatal(hook);
	mem_grow(NULL, SIZE_MAX / 2, 3);
}

static void grow_with_greedy_hook(void)
{
	mem_on_fatal(hook_that_wants_memory);
	mem_grow(NULL, SIZE_MAX / 2, 3);
}

static void dup_too_much(void)
{
	mem_on_fatal(hook);
	mem_on_fatal(NULL);
	mem_dupn("", SIZE_MAX);
}

static void without_memory_the_hook_runs_once_and_we_abort(void **state)
{
	(void)state;
	char said[512];
	int status = die(grow_too_far, said, sizeof(said));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_string_equal(said, "hook\nblackstart: out of memory (18446744073709551615 bytes "
				  "asked for)\n");
	status = die(grow_with_greedy_hook, said, sizeof(said));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_null(strstr(strstr(said, "hook") + 1, "hook"));
	status = die(dup_too_much, said, sizeof(said));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_null(strstr(said, "hook"));
}

static void arena_pieces_are_zeroed_aligned_and_apart(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	enum { N = 3000 };
	unsigned char *pieces[N];
	size_t total = 0;
	for (size_t i = 0; i < N; i++) {
		size_t size = i % 97 == 0 ? 100000 : i % 53;
		pieces[i] = arena_alloc(a, size);
		assert_int_equal((uintptr_t)pieces[i] % sizeof(max_align_t) % 16, 0);
		for (size_t k = 0; k < size; k++)
			assert_int_equal(pieces[i][k], 0);
		memset(pieces[i], (int)(i % 251) + 1, size);
		total += size;
	}
	assert_int_equal(arena_size(a), total);
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0, size = i % 97 == 0 ? 100000 : i % 53; k < size; k++)
			assert_int_equal(pieces[i][k], (int)(i % 251) + 1);
	arena_free(a);
	arena_free(NULL);
}

static void arena_text(void **state)
{
	(void)state;
	struct arena *a = arena_new();
	assert_null(arena_dup(a, NULL));
	assert_string_equal(arena_dup(a, "abc"), "abc");
	assert_string_equal(arena_dupn(a, "abcdef", 3), "abc");
	assert_string_equal(arena_dupn(a, NULL, 0), "");
	assert_string_equal(arena_printf(a, "%s=%05d", "k", 42), "k=00042");
	assert_int_equal(arena_size(a), 4 + 4 + 1 + 8);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(alloc_gives_zeroes),
		UNIT(grow_keeps_what_was_there),
		UNIT(copies_are_copies),
		UNIT(wipe_leaves_zeroes),
		UNIT(without_memory_the_hook_runs_once_and_we_abort),
		UNIT(arena_pieces_are_zeroed_aligned_and_apart),
		UNIT(arena_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
