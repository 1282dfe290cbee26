/* The words of a climb, and its state as JSON. */
#include "json.h"
#include "ladderint.h"

static const char *word(const char *const *words, size_t n, int i)
{
	return i >= 0 && (size_t)i < n ? words[i] : "?";
}

#define WORD(words, i) word(words, sizeof(words) / sizeof((words)[0]), (int)(i))

const char *ladder_goal_name(enum ladder_goal g)
{
	static const char *const words[] = { "told", "answered", "joined" };

	return WORD(words, g);
}

const char *ladder_standing_name(enum ladder_standing s)
{
	static const char *const words[] = { "queued", "trying",   "answered",
					     "joined", "released", "refused" };

	return WORD(words, s);
}

const char *ladder_result_name(enum ladder_result r)
{
	static const char *const words[] = {
		"offered", "begun",   "sent",	      "voicemail",   "answered",
		"no answer", "refused", "wrong number", "not working", "passed",
	};

	return WORD(words, r);
}

const char *ladder_presence_name(enum ladder_presence p)
{
	static const char *const words[] = { "at work", "awake", "unknown", "asleep" };

	return WORD(words, p);
}

const char *ladder_what_name(enum ladder_what w)
{
	static const char *const words[] = { "try", "ask", "wait", "wait for an answer",
					     "wait for the round", "wait to join", "done",
					     "exhausted" };

	return WORD(words, w);
}

static void put_try(struct jsonw *w, const struct ladder_try *y)
{
	jw_obj(w, NULL);
	jw_int(w, "rung", y->rung);
	jw_int(w, "round", y->round);
	jw_int(w, "party", y->party);
	jw_int(w, "way", y->way);
	jw_bool(w, "again", y->again);
	jw_str(w, "result", ladder_result_name(y->result));
	jw_int(w, "at_ms", y->at);
	if (y->result >= LADDER_SENT)
		jw_int(w, "ended_ms", y->ended);
	if (y->why)
		jw_str(w, "why", y->why);
	jw_end_obj(w);
}

void ladder_json(struct jsonw *w, const char *key, const struct ladder *l)
{
	jw_obj(w, key);
	jw_str(w, "goal", ladder_goal_name(l->goal));
	jw_int(w, "severity", l->severity);
	jw_int(w, "round", l->round);
	jw_int(w, "rounds", l->rounds);
	jw_int(w, "time_ms", l->time);
	jw_arr(w, "tries");
	for (size_t i = 0; i < l->n_tries; i++)
		put_try(w, &l->tries[i]);
	jw_end_arr(w);
	jw_arr(w, "parties");
	for (size_t i = 0; i < l->plan->n_parties; i++) {
		const struct ladder_party *p = &l->parties[i];

		jw_obj(w, NULL);
		jw_str(w, "standing", ladder_standing_name(p->standing));
		jw_int(w, "since_ms", p->since);
		jw_int(w, "tries", p->tries);
		jw_bool(w, "joined", p->joined);
		jw_end_obj(w);
	}
	jw_end_arr(w);
	jw_arr(w, "questions");
	for (size_t i = 0; i < l->n_questions; i++)
		jw_int(w, NULL, (int)l->questions[i].state);
	jw_end_arr(w);
	jw_end_obj(w);
}
