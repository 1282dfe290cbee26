/* A runbook of 10,000 steps: how long it takes to load and lint, beside what libyaml alone takes for
 * its events over the same bytes. Prints both medians and their ratio as `name value unit` lines, in
 * milliseconds of the processor: neither waits for anything, so what else the machine does is left
 * out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yaml.h>

#include "buf.h"
#include "err.h"
#include "loader.h"

enum { STEPS = 10000, ROUNDS = 15 };

/* Steps as people write them: commands that capture and are judged by a condition of their own, with
 * instructions, groups, loops and decisions in between; every name and every text differs. */
static size_t add_step(struct buf *out, size_t i)
{
	switch (i % 8) {
	case 0:
		buf_addf(out, "  - title: Count the members of shard %zu\n"
			      "    run: kubectl -n \"$space\" get statefulset shard-%zu -o json\n"
			      "    effect: read\n"
			      "    capture:\n      members_%zu: {jq: '.status.replicas', as: int}\n"
			      "    expect: members_%zu > 0 and members_%zu < %zu\n"
			      "    if_not: Ask who scaled shard %zu down; it had ${members_%zu}.\n",
			 i, i, i, i, i, i % 7 + 3, i, i);
		return 1;
	case 1:
		buf_addf(out, "  - run: |\n      ./scale shard-%zu 0\n"
			      "      kubectl wait --for=delete pod/shard-%zu-0\n"
			      "    effect: change\n    timeout: 5m\n"
			      "    owes:\n      shard_%zu: ./scale shard-%zu \"$members_%zu\"\n",
			 i, i, i, i, i - 1);
		return 1;
	case 2:
		buf_addf(out, "  - do: Look at the graph of shard %zu; it must be flat by now.\n"
			      "    why: Writers that are left would spoil the copy of shard %zu.\n"
			      "    returns:\n      load_%zu: {as: number, prompt: Load, min: 0}\n",
			 i, i, i);
		return 1;
	case 3:
		buf_addf(out, "  - check: load_%zu < 50 or members_%zu = 1\n"
			      "    when: space <> 'lab'\n    repair: ./drain shard-%zu\n",
			 i - 1, i - 3, i);
		return 1;
	case 4:
		buf_addf(out, "  - each: {disk: [data-%zu, log-%zu]}\n    steps:\n"
			      "      - run: ./snapshot \"$disk\"\n        effect: change\n"
			      "      - run: ./size \"$disk\"\n        effect: read\n"
			      "        capture: {size_%zu: int}\n        expect: size_%zu > 0\n",
			 i, i, i, i);
		return 3;
	case 5:
		buf_addf(out, "  - choose: Is shard %zu worth keeping?\n    options:\n"
			      "      - title: Yes\n        consequence: It takes an hour.\n"
			      "        steps:\n          - do: Write down why shard %zu stays.\n"
			      "      - title: No\n        steps:\n          - do: Tell its owner (%zu).\n",
			 i, i, i);
		return 5;
	case 6:
		buf_addf(out, "  - wait: ready_%zu = 'true'\n"
			      "    probe: kubectl get pod shard-%zu-0 -o jsonpath={.status.ready}\n"
			      "    capture: {ready_%zu: text}\n    every: 5s\n    within: 10m\n",
			 i, i, i);
		return 1;
	default:
		buf_addf(out, "  - settle: shard_%zu\n", i - 6);
		return 1;
	}
}

static void make(struct buf *out)
{
	size_t steps = 0;
	buf_adds(out, "blackstart: 1\ntitle: Ten thousand steps\nparams: {space: {default: data}}\n"
		      "steps:\n");
	for (size_t i = 0; steps < STEPS; i++)
		steps += add_step(out, i);
	/* what the last round owes is settled */
	buf_adds(out, "  - settle: all\n");
}

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double bare(const struct buf *text)
{
	double start = now_ms();
	yaml_parser_t p;
	yaml_event_t ev;
	bool end = false;
	if (!yaml_parser_initialize(&p))
		abort();
	yaml_parser_set_input_string(&p, (const unsigned char *)text->data, text->len);
	while (!end) {
		if (!yaml_parser_parse(&p, &ev)) {
			fprintf(stderr, "libyaml: %s\n", p.problem);
			exit(1);
		}
		end = ev.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&ev);
	}
	yaml_parser_delete(&p);
	return now_ms() - start;
}

static int read_text(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct buf *text = ctx;
	if (strcmp(path, "bench.yaml") != 0 && !strchr(path, '/') && strchr(path, '.'))
		return err_set(err, ERR_NOTFOUND, "%s is not there", path);
	if (strcmp(path, "bench.yaml") != 0)
		return buf_adds(out, "#!/bin/sh\n");
	return buf_add(out, text->data, text->len);
}

static double ours(struct buf *text)
{
	struct loader_source src = { text, read_text };
	struct runbook *rb = NULL;
	struct findings f = { 0 };
	struct err err;
	double start = now_ms();
	int rc = loader_load("bench.yaml", &src, &rb, &f, &err);
	double took = now_ms() - start;
	if (rc || f.errors) {
		struct buf out = BUF_INIT;
		findings_print(&out, &f);
		fprintf(stderr, "%.2000s\n", buf_str(&out));
		exit(1);
	}
	runbook_free(rb);
	findings_release(&f);
	return took;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double median(double *v)
{
	qsort(v, ROUNDS, sizeof(*v), by_size);
	return v[ROUNDS / 2];
}

int main(void)
{
	struct buf text = BUF_INIT;
	double a[ROUNDS], b[ROUNDS];
	make(&text);
	for (int i = 0; i < ROUNDS; i++) { /* in turn, so that both meet the same machine */
		a[i] = bare(&text);
		b[i] = ours(&text);
	}
	double floor = median(a), load = median(b);
	printf("steps %d steps\nbytes %zu bytes\n", STEPS, text.len);
	printf("yaml_events %.1f ms\nload_and_lint %.1f ms\nratio %.2f x\n", floor, load, load / floor);
	buf_release(&text);
	return 0;
}
