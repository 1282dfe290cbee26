/* One load: the files, the runbooks and the drafts that come of them. */
#ifndef LOADER_LOAD_H
#define LOADER_LOAD_H

#include "draft.h"
#include "fields.h"
#include "nameset.h"

struct arena;

/* A file that the runbook stands on, read once however often it is named. */
struct load_file {
	const char *path, *role;
	const char *bytes; /* NULL: it could not be read, and code and why say more */
	size_t n;
	int code;
	const char *why;
	bool parsed;
	bool told;         /* its findings are in the list */
	struct doc doc;
	struct driver *driver; /* what it holds, if it was read as one */
	struct nameset taken;  /* values that its callers take as results */
	struct load_file *next;
};

struct driver;
struct driven;
struct scope;

/* A runbook in the making. One per call: a runbook called twice is two of them. */
struct load_book {
	struct runbook *rb;
	struct load_file *file;
	struct load_book *caller;
	struct draft *call;     /* the caller's step */
	int depth;              /* runbooks around it */
	bool told;              /* read before in this load: its findings are known */
	const char *prefix;     /* of its steps' ids: "" or "CALL/" */
	struct nameset ids;     /* id in its own words -> struct draft * */
	struct driven *driven;  /* its restore, rebuild and release steps, the latest first */
	size_t n_own;           /* its own steps, options included */
	struct draft **walk;    /* they, in walk order */
	size_t n_walk;
	struct scope *scope;    /* made when it is checked */
	struct load_book *next; /* all books of the load, in order of reading */
};

struct exprs;

struct load {
	const struct loader_source *src;
	struct diag diag;
	struct arena *arena;   /* the runbook's: lives on */
	struct arena *scratch; /* nodes, and what only checks need */
	struct load_file *files, **files_end;
	size_t n_files;
	struct nameset file_of; /* path -> struct load_file * */
	struct load_book *books, **books_end;
	struct nameset patterns;/* patterns that compile */
	struct nameset keys[TABLE_MAX]; /* key -> row; rows with one key follow each other */
	size_t n_steps;
	bool too_many;
	struct load_book *book; /* being read or checked */
	struct draft *step;     /* likewise; NULL outside of steps */
	struct draft *owner;    /* whose generated steps are being read; NULL else */
	struct load_file *made; /* texts of generated steps */
	struct exprs *exprs;    /* made when the first condition is checked */
};

/* loader.c: what a load was given on the way, all but the arena of a runbook. */
void load_release(struct load *l);

/* load_file.c: the file behind a path, read on first sight with its role. Never NULL; bytes is NULL
 * where it could not be read, with the code in *ret_code. */
struct load_file *load_open(struct load *l, const char *path, const char *role, int *ret_code,
			    struct err *err);
struct doc *load_doc(struct load *l, struct load_file *f);
/* A path as written in `book`, from where the program runs. */
const char *load_path(struct load *l, const struct load_book *book, const char *path);
/* Whether drivers may be looked for in this folder around a runbook: 1, 0 (there is none), or -1
 * (everybody may write into it). */
int load_may_climb(const struct load *l, const char *folder);
bool load_group_writes(const char *path);
/* A file that a command names: on this machine, and as loader_trust says. */
bool load_is_open_to_all(const struct load *l, const char *path, struct err *err);
/* environments.c: the file that guards what the book does; NULL: there is none. Where it is there
 * and cannot be read, *err says why. */
struct load_file *environments_find(struct load *l, struct load_book *b, struct err *err);
/* Names of the *.yaml files in a folder, without the ending, sorted, behind the n that names has
 * already; returns how many it has then. None where the files are those that a run kept. */
size_t load_list(struct load *l, const char *folder, const char **names, size_t n, size_t max);
/* Fills rb->files. */
void load_pin(struct load *l, struct runbook *rb);

/* read_book.c: the file's root mapping into a new runbook; NULL without a list of steps. */
struct load_book *load_read_book(struct load *l, struct load_file *f, struct load_book *caller,
				 struct draft *call);

/* link.c: lists the book's own steps, reads what its calls name, and so on. */
void load_link(struct load *l, struct load_book *b);

/* number.c: numbers and ids of all books; then, when nothing changes any more, rb->all. */
void load_number(struct load *l, struct load_book *root);
void load_index(struct load *l, struct runbook *root);

/* broken.c: steps that must not be walked become instructions. */
void load_break(struct load *l);

#endif
