/* A closed run needs its folder no more: what keeper and holder had there goes. What was put aside,
 * what a keeper complained of and the word that a record was moved stay, and the folder with them.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "keeper_lend.h"
#include "keeper_parts.h"
#include "mem.h"

enum { STEP_MS = 2 };
#define HOLDER_ENDS (2000 * CLOCK_MS)

void tidy_quit(struct keeper *k)
{
	for (int i = 0; i < POST_MAX; i++) {
		struct post *post = k->posts[i];

		if (!k->closed || !post)
			continue;
		/* a keeper before us may have closed the run and not come to this */
		if (post->h || (k->loop && post_alive(post) && !post_connect(post, NULL)))
			(void)holder_quit(post->h, NULL);
		k->folders[i] = mem_dup(post->folder);
	}
}

/* It leaves at once, but for commands that run on: then all stays as it is. */
static bool clear_holder(const char *folder)
{
	int64_t until = clock_now().boot + HOLDER_ENDS;

	while (!holder_clear(folder)) {
		if (clock_now().boot > until)
			return false;
		poll(NULL, 0, STEP_MS);
	}
	return true;
}

static void remove_in(const char *dir, const char *name, bool only_empty)
{
	char *path = mem_printf("%s/%s", dir, name);
	struct stat st;

	if (!only_empty || (lstat(path, &st) == 0 && st.st_size == 0))
		unlink(path);
	free(path);
}

void tidy_folder(struct keeper *k)
{
	bool gone = true;

	for (int i = 0; i < POST_MAX; i++) {
		if (k->folders[i])
			gone &= clear_holder(k->folders[i]);
		if (k->folders[i] && i == POST_SEND)
			rmdir(k->folders[i]);
		free(k->folders[i]);
	}
	if (!k->closed || k->lock_fd < 0 || !gone)
		return;
	remove_in(k->dir, "keeper.sock", false);
	remove_in(k->dir, LEND_SOCK, false);
	remove_in(k->dir, "before", false);
	remove_in(k->dir, "keeper.log", true);
	remove_in(k->dir, "keeper.lock", false); /* the last: who finds none makes its own */
	rmdir(k->dir);
}
