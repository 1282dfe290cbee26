/* What unit tests say of a rig; fuzzers have the rig alone. */
#ifndef TESTS_RIG_ENDS_H
#define TESTS_RIG_ENDS_H

#include "rig.h"
#include "unit.h"

/* The keeper is gone, and another takes the run up from its record. */
static inline void rig_restart(struct rig *r, const char *what)
{
	struct engine *again = engine_new(&r->book, NULL, NULL);
	struct err err = { 0 };

	for (size_t i = 0; i < r->log.n; i++)
		if (engine_apply(again, &r->log.v[i], &err))
			fail_msg("after a crash: %s", err.text);
	engine_free(r->e);
	r->e = again;
	rig_keeper(r, what);
}

/* Nothing is wrong with the state, and the record gives it again. */
static inline void rig_ends(struct rig *r)
{
	assert_string_equal(engine_check(r->e), "");
	assert_true(rig_replays(r));
	rig_release(r);
}

#endif
