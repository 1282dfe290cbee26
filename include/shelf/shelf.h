/* The runbooks of this machine: which files are, where they lie, which one a name means. */
#ifndef SHELF_SHELF_H
#define SHELF_SHELF_H

#include <stdbool.h>
#include <stddef.h>

struct err;

enum { SHELF_MAX = 5000, SHELF_DEPTH = 12 };

struct shelf {
	char **v; /* paths, sorted */
	size_t n, cap;
	bool over; /* more than SHELF_MAX: the rest is left out */
};

void shelf_release(struct shelf *b);

/* Adds every runbook in folder and below: files ending in .yaml or .yml with a key `blackstart`
 * at the left margin. What cannot be read is left out. */
void shelf_in(struct shelf *b, const char *folder);

/* The same for files of another kind: those that `is` says yes to. */
void shelf_in_of(struct shelf *b, const char *folder, bool (*is)(const char *path));

/* Adds those of the runbook folders: BLACKSTART_RUNBOOKS (separated by colons), else
 * ./runbooks; then the installed ones. */
void shelf_all(struct shelf *b);

/* As shelf_all, without looking into a file: some may be no runbooks. */
void shelf_files(struct shelf *b);
bool shelf_is_runbook(const char *path);

/* The file that `name` means: itself where there is one, else the runbook of the folders that
 * is called so: "NAME.yaml", or "NAME/runbook.yaml". The caller's to free(). ERR_NOTFOUND with
 * what comes close. */
char *shelf_path(const char *name, struct err *err);

#endif
