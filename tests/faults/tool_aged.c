/* tool_aged JOURNAL DAYS...: runs that were closed so many days ago, by the journal's own calls, each
 * with two steps that printed something. Their ids are 00000DAYS-aged.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "err.h"
#include "event.h"
#include "journal.h"
#include "mem.h"

enum { STEPS = 2, DAY_S = 24 * 60 * 60 };

struct aged {
	struct journal *j;
	struct output *out;
	char run[JOURNAL_RUN_ID_MAX];
	int64_t wall;
};

static void need(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

static struct event event_of(struct aged *a, enum event_kind kind, const char *step, char *body)
{
	struct event ev = {
		.kind = kind, .step = step ? mem_dup(step) : NULL, .attempt = step != NULL,
		.at = { .wall = a->wall, .boot = 1000000000 }, .body = body,
		.body_len = strlen(body), .actor = { .id = "ana", .how = "login" },
	};

	a->wall += 1000000;
	return ev;
}

static void append(struct aged *a, enum event_kind kind, const char *step, char *body)
{
	struct event ev = event_of(a, kind, step, body);
	struct err err = { 0 };

	need(journal_append(a->j, &ev, 1, false, &err), &err);
	event_release(&ev);
}

static void print(struct aged *a, int n)
{
	char text[6000], hex[HASH_HEX_LEN + 1], step[16], token[16];
	uint8_t digest[HASH_LEN];
	struct err err = { 0 };
	int seed = n;

	for (size_t i = 0; i < sizeof(text); i++) { /* so that it cannot be packed to nothing */
		seed = (seed * 1103 + 12345) % 65521;
		text[i] = (char)(i % 64 == 63 ? '\n' : 'a' + seed % 26);
	}
	snprintf(step, sizeof(step), "step-%d", n);
	snprintf(token, sizeof(token), "c1-%d", n);
	memcpy(text, token, strlen(token));
	need(output_begin(a->out, &err), &err);
	need(output_write(a->out, token, STREAM_OUT, 0, text, sizeof(text), true, digest, &err), &err);
	need(output_commit(a->out, true, &err), &err);
	hash_hex(digest, hex);
	append(a, EV_OUTPUT, step, mem_printf("{\"token\":\"%s\",\"stream\":\"out\",\"from\":0,\"n\":%zu,"
					      "\"sha256\":\"%s\",\"plain\":true}",
					      token, sizeof(text), hex));
}

static void make(const char *path, long days)
{
	struct aged a = { .wall = clock_now().wall - (int64_t)days * DAY_S * 1000000000 };
	struct err err = { 0 };

	snprintf(a.run, sizeof(a.run), "%08ld-aged", days);
	need(journal_open(path, JOURNAL_WRITE, &a.j, &err), &err);
	struct event first = event_of(&a, EV_RUN_OPENED, NULL, mem_printf(
		"{\"mode\":\"real\",\"run\":\"%s\",\"title\":\"Aged %ld\",\"cwd\":\"/\",\"boot_id\":\"none\","
		"\"findings\":0,\"files\":[],\"params\":[]}", a.run, days));
	need(journal_run_open(a.j, a.run, &first, NULL, 0, &err), &err);
	event_release(&first);
	need(output_open(a.j, a.run, true, &a.out, &err), &err);
	for (int i = 1; i <= STEPS; i++)
		print(&a, i);
	output_close(a.out);
	append(&a, EV_RUN_CLOSED, NULL,
	       mem_dup("{\"verdict\":\"closed\",\"outcome\":\"complete\",\"success\":true}"));
	journal_close(a.j);
}

int main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		make(argv[1], strtol(argv[i], NULL, 10));
	return argc < 3;
}
