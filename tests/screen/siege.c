/* Keys, bursts, pastes, sizes and signals at one question that only a name answers. After each burst
 * it is led back to the question, seen to stand there, and given the time that makes a key count:
 * what comes next is for the question, and for nothing else.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "screen.h"
#include "str.h"

enum { BURST_MAX = 300, HAND_MAX = 64, SLOW_MS = 14, AGAIN = 3 };

#define READ_S 0.5   /* a question that was put anew takes nothing before */
#define SURE_S 0.1   /* what this machine may be late by, either way */

struct siege {
	struct tool *t;
	unsigned seed;
	const char *name, *ledger, *prompt;
	bool text;           /* pasted it is an answer, too: a code, or none is typed here */
	bool mortal;         /* signals that end the program are sent, too */
	bool fresh;          /* the question was put anew since it stood there last */
	double absent;       /* when it was last seen not to stand there */
	double ripe;         /* from when on keys count there */
	struct buf keys;     /* of the last burst */
	size_t n_first;      /* so many kinds were tried in their turn */
	int wanted, left, bursts, hand, near, rushed, pasted, early, signals, ended;
};

static unsigned next(struct siege *s, unsigned n)
{
	unsigned x = s->seed ? s->seed : 1;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	s->seed = x;
	return (x >> 3) % n;
}

/* --- what stands there ----------------------------------------------------------------------- */

static void settle(struct tool *t, double quiet)
{
	double until = tool_clock() + quiet;

	while (tool_clock() < until)
		if (tty_pump(t, 5, -1))
			until = tool_clock() + quiet;
}

/* All of /one && another/. */
static bool shows(struct tool *t, const char *patterns)
{
	char *all = mem_dup(patterns), *at = all, *and;
	bool is = true;

	for (; is && at; at = and) {
		and = strstr(at, " && ");
		if (and) {
			*and = '\0';
			and += 4;
		}
		is = gold_match(t->now, at, t);
	}
	free(all);
	return is;
}

static void press(struct siege *s, const char *p, size_t n, int tempo)
{
	int was = s->t->tempo;

	s->t->tempo = tempo;
	tty_press(s->t, s->t->now, p, n);
	s->t->tempo = was;
	s->left--;
}

/* The key alone: as a person, who has seen what the one before did. */
static void press_alone(struct siege *s, const char *key)
{
	struct buf b = BUF_INIT;

	settle(s->t, 0.03 * s->t->slow);
	if (tty_key(s->t->now, key, &b))
		press(s, buf_str(&b), b.len, 60);
	else
		tool_stop(s->t, "no key is called %s", key);
	s->left++;
	buf_release(&b);
}

/* --- the way back ---------------------------------------------------------------------------- */

/* The keys of the first way whose pattern is shown, else Esc. */
static void lead(struct siege *s)
{
	const char *keys = "Esc";
	char *all, *at, *key;

	for (size_t i = 0; i < s->t->n_ways; i++)
		if (shows(s->t, s->t->ways[i].pattern)) {
			keys = s->t->ways[i].keys;
			break;
		}
	all = at = mem_dup(keys);
	while (*(key = script_word(&at)) && !s->t->over) {
		if (str_eq(key, "new"))
			s->fresh = true;
		else if (str_eq(key, "wait"))
			settle(s->t, READ_S + SURE_S);
		else
			press_alone(s, key);
	}
	free(all);
	settle(s->t, 0.03 * s->t->slow);
}

static bool is_gone(struct siege *s)
{
	struct tty *y = s->t->now;
	double until = tool_clock() + s->t->patience;

	kill(y->pid, SIGCONT); /* of its own, and of ours, it may have stopped */
	if (!y->ended)
		return false;
	s->ended++;
	s->fresh = true;
	tty_again(s->t, y);
	while (!modes_full_screen(&y->modes) && !y->ended && tool_clock() < until)
		tty_pump(s->t, 10, -1);
	return true;
}

/* True: the question stands there, and nothing lies on it. */
static bool back(struct siege *s)
{
	struct tool *t = s->t;
	double now, until = tool_clock() + t->patience;
	bool there = false;

	tty_resize(t->now, 24, 80);
	if (!s->fresh)
		settle(t, 0.12); /* what came at once is over */
	while (!t->over && tool_clock() < until) {
		is_gone(s);
		now = tool_clock();
		while (tty_pump(t, 0, -1))
			;
		if (shows(t, s->prompt)) {
			there = true;
			break;
		}
		s->absent = now;
		if (s->fresh && tty_pump(t, 100, -1))
			continue; /* on its way */
		if (!access(s->ledger, F_OK))
			break;
		lead(s);
	}
	return there;
}

/* --- what is tried --------------------------------------------------------------------------- */

static const char *const keys[] = {
	"Up", "Down", "Left", "Right", "Home", "End", "Tab", "BackTab", "Delete", "Insert", "F5",
	"C-a", "C-e", "C-k", "C-l", "C-w", "C-]", "M-Enter", "M-y", "Space", "PgUp", "PgDn",
};
/* … and those that leave the question: they come last. */
static const char *const leaving[] = {
	"Enter", "Enter", "Enter", "Enter", "Esc", "Esc", "C-c", "F1", "F10", "C-o", "C-z", "C-g",
};

static void add_letter(struct siege *s, struct buf *b)
{
	buf_addc(b, s->name[next(s, (unsigned)strlen(s->name))]);
}

static void any_key(struct siege *s, bool alone, struct buf *b)
{
	static const char torn[][6] = { "\033[", "\033O", "\303", "\360\237", "\033[99~", "\200" };
	unsigned kind = next(s, 16);

	if (s->text && alone) /* letters are keys there: those that mean nothing */
		buf_addc(b, "Yy \177ZXRFDHW"[2 + next(s, 9)]);
	else if (kind < 8)
		add_letter(s, b);
	else if (kind < 10)
		buf_addc(b, "yY\177\177"[next(s, 4)]);
	else if (kind < 13)
		tty_key(s->t->now, keys[next(s, sizeof keys / sizeof keys[0])], b);
	else if (kind == 13 && !alone)
		buf_adds(b, "\r");
	else if (kind == 14 && !alone)
		buf_adds(b, torn[next(s, 6)]);
	else
		buf_addc(b, (char)('!' + next(s, 94)));
}

static void some_signal(struct siege *s)
{
	static const int all[] = { SIGWINCH, SIGCONT, SIGTSTP, SIGWINCH, SIGINT, SIGTERM, SIGHUP };

	s->signals++;
	kill(s->t->now->pid, all[next(s, s->mortal ? 7 : 4)]);
	if (next(s, 4) == 0)
		tty_resize(s->t->now, 1 + (int)next(s, 50), 1 + (int)next(s, 150));
}

/* One after the other, as typed. */
static void by_hand(struct siege *s)
{
	int n = 4 + (int)next(s, HAND_MAX - 4);

	s->hand++;
	for (int i = 0; i < n && !s->t->now->ended; i++) {
		struct buf b = BUF_INIT;

		any_key(s, true, &b);
		buf_add(&s->keys, buf_str(&b), b.len);
		press(s, buf_str(&b), b.len, (int)next(s, 2) * (SLOW_MS + (int)next(s, 6)));
		buf_release(&b);
		if (next(s, 64) == 0)
			some_signal(s);
	}
	if (next(s, 3) && !s->t->now->ended)
		press_alone(s, leaving[next(s, sizeof leaving / sizeof leaving[0])]);
}

/* All in one write, in brackets as from a terminal that pastes, or bare. */
static void at_once(struct siege *s)
{
	int n = 10 + (int)next(s, BURST_MAX - 10);
	bool brackets = next(s, 3) == 0 && modes_paste(&s->t->now->modes);
	struct buf b = BUF_INIT;

	buf_adds(&b, brackets ? "\033[200~" : "");
	for (int i = 0; i < n; i++)
		any_key(s, false, &b);
	buf_adds(&b, brackets ? "\033[201~" : "");
	buf_add(&s->keys, buf_str(&b), b.len);
	press(s, buf_str(&b), b.len, 0);
	s->left -= n - 1;
	buf_release(&b);
}

/* The name, and its Enter with it. */
static void rushed(struct siege *s)
{
	buf_addf(&s->keys, "%s\r", s->name);
	press(s, buf_str(&s->keys), s->keys.len, 0);
	s->left -= (int)s->keys.len - 1;
	s->rushed++;
}

/* The name from the clipboard; Enter is pressed. */
static void pasted(struct siege *s)
{
	if (s->text || !modes_paste(&s->t->now->modes))
		return;
	buf_addf(&s->keys, "\033[200~%s%s\033[201~", s->name, next(s, 2) ? "" : "\r");
	press(s, buf_str(&s->keys), s->keys.len, 150);
	press_alone(s, "Enter");
	s->left -= (int)strlen(s->name);
	s->pasted++;
}

/* Nearly the name. */
static void bend(struct siege *s, struct buf *b)
{
	size_t n = strlen(s->name), i = next(s, (unsigned)n - 1), j;
	char *p;

	buf_adds(b, s->name);
	p = b->data;
	while (s->text && (i < n / 2 || p[i] == '-')) /* a code begins with which of all it is */
		i = i + 1;
	j = i;
	while (p[j] == p[i] || p[j] == '-')
		j = (j + 1) % n;
	switch (s->text ? 0 : next(s, 6)) {
	case 0: p[i] = p[j]; break;
	case 1: memmove(p + i, p + i + 1, n - i); buf_cut(b, n - 1); break;
	case 2: buf_cut(b, i ? i : 1); break;
	case 3: buf_addc(b, ' '); break;
	case 4: buf_addc(b, p[j]); break;
	default: *p ^= 0x20; break;
	}
}

static void type_name(struct siege *s, const char *name)
{
	for (; *name && !s->t->now->ended; name++) {
		buf_addc(&s->keys, *name);
		press(s, name, 1, SLOW_MS + (int)next(s, 6));
	}
}

/* Whether there is something to cut: an Enter that came too close to a letter took nothing. */
static bool text_stands(struct siege *s)
{
	for (size_t i = 0; i < s->t->n_ways; i++)
		if (strstr(s->t->ways[i].keys, "C-u") && shows(s->t, s->t->ways[i].pattern))
			return true;
	return false;
}

static void nearly(struct siege *s)
{
	struct buf b = BUF_INIT;

	bend(s, &b);
	type_name(s, buf_str(&b));
	for (int i = 0; i < AGAIN && (!i || text_stands(s)); i++)
		press_alone(s, "Enter");
	s->near++;
	buf_release(&b);
}

/* The name itself, its first letter certainly before anybody can have read the question. */
static void too_early(struct siege *s)
{
	buf_addc(&s->keys, s->name[0]);
	press(s, s->name, 1, SLOW_MS);
	if (tool_clock() - s->absent > READ_S - SURE_S)
		return;
	type_name(s, s->name + 1);
	settle(s->t, 0.03);
	press(s, "\r", 1, 60);
	s->early++;
}

static void burst(struct siege *s)
{
	static void (*const what[])(struct siege *s) = {
		by_hand, by_hand, by_hand, by_hand, at_once, at_once, at_once, at_once, at_once,
		rushed, pasted, nearly, nearly,
	};
	static const size_t first[] = { 11, 9, 10, 0, 4 }; /* each of them at least once */
	size_t n = sizeof what / sizeof what[0], n_first = sizeof first / sizeof first[0];
	bool fresh = s->fresh;

	s->fresh = false;
	buf_clear(&s->keys);
	s->bursts++;
	if (fresh)
		s->ripe = tool_clock() + READ_S + SURE_S;
	if (fresh && !s->text && (!s->early || next(s, 2))) {
		too_early(s);
		return;
	}
	while (tool_clock() < s->ripe)
		tty_pump(s->t, 5, -1);
	what[s->n_first < n_first ? first[s->n_first++] : next(s, (unsigned)n)](s);
}

/* --- the words of the script ----------------------------------------------------------------- */

/* way /pattern/ KEY…: towards the question, from where the pattern is shown; all end without one.
 * Among the keys: "new", it will be put anew; "wait", until it counts keys. */
void siege_way(struct tool *t, char *args)
{
	char *keys_at, *pattern;

	if (!*args)
		while (t->n_ways) {
			free(t->ways[--t->n_ways].pattern);
			free(t->ways[t->n_ways].keys);
		}
	else if (t->n_ways == SCREEN_WAYS_MAX)
		tool_stop(t, "more than %d ways", SCREEN_WAYS_MAX);
	else if ((pattern = script_pattern(t, args, &keys_at))) {
		t->ways[t->n_ways].pattern = mem_dup(pattern);
		t->ways[t->n_ways++].keys = mem_dup(keys_at + strspn(keys_at, " "));
	}
}

static void tell(struct siege *s, unsigned began)
{
	char *file = mem_printf("%s.given", s->ledger);
	FILE *f = fopen(file, "we");
	bool all;

	if (f)
		fprintf(f, "%d\n", s->near);
	if (!f || fclose(f))
		tool_fail(s->t, "%s cannot be written", file);
	free(file);
	printf("# seed %u: %d bursts, %d by hand; nearly the name %d, at once %d, pasted %d, too "
	       "early %d; %d signals, came back %d times\n", began, s->bursts, s->hand, s->near,
	       s->rushed, s->pasted, s->early, s->signals, s->ended);
	/* Within the first half second: a machine that is slow that day has no time for it in a
	 * short siege. */
	all = s->hand && s->near && s->rushed &&
	      (s->text || (s->pasted && (s->early || s->wanted < 1000)));
	if (!s->t->over && !all)
		tool_fail(s->t, "not all of it was tried: more keys");
}

/* siege COUNT SEED NAME LEDGER [text] [mortal] /the question/: LEDGER is a file that is there once
 * the name was taken. */
void siege_lay(struct tool *t, char *args)
{
	struct siege s = { .t = t, .left = (int)strtol(script_word(&args), NULL, 10) };
	unsigned began;

	s.wanted = s.left;
	began = s.seed = (unsigned)strtoul(script_word(&args), NULL, 10);

	s.name = script_word(&args);
	s.ledger = script_word(&args);
	while (*args && *args != '/') {
		char *word = script_word(&args);

		s.text |= str_eq(word, "text");
		s.mortal |= str_eq(word, "mortal");
	}
	s.prompt = script_pattern(t, args, NULL);
	s.absent = tool_clock();
	if (s.mortal) { /* whoever comes back is asked anew */
		kill(t->now->pid, SIGHUP);
		tty_wait_end(t, t->now, t->patience);
	}
	while ((s.left > 0 || s.n_first < 5) && !t->over && back(&s) && access(s.ledger, F_OK))
		burst(&s);
	if (!t->over && (s.left > 0 || !back(&s) || !access(s.ledger, F_OK))) {
		struct buf shown = BUF_INIT;

		str_printable(&shown, buf_str(&s.keys), s.keys.len, false);
		tool_stop(t, "seed %u, burst %d: %s after: %s", began, s.bursts,
			  access(s.ledger, F_OK) ? "it did not find back" : "IT GOT THROUGH",
			  buf_str(&shown));
		buf_release(&shown);
	}
	tell(&s, began);
	buf_release(&s.keys);
}
