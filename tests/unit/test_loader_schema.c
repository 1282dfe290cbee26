/* The JSON Schema is JSON, accepts every runbook that lints without an error, and refuses what the
 * tables refuse. */
#include "unit.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "fsio.h"
#include "json.h"
#include "loader.h"
#include "runbooks.h"
#include "schemas.h"

static bool lints(const char *path)
{
	struct loader_source src = loader_disk();
	struct runbook *rb = NULL;
	struct findings f = { 0 };
	bool ok = !loader_load(path, &src, &rb, &f, NULL) && !f.errors;
	runbook_free(rb);
	findings_release(&f);
	return ok;
}

static void must_accept(void *ctx, const char *path, const struct buf *text)
{
	if (!accepts(ctx, buf_str(text), text->len))
		fail_msg("the schema refuses %s", path);
}

static void runbooks_that_lint_are_accepted(void **state)
{
	struct json *schema = schema_of(loader_schema);
	DIR *dir = opendir("tests/loader");
	size_t seen = 0;
	(void)state;
	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir));) {
		char path[512];
		struct buf text = BUF_INIT;
		snprintf(path, sizeof(path), "tests/loader/%s/in.yaml", e->d_name);
		if (e->d_name[0] != '.' && !fsio_read(path, 1 << 22, &text, NULL) && lints(path)) {
			seen++;
			must_accept(schema, path, &text);
		}
		buf_release(&text);
	}
	closedir(dir);
	assert_true(seen >= 10);
	assert_true(runbooks_each(must_accept, schema) > 0);
	json_free(schema);
}

static void mistakes_are_refused(void **state)
{
#define HEAD "blackstart: 1\ntitle: T\n"
	static const char *const bad[] = {
		"title: T\nsteps: [{do: x}]\n",
		"blackstart: 2\ntitle: T\nsteps: [{do: x}]\n",
		HEAD "steps: []\n",
		HEAD "stepz: []\nsteps: [{do: x}]\n",
		HEAD "steps: [{title: x}]\n",
		HEAD "steps: [{do: x, run: y}]\n",
		HEAD "steps: [{do: x, tilte: y}]\n",
		HEAD "steps: [{do: x, capture: {a: int}}]\n",
		HEAD "steps: [{run: [x]}]\n",
		HEAD "steps: [{run: x, timeout: soon}]\n",
		HEAD "steps: [{run: x, effect: reed}]\n",
		HEAD "steps: [{run: x, capture: {A: int}}]\n",
		HEAD "steps: [{run: x, capture: {a: integer}}]\n",
		HEAD "steps: [{run: x, capture: {a: {jq: ., match: x}}}]\n",
		HEAD "steps: [{run: x, retry: {every: 1s}}]\n",
		HEAD "steps: [{ask: x}]\n",
		HEAD "steps: [{choose: x}]\n",
		HEAD "steps: [{choose: x, options: [{title: a, goto: b, steps: [{do: x}]}]}]\n",
		HEAD "steps: [{branch: [{when: a, otherwise: true, goto: b}]}]\n",
		HEAD "steps: [{steps: [{do: x}], at_once: 65, each: {a: [b]}}]\n",
		HEAD "steps: [{steps: [{do: x}], each: {a: [b], c: [d]}}]\n",
		HEAD "steps: [{steps: [{bad: x}]}]\n",
		HEAD "steps: [{end: x, success: maybe}]\n",
		HEAD "params: {a: {askk: x}}\nsteps: [{do: x}]\n",
		HEAD "triggers: [{alert: a, text: b}]\nsteps: [{do: x}]\n",
		HEAD "objectives: {rta: 1h}\nsteps: [{do: x}]\n",
		"- do: x\n",
	};
	struct json *schema = schema_of(loader_schema);
	(void)state;
	schema_refuses(schema, bad, COUNT_OF(bad));
	json_free(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(runbooks_that_lint_are_accepted),
		UNIT(mistakes_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
