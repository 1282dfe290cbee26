/* jq programs, by libjq. They run in the child only. Lint lets libjq read their grammar in this
 * process (microseconds), looks at the names itself (capture_names.c), and asks libjq to compile
 * the whole, which takes it tens of milliseconds, in a child, where a name is in doubt. */
#include "capture_int.h"

#include <jq.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "jail.h"
#include "limits.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"

static const double whole_max = 9007199254740992.0; /* 2^53: above, jq's numbers lose digits */

/* --- libjq --------------------------------------------------------------------------------- */

/* Keeps the first line of the first message, without what only a shell's user needs. */
static void keep_message(void *ctx, jv msg)
{
	static const char *const noise[] = { "jq: error: ", "error: ",
					     " (Unix shell quoting issues?)", " at <top-level>",
					     ", line 1:" };
	struct buf *to = ctx;

	msg = jq_format_error(msg);
	if (jv_get_kind(msg) == JV_KIND_STRING && to->len == 0) {
		char *s = mem_dup(jv_string_value(msg));

		s[strcspn(s, "\n")] = '\0';
		for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
			char *at = strstr(s, noise[i]);
			size_t n = strlen(noise[i]);

			if (at)
				memmove(at, at + n, strlen(at + n) + 1);
		}
		buf_adds(to, s);
		free(s);
	}
	jv_free(msg);
}

/* There is one document, and no other. libjq leaves the pointer to this function unset. */
static jv no_input(jq_state *jq, void *ctx)
{
	(void)jq;
	(void)ctx;
	return jv_invalid();
}

static void no_debug(void *ctx, jv v)
{
	(void)ctx;
	jv_free(v);
}

/* A state that finds no libraries. */
static jq_state *new_state(struct buf *message)
{
	jq_state *jq = jq_init();

	if (!jq)
		return NULL;
	jq_set_error_cb(jq, keep_message, message);
	jq_set_input_cb(jq, no_input, NULL);
	jq_set_debug_cb(jq, no_debug, NULL);
	jq_set_attr(jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
	jq_set_attr(jq, jv_string("JQ_ORIGIN"), jv_string("/dev/null"));
	jq_set_attr(jq, jv_string("PROGRAM_ORIGIN"), jv_string("/dev/null"));
	return jq;
}

/* --- running, in the child ----------------------------------------------------------------- */

static void out_of_memory(void *ctx)
{
	(void)ctx;
	_exit(JAIL_NOMEM);
}

static void miss(struct buf *answer, const char *s)
{
	capture_answer(answer, CAPTURE_MISS, s, strlen(s));
}

/* Whether every number in v is still what was printed. */
static bool digits_kept(jv v)
{
	bool ok = true;

	switch (jv_get_kind(v)) {
	case JV_KIND_NUMBER:
		ok = fabs(jv_number_value(v)) <= whole_max ||
		     jv_number_value(v) != floor(jv_number_value(v));
		break;
	case JV_KIND_ARRAY:
		jv_array_foreach(v, i, x)
			ok = digits_kept(x) && ok;
		break;
	case JV_KIND_OBJECT:
		jv_object_foreach(v, key, x) {
			ok = digits_kept(x) && ok;
			jv_free(key);
		}
		break;
	default:
		break;
	}
	jv_free(v);
	return ok;
}

static void answer_number(struct buf *answer, enum value_type type, double f)
{
	struct buf text = BUF_INIT;

	if (type == VALUE_BOOL || type == VALUE_DATETIME || type == VALUE_DURATION) {
		miss(answer, "gave a number");
		return;
	}
	if (f == floor(f))
		buf_addf(&text, "%.0f", f);
	else
		str_f64(&text, f);
	capture_answer(answer, CAPTURE_HIT, buf_str(&text), text.len);
	buf_release(&text);
}

static void answer_json(struct buf *answer, jv v)
{
	jv text = jv_dump_string(v, 0);

	capture_answer(answer, CAPTURE_HIT, jv_string_value(text),
		       (size_t)jv_string_length_bytes(jv_copy(text)));
	jv_free(text);
}

/* One value as the type wants it. v is consumed. */
static void answer_value(struct buf *answer, enum value_type type, jv v)
{
	jv_kind kind = jv_get_kind(v);
	bool list = type == VALUE_LIST, map = type == VALUE_MAP;

	if (kind == JV_KIND_NULL)
		miss(answer, "gave null");
	else if (!digits_kept(jv_copy(v)))
		miss(answer, "gave a whole number above 2^53, whose last digits jq does not keep; "
			     "have the command print it as text");
	else if ((list && kind == JV_KIND_ARRAY) || (map && kind == JV_KIND_OBJECT))
		answer_json(answer, jv_copy(v));
	else if (list || map)
		miss(answer, map ? "gave no map" : "gave no list");
	else if (kind == JV_KIND_STRING)
		capture_answer(answer, CAPTURE_HIT, jv_string_value(v),
			       (size_t)jv_string_length_bytes(jv_copy(v)));
	else if (kind == JV_KIND_NUMBER)
		answer_number(answer, type, jv_number_value(v));
	else if (kind == JV_KIND_TRUE)
		capture_answer(answer, CAPTURE_HIT, "true", 4);
	else if (kind == JV_KIND_FALSE)
		capture_answer(answer, CAPTURE_HIT, "false", 5);
	else
		miss(answer, kind == JV_KIND_ARRAY ? "gave a list; capture it as: list"
						   : "gave a map; capture it as: map");
	jv_free(v);
}

/* All that the program gave. One array is a list; several outputs are its entries. */
static void answer_all(struct buf *answer, enum value_type type, jv all)
{
	int n = jv_array_length(jv_copy(all));

	if (n == 0) {
		miss(answer, "gave nothing");
	} else if (n == 1) {
		jv one = jv_array_get(jv_copy(all), 0);
		jv_kind kind = jv_get_kind(one);

		if (type == VALUE_LIST && kind != JV_KIND_ARRAY && kind != JV_KIND_NULL)
			answer_value(answer, type, jv_copy(all));
		else
			answer_value(answer, type, jv_copy(one));
		jv_free(one);
	} else if (type == VALUE_LIST) {
		answer_value(answer, type, jv_copy(all));
	} else {
		miss(answer, "gave more than one value; take one, as in first(...), or capture "
			     "as: list");
	}
	jv_free(all);
}

static void miss_with(struct buf *answer, const char *what, jv invalid)
{
	jv msg = jv_invalid_get_msg(invalid);

	buf_clear(answer);
	buf_addf(answer, "%c%s%.300s", CAPTURE_MISS, what,
		 jv_get_kind(msg) == JV_KIND_STRING ? jv_string_value(msg) : "an error");
	jv_free(msg);
}

/* Runs the program on one document and adds what it gives to *all. False: the answer is set. */
static bool run_on(jq_state *jq, jv doc, jv *all, struct buf *answer)
{
	jv v;

	jq_start(jq, doc, 0);
	while (jv_is_valid(v = jq_next(jq)))
		*all = jv_array_append(*all, v);
	if (jq_halted(jq)) {
		jv_free(v);
		miss(answer, "halted");
		return false;
	}
	if (jv_invalid_has_msg(jv_copy(v))) {
		miss_with(answer, "", v);
		return false;
	}
	jv_free(v);
	return true;
}

static void run_all(jq_state *jq, const struct capture_job *job, struct buf *answer)
{
	jv_parser *parser = jv_parser_new(0);
	jv all = jv_array(), doc;
	int docs = 0;
	bool ok = true;

	jv_parser_set_buf(parser, job->out, (int)job->n, 0);
	while (ok && jv_is_valid(doc = jv_parser_next(parser))) {
		ok = run_on(jq, doc, &all, answer);
		docs++;
	}
	if (!ok) {
		jv_free(all);
	} else if (jv_invalid_has_msg(jv_copy(doc))) {
		miss_with(answer, "the output is no JSON: ", doc);
	} else if (docs == 0) {
		miss(answer, "the command printed nothing");
	} else {
		answer_all(answer, job->c->type, all);
	}
	jv_parser_free(parser);
}

void capture_jq_work(void *ctx, struct buf *answer)
{
	const struct capture_job *job = ctx;
	struct buf message = BUF_INIT;
	jq_state *jq;

	jv_nomem_handler(out_of_memory, NULL);
	jq = job->jq ? job->jq : new_state(&message);
	if (!jq || (!job->jq && !jq_compile(jq, job->c->pattern)))
		miss(answer, message.len ? message.data : "cannot be compiled");
	else
		run_all(jq, job, answer);
	/* The child ends here: nothing is freed. */
}

static void ignore_message(void *ctx, jv msg)
{
	(void)ctx;
	jv_free(msg);
}

struct jq_state *capture_jq_compile(const char *program)
{
	struct buf message = BUF_INIT;
	jq_state *jq = new_state(&message);

	if (jq && !jq_compile(jq, program))
		jq_teardown(&jq);
	if (jq)
		jq_set_error_cb(jq, ignore_message, NULL);
	buf_release(&message);
	return jq;
}

void capture_jq_free(struct jq_state *jq)
{
	if (jq)
		jq_teardown(&jq);
}

/* --- lint ---------------------------------------------------------------------------------- */

/* libjq reads the grammar first, then looks for libraries, and only then binds its own functions,
 * which is what takes its time: with a library that is not there it stops in between. */
static const char no_library[] = "import \"-\" as _ {search: [\"/dev/null/-\"]}; ";

static int check_grammar(const char *program, struct err *err)
{
	struct buf message = BUF_INIT;
	char *text = mem_printf("%s%s", no_library, program);
	jq_state *jq = new_state(&message);
	int rc = 0;

	if (!jq)
		rc = err_set(err, ERR_NOMEM, "jq: no memory");
	else if (!jq_compile(jq, text) && !str_starts(buf_str(&message), "module not found"))
		rc = err_set(err, ERR_PARSE, "%s", message.len ? message.data : "no jq program");
	if (jq)
		jq_teardown(&jq);
	free(text);
	buf_release(&message);
	return rc;
}

static void compile_work(void *ctx, struct buf *answer)
{
	struct buf message = BUF_INIT;
	jq_state *jq;

	jv_nomem_handler(out_of_memory, NULL);
	jq = new_state(&message);
	if (jq && jq_compile(jq, ctx))
		capture_answer(answer, CAPTURE_HIT, "", 0);
	else
		miss(answer, message.len ? message.data : "cannot be compiled");
}

int capture_jq_check(const struct capture *c, struct err *err)
{
	struct buf answer = BUF_INIT;
	int rc = capture_names_check(c->pattern, err);
	bool doubt = rc > 0;

	/* libjq takes nothing for "." */
	if (!c->pattern[strspn(c->pattern, " \t\r\n")])
		return err_set(err, ERR_PARSE, "the program is empty");
	if (rc >= 0)
		rc = check_grammar(c->pattern, err);
	if (rc == 0 && doubt) {
		rc = jail_run(compile_work, (void *)(uintptr_t)c->pattern, 4096, &answer, err);
		if (rc == 0 && answer.data[0] != CAPTURE_HIT)
			rc = err_set(err, ERR_PARSE, "%s", answer.data + 1);
	}
	buf_release(&answer);
	return rc;
}
