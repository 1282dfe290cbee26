/* Words and names of an environments file. */
#include <string.h>

#include "guardint.h"
#include "limits.h"

void guard_effect(struct format_read *in, const struct format_key *k, const struct ytree *v,
		  void *base)
{
	if (format_word(in, k, v) == 0)
		*FORMAT_INTO(enum effect, base, k->at) = EFFECT_CHANGE;
}

/* Also where the word is wrong: a guard is not left out for it. */
void guard_safety(struct format_read *in, const struct format_key *k, const struct ytree *v,
		  void *base)
{
	(void)format_word(in, k, v);
	*FORMAT_INTO(bool, base, k->at) = true;
}

/* A principal of OpenSSH's: patterns and lists of them are the signers file's own. */
static bool is_person(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || strchr("\",*?!#", s[i]))
			return false;
	return n > 0 && n <= LIMIT_ID_BYTES * 4;
}

static bool person_ok(struct format_read *r, const char *s, struct place at)
{
	if (!is_person(s))
		format_say(r, FR_NAME, at,
			  "`%s` cannot be a person's name here; blanks, commas, quotes and "
			  "patterns cannot stand in it", s);
	return is_person(s);
}

void guard_persons(struct format_read *in, const struct format_key *k, const struct ytree *v,
		   void *base)
{
	format_list(in, k, v, base, person_ok);
}
