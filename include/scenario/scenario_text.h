/* What can be said of a scenario: against its runbook, on paper, as a file, and of the format. */
#ifndef SCENARIO_SCENARIO_TEXT_H
#define SCENARIO_SCENARIO_TEXT_H

struct buf;
struct findings;
struct runbook;
struct scenario;

/* Appends what is wrong between a scenario and its runbook (loaded; with people_attach and
 * guard_attach where its people and guards are to be known), sorted: steps, items and people that
 * are not there, commands that nothing answers, injects that can never be due. */
void scenario_check(struct scenario *s, const struct runbook *rb, struct findings *f);

/* The scenario for who runs the drill: the script in order, the objectives, what is answered. */
void scenario_print(struct buf *out, const struct scenario *s);

/* What one inject does, without when: a labelled line each. */
struct scenario_inject;
void scenario_print_inject(struct buf *out, const struct scenario_inject *in);

/* The scenario as a file that loads to the same. Outputs with an output_file are not written
 * here: their path is, as `output_file` has it. */
void scenario_write(struct buf *out, const struct scenario *s);

/* The tables of the format as Markdown, and as a JSON Schema (2020-12). */
void scenario_reference(struct buf *out);
void scenario_schema(struct buf *out);

/* Words of the format: enum scenario_word, scenario_is, scenario_measure; "?" outside. */
const char *scenario_word_name(int w);
const char *scenario_is_name(int i);
const char *scenario_measure_name(int m);

#endif
