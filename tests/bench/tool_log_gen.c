/* tool_log_gen JOURNAL EVENTS RUNS: a journal to look for rows in, by the journal's own calls. Runs go
 * on four at a time, so that their rows lie among each other; a person acts now and then, one of
 * them seldom; every tenth run is a drill; commands print 4 KB where the journal is small.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "event.h"
#include "journal.h"
#include "mem.h"
#include "str.h"

enum { AT_ONCE = 4, BATCH = 250, STEP_ROWS = 8, SECOND = 1000000000, OUTPUT_RUNS = 100 };

static const int64_t first_wall = INT64_C(1750000000) * SECOND;

static void need(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

struct one {
	struct journal *j;
	char run[JOURNAL_RUN_ID_MAX];
	int number;
	int64_t left, at; /* rows to come, and how many there were */
};

static void put(struct event *ev, enum event_kind kind, const char *step, char *body)
{
	ev->kind = kind;
	ev->step = step ? mem_dup(step) : NULL;
	ev->attempt = step != NULL;
	ev->body = body;
	ev->body_len = strlen(body);
}

static void by(struct event *ev, const char *id, const char *how)
{
	memcpy(ev->actor.id, id, strlen(id) + 1);
	memcpy(ev->actor.how, how, strlen(how) + 1);
}

static int64_t wall_of(int run, int64_t row)
{
	return first_wall + (int64_t)run * 60 * SECOND + row * (SECOND / 20);
}

/* The i-th row of a run: eight for each step, as a walk has them, and something rarer in between. */
static void row(struct event *ev, int run, int64_t i)
{
	char step[64];
	int64_t n = i / STEP_ROWS;

	*ev = (struct event){ .at.wall = wall_of(run, i) };
	ev->at.boot = ev->at.wall - first_wall;
	by(ev, "keeper", "program");
	snprintf(step, sizeof(step), "step-%lld-%d", (long long)(n % 120), run % 50);
	if (i % 997 == 500) {
		put(ev, EV_NOTE, NULL, mem_printf("{\"what\":\"note\",\"text\":\"the lamp is red, say %d\"}",
						  run));
		by(ev, run % 1000 == 999 ? "maria" : "ana", "ssh-key SHA256:uNiVztksCsDhcc0u9e8BrrJX");
		return;
	}
	switch (i % STEP_ROWS) {
	case 0:
		put(ev, EV_STEP, step, mem_dup("{\"from\":\"pending\",\"to\":\"waiting\",\"asks\":true}"));
		break;
	case 1:
		put(ev, EV_STEP, step, mem_dup("{\"from\":\"waiting\",\"to\":\"executing\",\"go\":true,"
					       "\"for\":\"c1/17\"}"));
		by(ev, run % 3 ? "ana" : "raj", "login");
		break;
	case 2:
		put(ev, EV_CMD_INTENT, step,
		    mem_printf("{\"token\":\"c%lld\",\"purpose\":\"main\",\"text\":\"kubectl scale "
			       "deploy/flow-%lld --replicas=3\",\"env\":[\"BACKUP\",\"TARGET\"],"
			       "\"digest\":\"9c56cc51b374c3ba189210"
			       "d5b6d4bf57790d351c96c47c02190ecf1e430635ab\",\"pid\":4711,\"pid_start\":12345678}",
			       (long long)n, (long long)n));
		break;
	case 3:
		put(ev, EV_OUTPUT, step,
		    mem_printf("{\"token\":\"c%lld\",\"stream\":\"out\",\"from\":0,\"n\":4096,\"sha256\":\"9c56cc51b374"
			       "c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab\",\"plain\":true}", (long long)n));
		break;
	case 4:
		put(ev, EV_CMD_ENDED, step, mem_printf("{\"token\":\"c%lld\",\"exit\":0,\"elapsed_ms\":12,\"out\":4096,"
						       "\"err\":0,\"tty\":0}", (long long)n));
		break;
	case 5:
		put(ev, EV_LOOKED, step, mem_dup("{\"what\":\"expect\",\"text\":\"state = 'ready'\","
						 "\"inputs\":{\"state\":\"ready\"},\"result\":\"true\"}"));
		break;
	case 6:
		put(ev, EV_STEP, step, mem_printf("{\"from\":\"executing\",\"to\":\"confirming\"%s}",
						  run % 100 == 7 ? ",\"environment\":\"prd\"" : ""));
		break;
	default:
		put(ev, EV_STEP, step, mem_dup("{\"from\":\"confirming\",\"to\":\"finished\","
					       "\"outcome\":\"confirmed\"}"));
	}
}

static void print_some(struct one *o, int64_t from, size_t n)
{
	static const char line[] = "the quick brown fox jumps over the lazy dog, line after line, all day\n";
	char text[4096];
	char token[32];
	uint8_t ignored[HASH_LEN];
	struct output *out = NULL;
	struct err err = { 0 };

	need(output_open(o->j, o->run, true, &out, &err), &err);
	need(output_begin(out, &err), &err);
	for (int64_t i = from; i < from + (int64_t)n; i++) {
		if (i % STEP_ROWS != 3 || i % 997 == 500)
			continue;
		for (size_t k = 0; k < sizeof(text); k++)
			text[k] = line[k % (sizeof(line) - 1)];
		snprintf(token, sizeof(token), "c%lld", (long long)(i / STEP_ROWS));
		memcpy(text + 2000, token, strlen(token));
		need(output_write(out, token, STREAM_OUT, 0, text, sizeof(text), true, ignored, &err), &err);
	}
	need(output_commit(out, false, &err), &err);
	output_close(out);
}

static void begin(struct one *o, const char *path, int number, int64_t rows)
{
	struct event ev = { .at.wall = wall_of(number, 0) };
	struct err err = { 0 };
	bool drill = number % 10 == 9;

	if (!o->j)
		need(journal_open(path, JOURNAL_WRITE, &o->j, &err), &err);
	snprintf(o->run, sizeof(o->run), "%s%08d-made", drill ? "drill-" : "", number);
	o->number = number;
	o->left = rows - 2;
	o->at = 0;
	put(&ev, EV_RUN_OPENED, NULL, mem_printf("{\"mode\":\"%s\",\"title\":\"Made run %d\",\"cwd\":\"/\"}",
						 drill ? "drill" : "real", number));
	by(&ev, "ana", "login");
	need(journal_run_open(o->j, o->run, &ev, NULL, 0, &err), &err);
	event_release(&ev);
}

static void append(struct one *o, struct event *evs, size_t n)
{
	struct err err = { 0 };

	need(journal_append(o->j, evs, n, false, &err), &err);
	for (size_t i = 0; i < n; i++)
		event_release(&evs[i]);
}

static void close_run(struct one *o)
{
	struct event ev = { .at.wall = wall_of(o->number, o->at) };

	put(&ev, EV_RUN_CLOSED, NULL, mem_dup("{\"verdict\":\"closed\",\"outcome\":\"complete\",\"success\":true}"));
	by(&ev, "ana", "login");
	append(o, &ev, 1);
	o->left = -1;
}

/* Some rows more, or its end. */
static void go_on(struct one *o, bool prints)
{
	struct event evs[BATCH];
	size_t n = 0;

	if (o->left == 0) {
		close_run(o);
		return;
	}
	for (; n < BATCH && o->left > 0; n++, o->left--)
		row(&evs[n], o->number, o->at++);
	append(o, evs, n);
	if (prints)
		print_some(o, o->at - (int64_t)n, n);
	journal_checkpoint(o->j, false);
}

int main(int argc, char **argv)
{
	struct one live[AT_ONCE] = { 0 };
	int64_t events, runs;
	int next = 0, open = 0;

	if (argc != 4 || !str_to_i64(argv[2], &events) || !str_to_i64(argv[3], &runs) || runs < 1 ||
	    events / runs < 3) {
		fprintf(stderr, "usage: tool_log_gen JOURNAL EVENTS RUNS\n");
		return 2;
	}
	for (int i = 0; i < AT_ONCE; i++)
		live[i].left = -1;
	do {
		open = 0;
		for (int i = 0; i < AT_ONCE; i++) {
			if (live[i].left < 0 && next < runs)
				begin(&live[i], argv[1], next++, events / runs);
			if (live[i].left >= 0) {
				go_on(&live[i], runs <= OUTPUT_RUNS);
				open++;
			}
		}
	} while (open);
	for (int i = 0; i < AT_ONCE; i++)
		journal_close(live[i].j);
	return 0;
}
