/* Words and the values they stand for. */
#ifndef MODEL_WORD_H
#define MODEL_WORD_H

enum word_table {
	WORDS_KIND, WORDS_EFFECT, WORDS_ON_FAIL, WORDS_PACE, WORDS_MODE, WORDS_STATE,
	WORDS_OUTCOME, WORDS_FAILURE, WORDS_PURPOSE, WORDS_EVENT, WORDS_VERB, WORDS_WAY,
	WORDS_DRILL, WORDS_TABLE_MAX,
};

/* The word for value v of a table ("not-applicable"), "?" outside it. */
const char *word_of(enum word_table t, int v);
/* The value of a word, -1 for none. */
int word_from(enum word_table t, const char *word);
/* Number of values of a table. */
int word_count(enum word_table t);

#endif
