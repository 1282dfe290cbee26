/* What doctor looks at: a row per question, each with its answer in words. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stdbool.h>

struct buf;
struct opts;

enum health { HEALTH_GOOD, HEALTH_POOR, HEALTH_BAD };

/* Appends one sentence (no full stop, no newline): what was found, and what to do where it is
 * not good. */
enum health doctor_journal(const struct opts *o, struct buf *out);
enum health doctor_space(const struct opts *o, struct buf *out);
enum health doctor_ballast(const struct opts *o, struct buf *out);
enum health doctor_degraded(const struct opts *o, struct buf *out);
enum health doctor_open_runs(const struct opts *o, struct buf *out);
enum health doctor_runbooks(const struct opts *o, struct buf *out);
enum health doctor_contacts(const struct opts *o, struct buf *out);
enum health doctor_guard(const struct opts *o, struct buf *out);
enum health doctor_tools(const struct opts *o, struct buf *out);
enum health doctor_clock(const struct opts *o, struct buf *out);
enum health doctor_logout(const struct opts *o, struct buf *out);
enum health doctor_terminal(const struct opts *o, struct buf *out);
enum health doctor_program(const struct opts *o, struct buf *out);

/* Whether the shell would find this program. */
bool doctor_on_path(const char *tool);

#endif
