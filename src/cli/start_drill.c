/* How a drill is walked: the scenario that is named, what is pinned of it, seed and pace. */
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fsio.h"
#include "hash.h"
#include "mem.h"
#include "runbook.h"
#include "scenario.h"
#include "start.h"
#include "str.h"
#include "verbs.h"

enum { FASTEST = 1000 };

/* Gives what the disk has, and keeps it: what was read is what is pinned. */
static int read_and_keep(void *ctx, const char *path, struct buf *out, struct err *err)
{
	struct start *s = ctx;
	struct loader_source disk = loader_disk();
	size_t before = out->len;
	int r = disk.read(disk.ctx, path, out, err);
	struct source_file *f;

	if (r)
		return r;
	s->pinned = mem_grow(s->pinned, s->n_pinned + 1, sizeof(*s->pinned));
	f = &s->pinned[s->n_pinned];
	*f = (struct source_file){
		.path = mem_dup(path),
		.role = s->n_pinned++ ? "scenario-output" : "scenario",
		.bytes = mem_dupn(buf_str(out) + before, out->len - before),
		.n = out->len - before,
	};
	hash_hex_of(f->bytes, f->n, f->sha256);
	return 0;
}

void start_drill_release(struct start *s)
{
	for (size_t i = 0; i < s->n_pinned; i++) {
		free((void *)(uintptr_t)s->pinned[i].path);
		free((void *)(uintptr_t)s->pinned[i].bytes);
	}
	free(s->pinned);
	scenario_free(s->scenario);
}

static int wrong(const struct start *s, struct findings *f, const char *path)
{
	struct buf text = BUF_INIT;

	(void)s;
	findings_print(&text, f);
	(void)fsio_write_all(2, buf_str(&text), text.len, NULL);
	buf_release(&text);
	cli_say("%s cannot be drilled with; nothing was started", path);
	return CLI_BOOK;
}

static int load(struct start *s, const char *path)
{
	const struct loader_source from = { s, read_and_keep };
	struct findings f = { 0 };
	struct err err = { 0 };
	int status = CLI_OK;

	if (scenario_load(path, &from, &s->scenario, &f, &err) || f.errors)
		status = wrong(s, &f, path);
	findings_release(&f);
	return status;
}

/* A number of an option; -1: it is none, and that was said. */
static int number(const char *name, const char *text, int64_t min, int64_t max, int64_t *ret)
{
	if (text && (!str_to_i64(text, ret) || *ret < min || *ret > max))
		return cli_usage("--%s wants a whole number from %lld to %lld", name,
				 (long long)min, (long long)max);
	return CLI_OK;
}

static int numbers(struct start *s)
{
	const struct opts *o = s->o;
	int status;

	s->what.pace = s->scenario && s->what.way == DRILL_SIMULATED ? s->scenario->pace : 1;
	s->what.seed = s->scenario ? s->scenario->seed : 0;
	if (o->pace && s->what.way != DRILL_SIMULATED)
		return cli_usage("--pace goes with a scenario that answers: time is true else");
	if (o->seed && !s->scenario)
		return cli_usage("--seed goes with a scenario");
	status = number("seed", o->seed, 0, INT64_MAX, &s->what.seed);
	if (status || str_eq(o->pace, "true")) {
		s->what.pace = 1;
		return status;
	}
	return number("pace", o->pace, 1, FASTEST, &s->what.pace);
}

int start_drill(struct start *s, const char **book)
{
	const struct opts *o = s->o;
	const char *path = o->scenario;
	int status = CLI_OK;

	if (s->what.mode != MODE_DRILL)
		return o->scenario || o->lab || o->seed || o->pace
		     ? cli_usage("--scenario, --lab, --seed and --pace are of a drill") : CLI_OK;
	if (*book && scenario_is_file(*book)) {
		if (path)
			return cli_usage("a scenario, or a runbook with --scenario: not both");
		path = *book;
		*book = NULL;
	}
	if (path)
		status = load(s, path);
	if (status)
		return status;
	if (s->scenario && !*book)
		*book = s->scenario->runbook;
	s->what.way = o->lab ? DRILL_LAB : s->scenario ? DRILL_SIMULATED : DRILL_TABLETOP;
	s->what.scenario = path;
	s->what.more = s->pinned;
	s->what.n_more = s->n_pinned;
	return numbers(s);
}

bool start_plays(const struct start *s)
{
	return s->what.mode == MODE_DRILL && s->what.way != DRILL_LAB;
}

int start_drill_check(struct start *s)
{
	struct findings f = { 0 };
	int status = CLI_OK;

	if (!s->scenario || !s->rb)
		return CLI_OK;
	scenario_check(s->scenario, s->rb, &f);
	if (f.errors)
		status = wrong(s, &f, s->scenario->path);
	findings_release(&f);
	return status;
}
