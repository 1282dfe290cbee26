/* Scenarios among what is linted and shown. */
#ifndef CLI_SCENARIOS_H
#define CLI_SCENARIOS_H

struct findings;

/* Adds what is wrong with the file, and between it and its runbook. */
void scenarios_lint(const char *path, struct findings *f);
/* The scenario for paper, on standard output. Returns the status. */
int scenarios_show(const char *path);

#endif
