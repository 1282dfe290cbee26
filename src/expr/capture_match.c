/* Regular expressions: POSIX extended, by the C library. Its matcher may take time and memory
 * without end, and so may its compiler (each + doubles what is inside it), hence the child. */
#include "capture_int.h"

#include <ctype.h>
#include <regex.h>
#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "jail.h"
#include "runbook.h"

enum { FLAGS = REG_EXTENDED | REG_NEWLINE };

static void answer_error(struct buf *answer, int rc, const regex_t *re)
{
	char text[200];

	regerror(rc, re, text, sizeof(text));
	capture_answer(answer, CAPTURE_MISS, text, strlen(text));
}

void capture_match_work(void *ctx, struct buf *answer)
{
	const struct capture_job *job = ctx;
	regmatch_t m[2] = { { .rm_so = 0, .rm_eo = (regoff_t)job->n } };
	static const char none[] = "no match", empty[] = "its group took no part in the match";
	regex_t re;
	int rc;

	if (job->utf8)
		uselocale(job->utf8); /* nothing is put back: the child ends here */
	rc = regcomp(&re, job->c->pattern, FLAGS);
	if (rc == 0)
		rc = regexec(&re, job->out, 2, m, REG_STARTEND);
	if (rc == REG_NOMATCH)
		capture_answer(answer, CAPTURE_MISS, none, sizeof(none) - 1);
	else if (rc)
		answer_error(answer, rc, &re);
	else if (m[1].rm_so < 0)
		capture_answer(answer, CAPTURE_MISS, empty, sizeof(empty) - 1);
	else
		capture_answer(answer, CAPTURE_HIT, job->out + m[1].rm_so,
			       (size_t)(m[1].rm_eo - m[1].rm_so));
}

/* --- lint ---------------------------------------------------------------------------------- */

/* Compiles and counts groups; the answer is CAPTURE_HIT, or CAPTURE_MISS with the sentence. */
static void compile_work(void *ctx, struct buf *answer)
{
	const struct capture *c = ctx;
	regex_t re;
	int rc = regcomp(&re, c->pattern, FLAGS);
	size_t groups = rc ? 0 : re.re_nsub;

	capture_answer(answer, CAPTURE_HIT, "", 0);
	if (rc)
		answer_error(answer, rc, &re);
	else
		regfree(&re);
	if (rc || groups == 1)
		return;
	buf_clear(answer);
	buf_addf(answer, "%cit must have one group, (...), which is what is taken; this has %zu",
		 CAPTURE_MISS, groups);
}

/* Whether compiling can take no more than a moment: nothing repeats often inside itself. */
static bool harmless(const char *s)
{
	int doubling = 0;

	for (; *s && *s != '{'; s++)
		doubling += *s == '+';
	return doubling <= 8 && !*s;
}

/* What other languages of expressions have, and POSIX reads as something else without a word. */
static int foreign(const char *s, struct err *err)
{
	bool set = false, quantified = false;

	for (size_t i = 0; s[i]; i++) {
		char c = s[i];

		if (c == '\\' && s[i + 1] && (set || !strchr("wWsSbB", s[i + 1])) &&
		    isalnum((unsigned char)s[i + 1]))
			return err_set(err, ERR_PARSE, "\\%c is not known%s; %s", s[i + 1],
				       set ? " inside brackets" : "",
				       s[i + 1] == 'd' ? "write [0-9]"
						       : "this is POSIX extended syntax");
		if (set) {
			set = c != ']';
			continue;
		}
		if (c == '(' && s[i + 1] == '?')
			return err_set(err, ERR_PARSE, "(? is not known; this is POSIX extended "
				       "syntax");
		if (quantified && (c == '?' || c == '+'))
			return err_set(err, ERR_PARSE, "%c%c is not known; this is POSIX extended "
				       "syntax, which takes the longest match", s[i - 1], c);
		quantified = c == '*' || c == '+' || c == '?' || c == '}';
		if (c == '\\' && s[i + 1])
			i++;
		if (c == '[') {
			/* A bracket that comes first in a set is one of it. */
			set = true;
			i += s[i + 1] == '^';
			i += s[i + 1] == ']';
		}
	}
	return 0;
}

int capture_match_check(const struct capture *c, struct err *err)
{
	struct buf answer = BUF_INIT;
	int rc = foreign(c->pattern, err);

	if (rc)
		return rc;
	if (harmless(c->pattern))
		compile_work((void *)(uintptr_t)c, &answer);
	else
		rc = jail_run(compile_work, (void *)(uintptr_t)c, 1024, &answer, err);
	if (rc == 0 && answer.data[0] != CAPTURE_HIT)
		rc = err_set(err, ERR_PARSE, "%s", answer.data + 1);
	buf_release(&answer);
	return rc;
}
