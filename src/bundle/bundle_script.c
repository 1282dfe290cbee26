/* The script of every bundle, from check.sh beside this file. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "bundle_own.h"
#include "err.h"
#include "fsio.h"
#include "mem.h"

static const char script[] =
#include "check.sh.h"
	;

const char *bundle_script(void)
{
	return script;
}

int bundle_scratch(char **ret, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	char *path = mem_printf("%s/blackstart-bundle.XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
	if (!mkdtemp(path)) {
		int rc = err_sys(err, "making a folder like %s", path);
		free(path);
		return rc;
	}
	*ret = path;
	return 0;
}

void bundle_scratch_free(char *folder)
{
	if (folder)
		(void)fsio_remove_tree(folder, NULL);
	free(folder);
}
