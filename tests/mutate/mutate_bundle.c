/* Bundles: mutated as tars, as files, as rows; judged by the program and by the script. */
#include "mutate.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/bundle/tar.h"
#include "bundle.h"
#include "err.h"
#include "journal.h"
#include "mem.h"

/* --- files of a bundle ----------------------------------------------------------------------- */

static void members_copy(struct members *to, const struct members *from)
{
	to->n = from->n;
	for (size_t i = 0; i < from->n; i++) {
		struct member *a = &to->m[i];

		memcpy(a->name, from->m[i].name, sizeof(a->name));
		a->bytes = BUF_INIT;
		buf_add(&a->bytes, buf_str(&from->m[i].bytes), from->m[i].bytes.len);
	}
}

static void members_release(struct members *l)
{
	for (size_t i = 0; i < l->n; i++)
		buf_release(&l->m[i].bytes);
	l->n = 0;
}

static struct member *member_of(struct members *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->m[i].name, name) == 0)
			return &l->m[i];
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void write_manifest(struct members *l)
{
	struct member *manifest = member_of(l, "MANIFEST");
	char *lines[sizeof(l->m) / sizeof(l->m[0])], hex[HASH_HEX_LEN + 1];
	size_t n = 0;

	if (!manifest)
		return;
	for (size_t i = 0; i < l->n; i++) {
		if (&l->m[i] == manifest)
			continue;
		hash_hex_of(buf_str(&l->m[i].bytes), l->m[i].bytes.len, hex);
		lines[n++] = mem_printf("%s  %s  %s\n", l->m[i].name, hex, l->m[i].name);
	}
	qsort(lines, n, sizeof(lines[0]), by_name);
	buf_clear(&manifest->bytes);
	for (size_t i = 0; i < n; i++) {
		buf_adds(&manifest->bytes, strchr(lines[i], ' ') + 2);
		free(lines[i]);
	}
}

static void write_tar(const struct mutate *m, const struct members *l, const char *path)
{
	struct tar_out t = { .mtime = 1, .hash = hash_new() };
	struct err err = { 0 };
	int rc = 0;

	snprintf(t.top, sizeof(t.top), "blackstart-%s", m->run);
	t.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	for (size_t i = 0; i < l->n && !rc; i++) {
		rc = tar_begin(&t, l->m[i].name, (int64_t)l->m[i].bytes.len, &err);
		if (!rc)
			rc = tar_bytes(&t, buf_str(&l->m[i].bytes), l->m[i].bytes.len, &err);
		if (!rc)
			rc = tar_end(&t, &err);
	}
	if (rc || tar_finish(&t, &err))
		mutate_die("%s", err.text);
	close(t.fd);
	hash_free(t.hash);
}

static void read_members(struct mutate *m, const char *path)
{
	struct tar_in t;
	struct err err = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || tar_read(&t, fd, &err))
		mutate_die("%s: %s", path, err.text);
	for (size_t i = 0; i < t.n; i++) {
		struct member *a = &m->members.m[m->members.n++];

		snprintf(a->name, sizeof(a->name), "%s", t.files[i].name);
		buf_add(&a->bytes, m->file.data + t.files[i].at, (size_t)t.files[i].size);
	}
	tar_release(&t);
	close(fd);
}

/* --- what is unpacked ------------------------------------------------------------------------ */

static int run_shell(const char *command, char *said, size_t room)
{
	FILE *f = popen(command, "r");
	size_t n = f ? fread(said, 1, room - 1, f) : 0;

	said[n] = '\0';
	while (f && !feof(f) && fgetc(f) != EOF)
		continue;
	int status = f ? pclose(f) : -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void unpack(const struct mutate *m, const char *tar)
{
	char said[8], *command = mem_printf("cd '%s' && rm -rf u && mkdir u && tar xf '%s' -C u "
					    ">/dev/null 2>&1", m->scratch, tar);

	run_shell(command, said, sizeof(said));
	free(command);
}

/* All that lies in a folder, in order of names. */
static void hash_folder(const char *path, int depth, struct hash_ctx *ctx)
{
	struct dirent **names = NULL;
	int n = depth < 4 ? scandir(path, &names, NULL, alphasort) : 0;

	for (int i = 0; i < n; i++) {
		char *one = mem_printf("%s/%s", path, names[i]->d_name);
		struct buf bytes = BUF_INIT;
		struct stat st;

		if (strcmp(names[i]->d_name, ".") && strcmp(names[i]->d_name, "..") && !lstat(one, &st)) {
			mode_t type = st.st_mode & S_IFMT;

			hash_add(ctx, names[i]->d_name, strlen(names[i]->d_name) + 1);
			hash_add(ctx, &type, sizeof(type));
			if (type == S_IFDIR)
				hash_folder(one, depth + 1, ctx);
			else if (type == S_IFREG)
				mutate_get(one, &bytes);
			hash_add(ctx, &bytes.len, sizeof(bytes.len));
			hash_add(ctx, buf_str(&bytes), bytes.len);
		}
		buf_release(&bytes);
		free(one);
		free(names[i]);
	}
	free(names);
}

static void hash_unpacked(const struct mutate *m, uint8_t ret[HASH_LEN])
{
	struct hash_ctx *ctx = hash_new();
	char *path = mutate_path(m, "u");

	hash_folder(path, 0, ctx);
	hash_end(ctx, ret);
	hash_free(ctx);
	free(path);
}

/* Files and outputs as they were, and the rows. */
static bool same_record(const struct mutate *m, struct members *l)
{
	uint8_t record[HASH_LEN];
	char *path = mutate_path(m, "same.db");
	struct member *db = member_of(l, "record.db");
	bool same = db != NULL;

	if (db)
		mutate_put(path, buf_str(&db->bytes), db->bytes.len);
	same = same && mutate_content(path, true, record) && memcmp(record, m->record, HASH_LEN) == 0;
	for (size_t i = 0; same && i < m->members.n; i++) {
		const struct member *a = &m->members.m[i];
		const struct member *b = member_of(l, a->name);

		if (strchr(a->name, '/'))
			same = b && b->bytes.len == a->bytes.len &&
				memcmp(buf_str(&b->bytes), buf_str(&a->bytes), a->bytes.len) == 0;
	}
	free(path);
	return same;
}

/* --- judging --------------------------------------------------------------------------------- */

static bool by_program(struct mutate *m, const char *tar, const char *const *heads, int n)
{
	const struct bundle_look look = { .heads = heads, .n_heads = n };
	struct extract_result r = { 0 };
	struct err err = { 0 };

	if (bundle_verify(tar, &look, &r, NULL, &err))
		snprintf(m->program, sizeof(m->program), "error: %s", err.text);
	else if (r.verify.whole)
		snprintf(m->program, sizeof(m->program), "whole");
	else
		snprintf(m->program, sizeof(m->program), "NOT WHOLE: %s", r.verify.text);
	return strcmp(m->program, "whole") == 0;
}

static bool by_script(struct mutate *m, const char *const *heads, int n)
{
	struct buf command = BUF_INIT;
	char *said = m->script;

	buf_addf(&command, "cd '%s/u' && { cd */ 2>/dev/null || :; } && exec %s ../../check.sh", m->scratch,
		 m->shell);
	for (int i = 0; i < n; i++)
		buf_addf(&command, " --head %s", heads[i]);
	buf_adds(&command, " 2>&1");
	int status = run_shell(buf_str(&command), said, sizeof(m->script));
	buf_release(&command);
	said[strcspn(said, "\n")] = '\0';
	if (strncmp(said, "DRILL, ", 7) == 0)
		memmove(said, said + 7, strlen(said + 7) + 1);
	if (strncmp(said, "whole: ", 7) == 0)
		said[5] = '\0';
	return status == 0;
}

static enum mut_class judge(struct mutate *m, const char *tar, struct members *l)
{
	const char *const rows[] = { m->head, m->machine }, *const manifest[] = { m->manifest };
	uint8_t content[HASH_LEN];
	bool same_rest, program, script;

	unpack(m, tar);
	hash_unpacked(m, content);
	program = by_program(m, tar, NULL, 0);
	script = by_script(m, NULL, 0);
	m->compared++;
	m->same_words += strcmp(m->program, m->script) == 0;
	if (strcmp(m->program, m->script) && getenv("MUTATE_WORDS"))
		printf("%s: program: %s; script: %s\n", m->what, m->program, m->script);
	if (program != script || (!program && strncmp(m->program, "NOT WHOLE: ", 11)) ||
	    (!script && strncmp(m->script, "NOT WHOLE: ", 11)))
		return MUT_WRONG;
	if (memcmp(content, m->content, HASH_LEN) == 0)
		return program ? MUT_SAME : MUT_WRONG;
	same_rest = l && same_record(m, l);
	if (!program && strstr(m->program, "its signature is false"))
		return MUT_BY_SIGNATURE;
	if (!program)
		return same_rest && member_of(l, "MANIFEST") && !m->anew &&
			strstr(m->program, "record.db: damaged") ? MUT_DAMAGED : MUT_NAMED;
	if (!m->anew && !same_rest)
		return MUT_WRONG;
	program = by_program(m, tar, same_rest ? manifest : rows, same_rest ? 1 : 2);
	script = by_script(m, same_rest ? manifest : rows, same_rest ? 1 : 2);
	if (program && script && !same_rest)
		return MUT_ADDED; /* each row hangs on those before it: with the last, all are there */
	return program || script ? MUT_WRONG : MUT_BY_HEAD;
}

/* --- mutations ------------------------------------------------------------------------------- */

static void one_file(struct mutate *m, struct members *l)
{
	size_t i = mutate_roll(m, l->n), k = mutate_roll(m, l->n);
	struct member *a = &l->m[i], *b = &l->m[k];
	struct buf swap = a->bytes;
	int how = (int)mutate_roll(m, 8);

	snprintf(m->what, sizeof(m->what), "%s: ", a->name);
	switch (how) {
	case 0:
		strcat(m->what, "removed");
		buf_release(&a->bytes);
		*a = l->m[--l->n];
		return;
	case 1:
		snprintf(m->what, sizeof(m->what), "%s and %s: swapped", a->name, b->name);
		a->bytes = b->bytes;
		b->bytes = swap;
		return;
	case 2:
		strcat(m->what, "renamed");
		a->name[mutate_roll(m, strlen(a->name))] = 'x';
		return;
	case 3:
		snprintf(m->what, sizeof(m->what), "a file more, like %s", a->name);
		b = &l->m[l->n++];
		memcpy(b->name, a->name, sizeof(b->name));
		if (mutate_roll(m, 2))
			b->name[strlen(b->name) - 1] = '2';
		b->bytes = BUF_INIT;
		buf_adds(&b->bytes, "more");
		return;
	default:
		mutate_bytes(m, &a->bytes);
	}
}

static void record_rows(struct mutate *m, struct members *l)
{
	struct member *db = member_of(l, "record.db");
	char *path = mutate_path(m, "rows.db");

	mutate_put(path, buf_str(&db->bytes), db->bytes.len);
	mutate_rows(m, path, true);
	mutate_get(path, &db->bytes);
	free(path);
}

enum mut_class mutate_bundle(struct mutate *m)
{
	struct members l = { .n = 0 };
	char *tar = mutate_path(m, "m.tar");
	int how = (int)mutate_roll(m, 10);
	enum mut_class c;

	if (how < 2) {
		struct buf b = BUF_INIT;

		buf_add(&b, m->file.data, m->file.len);
		snprintf(m->what, sizeof(m->what), "tar: ");
		mutate_bytes(m, &b);
		mutate_put(tar, b.data, b.len);
		buf_release(&b);
		c = judge(m, tar, NULL);
	} else {
		members_copy(&l, &m->members);
		if (how < 6)
			one_file(m, &l);
		else
			record_rows(m, &l);
		if (how > 3) {
			write_manifest(&l);
			strcat(m->what, "; MANIFEST anew");
		}
		write_tar(m, &l, tar);
		c = judge(m, tar, &l);
		members_release(&l);
	}
	free(tar);
	return c;
}

/* --- the honest one -------------------------------------------------------------------------- */

static void begin_bundle(struct mutate *m)
{
	static const struct bundle_text texts[] = { { "report.html", "html", 4 }, { "report.md", "md", 2 } };
	struct bundle_made made = { 0 };
	struct journal *j = NULL;
	struct err err = { 0 };
	char *tar = mutate_path(m, "honest.tar"), *script = mutate_path(m, "check.sh"),
	     *db = mutate_path(m, "honest.db");

	unlink(tar);
	if (journal_open(m->journal, JOURNAL_READ, &j, &err) ||
	    bundle_write(j, m->run, tar, texts, 2, &made, &err))
		mutate_die("%s", err.text);
	journal_close(j);
	mutate_get(tar, &m->file);
	read_members(m, tar);
	mutate_put(script, bundle_script(), strlen(bundle_script()));
	hash_hex(made.extract.head, m->head);
	hash_hex(made.extract.machine_head, m->machine);
	hash_hex(made.manifest, m->manifest);
	unpack(m, tar);
	hash_unpacked(m, m->content);
	struct member *record = member_of(&m->members, "record.db");
	mutate_put(db, record->bytes.data, record->bytes.len);
	if (!mutate_content(db, true, m->record))
		mutate_die("the honest record cannot be read");
	if (!by_program(m, tar, NULL, 0) || !by_script(m, NULL, 0))
		mutate_die("false alarm: program: %s; script: %s", m->program, m->script);
	free(tar);
	free(script);
	free(db);
}

void mutate_begin(struct mutate *m, bool bundle)
{
	if (bundle)
		begin_bundle(m);
	else
		mutate_journal_begin(m);
}

void mutate_end(struct mutate *m)
{
	members_release(&m->members);
	buf_release(&m->file);
	buf_release(&m->output);
}
