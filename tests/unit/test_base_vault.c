/* Memory and processes that have secrets. */
#include "unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "vault.h"

static void what_is_put_in_stays_as_it_is(void **state)
{
	(void)state;
	struct vault v = { 0 };
	char *texts[2000];

	for (int i = 0; i < 2000; i++) {
		char text[64];
		int n = snprintf(text, sizeof(text), "secret %d of many", i);
		texts[i] = vault_dupn(&v, text, (size_t)n);
	}
	char *big = vault_alloc(&v, 1 << 20);
	for (int i = 0; i < 1 << 20; i++)
		assert_int_equal(big[i], 0);
	memset(big, 'x', 1 << 20);
	for (int i = 0; i < 2000; i++) {
		char text[64];
		snprintf(text, sizeof(text), "secret %d of many", i);
		assert_string_equal(texts[i], text);
	}
	vault_release(&v);
	assert_null(v.rooms);
	vault_release(&v);
}

/* The flags of the mapping that p lies in; "" where it is in none. */
static void flags_at(const void *p, char ret[256])
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[512];
	bool inside = false;
	unsigned long from, to;

	*ret = '\0';
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			inside = (unsigned long)p >= from && (unsigned long)p < to;
		else if (inside && !strncmp(line, "VmFlags:", 8))
			snprintf(ret, 256, "%.255s", line);
	}
	fclose(f);
}

static void no_dump_takes_it(void **state)
{
	(void)state;
	struct vault v = { 0 };
	char flags[256];
	char *p = vault_dupn(&v, "secret", 6);

	flags_at(p, flags);
	if (!*flags)
		skip(); /* a kernel that does not tell */
	assert_non_null(strstr(flags, " dd"));
	flags_at(&flags, flags);
	assert_null(strstr(flags, " dd")); /* and that is not so everywhere */
	vault_release(&v);
}

static int in_child(void (*look)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		look();
		_exit(99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void look_at_bounds(void)
{
	struct rlimit core;

	getrlimit(RLIMIT_CORE, &core);
	core.rlim_cur = core.rlim_max;
	setrlimit(RLIMIT_CORE, &core);
	rlim_t hard = core.rlim_max;
	vault_no_core(false);
	getrlimit(RLIMIT_CORE, &core);
	int seen = prctl(PR_GET_DUMPABLE);
	vault_no_core(true);
	int unseen = prctl(PR_GET_DUMPABLE);
#ifdef __SANITIZE_ADDRESS__
	unseen = 0; /* left as it is: the search for leaks needs it */
#endif
	_exit(core.rlim_cur <= 1 && core.rlim_max == hard && seen == 1 && unseen == 0 ? 0 : 1);
}

static void a_process_leaves_no_core_and_can_be_closed_to_others(void **state)
{
	(void)state;
	assert_int_equal(in_child(look_at_bounds), 0);
}

static void a_secret_buffer_overwrites_what_it_gives_back(void **state)
{
	(void)state;
	struct buf b = { .secret = true };

	for (int i = 0; i < 100; i++)
		buf_adds(&b, "hunter2 ");
	assert_int_equal(b.len, 800);
	buf_cut(&b, 8);
	for (size_t i = 8; i < 800; i++)
		assert_int_equal(b.data[i], 0);
	buf_adds(&b, "hunter3");
	buf_drop(&b, 8);
	assert_string_equal(buf_str(&b), "hunter3");
	for (size_t i = 7; i < 800; i++)
		assert_int_equal(b.data[i], 0);
	buf_clear(&b);
	for (size_t i = 0; i < 800; i++)
		assert_int_equal(b.data[i], 0);
	buf_release(&b);
	assert_true(b.secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_is_put_in_stays_as_it_is),
		UNIT(no_dump_takes_it),
		UNIT(a_process_leaves_no_core_and_can_be_closed_to_others),
		UNIT(a_secret_buffer_overwrites_what_it_gives_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
