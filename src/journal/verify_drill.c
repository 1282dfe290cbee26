/* Whose record is this: of a drill, or of a real run? Four things say so, each by itself: the run's
 * id, the tag that its rows are hashed under, what its first row says, and what kinds of rows and
 * files it has. A record in which they differ is offered as what it is not.
 */
#include "err.h"
#include "json.h"
#include "kind.h"
#include "str.h"
#include "verify_own.h"

#include <stdio.h>
#include <string.h>

enum { PREFIX = sizeof(JOURNAL_DRILL) - 1 };

void verify_offered(struct verify *v, int64_t seq, bool is_drill)
{
	verify_defect(v, v->run, seq, is_drill ?
		      "event %lld: this is the record of a drill, offered as a real run" :
		      "event %lld: this is the record of a real run, offered as a drill",
		      (long long)seq);
}

static bool holds(struct verify *v, const struct row *r, const char *run, bool drill)
{
	struct chain_event ev = r->ev;
	uint8_t hash[HASH_LEN];

	ev.run = chain_str(run);
	ev.drill = drill;
	chain_event(&v->j->chain, r->prev, &ev, r->payload_hash, hash);
	return memcmp(hash, r->hash, HASH_LEN) == 0;
}

/* The id that the run would have if it was of the other sort. "" where there is none. */
static void other_id(const char *run, char ret[JOURNAL_RUN_ID_MAX])
{
	char id[PREFIX + JOURNAL_RUN_ID_MAX];

	if (journal_run_is_drill(run))
		snprintf(id, sizeof(id), "%s", run + PREFIX);
	else
		snprintf(id, sizeof(id), JOURNAL_DRILL "%s", run);
	if (!str_copy(ret, JOURNAL_RUN_ID_MAX, id))
		ret[0] = '\0';
}

static bool payload_says(const struct row *r, bool drill)
{
	struct json *doc = NULL;
	bool says;

	if (!r->payload.p || json_parse(r->payload.p, r->payload.n, &doc, NULL))
		return false;
	says = str_eq(json_str(doc, "mode"), word_of(WORDS_MODE, drill ? MODE_DRILL : MODE_REAL));
	json_free(doc);
	return says;
}

bool verify_is_other(struct verify *v, const struct row *r, bool *ret_drill)
{
	bool drill = journal_run_is_drill(v->run);
	char other[JOURNAL_RUN_ID_MAX];

	other_id(v->run, other);
	if (r->ev.seq == 1 && payload_says(r, !drill) && holds(v, r, v->run, drill)) {
		*ret_drill = drill; /* its payload was made to say the other */
		return true;
	}
	if (other[0] && holds(v, r, other, !drill)) {
		*ret_drill = !drill; /* it has another's id */
		return true;
	}
	/* Hashed anew by who knew half of it. */
	*ret_drill = true;
	return holds(v, r, v->run, !drill) || (other[0] && holds(v, r, other, drill));
}

bool verify_role_of_drill(const char *role)
{
	return str_eq(role, "scenario") || str_eq(role, "scenario-output");
}

/* What a first row says where it is a drill's, and else never. */
static const char *const drill_keys[] = { "way", "seed", "pace", "scenario" };

void verify_opening(struct verify *v, const struct json *first)
{
	const char *id = json_str(first, "run");
	bool drill = journal_run_is_drill(v->run);
	bool agree = str_eq(json_str(first, "mode"), word_of(WORDS_MODE, MODE_DRILL)) == drill &&
		(!id || journal_run_is_drill(id) == drill);

	for (size_t i = 0; i < sizeof(drill_keys) / sizeof(drill_keys[0]); i++)
		agree = agree && (drill || !json_get(first, drill_keys[i]));
	if (!agree)
		verify_offered(v, 1, true);
}
