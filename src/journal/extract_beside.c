/* What lies beside record.db, by its rows: the files that the run stood on, and what its commands
 * printed. check.sh makes the same passes in the same order. */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "extract_check.h"
#include "json.h"
#include "kind.h"

static bool is_plain(const char *s, const char *fit, size_t most)
{
	size_t n = s ? strlen(s) : 0;
	return n > 0 && n <= most && strspn(s, fit) == n;
}

bool extract_file_name(char ret[EXTRACT_NAME_MAX], int64_t n, const char *role)
{
	if (n < 1 || !is_plain(role, "abcdefghijklmnopqrstuvwxyz-", 32))
		return false;
	snprintf(ret, EXTRACT_NAME_MAX, "files/%lld.%s", (long long)n, role);
	return true;
}

/* A token of the engine's: "c1-17". */
bool extract_output_name(char ret[EXTRACT_NAME_MAX], int64_t seq, const char *token,
			 const char *stream)
{
	if (!is_plain(token, "abcdefghijklmnopqrstuvwxyz0123456789-", 24) ||
	    !(strcmp(stream ? stream : "", "out") == 0 || strcmp(stream, "err") == 0 ||
	      strcmp(stream, "tty") == 0))
		return false;
	snprintf(ret, EXTRACT_NAME_MAX, "output/%06lld.%s.%s", (long long)seq, token, stream);
	return true;
}

/* 0: it is there and has that digest; else what is wrong with it. */
static const char *wrong_with(struct extract_check *c, const char *name, const char *hex)
{
	uint8_t hash[HASH_LEN];
	char got[HASH_HEX_LEN + 1];
	if (!c->files->has(c->files->ctx, name, hash))
		return "missing";
	hash_hex(hash, got);
	return strcmp(got, hex) == 0 ? NULL : "altered";
}

/* --- pinned files ---------------------------------------------------------------------------- */

/* Columns: n, run, role, path, sha256, hash. */
static int check_pin_place(struct extract_check *c, sqlite3_stmt *st)
{
	long long n = sqlite3_column_int64(st, 0);
	if (n != c->n + 1)
		return extract_defect(c, 0, "pinned file %lld: missing", (long long)c->n + 1);
	c->n = n;
	return 0;
}

static int check_pin_row(struct extract_check *c, sqlite3_stmt *st)
{
	long long n = sqlite3_column_int64(st, 0);
	struct chain_text run = extract_text(st, 1), role = extract_text(st, 2),
		path = extract_text(st, 3);
	const uint8_t *sha256 = column_digest(st, 4), *own = column_digest(st, 5);
	uint8_t hash[HASH_LEN];
	bool sound = sha256 && own && run.n == strlen(run.p) && role.n == strlen(role.p) &&
		path.n == strlen(path.p) && strcmp(run.p, c->run) == 0;
	if (sound) {
		chain_pin(&c->chain, run.p, n, role.p, path.p, sha256, hash);
		sound = memcmp(hash, own, HASH_LEN) == 0;
	}
	if (!sound)
		return extract_defect(c, 0, "pinned file %lld: its row is altered", n);
	return 0;
}

static int check_pin_bytes(struct extract_check *c, sqlite3_stmt *st)
{
	long long n = sqlite3_column_int64(st, 0);
	char name[EXTRACT_NAME_MAX], hex[HASH_HEX_LEN + 1];
	if (!extract_file_name(name, n, extract_text(st, 2).p))
		return extract_defect(c, 0, "pinned file %lld: its row is altered", n);
	hash_hex(column_digest(st, 4), hex);
	const char *wrong = wrong_with(c, name, hex);
	return wrong ? extract_defect(c, 0, "%s: %s", name, wrong) : 0;
}

/* Columns: the number of an event, path of a file that it names and that is not kept. */
static int not_kept(struct extract_check *c, sqlite3_stmt *st)
{
	int64_t seq = sqlite3_column_int64(st, 0);
	return extract_defect(c, seq, "event %lld: a file that it names is not kept",
			      (long long)seq);
}

static int not_named(struct extract_check *c, sqlite3_stmt *st)
{
	return extract_defect(c, 0, "pinned file %lld: no event names it",
			      (long long)sqlite3_column_int64(st, 0));
}

/* A book that was called in brings files that its own row does not name: with one nothing can be
 * said of files that no row names. */
int extract_check_files(struct extract_check *c)
{
	static const char rows[] = "SELECT n, run, role, path, sha256, hash FROM run_pin ORDER "
		"BY n";
	static const char missing[] = "SELECT 1 FROM event, json_each(payload, '$.files') f"
		" WHERE seq = 1 AND json_valid(payload) AND NOT EXISTS (SELECT 1 FROM run_pin"
		" WHERE role IS f.value ->> '$.role' AND path IS f.value ->> '$.path'"
		" AND lower(hex(sha256)) IS f.value ->> '$.sha256') LIMIT 1";
	/* Of what is left of a first row only digests: what is hidden may be a part of names. */
	static const char left[] = "SELECT 1 FROM (SELECT rest FROM removal"
		" WHERE what = 'redacted' ORDER BY id DESC LIMIT 1),"
		" json_each(rest, '$.\"1\".files') f"
		" WHERE json_valid(rest)"
		" AND EXISTS (SELECT 1 FROM event WHERE seq = 1 AND payload IS NULL)"
		" AND length(f.value ->> '$.sha256') = 64"
		" AND f.value ->> '$.sha256' NOT GLOB '*[^0-9a-f]*'"
		" AND f.value ->> '$.sha256' NOT IN (SELECT lower(hex(sha256)) FROM run_pin)"
		" LIMIT 1";
	static const char books[] = "SELECT seq FROM event WHERE kind = 'book'"
		" AND payload ->> '$.sha256' NOT IN (SELECT lower(hex(sha256)) FROM run_pin)"
		" ORDER BY seq LIMIT 1";
	static const char extra[] = "SELECT n FROM run_pin"
		" WHERE NOT EXISTS (SELECT 1 FROM event WHERE kind = 'book'"
		"  OR seq = 1 AND payload IS NULL)"
		" AND NOT EXISTS (SELECT 1 FROM event, json_each(payload, '$.files') f"
		" WHERE seq = 1 AND role IS f.value ->> '$.role' AND run_pin.path IS f.value "
		"->> '$.path'"
		" AND lower(hex(sha256)) IS f.value ->> '$.sha256') ORDER BY n LIMIT 1";
	static const struct extract_pass passes[] = {
		{ rows, check_pin_place }, { rows, check_pin_row }, { rows, check_pin_bytes },
		{ missing, not_kept }, { left, not_kept }, { books, not_kept },
		{ extra, not_named },
	};
	c->n = 0;
	int rc = extract_passes(c, passes, EXTRACT_N(passes));
	c->r->extract.files = c->n;
	if (rc == 0 && !extract_bad(c) && c->n != c->files->files)
		extract_defect(c, 0, "files/: a file that no row names");
	return rc;
}

/* --- outputs --------------------------------------------------------------------------------- */

/* Columns: seq, payload. */
static int check_output(struct extract_check *c, sqlite3_stmt *st)
{
	long long seq = sqlite3_column_int64(st, 0);
	struct chain_text payload = extract_text(st, 1);
	struct json *body = NULL;
	char name[EXTRACT_NAME_MAX];
	const char *wrong = "names no output", *hex;
	if (json_parse(payload.p, payload.n, &body, NULL) == 0) {
		hex = json_str(body, "sha256");
		if (is_plain(hex, "0123456789abcdef", HASH_HEX_LEN) &&
		    extract_output_name(name, seq, json_str(body, "token"),
					json_str(body, "stream")))
			wrong = wrong_with(c, name, hex);
		else
			name[0] = '\0';
	} else {
		name[0] = '\0';
	}
	json_free(body);
	c->r->outputs++;
	if (wrong && name[0])
		return extract_defect(c, seq, "%s: %s", name, wrong);
	return wrong ? extract_defect(c, seq, "event %lld: %s", seq, wrong) : 0;
}

static int count_pruned(struct extract_check *c, sqlite3_stmt *st)
{
	c->r->pruned = sqlite3_column_int64(st, 0);
	return 0;
}

int extract_check_outputs(struct extract_check *c)
{
	int rc = extract_each(c, "SELECT seq, payload FROM event e WHERE kind = 'output'"
			      " AND NOT EXISTS (SELECT 1 FROM removal r WHERE r.what = 'pruned'"
			      " OR r.what = 'redacted' AND (instr(r.outputs, ',' || e.seq || ',')"
			      " OR instr(r.payloads, ',' || e.seq || ','))) ORDER BY seq",
			      check_output);
	c->r->verify.chunks = c->r->outputs;
	if (rc == 0 && c->r->extract.pruned)
		rc = extract_each(c, "SELECT count(*) FROM event WHERE kind = 'output'",
				  count_pruned);
	if (rc == 0 && !extract_bad(c) && c->r->outputs != c->files->outputs)
		extract_defect(c, 0, "output/: a file that no row names");
	return rc;
}
