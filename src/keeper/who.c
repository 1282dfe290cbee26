/* Who sits at the other end of a socket: what the kernel says, and what files say about it. */
#include "keeper_who.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "actor.h"
#include "base64.h"
#include "buf.h"
#include "fsio.h"
#include "hash.h"
#include "keeper.h"
#include "mem.h"
#include "str.h"

enum { ENVIRON_MAX_BYTES = 2 << 20 };

/* Accounts that are nobody in particular. */
static const char *const shared_accounts[] = {
	"root", "admin", "administrator", "ubuntu", "debian", "centos", "fedora", "rocky",
	"almalinux", "ec2-user", "azureuser", "opc", "core", "vagrant", "pi", "deploy", "ops",
};

static bool is_shared_account(uid_t uid, const char *name)
{
	if (uid == 0)
		return true;
	for (size_t i = 0; i < sizeof(shared_accounts) / sizeof(shared_accounts[0]); i++)
		if (!strcmp(name, shared_accounts[i]))
			return true;
	return false;
}

/* The value of a variable in the environment a process was started with, or NULL; inside env. */
static const char *environ_get(const struct buf *env, const char *name)
{
	size_t len = strlen(name);
	for (size_t at = 0; at < env->len;) {
		const char *entry = env->data + at;
		if (!strncmp(entry, name, len) && entry[len] == '=' && entry[len + 1])
			return entry + len + 1;
		at += strlen(entry) + 1;
	}
	return NULL;
}

/* /proc files say that they are 0 bytes long, so they are read to their end. */
static void read_proc(pid_t pid, const char *what, struct buf *out)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	char part[4096];
	ssize_t n;
	while ((n = read(fd, part, sizeof(part))) > 0 && out->len < ENVIRON_MAX_BYTES)
		buf_add(out, part, (size_t)n);
	close(fd);
}

/* --- the key somebody came with --------------------------------------------------------------- */

bool who_fingerprint(const char *line, struct buf *out)
{
	const char *blob = strchr(line, ' ');
	if (!blob)
		return false;
	blob++;
	struct buf raw = BUF_INIT;
	bool is_key = base64_decode(blob, strcspn(blob, " \r\n"), &raw);
	/* A key blob starts with the length of its type's name and that name. */
	is_key = is_key && raw.len > 8 && !raw.data[0] && !raw.data[1];
	if (is_key) {
		uint8_t hash[HASH_LEN];
		hash_bytes(raw.data, raw.len, hash);
		buf_adds(out, "SHA256:");
		base64_encode(out, hash, sizeof(hash));
	}
	buf_release(&raw);
	return is_key;
}

/* sshd with ExposeAuthInfo leaves a file with a line per method that let the person in. A file of
 * somebody else says nothing about this one, and one elsewhere may lie where reading it hangs. */
static bool key_of(const struct buf *env, uid_t uid, struct buf *out)
{
	const char *path = environ_get(env, "SSH_USER_AUTH");
	struct stat st;
	if (!path || !str_starts(path, "/tmp/sshauth.") || lstat(path, &st))
		return false;
	if (!S_ISREG(st.st_mode) || (st.st_uid && st.st_uid != uid))
		return false;
	struct buf text = BUF_INIT;
	bool found = false;
	if (fsio_read(path, 64 << 10, &text, NULL) == 0) {
		char *save = NULL, *line = strtok_r(text.data, "\n", &save);
		for (; line && !found; line = strtok_r(NULL, "\n", &save))
			if (str_starts(line, "publickey "))
				found = who_fingerprint(line + strlen("publickey "), out);
	}
	buf_release(&text);
	return found;
}

/* --- the answer ------------------------------------------------------------------------------- */

/* The account somebody logged in as, which stays with the session through su and sudo. */
static bool login_uid(pid_t pid, uid_t *ret)
{
	struct buf text = BUF_INIT;
	int64_t n = -1;
	read_proc(pid, "loginuid", &text);
	bool known = str_to_i64(buf_str(&text), &n) && n >= 0 && n != (uint32_t)-1;
	if (known)
		*ret = (uid_t)n;
	buf_release(&text);
	return known;
}

static void set_actor(struct actor *ret, const char *id, const char *how)
{
	struct buf safe = BUF_INIT;
	str_printable(&safe, id, strlen(id), false);
	snprintf(ret->id, sizeof(ret->id), "%s", buf_str(&safe));
	snprintf(ret->how, sizeof(ret->how), "%s", how);
	buf_release(&safe);
}

void who_is(uid_t uid, pid_t pid, const char *claimed, struct actor *ret, bool *ret_shared)
{
	struct buf env = BUF_INIT, how = BUF_INIT, key = BUF_INIT;
	char account[ACCOUNT_NAME_MAX], person[ACCOUNT_NAME_MAX];
	const char *sudo_user, *id = account;
	uid_t login = uid;
	bool unnamed = false;

	account_name(uid, account);
	read_proc(pid, "environ", &env);
	sudo_user = uid == 0 ? environ_get(&env, "SUDO_USER") : NULL;
	if (login_uid(pid, &login) && login != uid) {
		account_name(login, person);
		id = person;
		buf_addf(&how, "sudo from %s", person);
	} else if (sudo_user && strcmp(sudo_user, account)) {
		id = sudo_user;
		buf_addf(&how, "sudo from %s", sudo_user);
	} else if (key_of(&env, uid, &key)) {
		buf_addf(&how, "ssh-key %s", key.data);
	} else {
		buf_adds(&how, "login");
	}
	if (is_shared_account(login, id)) {
		unnamed = !claimed || !*claimed;
		if (!unnamed) {
			id = claimed;
			if (!key.len)
				buf_clear(&how);
			buf_addf(&how, "%sclaimed, account %s", key.len ? ", " : "", account);
		}
	}
	set_actor(ret, id, buf_str(&how));
	if (ret_shared)
		*ret_shared = unnamed;
	buf_release(&env);
	buf_release(&how);
	buf_release(&key);
}

void keeper_who(const char *claimed, struct actor *ret, bool *ret_shared)
{
	who_is(getuid(), getpid(), claimed, ret, ret_shared);
}
