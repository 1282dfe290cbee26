#include "expr_db.h"

#include "utf8.h"

enum { STEPS_BETWEEN_LOOKS = 1 << 14 };

struct matcher {
	const struct expr_pattern *p;
	const char *text;
	size_t n;
	size_t steps;
	struct expr *x;
};

static char fold(char c, bool any_case)
{
	return any_case && c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static size_t char_len(const char *s, size_t n)
{
	uint32_t cp;
	size_t len = utf8_decode(s, n, &cp);

	return len ? len : 1;
}

/* A set at p (behind its bracket): whether cp is in it. *ret_len is its length with the closing
 * bracket, 0 where there is none: then nothing matches. */
static bool in_set(const char *p, size_t n, uint32_t cp, size_t *ret_len)
{
	size_t i = 0;
	uint32_t last = 0, c;
	bool invert = n > 0 && (*p == '^' || *p == '!'), found = false, range = false;
	bool first = true;

	i += invert;
	*ret_len = 0;
	for (; i < n; first = false) {
		size_t len = utf8_decode(p + i, n - i, &c);

		if (!len)
			return false;
		i += len;
		if (c == ']' && !first) {
			*ret_len = i;
			return found != invert;
		}
		if (c == '-' && !range && !first && i < n && p[i] != ']') {
			range = true;
			continue;
		}
		if (range)
			found |= last <= cp && cp <= c;
		else
			found |= c == cp;
		range = false;
		last = c;
	}
	return false;
}

/* Matches what stands at *ip of the pattern (no wildcard for many) against the character at *it;
 * steps over both. */
static bool match_one(const struct matcher *m, size_t *ip, size_t *it)
{
	const struct expr_pattern *p = m->p;
	char c = p->s[*ip];

	if (p->one == c) {
		*it += char_len(m->text + *it, m->n - *it);
		(*ip)++;
		return true;
	}
	if (p->sets && c == '[') {
		uint32_t cp;
		size_t len = utf8_decode(m->text + *it, m->n - *it, &cp), set;
		bool in = len && in_set(p->s + *ip + 1, p->n - *ip - 1, cp, &set);

		if (!in)
			return false;
		*it += len;
		*ip += set + 1;
		return true;
	}
	if (p->escape && c == p->escape) {
		if (*ip + 1 == p->n)
			return false;
		c = p->s[++*ip];
	}
	if (fold(c, p->any_case) != fold(m->text[*it], p->any_case))
		return false;
	(*ip)++;
	(*it)++;
	return true;
}

int expr_match(const struct expr_pattern *p, const char *text, size_t n, struct expr *x)
{
	struct matcher m = { .p = p, .text = text, .n = n, .x = x };
	size_t ip = 0, it = 0, star = (size_t)-1, from = 0;

	/* One place to go back to is enough: an earlier wildcard for many need never take more once
	 * a later one has been reached. */
	for (;;) {
		if (++m.steps % STEPS_BETWEEN_LOOKS == 0 && expr_db_late(x))
			return -1;
		if (ip < p->n && p->s[ip] == p->many) {
			star = ++ip;
			from = it;
			continue;
		}
		if (it == n && ip == p->n)
			return 1;
		if (ip < p->n && it < n && match_one(&m, &ip, &it))
			continue;
		/* Where the text ran out it would only run out sooner from further on. */
		if (star == (size_t)-1 || it == n)
			return 0;
		from += char_len(text + from, n - from);
		it = from;
		ip = star;
	}
}
