/* What doctor looks at: a row per question, with its answer in words; then a row per target. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "card_due.h"

struct asks;
struct doctor_targets;
struct buf;
struct opts;
struct runbook;

enum health { HEALTH_GOOD, HEALTH_POOR, HEALTH_BAD };

/* A runbook of the folders, read once for all questions. */
struct doctor_book {
	char *path;
	struct runbook *rb;  /* with its environments; NULL: no list of steps could be made of it */
	size_t errors;
	bool installed;      /* came with the program: its people and targets are made up */
	struct card *card;   /* with what the record knows of it; NULL: it cannot be read */
};

struct doctor {
	const struct opts *o;
	int64_t now;         /* wall ns */
	int64_t limit_ms;    /* of each target */
	int tell;            /* doctor_tell.h */
	struct doctor_book *books;
	size_t n_books;
	bool over;           /* more runbooks than are looked at */
	bool runs_known;     /* the record was read, or there is none yet */
	struct asks *asks;   /* what other programs are asked, side by side */
	struct doctor_targets *targets;
};

/* --- doctor_books.c --------------------------------------------------------------------------- */
void doctor_books_read(struct doctor *d);
void doctor_books_release(struct doctor *d);

struct doctor_files {
	char **v;
	size_t n;
};

/* The files of this name in the runbook folders (`here`: and where we are), and those of this role
 * that runbooks stand on; each once. What came with the program is an example and is left out. */
void doctor_files(const struct doctor *d, const char *name, const char *role, bool here,
		  struct doctor_files *ret);
void doctor_files_release(struct doctor_files *f);

/* --- the questions ---------------------------------------------------------------------------- */
/* Each appends one sentence (no full stop, no newline): what was found, and what to do where it is
 * not good. */
enum health doctor_journal(struct doctor *d, struct buf *out);
enum health doctor_space(struct doctor *d, struct buf *out);
enum health doctor_ballast(struct doctor *d, struct buf *out);
enum health doctor_degraded(struct doctor *d, struct buf *out);
enum health doctor_open_runs(struct doctor *d, struct buf *out);
enum health doctor_runbooks(struct doctor *d, struct buf *out);
enum health doctor_drills(struct doctor *d, struct buf *out);
enum health doctor_reviews(struct doctor *d, struct buf *out);
enum health doctor_contacts(struct doctor *d, struct buf *out);
enum health doctor_guard(struct doctor *d, struct buf *out);
enum health doctor_keys(struct doctor *d, struct buf *out);
enum health doctor_tools(struct doctor *d, struct buf *out);
enum health doctor_clock(struct doctor *d, struct buf *out);
enum health doctor_logout(struct doctor *d, struct buf *out);
enum health doctor_terminal(struct doctor *d, struct buf *out);
enum health doctor_program(struct doctor *d, struct buf *out);

/* Whether the shell would find this program. */
bool doctor_on_path(const char *tool);

#endif
