/* Files that people bring: into the record, in one commit with the row that names them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "keeper_outside.h"
#include "keeper_parts.h"
#include "limits.h"
#include "mask.h"
#include "mem.h"

enum { PART = 1 << 20 };

/* What is masked on its way through would not be the file any more: it is refused. */
static bool has_secret(const struct keeper *k, const char *bytes, size_t n)
{
	struct mask m = { .hide = &k->secrets.hide };
	struct buf out = { .secret = true };
	size_t done = 0;
	bool same = true;

	for (size_t at = 0; same && at < n; at += PART) {
		mask_add(&m, bytes + at, n - at < PART ? n - at : PART, &out);
		same = done + out.len <= n && !memcmp(bytes + done, buf_str(&out), out.len);
		done += out.len;
		buf_clear(&out);
	}
	mask_end(&m, &out);
	same = same && done + out.len == n && !memcmp(bytes + done, buf_str(&out), out.len);
	buf_release(&out);
	return !same;
}

/* Nobody can change what is sealed, and reading it waits for nothing. */
static const char *wrong_bytes(int fd, int64_t *ret_n)
{
	const int sealed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	struct stat st;
	int seals = fd >= 0 ? fcntl(fd, F_GET_SEALS) : -1;

	if (seals < 0 || (seals & sealed) != sealed || fstat(fd, &st))
		return "its bytes did not come with it";
	*ret_n = st.st_size;
	return st.st_size > LIMIT_ATTACH_BYTES ? "the file is too large" : NULL;
}

static const char *look(const struct keeper *k, int fd, int64_t *ret_n,
			char ret_hex[HASH_HEX_LEN + 1])
{
	const char *why = wrong_bytes(fd, ret_n);
	void *p;

	if (why || *ret_n == 0) {
		hash_hex_of("", 0, ret_hex);
		return why;
	}
	p = mmap(NULL, (size_t)*ret_n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return "its bytes cannot be read";
	hash_hex_of(p, (size_t)*ret_n, ret_hex);
	if (k->secrets.hide.n && has_secret(k, p, (size_t)*ret_n))
		why = "a secret of this run is in the file, and everybody who reads the record "
		      "would have it: attach a copy without it";
	munmap(p, (size_t)*ret_n);
	return why;
}

static void keep(struct keeper *k, const struct attached *a, int fd)
{
	struct proc *p = mem_alloc(sizeof(*p));

	memcpy(p->token, a->token, sizeof(a->token));
	p->post = k->posts[POST_OWN];
	p->at = PROC_DONE;
	for (int s = 0; s < STREAM_MAX; s++)
		p->spool[s] = -1;
	p->spool[STREAM_OUT] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	k->attached = mem_grow(k->attached, k->n_attached + 1, sizeof(struct proc *));
	k->attached[k->n_attached++] = p;
	spool_take_all(k, p, a->size);
}

void attach_take(struct keeper *k, const struct actor *who, const struct intent *it, int fd,
		 struct verdict *ret)
{
	struct engine_input in = feed_input(INPUT_INTENT);
	char hex[HASH_HEX_LEN + 1];
	const char *why = look(k, fd, &in.n, hex);
	size_t before = k->s ? k->s->outside.n_files : 0;

	if (why) {
		*ret = (struct verdict){ .seq = k->s->seq };
		snprintf(ret->why, sizeof(ret->why), "%s", why);
		return;
	}
	in.actor = *who;
	in.intent = it;
	in.text = hex;
	feed(k, &in, ret);
	if (k->s->outside.n_files > before)
		keep(k, &k->s->outside.files[before], fd);
}

void attach_done(struct keeper *k)
{
	if (k->n_chunks) /* written again, for their commit failed */
		return;
	for (size_t i = 0; i < k->n_attached; i++) {
		spool_close(k->attached[i]);
		free(k->attached[i]);
	}
	k->n_attached = 0;
}

void attach_free(struct keeper *k)
{
	k->n_chunks = 0;
	attach_done(k);
	free(k->attached);
	k->attached = NULL;
}
