/* What waits for a person: each open question of a run, with every answer it takes. */
#ifndef VIEW_PROMPT_H
#define VIEW_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intent.h"

struct field;
struct inst;
struct view;

/* What kind of answer the question takes before any other. */
enum ask_kind {
	ASK_ENTER,   /* start it: Enter */
	ASK_NAME,    /* start it: `typed`, letter by letter */
	ASK_DONE,    /* an instruction: do it, then say so */
	ASK_FIELDS,  /* … and give the values of `fields` */
	ASK_LINE,    /* one of `lines` */
	ASK_OPTION,  /* one of `options` */
	ASK_BLOCKED, /* it cannot be started: somebody decides */
	ASK_DECIDE,  /* it did not come out as expected: somebody decides */
	ASK_CLOSE,   /* the walk is at its end: close the run? */
	ASK_UNDO,    /* the run is being rolled back: undo this one? */
	ASK_CONTACT, /* a ladder is climbed: `reply` says what came of a try, at any time. It comes
		      * behind all others where the walk goes on meanwhile */
	ASK_YES,     /* … and asks something: yes or no, by `done` */
	ASK_SECOND,  /* its name was typed, and a second person must agree: by `approve`, from
		      * elsewhere */
	ASK_PLAY,    /* a tabletop: what would `token` come to? By `play`, with `fields` */
	ASK_KIND_MAX,
};

struct choice {
	enum verb verb;
	char key;            /* letter, unique within a prompt; '\n': Enter */
	const char *word;    /* "skip" */
	const char *does;    /* what it does, here: "leave it out; it stays on record as skipped" */
	bool reason;         /* must carry one */
};

enum { PROMPT_CHOICES_MAX = 24 };

struct option {
	const char *id;      /* what goes into the intent's text */
	const char *title, *consequence; /* consequence may be NULL; both safe for a terminal */
};

struct prompt {
	int64_t seq;         /* of the event that raised it: what an intent must name */
	const struct inst *in; /* NULL: the run itself */
	const char *key;     /* of the instance, NULL for the run */
	enum ask_kind kind;
	const char *sentence;  /* what is asked, one line */
	bool destructive;    /* takes nothing that was typed before it was shown */
	const char *typed;   /* ASK_NAME: the name as it must be typed, not made harmless */
	int wrong;           /* ASK_NAME: wrong answers so far */
	const char *glass;   /* `override` breaks the glass of this environment, whose name must go
			      * into the intent's text; NULL: it does not */
	const char *token;   /* ASK_PLAY: of the command, which the intent names */
	const struct field *fields; /* ASK_FIELDS, ASK_PLAY, ASK_LINE (one) */
	size_t n_fields;
	const char *const *lines;   /* ASK_LINE: as the command printed them */
	size_t n_lines;
	const struct option *options; /* ASK_OPTION */
	size_t n_options;
	struct choice choices[PROMPT_CHOICES_MAX]; /* the first is the default, where one exists */
	size_t n_choices;
};

/* The open questions, oldest first. Borrowed until the next view_apply. */
size_t view_prompts(struct view *v, const struct prompt **ret);

/* The prompt raised by event `seq`, or NULL: it is past. */
const struct prompt *view_prompt(struct view *v, int64_t seq);

/* What a person may do about the run as a whole, at any time (note, pause, exec), and about
 * steps that ask nothing now (reopen, recall, settle): at most `max`. Returns how many. */
size_t view_run_choices(const struct view *v, struct choice *ret, size_t max);

/* The choice of a prompt that a person means: its word, its key, any other name of its verb ("s",
 * "skip"); ASCII case makes no difference. NULL: none. */
const struct choice *prompt_choice(const struct prompt *p, const char *word);

/* Whether that answer to it carries its fields. */
bool prompt_wants_fields(const struct prompt *p, enum verb v);

/* Reasons to pick from by one key, for what departs from the script; the last is NULL. Index 0 is
 * key 1. */
const char *const *prompt_reasons(enum verb v);

/* What the verb does in general, for help; "" for no verb. */
const char *prompt_help(enum verb v);

#endif
