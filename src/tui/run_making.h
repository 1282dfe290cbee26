/* An intent on its way from a key to the keeper. */
#ifndef TUI_RUN_MAKING_H
#define TUI_RUN_MAKING_H

#include "buf.h"
#include "intent.h"

/* What an intent in the making still lacks. */
enum run_need {
	RUN_NEED_NOTHING, RUN_NEED_WHO, RUN_NEED_FIELD, RUN_NEED_TEXT, RUN_NEED_NAME,
	RUN_NEED_SECRET, RUN_NEED_HOW, RUN_NEED_LOOK, RUN_NEED_REASON,
	RUN_NEED_GLASS,
};

struct run_making {
	bool on;             /* one is being made */
	enum run_need need;
	struct intent it;
	bool reason;         /* must carry one */
	bool how, looked;    /* VERB_EXEC: a terminal or not; VERB_EDIT: the difference was seen */
	size_t field;        /* the next of the question's fields */
	char *typed;         /* what did not fit, to begin with again */
	struct buf question; /* as it is being asked */
};

#endif
