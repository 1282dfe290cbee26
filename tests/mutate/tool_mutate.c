/* Mutates an honest record, and holds what is said of it against what was done to it.
 *
 *	tool_mutate bundle|journal|anew JOURNAL RUN SCRATCH SEED N [SHELL]
 *
 * Of each mutation it is known, by comparing contents and not by what anybody says, whether anything
 * is different: of a bundle what tar unpacks, of SQLite files their rows. What differs must be named,
 * by the program, and of a bundle by its script too (run by SHELL). What does not must be whole, or
 * the file itself damaged. Whole though different may only be what was computed anew, cut at its end,
 * or hangs on MANIFEST alone: then a head kept elsewhere must show it, to both, but where all rows
 * that there were are still there and others follow.
 *
 * `anew`: one event of a record that was signed says something else, and all digests fit: each must
 * be named by a signature.
 *
 * The same seed makes the same mutations of the same record. Prints a line for each that is judged
 * wrongly, and a table at the end. Status 0: none was.
 */
#include "mutate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const classes[MUT_MAX] = {
	[MUT_NAMED] = "named", [MUT_BY_SIGNATURE] = "all computed anew: named by a signature",
	[MUT_BY_HEAD] = "named by a head kept elsewhere",
	[MUT_ADDED] = "only added to at the end, all computed anew: cannot be told",
	[MUT_SAME] = "no change of content",
	[MUT_DAMAGED] = "no change of content, but of the file: named",
	[MUT_WRONG] = "JUDGED WRONGLY",
};

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		mutate_fn *fn;
	} modes[] = { { "bundle", mutate_bundle }, { "journal", mutate_journal },
		    { "anew", mutate_journal_anew } };
	struct mutate m = { 0 };
	int64_t count[MUT_MAX] = { 0 };
	mutate_fn *fn = NULL;

	for (size_t i = 0; argc >= 7 && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			fn = modes[i].fn;
	if (!fn) {
		fputs("tool_mutate bundle|journal|anew JOURNAL RUN SCRATCH SEED N [SHELL]\n", stderr);
		return 2;
	}
	m.journal = argv[2];
	m.run = argv[3];
	m.scratch = argv[4];
	m.shell = argc > 7 ? argv[7] : "sh";
	mutate_begin(&m, strcmp(argv[1], "bundle") == 0);
	for (int64_t i = 0, seed = atoll(argv[5]), n = atoll(argv[6]); i < n; i++) {
		mutate_seed(&m, (uint64_t)(seed * 1000003 + i));
		enum mut_class c = fn(&m);
		count[c]++;
		if (c == MUT_WRONG)
			printf("wrong: seed %lld, number %lld: %s: program: %s; script: %s\n",
			       (long long)seed, (long long)i, m.what, m.program, m.script);
		else if (getenv("MUTATE_SHOW"))
			printf("%s: %s: %s\n", m.what, classes[c], m.program);
	}
	for (int c = 0; c < MUT_MAX; c++)
		printf("%6lld %s\n", (long long)count[c], classes[c]);
	if (m.same_words != m.compared)
		printf("%6lld of %lld in other words\n", (long long)(m.compared - m.same_words),
		       (long long)m.compared);
	mutate_end(&m);
	return count[MUT_WRONG] ? 1 : 0;
}
