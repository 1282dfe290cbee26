/* Numbers and mail addresses of people, so that a report can be handed on. What is known from the
 * contacts file is found wherever it stands; beside it, whatever looks like an international
 * number: people put those into remarks. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "reportint.h"
#include "str.h"

enum { DIGITS_LEAST = 7, DIGITS_MOST = 20, DIGITS_LEFT = 2, KNOWN_LEAST = 3 };

static bool between(char c)
{
	return c && strchr(" -.()/", c);
}

static size_t digits_of(const char *s, size_t n)
{
	size_t d = 0;

	for (size_t i = 0; i < n; i++)
		d += isdigit((unsigned char)s[i]) != 0;
	return d;
}

static bool is_number(const char *s)
{
	size_t n = strlen(s), i = *s == '+';

	for (; i < n; i++)
		if (!isdigit((unsigned char)s[i]) && !between(s[i]))
			return false;
	return digits_of(s, n) >= KNOWN_LEAST;
}

static bool is_mail(const char *s)
{
	const char *at = strchr(s, '@');

	return at && at > s && at[1] && !strpbrk(s, " /");
}

void report_know(struct report *r, const char *address)
{
	if (!address || (!is_number(address) && !is_mail(address)))
		return;
	for (size_t i = 0; i < r->n_known; i++)
		if (strcmp(r->known[i], address) == 0)
			return;
	if (r->n_known == r->cap_known) {
		r->cap_known = r->cap_known ? 2 * r->cap_known : 16;
		r->known = mem_grow(r->known, r->cap_known, sizeof *r->known);
	}
	r->known[r->n_known++] = mem_dup(address);
}

static void add_number(struct buf *out, const char *s, size_t n)
{
	size_t left = digits_of(s, n);

	for (size_t i = 0; i < n; i++) {
		bool digit = isdigit((unsigned char)s[i]) != 0;

		buf_addc(out, digit && left > DIGITS_LEFT ? 'x' : s[i]);
		left -= digit;
	}
}

static void add_mail(struct buf *out, const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);

	buf_addc(out, s[0]);
	buf_adds(out, "xxx");
	buf_add(out, at, n - (size_t)(at - s));
}

/* Bytes at s that are a known address by themselves; 0: none. The longest one wins. */
static size_t known_at(const struct report *r, const char *s, bool inside)
{
	size_t best = 0;

	for (size_t i = 0; i < r->n_known && !inside; i++) {
		size_t n = strlen(r->known[i]);

		if (n > best && strncmp(s, r->known[i], n) == 0 && !isalnum((unsigned char)s[n]))
			best = n;
	}
	return best;
}

/* Bytes at s that look like "+34 600 11 22 33"; 0: they do not. */
static size_t number_at(const char *s)
{
	size_t n = 1, end = 1, digits = 0;

	if (*s != '+' || !isdigit((unsigned char)s[1]))
		return 0;
	for (; isdigit((unsigned char)s[n]) || (between(s[n]) && digits < DIGITS_MOST); n++)
		if (isdigit((unsigned char)s[n])) {
			digits++;
			end = n + 1;
		} else if (s[n - 1] == ' ' && s[n] == ' ') {
			break;
		}
	return digits >= DIGITS_LEAST && digits <= DIGITS_MOST ? end : 0;
}

char *report_keep(const struct report *r, const char *s)
{
	struct buf out = BUF_INIT;
	bool inside = false;

	if (!s || r->unmask)
		return mem_dup(s);
	while (*s) {
		size_t n = known_at(r, s, inside);
		bool mail = n && memchr(s, '@', n);

		if (!n)
			n = number_at(s);
		if (mail)
			add_mail(&out, s, n);
		else if (n)
			add_number(&out, s, n);
		else
			buf_addc(&out, *s);
		s += n ? n : 1;
		inside = isalnum((unsigned char)s[-1]);
	}
	return buf_take(&out);
}

char *report_keep_raw(const struct report *r, const char *s, size_t n, bool lines)
{
	struct buf b = BUF_INIT;
	char *kept;

	if (!s)
		return NULL;
	str_printable(&b, s, n, lines);
	kept = report_keep(r, buf_str(&b));
	buf_release(&b);
	return kept;
}
