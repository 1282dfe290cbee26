/* Many keys: at random, to see that none does harm; in pairs, to see how fast they are heeded. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "mem.h"
#include "screen.h"
#include "str.h"

/* xorshift: the same keys for the same seed, anywhere. */
static unsigned next(unsigned *seed)
{
	unsigned x = *seed ? *seed : 1;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return *seed = x;
}

static const char *const names[] = {
	"Enter", "Enter", "Enter", "Esc", "Esc", "Tab", "BackTab", "Up", "Down", "Left", "Right",
	"Home", "End", "PgUp", "PgDn", "Backspace", "Delete", "Insert", "F1", "F2", "F5", "F10",
	"C-a", "C-b", "C-c", "C-d", "C-e", "C-g", "C-k", "C-l", "C-n", "C-o", "C-p", "C-r", "C-t",
	"C-u", "C-w", "C-x", "C-]", "C-_", "M-a", "M-x", "M-Enter", "Space", "?", "/", "!", ".",
};

static void one_key(struct tty *y, unsigned *seed, struct buf *out)
{
	static const char torn[][6] = { "\033[", "\033O", "\303", "\360\237", "\033[99~", "\200" };
	static const char acts[] = "dfrsdlcoamxhubeztv!knpgwPyiqQMLO?jywd12345";
	unsigned kind = next(seed) % 16;

	if (kind < 5)
		buf_addc(out, acts[next(seed) % (sizeof acts - 1)]);
	else if (kind < 10)
		tty_key(y, names[next(seed) % (sizeof names / sizeof names[0])], out);
	else if (kind < 15)
		buf_addc(out, (char)(' ' + next(seed) % 95));
	else
		buf_adds(out, torn[next(seed) % 6]);
}

/* A person, a burst, a paste, another size: as it comes. */
static int some_keys(struct tool *t, unsigned *seed)
{
	struct buf out = BUF_INIT;
	unsigned kind = next(seed) % 64;
	int n = 1;

	if (kind == 0) {
		tty_resize(t->now, 1 + (int)(next(seed) % 50), 1 + (int)(next(seed) % 150));
	} else if (kind < 6) {
		bool paste = kind < 4 && modes_paste(&t->now->modes);

		n = 2 + (int)(next(seed) % 40);
		if (paste)
			buf_adds(&out, "\033[200~");
		for (int i = 0; i < n; i++)
			one_key(t->now, seed, &out);
		if (paste)
			buf_adds(&out, "\033[201~");
	} else {
		one_key(t->now, seed, &out);
	}
	t->tempo = (int)(next(seed) % 12);
	tty_press(t, t->now, buf_str(&out), out.len);
	buf_release(&out);
	return n;
}

/* Before it stands there, ^C ends it as it ends any program. */
static void until_it_stands(struct tool *t)
{
	double until = tool_clock() + t->patience;

	while (!modes_full_screen(&t->now->modes) && !t->now->ended && tool_clock() < until)
		tty_pump(t, 10, -1);
}

void monkey_keys(struct tool *t, int count, unsigned seed)
{
	unsigned began = seed;
	int left = 0, tempo = t->tempo;

	until_it_stands(t);
	for (int i = 0; i < count;) {
		i += some_keys(t, &seed);
		if (!t->now->ended)
			continue;
		if (WIFSIGNALED(t->now->status) || WEXITSTATUS(t->now->status) > 4) {
			tool_stop(t, "the monkey of seed %u killed it after %d keys: status %#x", began,
				  i, (unsigned)t->now->status);
			return;
		}
		left++;
		tty_again(t, t->now);
		until_it_stands(t);
	}
	t->tempo = tempo;
	printf("# seed %u: left and came back %d times\n", began, left);
}

void monkey_storm(struct tool *t, int count, unsigned seed)
{
	for (int i = 0; i < count; i++) {
		tty_resize(t->now, 1 + (int)(next(&seed) % 60), 1 + (int)(next(&seed) % 200));
		tty_pump(t, (int)(next(&seed) % 3), -1);
	}
}

/* --- how fast ----------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double until_shown(struct tool *t, const char *key, const char *pattern, double stop)
{
	struct buf bytes = BUF_INIT;
	double began = tool_clock(), shown = -1;

	if (tty_key(t->now, key, &bytes))
		tty_write(t, t->now, buf_str(&bytes), bytes.len);
	buf_release(&bytes);
	while (shown < 0 && tool_clock() < stop) {
		tty_pump(t, 10, -1);
		if (gold_match(t->now, pattern, t))
			shown = t->now->last - began;
	}
	return shown;
}

/* Until a person would press the next. */
static void rest(struct tool *t)
{
	double until = tool_clock() + t->tempo / 1e3;

	while (tool_clock() < until)
		tty_pump(t, 1, -1);
}

/* latency COUNT NAME KEY /shown/ KEY /shown/: in turns; prints median and worst in ms. */
void monkey_latency(struct tool *t, const char *args)
{
	char name[32], key[2][16], pattern[2][128];
	double *took, sum = 0;
	int count;

	if (sscanf(args, "%d %31s %15s /%127[^/]/ %15s /%127[^/]/", &count, name, key[0],
		   pattern[0], key[1], pattern[1]) != 6 || count < 1) {
		tool_stop(t, "latency COUNT NAME KEY /shown/ KEY /shown/");
		return;
	}
	took = mem_alloc((size_t)count * sizeof *took);
	for (int i = 0; i < count && !t->over; i++) {
		took[i] = until_shown(t, key[i % 2], pattern[i % 2], tool_clock() + t->patience);
		sum += took[i];
		rest(t);
		if (took[i] < 0)
			tool_stop(t, "key %d (%s) never showed", i, key[i % 2]);
	}
	qsort(took, (size_t)count, sizeof *took, by_size);
	printf("%s_median %.3f ms\n%s_worst %.3f ms\n%s_mean %.3f ms\n", name,
	       took[count / 2] * 1e3, name, took[count - 1] * 1e3, name, sum / count * 1e3);
	free(took);
}
