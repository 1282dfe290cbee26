#include "plain_parse.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "contact_state.h"
#include "kind.h"

/* Words that mean the same whatever is asked. What answers a question ("skip", "d") is not here. */
static const struct {
	const char *word;
	enum plain_what what;
	enum verb verb;
} words[] = {
	{ "?", SAID_HELP, VERB_INVALID },
	{ "help", SAID_HELP, VERB_INVALID },
	{ "where", SAID_WHERE, VERB_INVALID },
	{ "show", SAID_SHOW, VERB_INVALID },
	{ "update", SAID_UPDATE, VERB_INVALID },
	{ "log", SAID_LOG, VERB_INVALID },
	{ "leave", SAID_LEAVE, VERB_INVALID },
	{ "quit", SAID_LEAVE, VERB_INVALID },
	{ "exit", SAID_LEAVE, VERB_INVALID },
	{ "again", SAID_AGAIN, VERB_INVALID },
	{ "wait", SAID_WAIT, VERB_INVALID },
	{ "move", SAID_MOVE, VERB_INVALID },
	{ "paid", SAID_PAID, VERB_SETTLE },
	{ "!", SAID_RUN, VERB_EXEC },
	{ "back", SAID_RUN, VERB_REOPEN },
	{ "reopen", SAID_RUN, VERB_REOPEN },
	{ "recall", SAID_RUN, VERB_RECALL },
	{ "undo", SAID_RUN, VERB_UNDO },
	{ "settle", SAID_RUN, VERB_SETTLE },
	{ "correct", SAID_RUN, VERB_CORRECT },
	{ "exec", SAID_RUN, VERB_EXEC },
	{ "call", SAID_RUN, VERB_CALL },
	{ "note", SAID_RUN, VERB_NOTE },
	{ "pause", SAID_RUN, VERB_PAUSE },
	{ "continue", SAID_RUN, VERB_CONTINUE },
	{ "pace", SAID_RUN, VERB_PACE },
	{ "handover", SAID_RUN, VERB_HANDOVER },
	{ "take", SAID_RUN, VERB_TAKE },
	{ "refresh", SAID_RUN, VERB_REFRESH },
	{ "close", SAID_RUN, VERB_CLOSE },
	{ "reply", SAID_RUN, VERB_REPLY },
	{ "abort", SAID_RUN, VERB_ABORT },
	{ "stop", SAID_RUN, VERB_ABORT },
	{ "x", SAID_RUN, VERB_ABORT },
};

static char *trim(char *s)
{
	size_t n;

	while (isspace((unsigned char)*s))
		s++;
	n = strlen(s);
	while (n && isspace((unsigned char)s[n - 1]))
		s[--n] = '\0';
	return s;
}

const char *plain_word(char **rest)
{
	char *s = trim(*rest), *word = s;

	while (*s && !isspace((unsigned char)*s))
		s++;
	if (*s)
		*s++ = '\0';
	*rest = trim(s);
	return word;
}

/* "2" or "2 rest", of at most three digits. */
static int take_number(char **s)
{
	int n = 0, digits = 0;
	char *p = *s;

	while (isdigit((unsigned char)*p) && digits < 4) {
		n = n * 10 + (*p++ - '0');
		digits++;
	}
	if (!digits || digits > 3 || !n || (*p && !isspace((unsigned char)*p)))
		return 0;
	*s = trim(p);
	return n;
}

/* "ana: answered" becomes "ana  answered". */
static bool take_reply(char *s)
{
	size_t n = strcspn(s, ": \t");
	char *word = s + n, next[16];
	size_t len;

	if (!n || *word++ != ':' || !isspace((unsigned char)*word))
		return false;
	word += strspn(word, " \t");
	len = strcspn(word, " \t");
	if (len >= sizeof next)
		return false;
	memcpy(next, word, len);
	next[len] = '\0';
	if (!contact_reply_word(next))
		return false;
	s[n] = ' ';
	return true;
}

void plain_parse(char *line, struct plain_line *ret)
{
	char *s = trim(line);
	const char *word;

	memset(ret, 0, sizeof *ret);
	ret->verb = VERB_INVALID;
	ret->number = take_number(&s);
	ret->rest = s;
	if (!*s)
		return;
	if (*s == '>' || *s == '=') {
		bool hidden = s[0] == '>' && s[1] == '?' && !s[2];

		ret->what = *s == '=' ? SAID_VALUE : hidden ? SAID_HIDDEN : SAID_KEYS;
		ret->rest = hidden ? s + 2 : *++s == ' ' ? s + 1 : s;
		return;
	}
	if (*s == '!' && s[1] && !isspace((unsigned char)s[1])) {
		ret->what = SAID_RUN;
		ret->verb = VERB_EXEC;
		ret->rest = s + 1;
		return;
	}
	if (take_reply(s)) {
		ret->what = SAID_RUN;
		ret->verb = VERB_REPLY;
		return;
	}
	word = plain_word(&s);
	ret->rest = s;
	ret->what = SAID_WORD;
	if (strlen(word) < sizeof ret->word)
		memcpy(ret->word, word, strlen(word) + 1);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcasecmp(words[i].word, word) == 0) {
			ret->what = words[i].what;
			ret->verb = words[i].verb;
		}
}
