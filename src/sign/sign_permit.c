#include "sign_permit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "mem.h"
#include "str.h"

static const char first_line[] = "blackstart permit 1\n";
static const char *const of_words[SIGN_OF_MAX] = { "runbook", "command" };

void sign_permit_name(struct sign_permit *p)
{
	uint8_t bits[SIGN_PERMIT_ID / 2];

	hash_random(bits, sizeof(bits));
	for (size_t i = 0; i < sizeof(bits); i++)
		snprintf(p->id + 2 * i, 3, "%02x", bits[i]);
}

/* --- its fields ------------------------------------------------------------------------------- */

/* One line that reads as it stands. */
static bool is_line(const char *s)
{
	struct buf safe = BUF_INIT;
	size_t n = strlen(s);
	bool good;

	str_printable(&safe, s, n, false);
	good = n && s[0] != ' ' && s[n - 1] != ' ' && str_eq(buf_str(&safe), s);
	buf_release(&safe);
	return good;
}

static const char *what_is_wrong(const struct sign_permit *p)
{
	if (!hash_unhex(p->id, NULL, SIGN_PERMIT_ID / 2))
		return "id";
	if (!is_line(p->environment))
		return "environment";
	if (p->of >= SIGN_OF_MAX || !hash_unhex(p->digest, NULL, HASH_LEN))
		return "digest";
	if (!is_line(p->name))
		return "name";
	if (p->until_ns <= 0 || p->until_ns % CLOCK_S)
		return "until";
	return is_line(p->why) ? NULL : "why";
}

int sign_permit_text(const struct sign_permit *p, struct buf *ret, struct err *err)
{
	const char *wrong = what_is_wrong(p);

	if (wrong)
		return err_set(err, ERR_USAGE, "a permit wants its %s, one line of text", wrong);
	buf_addf(ret, "%sid: %s\nenvironment: %s\n%s: %s\nname: %s\nuntil: ", first_line, p->id,
		 p->environment, of_words[p->of], p->digest, p->name);
	clock_utc(ret, p->until_ns, 0);
	buf_addf(ret, "\nwhy: %s\n", p->why);
	return 0;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Takes "KEY: VALUE\n" off the front of *s. */
static bool take(const char **s, const char *key, char *to, size_t room)
{
	size_t k = strlen(key), n;

	if (!str_starts(*s, key) || !str_starts(*s + k, ": "))
		return false;
	n = strcspn(*s + k + 2, "\n");
	if (n >= room || (*s)[k + 2 + n] != '\n')
		return false;
	memcpy(to, *s + k + 2, n);
	to[n] = '\0';
	*s += k + 2 + n + 1;
	return true;
}

static bool take_fields(const char *s, struct sign_permit *p, const char **ret_rest)
{
	char until[64];

	if (!str_starts(s, first_line))
		return false;
	s += strlen(first_line);
	p->of = SIGN_OF_RUNBOOK;
	if (!take(&s, "id", p->id, sizeof(p->id)) ||
	    !take(&s, "environment", p->environment, sizeof(p->environment)))
		return false;
	if (str_starts(s, of_words[SIGN_OF_COMMAND]))
		p->of = SIGN_OF_COMMAND;
	if (!take(&s, of_words[p->of], p->digest, sizeof(p->digest)) ||
	    !take(&s, "name", p->name, sizeof(p->name)) ||
	    !take(&s, "until", until, sizeof(until)) || !clock_parse(until, &p->until_ns) ||
	    !take(&s, "why", p->why, sizeof(p->why)))
		return false;
	*ret_rest = s;
	return true;
}

int sign_permit_read(const char *text, size_t n, struct sign_permit *ret, size_t *ret_signed,
		     struct err *err)
{
	struct sign_permit p = { 0 };
	struct buf again = BUF_INIT;
	const char *rest = text;
	bool good;

	if (n > SIGN_PERMIT_MAX)
		return err_set(err, ERR_LIMIT, "a permit has at most %d bytes", SIGN_PERMIT_MAX);
	/* Written again it must be the same, to the byte: there is one way to say it. */
	good = !memchr(text, '\0', n) && take_fields(text, &p, &rest) &&
	       sign_permit_text(&p, &again, NULL) == 0 && again.len == (size_t)(rest - text) &&
	       memcmp(again.data, text, again.len) == 0 && sign_begins(rest);
	buf_release(&again);
	if (!good)
		return err_set(err, ERR_PARSE, "this is no permit");
	*ret = p;
	if (ret_signed)
		*ret_signed = (size_t)(rest - text);
	return 0;
}

int sign_permit_check(const char *text, size_t n, const char *signers, int64_t wall_ns,
		      struct sign_permit *ret, struct sign_who *ret_who, struct err *err)
{
	char *own = mem_dupn(text, n);
	struct buf when = BUF_INIT;
	struct sign_permit p;
	struct sign_who who;
	size_t n_signed = 0;
	int rc = sign_permit_read(own, n, &p, &n_signed, err);

	if (rc == 0)
		rc = sign_verify(signers, SIGN_PERMIT, own, n_signed, own + n_signed, wall_ns,
				 &who, err);
	if (rc == 0 && wall_ns >= p.until_ns) {
		clock_utc(&when, p.until_ns, 0);
		rc = err_set(err, ERR_DENIED, "the permit %s was good until %s", p.id,
			     buf_str(&when));
	}
	if (rc == 0) {
		*ret = p;
		*ret_who = who;
	}
	buf_release(&when);
	free(own);
	return rc;
}
