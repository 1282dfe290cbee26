#include "shelf_book.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "guard.h"
#include "guard_check.h"
#include "loader.h"
#include "mem.h"
#include "runbook.h"
#include "str.h"

void shelf_book_read(const char *path, struct shelf_book *ret)
{
	struct loader_source disk = loader_disk();
	struct findings found = { 0 };
	struct buf text = BUF_INIT, safe = BUF_INIT;
	struct err err = { 0 };

	*ret = (struct shelf_book){ 0 };
	if (loader_load(path, &disk, &ret->rb, &found, &err) && !found.errors)
		buf_addf(&text, "%s\n", err.text);
	if (ret->rb) {
		guard_attach(ret->rb);
		guard_check_files(ret->rb, &found);
	}
	findings_print(&text, &found);
	str_printable(&safe, buf_str(&text), text.len, true);
	ret->errors = found.errors + (!ret->rb && !found.errors);
	ret->warnings = found.warnings;
	ret->findings = buf_take(&safe);
	findings_release(&found);
	buf_release(&text);
}

void shelf_book_release(struct shelf_book *b)
{
	runbook_free(b->rb);
	free(b->findings);
	*b = (struct shelf_book){ 0 };
}

void shelf_book_print(struct buf *out, const struct shelf_book *b, int width)
{
	if (b->rb)
		loader_print(out, b->rb, width);
}
