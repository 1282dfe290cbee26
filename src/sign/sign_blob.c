/* What an armoured signature says of itself: PROTOCOL.sshsig of OpenSSH. */
#include <string.h>

#include "base64.h"
#include "err.h"
#include "hash.h"
#include "signint.h"
#include "str.h"

static const char begins[] = "-----BEGIN SSH SIGNATURE-----";
static const char ends[] = "-----END SSH SIGNATURE-----";
static const char magic[] = "SSHSIG";

struct reading {
	const unsigned char *at;
	size_t left;
};

bool sign_begins(const char *text)
{
	return str_starts(text, begins);
}

/* The armour's inside, without its line ends. */
static bool unwrap(const char *sig, struct buf *blob)
{
	struct buf plain = { .max = SIGN_MAX };
	const char *s = sig + strlen(begins), *stop;
	bool good = false;

	if (strlen(sig) <= SIGN_MAX && sign_begins(sig) && (stop = strstr(s, ends))) {
		for (; s < stop; s++)
			if (!strchr("\r\n", *s))
				buf_addc(&plain, *s);
		s = stop + strlen(ends);
		good = !s[strspn(s, "\r\n")] &&
		       base64_decode(buf_str(&plain), plain.len, blob);
	}
	buf_release(&plain);
	return good;
}

static bool take_u32(struct reading *r, uint32_t *ret)
{
	if (r->left < 4)
		return false;
	*ret = (uint32_t)r->at[0] << 24 | (uint32_t)r->at[1] << 16 | (uint32_t)r->at[2] << 8 |
	       r->at[3];
	r->at += 4;
	r->left -= 4;
	return true;
}

static bool take_string(struct reading *r, const unsigned char **ret, size_t *ret_n)
{
	uint32_t n;

	if (!take_u32(r, &n) || n > r->left)
		return false;
	*ret = r->at;
	*ret_n = n;
	r->at += n;
	r->left -= n;
	return true;
}

static bool understand(const struct buf *blob, struct sign_blob *ret)
{
	struct reading r = { (const unsigned char *)buf_str(blob), blob->len };
	const unsigned char *key, *space;
	struct buf print = BUF_INIT;
	uint8_t hash[HASH_LEN];
	size_t n_key, n_space;
	uint32_t version;
	bool fits;

	if (r.left < strlen(magic) || memcmp(r.at, magic, strlen(magic)))
		return false;
	r.at += strlen(magic);
	r.left -= strlen(magic);
	if (!take_u32(&r, &version) || version != 1 || !take_string(&r, &key, &n_key) ||
	    !take_string(&r, &space, &n_space))
		return false;
	if (n_space >= sizeof(ret->space) || memchr(space, 0, n_space))
		return false;
	memcpy(ret->space, space, n_space);
	ret->space[n_space] = '\0';
	hash_bytes(key, n_key, hash);
	buf_adds(&print, "SHA256:");
	base64_encode(&print, hash, sizeof(hash));
	fits = str_copy(ret->fingerprint, sizeof(ret->fingerprint), buf_str(&print));
	buf_release(&print);
	return fits;
}

int sign_blob_read(const char *sig, struct sign_blob *ret, struct err *err)
{
	struct buf blob = { .max = SIGN_MAX };
	struct sign_blob got = { 0 };
	bool good = unwrap(sig, &blob) && understand(&blob, &got);

	buf_release(&blob);
	if (!good)
		return err_set(err, ERR_PARSE, "this is no signature by an ssh key");
	*ret = got;
	return 0;
}

int sign_key_of(const char *sig, char ret[SIGN_PRINT_MAX], struct err *err)
{
	struct sign_blob blob;
	int rc = sign_blob_read(sig, &blob, err);

	if (rc == 0)
		memcpy(ret, blob.fingerprint, sizeof(blob.fingerprint));
	return rc;
}
