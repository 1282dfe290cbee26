#include "contacts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "loader.h"
#include "mem.h"
#include "runbook.h"
#include "shelf.h"
#include "str.h"

#define NAME "contacts.yaml"

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int found(struct contacts_file *ret, char *path, char *how)
{
	ret->path = path;
	ret->how = how;
	return 0;
}

/* The file that a runbook names. */
static int of_book(const char *book, struct contacts_file *ret, struct err *err)
{
	struct loader_source disk = loader_disk();
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	int rc = loader_load(book, &disk, &rb, &f, err);

	if (!rc && !rb->contacts)
		rc = err_set(err, ERR_NOTFOUND, "%s names no contacts file", book);
	if (!rc) {
		char *folder = fsio_dirname(book);

		found(ret, fsio_join(folder, rb->contacts), mem_printf("named by %s", book));
		free(folder);
	}
	findings_release(&f);
	runbook_free(rb);
	return rc;
}

static int named(const char *name, struct contacts_file *ret, struct err *err)
{
	char *path;
	int rc;

	if (is_folder(name)) {
		path = fsio_join(name, NAME);
		if (is_file(path))
			return found(ret, path, mem_printf("in %s", name));
		free(path);
		return err_set(err, ERR_NOTFOUND, "%s has no " NAME, name);
	}
	if (is_file(name) && !shelf_is_runbook(name))
		return found(ret, mem_dup(name), mem_dup("as named"));
	path = shelf_path(name, err);
	if (!path)
		return ERR_NOTFOUND;
	rc = of_book(path, ret, err);
	free(path);
	return rc;
}

/* The installed runbooks are left out: the people in their example are made up. */
int contacts_find(const char *name, struct contacts_file *ret, struct err *err)
{
	const char *set = getenv("BLACKSTART_RUNBOOKS"), *folder;
	char *folders = mem_dup(set && set[0] ? set : "runbooks"), *rest = folders;
	struct buf looked = BUF_INIT;
	int rc = ERR_NOTFOUND;

	if (name) {
		rc = named(name, ret, err);
	} else if (is_file(NAME)) {
		rc = found(ret, mem_dup(NAME), mem_dup("in this folder"));
	} else {
		while (rc && (folder = strsep(&rest, ":"))) {
			char *path = fsio_join(folder, NAME);

			buf_addf(&looked, ", %s", path);
			if (folder[0] && is_file(path))
				rc = found(ret, mem_dup(path),
					   mem_printf("in the runbook folder %s", folder));
			free(path);
		}
		if (rc)
			err_set(err, rc, "no contacts file; looked for ./" NAME "%s",
				buf_str(&looked));
	}
	buf_release(&looked);
	free(folders);
	return rc;
}
