#include "netfs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "buf.h"
#include "err.h"
#include "fsio.h"
#include "str.h"

enum { FUSE_MAGIC = 0x65735546, MOUNTINFO_MAX = 8 << 20, TYPE_MAX = 64 };

static const struct {
	unsigned long type;
	const char *name;
} shared[] = {
	{ 0x6969, "NFS" },          { 0x517b, "SMB" },          { 0xff534d42, "CIFS" },
	{ 0xfe534d42, "SMB" },      { 0x564c, "NCP" },          { 0x5346414f, "AFS" },
	{ 0x6b414653, "AFS" },      { 0x73757245, "Coda" },     { 0x01021997, "9p" },
	{ 0x00c36400, "Ceph" },     { 0x01161970, "GFS2" },     { 0x7461636f, "OCFS2" },
	{ 0x0bd00bd0, "Lustre" },   { 0x47504653, "GPFS" },     { 0x19830326, "BeeGFS" },
	{ 0x20030528, "OrangeFS" }, { 0x786f4256, "vboxsf" },   { 0xbacbacbc, "vmhgfs" },
	{ 0x6a656a63, "a folder shared by the host" },
};

/* File systems that only borrow FUSE and lie on this machine's own disks. */
static const char *const local_fuse[] = {
	"fuseblk", "fuse.mergerfs", "fuse.bindfs", "fuse.encfs", "fuse.gocryptfs", "fuse.cryfs",
	"fuse.fuse-overlayfs", "fuse.unionfs", "fuse.unionfs-fuse", "fuse.ntfs-3g", "fuse.zfs",
};

const char *netfs_name(unsigned long f_type, const char *fuse_type)
{
	f_type &= 0xffffffffUL; /* f_type is signed: CIFS would be negative on 32 bit */
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		if (shared[i].type == f_type)
			return shared[i].name;
	}
	if (f_type != FUSE_MAGIC)
		return NULL;
	for (size_t i = 0; i < sizeof(local_fuse) / sizeof(local_fuse[0]); i++) {
		if (str_eq(local_fuse[i], fuse_type))
			return NULL;
	}
	return fuse_type ? fuse_type : "FUSE";
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": the type comes after " - ". */
int netfs_type_in(const char *mountinfo, unsigned major, unsigned minor, char *ret, size_t n)
{
	for (const char *line = mountinfo; *line;) {
		const char *end = strchrnul(line, '\n');
		unsigned a, b;
		const char *dash = memmem(line, (size_t)(end - line), " - ", 3);
		if (dash && sscanf(line, "%*u %*u %u:%u ", &a, &b) == 2 && a == major &&
		    b == minor) {
			size_t len = strcspn(dash + 3, " \n");
			if (len == 0 || len >= n)
				return 0;
			memcpy(ret, dash + 3, len);
			ret[len] = '\0';
			return 1;
		}
		line = *end ? end + 1 : end;
	}
	return 0;
}

static const char *fuse_type_of(const char *folder, char *type, size_t n)
{
	struct stat st;
	struct buf text = BUF_INIT;
	int found = 0;
	if (stat(folder, &st) == 0 &&
	    fsio_read("/proc/self/mountinfo", MOUNTINFO_MAX, &text, NULL) == 0)
		found = netfs_type_in(buf_str(&text), major(st.st_dev), minor(st.st_dev), type, n);
	buf_release(&text);
	return found ? type : NULL;
}

int netfs_check(const char *folder, struct err *err)
{
	struct statfs fs;
	char type[TYPE_MAX];
	if (statfs(folder, &fs))
		return 0;
	const char *fuse =
		fs.f_type == FUSE_MAGIC ? fuse_type_of(folder, type, sizeof(type)) : NULL;
	const char *name = netfs_name((unsigned long)fs.f_type, fuse);
	if (!name)
		return 0;
	return err_set(err, ERR_DENIED, "%s is on a network file system (%s), which cannot hold a "
		       "journal; name a file on a local disk with --journal or "
		       "BLACKSTART_JOURNAL", folder, name);
}
