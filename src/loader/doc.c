/* libyaml's events into nodes. A stack of open containers instead of recursion: the depth is ours
 * to bound, and no file can take the program's stack. */
#include "doc.h"

#include <string.h>
#include <yaml.h>

#include "arena.h"
#include "limits.h"
#include "mem.h"
#include "nameset.h"
#include "utf8.h"

struct open_node {
	struct node *node;
	struct node *key; /* MAP: waits for its value */
};

struct parse {
	struct doc *doc;
	struct diag *diag;
	struct arena *nodes, *texts;
	yaml_parser_t yaml;
	struct open_node stack[LIMIT_YAML_DEPTH];
	size_t depth;
	int documents;
	bool stop; /* over a limit: nothing more is read */
};

static const enum node_style styles[] = {
	[YAML_ANY_SCALAR_STYLE] = NODE_PLAIN,
	[YAML_PLAIN_SCALAR_STYLE] = NODE_PLAIN,
	[YAML_SINGLE_QUOTED_SCALAR_STYLE] = NODE_SINGLE,
	[YAML_DOUBLE_QUOTED_SCALAR_STYLE] = NODE_DOUBLE,
	[YAML_LITERAL_SCALAR_STYLE] = NODE_LITERAL,
	[YAML_FOLDED_SCALAR_STYLE] = NODE_FOLDED,
};

static struct place place_of(const struct parse *p, const yaml_mark_t *mark)
{
	return (struct place){ p->doc->path, (int)mark->line + 1, (int)mark->column + 1 };
}

#define SHELL_HINT "; a command with `: `, #, quotes or brackets goes on the lines under `run: |`"

static const char *shell_hint(struct parse *p, int line)
{
	return doc_line_is_shell(p->doc, line) ? SHELL_HINT : "";
}

static void set_end(struct node *n, const yaml_event_t *ev)
{
	n->to = ev->end_mark.index;
}

static struct node *node_new(struct parse *p, enum node_kind kind, const yaml_event_t *ev)
{
	struct node *n = arena_alloc(p->nodes, sizeof(*n));
	n->kind = kind;
	n->line = (int)ev->start_mark.line + 1;
	n->col = (int)ev->start_mark.column + 1;
	n->from = ev->start_mark.index;
	set_end(n, ev);
	return n;
}

static void check_key(struct parse *p, struct node *key)
{
	struct place at = doc_place(p->doc, key);
	if (key->kind != NODE_SCALAR) {
		key->bad = true;
		diag_add(p->diag, RULE_SHAPE, at, "a key must be a word, not a %s%s",
			 key->kind == NODE_MAP ? "mapping" : "list", shell_hint(p, key->line));
	} else if (key->style == NODE_PLAIN && strcmp(key->s, "<<") == 0) {
		key->bad = true;
		diag_add(p->diag, RULE_MERGE, at, "merge keys (<<) are refused; write it out");
	}
}

/* Puts a node where it belongs: the root, an item, a key, a key's value. */
static void place_node(struct parse *p, struct node *n)
{
	if (!p->depth) {
		p->doc->root = n;
		return;
	}
	struct open_node *top = &p->stack[p->depth - 1];
	if (top->node->kind == NODE_MAP && !top->key) {
		top->key = n;
		check_key(p, n);
		return;
	}
	if (top->node->kind == NODE_MAP) {
		n->key = top->key;
		n->bad |= top->key->bad;
		top->key = NULL;
	}
	if (top->node->last)
		top->node->last->next = n;
	else
		top->node->first = n;
	top->node->last = n;
	top->node->n++;
}

static void over_limit(struct parse *p, struct place at, const char *what, int limit)
{
	diag_add(p->diag, RULE_LIMIT, at, "%s (the limit is %d); nothing behind it is read", what,
		 limit);
	p->stop = true;
}

/* Anchors and tags are reported, and the node is read as if they were not there. */
static void refuse_extras(struct parse *p, struct node *n, const yaml_char_t *anchor,
			  const yaml_char_t *tag)
{
	struct place at = doc_place(p->doc, n);
	if (anchor) {
		n->bad = true;
		diag_add(p->diag, RULE_ANCHOR, at, "anchors (&%s) are refused; write it out%s",
			 (const char *)anchor, shell_hint(p, n->line));
	}
	if (tag) {
		n->bad = true;
		diag_add(p->diag, RULE_TAG, at,
			 "tags (%s) are refused: the format says what type each value has%s",
			 (const char *)tag, shell_hint(p, n->line));
	}
}

static void on_scalar(struct parse *p, const yaml_event_t *ev)
{
	size_t len = ev->data.scalar.length;
	const char *s = (const char *)ev->data.scalar.value;
	if (len > LIMIT_SCALAR_BYTES) {
		over_limit(p, place_of(p, &ev->start_mark), "a text of too many bytes",
			   LIMIT_SCALAR_BYTES);
		return;
	}
	struct node *n = node_new(p, NODE_SCALAR, ev);
	n->style = styles[ev->data.scalar.style];
	n->s = arena_dupn(p->texts, s, len);
	n->len = len;
	refuse_extras(p, n, ev->data.scalar.anchor, ev->data.scalar.tag);
	if (memchr(s, '\0', len)) {
		diag_add(p->diag, RULE_ENCODING, doc_place(p->doc, n),
			 "a NUL character has no place in a text");
		n->len = strlen(n->s);
		n->bad = true;
	}
	place_node(p, n);
}

static void on_alias(struct parse *p, const yaml_event_t *ev)
{
	struct node *n = node_new(p, NODE_SCALAR, ev);
	n->s = "";
	n->bad = true;
	diag_add(p->diag, RULE_ANCHOR, doc_place(p->doc, n),
		 "aliases (*%s) are refused; write it out%s", (const char *)ev->data.alias.anchor,
		 shell_hint(p, n->line));
	place_node(p, n);
}

static void on_open(struct parse *p, const yaml_event_t *ev, enum node_kind kind)
{
	if (p->depth == LIMIT_YAML_DEPTH) {
		over_limit(p, place_of(p, &ev->start_mark), "nested too deep", LIMIT_YAML_DEPTH);
		return;
	}
	bool map = kind == NODE_MAP;
	struct node *n = node_new(p, kind, ev);
	n->flow = map ? ev->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE :
			ev->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
	refuse_extras(p, n, map ? ev->data.mapping_start.anchor : ev->data.sequence_start.anchor,
		      map ? ev->data.mapping_start.tag : ev->data.sequence_start.tag);
	place_node(p, n);
	p->stack[p->depth++] = (struct open_node){ n, NULL };
}

static void duplicate(struct parse *p, struct node *again, const struct node *first)
{
	again->bad = true;
	diag_add(p->diag, RULE_DUPLICATE_KEY, doc_place(p->doc, again->key),
		 "`%s` stands here twice; the first is in line %d", again->key->s,
		 first->key->line);
}

static bool same_key(const struct node *a, const struct node *b)
{
	return a->key->kind == NODE_SCALAR && b->key->kind == NODE_SCALAR &&
	       a->key->len == b->key->len && memcmp(a->key->s, b->key->s, a->key->len) == 0;
}

enum { FEW_KEYS = 12 };

static void check_duplicates(struct parse *p, struct node *map)
{
	if (map->n <= FEW_KEYS) {
		for (struct node *b = map->first; b; b = b->next)
			for (const struct node *a = map->first; a != b; a = a->next)
				if (same_key(a, b)) {
					duplicate(p, b, a);
					break;
				}
		return;
	}
	struct nameset seen = { 0 };
	for (struct node *v = map->first; v; v = v->next) {
		bool is_new = true;
		if (v->key->kind != NODE_SCALAR)
			continue;
		size_t first = nameset_put(&seen, v->key->s, v->key->len, (size_t)v, &is_new);
		if (!is_new)
			duplicate(p, v, (const struct node *)first);
	}
	nameset_release(&seen);
}

static void on_close(struct parse *p, const yaml_event_t *ev)
{
	struct node *n = p->stack[--p->depth].node;
	set_end(n, ev);
	if (n->kind == NODE_MAP)
		check_duplicates(p, n);
}

static void on_event(struct parse *p, const yaml_event_t *ev)
{
	if (ev->type == YAML_DOCUMENT_START_EVENT && p->documents++ == 1)
		diag_add(p->diag, RULE_DOCUMENT, place_of(p, &ev->start_mark),
			 "a second document; a runbook is one file with one document");
	if (p->documents > 1)
		return;
	switch (ev->type) {
	case YAML_SCALAR_EVENT:
		on_scalar(p, ev);
		break;
	case YAML_ALIAS_EVENT:
		on_alias(p, ev);
		break;
	case YAML_MAPPING_START_EVENT:
		on_open(p, ev, NODE_MAP);
		break;
	case YAML_SEQUENCE_START_EVENT:
		on_open(p, ev, NODE_SEQ);
		break;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		on_close(p, ev);
		break;
	default:
		break;
	}
	if (!p->stop)
		p->doc->end = ev->end_mark.index;
}

static void syntax_error(struct parse *p)
{
	const yaml_parser_t *y = &p->yaml;
	if (y->error == YAML_MEMORY_ERROR || y->error == YAML_NO_ERROR)
		mem_none(); /* it is not the file that is at fault */
	const char *problem = y->problem ? y->problem : "it cannot be read";
	struct place at = place_of(p, &y->problem_mark);
	const char *hint = shell_hint(p, at.line);
	if (!*hint && y->context)
		hint = shell_hint(p, (int)y->context_mark.line + 1);
	if (y->context && y->context_mark.line + 1 != (size_t)at.line)
		diag_add(p->diag, RULE_YAML, at, "%s, %s that starts in line %zu%s", problem,
			 y->context, y->context_mark.line + 1, hint);
	else
		diag_add(p->diag, RULE_YAML, at, "%s%s%s%s", problem, y->context ? ", " : "",
			 y->context ? y->context : "", hint);
}

static void cut_open_nodes(struct parse *p)
{
	p->doc->cut = true;
	while (p->depth) {
		struct node *n = p->stack[--p->depth].node;
		n->cut = true;
		if (n->kind == NODE_MAP)
			check_duplicates(p, n);
	}
}

/* The text ends early at a character that has no place in it: the last nodes may go on behind. */
static void cut_last_nodes(struct doc *d)
{
	d->cut = true;
	for (struct node *n = d->root; n; n = n->last)
		n->cut = true;
}

static void read_events(struct parse *p, size_t n)
{
	yaml_parser_set_input_string(&p->yaml, (const unsigned char *)p->doc->text, n);
	for (bool end = false; !end && !p->stop;) {
		yaml_event_t ev;
		if (!yaml_parser_parse(&p->yaml, &ev)) {
			syntax_error(p);
			p->stop = p->documents <= 1;
			break;
		}
		end = ev.type == YAML_STREAM_END_EVENT;
		on_event(p, &ev);
		yaml_event_delete(&ev);
	}
	if (p->stop)
		cut_open_nodes(p);
}

/* Whether YAML refuses the character at s. It is UTF-8, and no printable ASCII. */
static bool is_refused(const char *s, bool first)
{
	const unsigned char *u = (const unsigned char *)s;
	if (u[0] < 0x20 || u[0] == 0x7f)
		return u[0] != '\t' && u[0] != '\n' && u[0] != '\r';
	if (u[0] == 0xc2)
		return u[1] < 0xa0 && u[1] != 0x85;
	if (u[0] == 0xef && u[1] == 0xbb && u[2] == 0xbf)
		return !first;
	return u[0] == 0xef && u[1] == 0xbf && u[2] >= 0xbe;
}

/* Offset of the first byte that cannot be in a YAML file, reported; n for none. */
static size_t check_bytes(struct doc *d, struct diag *diag)
{
	size_t end = utf8_check(d->text, d->n), at = 0;
	unsigned char all = 0;
	for (; at < end; at++) {
		unsigned char c = (unsigned char)d->text[at];
		all |= c;
		if ((c < 0x20 || c >= 0x7f) && is_refused(d->text + at, at == 0))
			break;
	}
	d->ascii = at == d->n && all < 0x80;
	if (at == d->n)
		return d->n;
	if (at < end)
		diag_add(diag, RULE_ENCODING, doc_at(d, at),
			 "control characters are refused, and nothing behind this one is read");
	else
		diag_add(diag, RULE_ENCODING, doc_at(d, at),
			 "byte 0x%02X is no UTF-8, and nothing behind it is read; save the file "
			 "as UTF-8",
			 (unsigned char)d->text[at]);
	return at;
}

void doc_parse(struct doc *d, struct arena *nodes, struct arena *texts, struct diag *diag)
{
	struct parse p = { .doc = d, .diag = diag, .nodes = nodes, .texts = texts };
	size_t end = check_bytes(d, diag);
	size_t line = end;
	while (end < d->n && line && d->text[line - 1] != '\n')
		line--;
	if (!yaml_parser_initialize(&p.yaml))
		mem_none();
	read_events(&p, line);
	yaml_parser_delete(&p.yaml);
	if (end < d->n)
		cut_last_nodes(d);
}
