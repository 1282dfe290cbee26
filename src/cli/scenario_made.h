/* A scenario made from what is on record of a run. */
#ifndef CLI_SCENARIO_MADE_H
#define CLI_SCENARIO_MADE_H

#include "buf.h"
#include "scenario.h"

struct client;
struct err;

struct scenario_made {
	struct scenario s;     /* its arrays and texts are in s.arena */
	size_t lost;           /* commands of which nobody knows the end: left out */
	size_t elsewhere;      /* typed by hand, or of a runbook called in: left out */
	size_t unsaid;         /* standard errors that no scenario can hold: left out */
	size_t n_files;        /* outputs that are to be files: those with an output_file */
};

/* Reads all of the run. folder: of the files with outputs, as the scenario is to name it; NULL: all
 * outputs stand in the scenario, ERR_LIMIT where one cannot. *ret is the caller's to
 * scenario_made_release in any case. */
int scenario_made(struct client *c, const char *folder, struct scenario_made *ret,
		  struct err *err);
void scenario_made_release(struct scenario_made *m);

#endif
