/* Any bytes as an environments file: it is read or says why not, what it says can be asked at any
 * time, and nothing in it that has a mistake is left unguarded. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "guard.h"
#include "str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const void *data;
	size_t n;
};

static int read_input(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct input *in = ctx;

	(void)path;
	(void)err;
	return buf_add(out, in->data, in->n) ? ERR_LIMIT : 0;
}

static void must_be_harmless(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		if ((c < 0x20 && c != '\n') || c == 0x7f)
			abort();
	}
}

static void must_guard(const struct guard_file *g, const struct environment *e)
{
	static const int64_t times[] = { INT64_MIN, -1, 0, 1795348800000000000LL, INT64_MAX };
	struct buf why = BUF_INIT;

	if (environ_find(&g->envs, e->name) != e || (e->problem && !e->guarded) ||
	    (g->envs.problem && !e->problem))
		abort();
	if (!e->problem && (e->guarded == e->lab ? e->lab : e->guarded && !e->n_probes))
		abort();
	for (size_t i = 0; i < e->n_probes; i++)
		if (!e->probes[i].run.s || !e->probes[i].is[0] || e->probes[i].timeout_ms <= 0)
			abort();
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (guard_frozen(e, times[i], &why) != (why.len > 0))
			abort();
		else
			buf_clear(&why);
	buf_release(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct loader_source src = { &in, read_input };
	struct findings f = { 0 };
	struct guard_file *g = NULL;
	struct buf out = BUF_INIT;
	bool problems;

	if (guard_load("e.yaml", &src, &g, &f, NULL) != 0 || !g || g->broken != (f.errors > 0))
		abort();
	findings_print(&out, &f);
	must_be_harmless(&out);
	problems = g->envs.problem != NULL;
	for (size_t i = 0; i < g->envs.n; i++) {
		must_guard(g, &g->envs.v[i]);
		problems |= g->envs.v[i].problem != NULL;
	}
	if (g->broken && !problems)
		abort();
	guard_free(g);
	findings_release(&f);
	buf_release(&out);
	return 0;
}
