/* Whose codes they are, where the file of signers has that person under another name. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "sign.h"
#include "str.h"

#define BLANK " \t\r"

struct entry {
	const char *name, *key; /* NULL: the line has none */
	size_t n_name, n_key;
};

/* The line at s: its names, and its key, which begins as every key of OpenSSH's does. */
static struct entry entry_at(const char *s)
{
	size_t stop = strcspn(s, "\n"), n = strspn(s, BLANK);
	struct entry e = { .name = s + n, .n_name = strcspn(s + n, BLANK "\n") };

	if (s[n] == '#')
		return (struct entry){ NULL, NULL, 0, 0 };
	for (n += e.n_name; n < stop && !e.key; n += strcspn(s + n, BLANK "\n")) {
		n += strspn(s + n, BLANK);
		if (!strncmp(s + n, "AAAA", 4)) {
			e.key = s + n;
			e.n_key = strcspn(s + n, BLANK "\n");
		}
	}
	return e;
}

static const char *next_line(const char *s)
{
	s += strcspn(s, "\n");
	return *s ? s + 1 : s;
}

/* The first line with that key. */
static struct entry first_with(const char *text, const struct entry *like)
{
	for (const char *s = text; *s; s = next_line(s)) {
		struct entry e = entry_at(s);

		if (e.key && e.n_key == like->n_key && !memcmp(e.key, like->key, e.n_key))
			return e;
	}
	return *like;
}

int sign_person(const char *signers, struct sign_who *who, struct err *err)
{
	struct buf text = BUF_INIT;
	size_t n = strlen(who->principal);
	int rc = fsio_read(signers, SIGN_SIGNERS_MAX, &text, err);

	if (rc == ERR_NOTFOUND) { /* then nobody is known by a key */
		rc = 0;
		buf_clear(&text);
	}

	for (const char *s = rc ? "" : buf_str(&text); *s; s = next_line(s)) {
		struct entry e = entry_at(s);

		if (!e.key || e.n_name != n || memcmp(e.name, who->principal, n))
			continue;
		e = first_with(buf_str(&text), &e);
		if (e.n_name == n && !memcmp(e.name, who->principal, n))
			continue;
		if (e.n_name >= sizeof(who->principal)) {
			rc = err_set(err, ERR_LIMIT, "%s: a name is too long", signers);
			break;
		}
		memcpy(who->principal, e.name, e.n_name);
		who->principal[e.n_name] = '\0';
		break;
	}
	buf_release(&text);
	return rc;
}
