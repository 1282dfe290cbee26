/* What writing and checking a bundle share. */
#ifndef BUNDLE_OWN_H
#define BUNDLE_OWN_H

#include "bundle.h"

/* A folder for one call, nobody else's; the caller's to bundle_scratch_free. */
int bundle_scratch(char **ret, struct err *err);
void bundle_scratch_free(char *folder); /* NULL is fine */

/* What a person reads first. */
struct bundle_about {
	const char *run;
	bool drill;
	char *title, *runbook, *version, *verdict; /* NULL where the record does not say */
	int64_t opened_wall;
	const struct extract *extract;
	int64_t outputs, lost, taken;
};

/* Whose the signatures of record.db are, a line for each checkpoint; one that is false is noted as
 * a defect. signers NULL: nobody is known. Fails where ssh-keygen cannot be run. */
int bundle_vouched(const char *record, const char *signers, struct extract_result *r,
		   struct buf *ret, struct err *err);

void bundle_readme(struct buf *out, const struct bundle_about *about);

#endif
