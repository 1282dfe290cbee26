/* A step in the making: the step of the model, and what only the loader needs to know of it. */
#ifndef LOADER_DRAFT_H
#define LOADER_DRAFT_H

#include <stdint.h>

#include "doc.h"
#include "runbook.h"

/* What a text is to the checks. */
enum ref_kind {
	REF_NONE,
	REF_TEXT,      /* ${name} is filled in */
	REF_COMMAND,   /* "$name" is read from the environment */
	REF_CONDITION, /* an expression that is true or false */
	REF_EXPR,      /* an expression of any type */
	REF_NAME,      /* the name of a value */
	REF_ARTEFACT,  /* the name of a produced file */
};

/* When it is looked at, in the order of a step's life. What the step captures is there from AFTER,
 * what its verify captures from VERIFIED. */
enum ref_phase { PHASE_WHEN, PHASE_BEFORE, PHASE_AFTER, PHASE_VERIFY, PHASE_VERIFIED, PHASE_LAST };

struct ref {
	struct ref *next;
	enum ref_kind kind;
	enum ref_phase phase;
	const char *s;
	struct place at;
	const char *key;      /* as written, for messages */
	bool has_exit;        /* `exit` means something here */
	bool acts;            /* TEXT: something is done with it, it is not only read */
	enum value_type want; /* EXPR: the type it must have; VALUE_TYPE_INVALID: any */
	enum value_type *ret_type; /* EXPR: where its type goes; may be NULL */
};

struct load_book;

enum { DRAFT_KEYS = 128 }; /* rows of the longest key table, at most */

struct draft {
	struct step step; /* first: a step is cast to its draft */
	const struct node *node;
	struct doc *doc;
	bool bad;                        /* must not be walked as it stands */
	bool gone;                       /* inside of a step that is broken */
	uint64_t seen[DRAFT_KEYS / 64];  /* rows of its key table that were written */
	struct ref *refs, **refs_end;

	/* read here, and handed to the step when it is finished */
	struct probe probe, verify;
	struct field ask;
	struct text lines_of, call, into;
	const char *goto_id;     /* OPTION */
	struct text what, lasts, begins, details; /* announce */
	const char *form;        /* announce, restore, rebuild, release: what the kind's key says */
	struct draft *owner;     /* the step that this one was generated for; NULL: as written */
	struct place goto_at;    /* of what goto or on_fail says */
	bool retry_given;

	struct load_book *sub;   /* CALL: what is called */
	const char *sub_id;      /* id within its own book */

	/* the walk of check_flow.c */
	struct draft *each;      /* innermost group with `each` around it, NULL for none */
	size_t order;            /* of the walk within its book, from 1 */
	struct draft *goal;      /* where goto leads; NULL for nowhere */
	size_t start;            /* how many changes of what is known came before it */
	struct jump *jumps;      /* to this one, the last first; check_arrive.c */
	size_t jump_from;        /* the first start of those who jump here */
};

static inline struct draft *draft_of(const struct step *s)
{
	return (struct draft *)(uintptr_t)s;
}

#endif
