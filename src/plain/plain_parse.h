/* A line as a person typed it, taken apart; what it means is decided against the questions open. */
#ifndef PLAIN_PARSE_H
#define PLAIN_PARSE_H

#include <stdbool.h>

#include "intent.h"

enum plain_what {
	SAID_NOTHING, /* Enter alone */
	SAID_WORD,    /* word and rest: an answer to a question */
	SAID_RUN,     /* an answer to no question: verb, rest */
	SAID_KEYS,    /* "> rest": a line for the running command */
	SAID_HIDDEN,  /* ">?": the same, typed unseen */
	SAID_VALUE,   /* "= rest": the value that is asked for */
	SAID_UPDATE,  /* the next word to those who were told */
	SAID_HELP, SAID_WHERE, SAID_SHOW, SAID_LOG, SAID_LEAVE, SAID_AGAIN,
	SAID_WAIT, SAID_MOVE, /* while the journal cannot be written */
	SAID_PAID,    /* what is owed was brought back by hand */
};

struct plain_line {
	enum plain_what what;
	int number;       /* "2 skip": of the question; 0: none given */
	enum verb verb;   /* SAID_RUN */
	char word[32];    /* SAID_WORD: at most 31 bytes; a longer word is no word of ours */
	const char *rest; /* inside the line given; never NULL; without blanks around it */
};

/* line is cut at its end (blanks) and stays the owner of rest. */
void plain_parse(char *line, struct plain_line *ret);

/* The first word of *rest, cut off; "" where there is none. */
const char *plain_word(char **rest);

#endif
