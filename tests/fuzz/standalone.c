/* Replays a fuzz target's corpus where there is no libFuzzer: each argument, or the target's own
 * corpus folder, is a file or a folder of files. Prints TAP; a crash is the failure. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 64 << 20 };

struct tally {
	int done, bad;
};

static void replay_file(const char *path, struct tally *t)
{
	struct buf text = BUF_INIT;
	struct err err;
	t->done++;
	if (fsio_read(path, INPUT_MAX, &text, &err)) {
		t->bad++;
		printf("not ok %d - %s\n# %s\n", t->done, path, err.text);
	} else {
		/* A copy that ends where the input does: a sanitizer sees a step beyond it. */
		uint8_t *exact = malloc(text.len ? text.len : 1);
		if (!exact)
			abort();
		memcpy(exact, buf_str(&text), text.len);
		LLVMFuzzerTestOneInput(exact, text.len);
		free(exact);
		printf("ok %d - %s\n", t->done, path);
	}
	fflush(stdout);
	buf_release(&text);
}

static void replay(const char *path, struct tally *t)
{
	struct stat st;
	struct dirent **entries = NULL;
	if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
		replay_file(path, t);
		return;
	}
	int n = scandir(path, &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.') {
			char *inner = fsio_join(path, entries[i]->d_name);
			replay(inner, t);
			free(inner);
		}
		free(entries[i]);
	}
	free(entries);
}

int main(int argc, char **argv)
{
	struct tally t = { 0 };
	for (int i = 1; i < argc; i++)
		replay(argv[i], &t);
	if (argc == 1)
		replay(CORPUS, &t);
	printf("1..%d\n", t.done);
	return t.bad || !t.done;
}
