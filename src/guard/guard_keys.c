/* Can anybody pass: who is known by a key or by codes, and who of them may approve.
 *
 * The signers file is OpenSSH's (ALLOWED SIGNERS in ssh-keygen(1)); here it is only looked at, what
 * counts when somebody signs is ssh-keygen's own reading. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "clock.h"
#include "err.h"
#include "fsio.h"
#include "guard_check.h"
#include "guardint.h"
#include "mem.h"
#include "str.h"

/* Somebody with a means to say who they are. */
struct identity {
	char *name;
	char *key; /* base64; NULL: by codes */
	bool approves, identifies; /* the line allows it for this purpose, and now */
};

struct identities {
	struct identity *v;
	size_t n;
};

static void add(struct identities *all, char *name, char *key, bool approves, bool identifies)
{
	/* of a key that stands there twice the first line counts */
	for (size_t i = 0; key && i < all->n; i++)
		if (str_eq(all->v[i].key, key)) {
			free(name);
			free(key);
			return;
		}
	all->v = mem_grow(all->v, all->n + 1, sizeof(*all->v));
	all->v[all->n++] = (struct identity){ name, key, approves, identifies };
}

static void identities_release(struct identities *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i].name);
		free(all->v[i].key);
	}
	free(all->v);
}

/* --- a line ----------------------------------------------------------------------------------- */

/* The next word; blanks inside of quotes are part of it. Ours to free; NULL at the end. */
static char *take_word(const char **s)
{
	const char *from = *s + strspn(*s, " \t"), *end = from;
	bool quoted = false;

	for (; *end && (quoted || !strchr(" \t", *end)); end++)
		quoted ^= *end == '"';
	*s = end;
	return end == from ? NULL : mem_dupn(from, (size_t)(end - from));
}

static bool is_key_type(const char *s)
{
	return str_starts(s, "ssh-") || str_starts(s, "ecdsa-") || str_starts(s, "sk-");
}

/* The value of an option, without its quotes, in `out`; false where it is not there. */
static bool option(const char *options, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	for (const char *s = options; (s = strcasestr(s, name)); s += n) {
		const char *v = s + n + 2, *end;

		if (strncmp(s + n, "=\"", 2) != 0 || (s != options && s[-1] != ','))
			continue;
		if (!(end = strchr(v, '"')) || (size_t)(end - v) >= size)
			return false;
		memcpy(out, v, (size_t)(end - v));
		out[end - v] = '\0';
		return true;
	}
	return false;
}

/* "YYYYMMDD" or "YYYYMMDDHHMM[SS]" with Z for UTC; ssh-keygen takes one without Z by the local
 * clock, and a day is no matter here. */
static bool key_time(const char *s, int64_t *ret)
{
	char iso[32];
	size_t n = strspn(s, "0123456789");

	if (n != 8 && n != 12 && n != 14)
		return false;
	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", s, s + 4, s + 6,
		 n > 8 ? s + 8 : "00", n > 8 ? s + 10 : "00", n > 12 ? s + 12 : "00");
	return clock_parse(iso, ret);
}

static bool is_valid(const char *options, int64_t wall_ns)
{
	char text[64];
	int64_t t;

	if (option(options, "valid-after", text, sizeof(text)) && key_time(text, &t) && wall_ns < t)
		return false;
	return !option(options, "valid-before", text, sizeof(text)) || !key_time(text, &t) ||
	       wall_ns < t;
}

/* Never more than n times strlen(s) steps: of two stars only the later one is moved. */
static bool matches(const char *pattern, size_t n, const char *s)
{
	size_t i = 0, star = n;
	const char *from = s;

	while (*s) {
		if (i < n && pattern[i] == '*') {
			star = i++;
			from = s;
		} else if (i < n && (pattern[i] == '?' || pattern[i] == *s)) {
			i++;
			s++;
		} else if (star < n) {
			i = star + 1;
			s = ++from;
		} else {
			return false;
		}
	}
	while (i < n && pattern[i] == '*')
		i++;
	return i == n;
}

/* A list of patterns, "!" in front of one that is not meant. */
static bool allows(const char *options, const char *space)
{
	char list[256];
	bool any = false;

	if (!option(options, "namespaces", list, sizeof(list)))
		return true;
	for (const char *s = list; *s; s += s[strcspn(s, ",")] ? strcspn(s, ",") + 1
								 : strcspn(s, ",")) {
		size_t n = strcspn(s, ",");
		bool not = *s == '!';

		if (!matches(s + not, n - not, space))
			continue;
		if (not)
			return false;
		any = true;
	}
	return any;
}

/* A line taken apart; texts are ours to free(). False: it holds no key. */
struct key_line {
	char *name, *options, *key; /* options NULL: there are none */
};

static bool take_parts(const char *line, struct key_line *ret)
{
	char *name = take_word(&line), *word = name ? take_word(&line) : NULL, *options = NULL;

	if (word && !is_key_type(word)) {
		options = word;
		word = take_word(&line);
	}
	*ret = (struct key_line){ name, options,
				  word && is_key_type(word) ? take_word(&line) : NULL };
	free(word);
	return ret->key && name[0] != '#';
}

static void parts_release(struct key_line *k)
{
	free(k->name);
	free(k->options);
	free(k->key);
}

static void take_line(struct identities *all, const char *line, int64_t wall_ns)
{
	struct key_line k;
	bool good = take_parts(line, &k) && is_valid(k.options ? k.options : "", wall_ns);

	/* a pattern or a list stands for many: it says of nobody who it is */
	if (good && !strpbrk(k.name, "*?!,\""))
		add(all, mem_dup(k.name), mem_dup(k.key),
		    allows(k.options ? k.options : "", "blackstart-approval"),
		    allows(k.options ? k.options : "", "blackstart-identity"));
	parts_release(&k);
}

/* --- the files -------------------------------------------------------------------------------- */

static int read_signers(struct identities *all, const char *path, int64_t wall_ns, struct err *err)
{
	struct buf text = BUF_INIT;
	struct stat st;
	int rc = fsio_read(path, GUARD_KEYS_FILE, &text, err);
	char *rest = rc || !text.len ? NULL : text.data, *line;

	if (rc == 0 && (stat(path, &st) || (st.st_mode & S_IWOTH))) {
		rc = err_set(err, ERR_DENIED, "everybody can write %s, so no signature by it "
			     "counts", path);
		rest = NULL;
	}
	while ((line = strsep(&rest, "\n"))) {
		line[strcspn(line, "\r")] = '\0';
		take_line(all, line, wall_ns);
	}
	buf_release(&text);
	return rc;
}

/* Somebody approves, and somebody else, with another key, asks. */
static bool can_pass(const struct identities *all, const struct environment *e)
{
	for (size_t a = 0; a < all->n; a++) {
		bool may = false;

		for (size_t i = 0; all->v[a].approves && i < e->n_approvers; i++)
			may |= str_eq(e->approvers[i], all->v[a].name);
		for (size_t r = 0; may && r < all->n; r++)
			if (all->v[r].identifies && !str_eq(all->v[r].name, all->v[a].name))
				return true;
	}
	return false;
}

static bool is_known(const struct identities *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].approves && str_eq(all->v[i].name, name))
			return true;
	return false;
}

/* complete: every file that could name somebody was read. */
static void check_environment(struct guard_read *r, const struct identities *all,
			      const struct environment *e, bool complete)
{
	for (size_t i = 0; complete && i < e->n_approvers; i++)
		if (!is_known(all, e->approvers[i]))
			guard_say(r, GRULE_APPROVER, e->at,
				  "`%s` may approve for `%s`, and has neither a key among the "
				  "signers that is good for it now, nor a code left",
				  e->approvers[i], e->name);
	if (complete && !can_pass(all, e))
		guard_say(r, GRULE_NOBODY, e->at,
			  "nobody can pass the guard of `%s`: it takes one person who asks and "
			  "another who approves, each with a key or codes of their own", e->name);
}

void guard_check_keys(const struct guard_file *g, const struct guard_owners *owners,
		      int64_t wall_ns, struct findings *f)
{
	const struct environments *envs = &g->envs;
	struct guard_read r = { .in = { .format = &guard_format, .f = f } };
	struct identities all = { 0 };
	struct err err = { 0 };
	bool wanted = false, complete = true;

	f->first = f->n;
	for (size_t i = 0; i < envs->n; i++)
		wanted |= envs->v[i].approve_for < EFFECT_MAX;
	if (wanted && envs->signers && read_signers(&all, envs->signers, wall_ns, &err)) {
		guard_say(&r, GRULE_KEYS, (struct place){ envs->path, 1, 1 }, "signers: %s",
			  err.text);
		complete = false;
	}
	if (wanted && envs->codes && owners && !owners->known)
		guard_say(&r, GRULE_KEYS, (struct place){ envs->path, 1, 1 }, "codes: %s",
			  owners->why ? owners->why : "cannot be read");
	complete &= !envs->codes || (owners && owners->known);
	for (size_t i = 0; owners && i < owners->n; i++)
		add(&all, mem_dup(owners->v[i]), NULL, true, true);
	for (size_t i = 0; i < envs->n; i++)
		if (envs->v[i].approve_for < EFFECT_MAX && envs->v[i].n_approvers &&
		    (envs->signers || envs->codes))
			check_environment(&r, &all, &envs->v[i], complete);
	identities_release(&all);
	findings_sort(f);
}

int guard_key_ends(const char *path, guard_key_end_fn *fn, void *ctx, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = fsio_read(path, GUARD_KEYS_FILE, &text, err);
	char *rest = rc || !text.len ? NULL : text.data, *line, until[64];

	while ((line = strsep(&rest, "\n"))) {
		struct key_line k;
		int64_t at = 0;

		if (take_parts(line, &k)) {
			if (!option(k.options ? k.options : "", "valid-before", until,
				    sizeof(until)) || !key_time(until, &at))
				at = 0;
			fn(ctx, k.name, at);
		}
		parts_release(&k);
	}
	buf_release(&text);
	return rc;
}
