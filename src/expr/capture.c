#include "capture.h"

#include <string.h>

#include "buf.h"
#include "capture_int.h"
#include "err.h"
#include "jail.h"
#include "json.h"
#include "limits.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"
#include "utf8.h"

void capture_answer(struct buf *answer, char letter, const char *s, size_t n)
{
	buf_clear(answer);
	buf_addc(answer, letter);
	buf_add(answer, s, n);
}

/* --- whole output -------------------------------------------------------------------------- */

static bool blank(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] != ' ' && (s[i] < '\t' || s[i] > '\r'))
			return false;
	return true;
}

/* One entry per line that is not blank. */
static void lines_to_json(struct buf *json, const char *out, size_t n)
{
	struct jsonw w = { .out = json };
	const char *end = out + n;

	jw_arr(&w, NULL);
	while (out < end) {
		const char *nl = memchr(out, '\n', (size_t)(end - out));
		size_t len = (size_t)((nl ? nl : end) - out);

		len -= len && out[len - 1] == '\r';
		if (!blank(out, len))
			jw_strn(&w, NULL, out, len);
		out = nl ? nl + 1 : end;
	}
	jw_end_arr(&w);
}

static int check_text(const char *out, size_t n, struct err *err)
{
	if (utf8_check(out, n) == n && !memchr(out, '\0', n))
		return 0;
	return err_set(err, ERR_PARSE, "the output is no text (UTF-8)");
}

static int take_lines(const char *out, size_t n, struct value *ret, struct err *err)
{
	struct buf json = { .max = LIMIT_VALUE_BYTES };
	int rc = check_text(out, n, err);

	if (rc)
		return rc;
	lines_to_json(&json, out, n);
	rc = json.over ? err_set(err, ERR_LIMIT, "as a list longer than %d bytes",
				 LIMIT_VALUE_BYTES)
		       : value_parse(VALUE_LIST, json.data, json.len, ret, err);
	buf_release(&json);
	return rc;
}

static int take_whole(const struct capture *c, const char *out, size_t n, struct value *ret,
		      struct err *err)
{
	size_t skip = 0;

	if (c->type != VALUE_TEXT && blank(out, n))
		return err_set(err, ERR_PARSE, "the command printed nothing");
	while (skip < n && blank(out + skip, 1))
		skip++;
	if (c->type == VALUE_LIST && skip < n && out[skip] != '[')
		return take_lines(out, n, ret, err);
	return value_parse(c->type, out, n, ret, err);
}

/* --- by jq or regular expression ----------------------------------------------------------- */

/* ERR_PARSE is a miss, the rest are failures. */
static int take_part(const struct capture *c, struct jq_state *jq, const char *out, size_t n,
		     struct value *ret, struct err *err)
{
	struct capture_job job = { .c = c, .out = out, .n = n, .jq = jq };
	struct buf answer = { .secret = c->secret };
	const char *what = c->how == CAPTURE_JQ ? "the jq program" : "the regular expression";
	int rc = 0;

	/* jq would put a replacement character where the bytes are no text. */
	if (c->how == CAPTURE_JQ)
		rc = check_text(out, n, err);
	if (rc)
		return rc;
	/* Here, for the child can open no files. */
	if (c->how == CAPTURE_MATCH)
		job.utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	rc = jail_run(c->how == CAPTURE_JQ ? capture_jq_work : capture_match_work, &job,
		      LIMIT_VALUE_BYTES + 1, &answer, err);
	if (job.utf8)
		freelocale(job.utf8);
	if (rc)
		rc = err_context(err, rc, "%s", what);
	else if (answer.len && answer.data[0] == CAPTURE_HIT)
		rc = value_parse(c->type, answer.data + 1, answer.len - 1, ret, err);
	else
		rc = err_set(err, ERR_PARSE, "%s: %s", what,
			     answer.len ? answer.data + 1 : "no answer");
	buf_release(&answer);
	return rc;
}

/* A sentence that may hold a piece of the output, made fit to be shown; a secret's is not kept. */
static int missed(const struct capture *c, struct err *err)
{
	struct buf shown = BUF_INIT;

	if (!err)
		return 0;
	if (c->secret)
		buf_adds(&shown, "nothing that could be taken (why is not kept: it is a secret)");
	else
		str_printable(&shown, err->text, strlen(err->text), false);
	err_set(err, ERR_NOTFOUND, "%s: %s", c->name, buf_str(&shown));
	buf_release(&shown);
	return 0;
}

int capture_apply(const struct capture *c, const char *out, size_t n, struct value *ret,
		  struct err *err)
{
	return capture_apply_with(c, NULL, out, n, ret, err);
}

int capture_apply_with(const struct capture *c, struct jq_state *jq, const char *out, size_t n,
		       struct value *ret, struct err *err)
{
	struct value v = { .type = c->type };
	struct err why = { 0 };
	int rc;

	if (n > LIMIT_VALUE_BYTES)
		return err_set(err, ERR_LIMIT, "%s: the command printed more than %d bytes",
			       c->name, LIMIT_VALUE_BYTES);
	rc = c->how == CAPTURE_WHOLE ? take_whole(c, out, n, &v, &why)
				     : take_part(c, jq, out, n, &v, &why);
	if (rc && rc != ERR_PARSE)
		return err_set(err, rc, "%s: %s", c->name, why.text);
	if (rc) {
		v = (struct value){ .type = c->type };
		if (err)
			*err = why;
		missed(c, err);
	}
	v.secret = c->secret;
	*ret = v;
	return 0;
}

int capture_check(const struct capture *c, struct err *err)
{
	if (c->how == CAPTURE_WHOLE)
		return 0;
	if (strlen(c->pattern) > CAPTURE_PATTERN_MAX)
		return err_set(err, ERR_LIMIT, "longer than %d bytes", CAPTURE_PATTERN_MAX);
	return c->how == CAPTURE_JQ ? capture_jq_check(c, err) : capture_match_check(c, err);
}
