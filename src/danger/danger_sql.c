/* SQL, as far as the words at the beginning of its statements say what it does. */
#include <ctype.h>
#include <string.h>

#include "dangerint.h"

enum { SQL_WORD = 64 };

static const char *skip(const char *s)
{
	for (;;) {
		s += strspn(s, " \t\r\n\"'`(;");
		if (s[0] == '-' && s[1] == '-')
			s += strcspn(s, "\n");
		else if (s[0] == '/' && s[1] == '*')
			s = strstr(s, "*/") ? strstr(s, "*/") + 2 : s + strlen(s);
		else
			return s;
	}
}

static size_t upper(char out[SQL_WORD], const char *s)
{
	size_t n = strcspn(s, " \t\r\n\"'`();,");

	for (size_t i = 0; i < SQL_WORD; i++)
		out[i] = i < n && i < SQL_WORD - 1 ? (char)toupper((unsigned char)s[i]) : '\0';
	return n;
}

static bool begins(const char *s, const char *words)
{
	char word[SQL_WORD];

	while (*words) {
		size_t n = strcspn(words, " "), len;

		s = skip(s);
		len = upper(word, s);
		if (!len || (words[0] != '*' && (strlen(word) != n || memcmp(word, words, n))))
			return false;
		s += len;
		words += n + (words[n] == ' ');
	}
	return true;
}

/* Whether the statement has the word anywhere up to its end. */
static bool has(const char *s, const char *want)
{
	char word[SQL_WORD];

	while (*s && *s != ';') {
		size_t n = upper(word, s);

		if (n && !strcmp(word, want))
			return true;
		s += n ? n : 1;
	}
	return false;
}

const struct danger_sql *danger_sql_find(const char *text)
{
	while (*(text = skip(text))) {
		for (size_t i = 0; i < danger_n_sqls; i++)
			if (begins(text, danger_sqls[i].begins) &&
			    !(danger_sqls[i].unless && has(text, danger_sqls[i].unless)))
				return &danger_sqls[i];
		text += strcspn(text, ";");
	}
	return NULL;
}
