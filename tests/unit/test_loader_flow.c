/* What lint says of values, debts and reach, against walks of the same runbook: random runbooks of
 * sequences, decisions, branches, groups, side by side and forward jumps are walked many times by a
 * few lines of our own, and lint must never have called good what some walk met bad, nor called
 * impossible what some walk did. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "loader.h"
#include "str.h"

enum { BOOKS = 1000, WALKS = 300, NODES = 60, VALUES = 4, DEBTS = 2, GATES = 2, DEEP = 3 };

enum what { CAPTURE, USE, OWE, SETTLE, GROUP, CHOOSE, BRANCH, PARALLEL, END, WHAT_MAX };

struct part {
	enum what what;
	int value;          /* or debt */
	int gate;           /* -1: none; 2k: gate k is open; 2k + 1: it is shut */
	int fail;           /* CAPTURE: 0 ask, 1 continue, 2 goto */
	int id, goal;       /* id of a step; of where it leads, -1: nowhere */
	int line;
	struct part *kid[6];/* of CHOOSE, BRANCH: ways, which are GROUPs */
	int n;
	bool success;
	/* seen by the walks */
	bool reached, met_set, met_unset;
};

struct book {
	struct part node[NODES * 4]; /* what is begun at NODES is finished */
	int n, line;
	unsigned seed;
	struct buf text;
	bool owed_set[DEBTS];   /* some walk ended well with it owed */
};

static unsigned draw(struct book *b, unsigned n)
{
	b->seed = b->seed * 1103515245u + 12345u;
	return (b->seed >> 8) % n;
}

/* --- making ----------------------------------------------------------------------------------- */

/* Steps that a jump may lead to: those behind the place in its own list and the lists around. */
struct later {
	int id[NODES * 4];
	int n;
};

static struct part *new_part(struct book *b, enum what what)
{
	struct part *p = &b->node[b->n++];
	*p = (struct part){ .what = what, .gate = -1, .goal = -1, .id = b->n, .success = true };
	return p;
}

static void make_list(struct book *b, struct part *owner, int depth, const struct later *around,
		      bool may_jump);

static void make_ways(struct book *b, struct part *p, int depth, const struct later *later,
		      bool may_jump)
{
	int n = p->what == BRANCH ? 2 : 2 + (int)draw(b, 2);
	for (int i = 0; i < n && (i < 2 || b->n < NODES); i++) {
		struct part *way = new_part(b, GROUP);
		p->kid[p->n++] = way;
		if (may_jump && later->n && draw(b, 3) == 0)
			way->goal = later->id[draw(b, (unsigned)later->n)];
		else
			make_list(b, way, depth + 1, later, may_jump);
	}
}

static enum what pick(struct book *b, int depth)
{
	static const enum what leaves[] = { CAPTURE, CAPTURE, CAPTURE, USE, USE, USE, OWE, SETTLE };
	static const enum what groups[] = { GROUP, CHOOSE, CHOOSE, BRANCH, BRANCH, PARALLEL, END };
	bool leaf = depth >= DEEP || b->n > NODES || draw(b, 5) < 3;
	return leaf ? leaves[draw(b, COUNT_OF(leaves))] : groups[draw(b, COUNT_OF(groups))];
}

static void make_part(struct book *b, struct part *p, int depth, const struct later *later,
		      bool may_jump)
{
	bool debt = p->what == OWE || p->what == SETTLE;
	p->value = (int)draw(b, debt ? DEBTS : VALUES);
	p->gate = draw(b, 4) == 0 ? (int)draw(b, 2 * GATES) : -1;
	if (p->what == CAPTURE && draw(b, 5) == 0)
		p->fail = 1;
	if (p->what == CAPTURE && !p->fail && may_jump && later->n && draw(b, 5) == 0) {
		p->fail = 2;
		p->goal = later->id[draw(b, (unsigned)later->n)];
	}
	if (p->what == END)
		p->success = draw(b, 2);
	if (p->what == GROUP)
		make_list(b, p, depth + 1, later, may_jump);
	if (p->what == PARALLEL)
		make_list(b, p, depth + 1, &(struct later){ .n = 0 }, false);
	if (p->what == CHOOSE || p->what == BRANCH)
		make_ways(b, p, depth, later, may_jump);
}

/* The steps of a list first, so that each knows which come behind it. */
static void make_list(struct book *b, struct part *owner, int depth, const struct later *around,
		      bool may_jump)
{
	int n = 1 + (int)draw(b, 5);
	for (int i = 0; i < n && (i < 1 || b->n < NODES); i++)
		owner->kid[owner->n++] = new_part(b, pick(b, depth));
	for (int i = 0; i < owner->n; i++) {
		struct later later = *around;
		for (int k = i + 1; k < owner->n && may_jump; k++)
			later.id[later.n++] = owner->kid[k]->id;
		make_part(b, owner->kid[i], depth, &later, may_jump);
	}
}

/* --- writing ---------------------------------------------------------------------------------- */

static void line(struct book *b, int depth, const char *start)
{
	b->line++;
	buf_addf(&b->text, "\n%*s%s", depth * 4, "", start);
}

static void gate_text(struct book *b, int gate)
{
	buf_addf(&b->text, "when: g%d %s 'open'", gate / 2, gate % 2 ? "<>" : "=");
}

static void write_list(struct book *b, const struct part *owner, int depth);

static void write_ways(struct book *b, struct part *p, int depth)
{
	for (int i = 0; i < p->n; i++) {
		const struct part *way = p->kid[i];
		line(b, depth + 1, "- ");
		if (p->what == CHOOSE)
			buf_addf(&b->text, "title: w%d", way->id);
		else if (i == 0)
			gate_text(b, p->value % GATES * 2);
		else
			buf_adds(&b->text, "otherwise: true");
		line(b, depth + 1, "  ");
		if (way->goal >= 0) {
			buf_addf(&b->text, "goto: n%d", way->goal);
			continue;
		}
		buf_adds(&b->text, "steps:");
		write_list(b, way, depth + 2);
	}
}

static void write_part(struct book *b, struct part *p, int depth)
{
	line(b, depth, "- ");
	p->line = b->line;
	buf_addf(&b->text, "{id: n%d, ", p->id);
	if (p->what >= GROUP && p->what != END) {
		b->text.len -= strlen("{");
		b->text.len = (size_t)(strrchr(b->text.data, '{') - b->text.data);
		buf_addf(&b->text, "id: n%d", p->id);
	}
	switch (p->what) {
	case CAPTURE:
		buf_addf(&b->text, "run: x, effect: read, capture: {v%d: int}%s", p->value,
			 p->fail == 1 ? ", on_fail: continue" : "");
		if (p->fail == 2)
			buf_addf(&b->text, ", on_fail: {goto: n%d}", p->goal);
		break;
	case USE:
		buf_addf(&b->text, "do: 'look at ${v%d}'", p->value);
		break;
	case OWE:
		buf_addf(&b->text, "run: x, effect: change, owes: {d%d: y}", p->value);
		break;
	case SETTLE:
		buf_addf(&b->text, "settle: d%d", p->value);
		break;
	case END:
		buf_addf(&b->text, "end: over, success: %s", p->success ? "true" : "false");
		break;
	default:
		break;
	}
	if (p->gate >= 0) {
		if (p->what >= GROUP && p->what != END)
			line(b, depth, "  ");
		else
			buf_adds(&b->text, ", ");
		gate_text(b, p->gate);
	}
	if (p->what < GROUP || p->what == END) {
		buf_adds(&b->text, "}");
		return;
	}
	line(b, depth, "  ");
	if (p->what == CHOOSE) {
		buf_adds(&b->text, "choose: which?");
		line(b, depth, "  options:");
	} else {
		buf_adds(&b->text, p->what == BRANCH ? "branch:" :
				   p->what == PARALLEL ? "parallel:" : "steps:");
	}
	if (p->what == CHOOSE || p->what == BRANCH)
		write_ways(b, p, depth);
	else
		write_list(b, p, depth + 1);
}

static void write_list(struct book *b, const struct part *owner, int depth)
{
	for (int i = 0; i < owner->n; i++)
		write_part(b, owner->kid[i], depth);
}

static void write_book(struct book *b, const struct part *top)
{
	buf_adds(&b->text, "blackstart: 1\ntitle: T\nparams: {g0: , g1: }\nsteps:");
	b->line = 4;
	write_list(b, top, 0);
	/* every name exists, so that none is unknown */
	line(b, 0, "- {id: zz, do: the end}");
	line(b, 0, "- {run: x, effect: change, when: 1 = 0 and g0 = 'x', capture: {v0: int, v1: int, "
		   "v2: int, v3: int}}\n");
}

/* --- walking ---------------------------------------------------------------------------------- */

struct walk {
	struct book *b;
	bool gate[GATES], set[VALUES], owed[DEBTS];
};

enum { GO_ON = -1, OVER = -2 }; /* else: the id that is jumped to */

static int walk_list(struct walk *w, struct part *owner);

static int walk_parallel(struct walk *w, struct part *p)
{
	struct walk before = *w, after = *w;
	int end = GO_ON;
	for (int i = 0; i < p->n; i++) {
		struct part one = { .what = GROUP, .gate = -1, .n = 1, .kid = { p->kid[i] } };
		*w = before;
		if (walk_list(w, &one) == OVER)
			end = OVER;
		for (int v = 0; v < VALUES; v++)
			after.set[v] |= w->set[v];
		for (int d = 0; d < DEBTS; d++)
			if (w->owed[d] != before.owed[d])
				after.owed[d] = w->owed[d];
	}
	*w = after;
	return end;
}

static int walk_way(struct walk *w, struct part *way)
{
	return way->goal >= 0 ? way->goal : walk_list(w, way);
}

static void ends_well(struct walk *w)
{
	for (int d = 0; d < DEBTS; d++)
		w->b->owed_set[d] |= w->owed[d];
}

static int walk_part(struct walk *w, struct part *p)
{
	p->reached = true;
	if (p->gate >= 0 && w->gate[p->gate / 2] != !(p->gate % 2))
		return GO_ON;
	switch (p->what) {
	case CAPTURE:
		if (p->fail && draw(w->b, 2))
			return p->fail == 2 ? p->goal : GO_ON;
		w->set[p->value] = true;
		return GO_ON;
	case USE:
		p->met_set |= w->set[p->value];
		p->met_unset |= !w->set[p->value];
		return GO_ON;
	case OWE:
		w->owed[p->value] = true;
		return GO_ON;
	case SETTLE:
		w->owed[p->value] = false;
		return GO_ON;
	case GROUP:
		return walk_list(w, p);
	case CHOOSE:
		return walk_way(w, p->kid[draw(w->b, (unsigned)p->n)]);
	case BRANCH:
		return walk_way(w, p->kid[p->n > 1 && !w->gate[p->value % GATES]]);
	case PARALLEL:
		return walk_parallel(w, p);
	default:
		if (p->success)
			ends_well(w);
		return OVER;
	}
}

static int walk_list(struct walk *w, struct part *owner)
{
	for (int i = 0; i < owner->n; i++) {
		int to = walk_part(w, owner->kid[i]);
		if (to == GO_ON)
			continue;
		int at = i + 1;
		while (at < owner->n && owner->kid[at]->id != to)
			at++;
		if (to == OVER || at == owner->n)
			return to;
		i = at - 1;
	}
	return GO_ON;
}

/* --- judging ---------------------------------------------------------------------------------- */

static int read_book(void *ctx, const char *path, struct buf *out, struct err *err)
{
	const struct book *b = ctx;
	(void)path;
	(void)err;
	return buf_add(out, buf_str(&b->text), b->text.len);
}

static const struct finding *on_line(const struct findings *f, int at, const char *rule)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].at.line == at && str_eq(f->v[i].rule, rule))
			return &f->v[i];
	return NULL;
}

/* The whole text: a message of the test library would be cut. */
static void tell(const struct book *b, const struct findings *f)
{
	struct buf out = BUF_INIT;
	findings_print(&out, f);
	fprintf(stderr, "%s\n%s", buf_str(&b->text), buf_str(&out));
	buf_release(&out);
}

#define fail_told(b, f, ...) do { tell(b, f); fail_msg(__VA_ARGS__); } while (0)

struct tally {
	size_t uses, doubts, debts;
};

static void judge(struct book *b, const struct findings *f, struct tally *t)
{
	bool debt_told = false;
	for (size_t i = 0; i < f->n; i++)
		debt_told |= str_eq(f->v[i].rule, "never-settled") ||
			     str_eq(f->v[i].rule, "maybe-not-settled") ||
			     str_eq(f->v[i].rule, "end-while-owed");
	for (int i = 0; i < b->n; i++) {
		const struct part *p = &b->node[i];
		bool early = on_line(f, p->line, "used-before-set");
		bool maybe = on_line(f, p->line, "maybe-unset");
		if (p->reached && p->line && on_line(f, p->line, "unreachable"))
			fail_told(b, f, "line %d was reached", p->line);
		if (p->what != USE || !p->reached)
			continue;
		if (p->met_unset && !early && !maybe)
			fail_told(b, f, "line %d can meet v%d unset", p->line, p->value);
		if (p->met_set && early)
			fail_told(b, f, "line %d can meet v%d set", p->line, p->value);
		t->uses++;
		t->doubts += maybe && !p->met_unset;
	}
	for (int d = 0; d < DEBTS; d++) {
		t->debts += b->owed_set[d];
		if (b->owed_set[d] && !debt_told)
			fail_told(b, f, "d%d can be owed at a good end", d);
	}
}

static void try_book(unsigned seed, struct tally *t)
{
	struct book *b = calloc(1, sizeof(*b));
	assert_non_null(b);
	struct loader_source src = { b, read_book };
	struct findings f = { 0 };
	struct runbook *rb = NULL;
	b->seed = seed * 2654435761u + 1;
	struct part top = { .what = GROUP, .gate = -1 };
	make_list(b, &top, 0, &(struct later){ .n = 0 }, true);
	write_book(b, &top);
	assert_int_equal(loader_load("in.yaml", &src, &rb, &f, NULL), 0);
	for (int i = 0; i < WALKS; i++) {
		struct walk w = { .b = b };
		for (int g = 0; g < GATES; g++)
			w.gate[g] = draw(b, 2);
		if (walk_list(&w, &top) == GO_ON)
			ends_well(&w);
	}
	judge(b, &f, t);
	runbook_free(rb);
	findings_release(&f);
	buf_release(&b->text);
	free(b);
}

static void lint_calls_nothing_good_that_a_walk_meets_bad(void **state)
{
	struct tally t = { 0 };
	(void)state;
	for (unsigned seed = 1; seed <= BOOKS; seed++)
		try_book(seed, &t);
	print_message("%zu uses, %zu of them doubted for nothing, %zu debts left\n", t.uses,
		      t.doubts, t.debts);
	assert_true(t.uses > 500 && t.debts > 50);
	assert_true(t.doubts * 5 < t.uses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(lint_calls_nothing_good_that_a_walk_meets_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
