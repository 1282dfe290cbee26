/* What destroys. A row is added when somebody lost something by it; each has a labelled command in
 * tests/unit/test_danger.c. */
#include "dangerint.h"

#include <string.h>

#include "str.h"

const struct danger_row danger_rows[] = {
	/* files */
	{ "rm", "", "-r|-R|--recursive", "", "deletes a tree of files" },
	{ "rm", "\1wild", "", "", "deletes whatever a pattern finds" },
	{ "shred", "", "", "", "overwrites what files held" },
	{ "truncate", "", "-s|--size", "", "cuts what files hold" },
	{ "rsync", "", "--delete|--delete-before|--delete-after|--delete-excluded|--del|"
	  "--delete-during", "-n|--dry-run", "deletes what the other side does not have" },
	{ "rclone", "delete|purge|sync|deletefile|rmdirs|cleanup", "", "-n|--dry-run",
	  "deletes files at the far end" },
	/* disks and file systems */
	{ "dd", "of=*", "", "", "overwrites a file or a disk" },
	{ "mkfs", "", "", "", "makes a new file system where one was" },
	{ "mke2fs", "", "", "", "makes a new file system where one was" },
	{ "mkswap", "", "", "", "makes swap space where something was" },
	{ "wipefs", "", "-a|--all|-o", "-n|--no-act", "takes the signatures off a disk" },
	{ "blkdiscard", "", "", "", "throws a disk's blocks away" },
	{ "sgdisk", "", "-Z|--zap-all|-z|--zap|-d|-o", "", "deletes partitions" },
	{ "sfdisk", "", "", "-l|--list|-d|--dump|-J|-n", "writes a partition table" },
	{ "parted", "rm|mklabel|mktable|mkpart", "", "", "writes a partition table" },
	{ "hdparm", "", "--security-erase|--security-erase-enhanced", "", "erases a disk" },
	{ "nvme", "format|sanitize|delete-ns", "", "", "erases a disk" },
	{ "cryptsetup", "luksFormat|erase|luksErase|luksKillSlot|luksRemoveKey", "", "",
	  "makes what is encrypted unreadable" },
	{ "mdadm", "", "--zero-superblock|--create|-C", "", "unmakes an array" },
	{ "pvremove", "", "", "-t|--test", "takes a disk out of LVM" },
	{ "vgremove", "", "", "-t|--test", "deletes a volume group" },
	{ "lvremove", "", "", "-t|--test", "deletes a volume" },
	{ "lvconvert", "", "--merge", "", "rolls a volume back" },
	{ "lvreduce", "", "", "-t|--test", "cuts a volume" },
	{ "zfs", "destroy|rollback", "", "-n", "deletes data sets, or what came after a snapshot" },
	{ "zpool", "destroy|labelclear", "", "-n", "deletes a pool" },
	{ "btrfs", "subvolume|sub delete|del", "", "", "deletes a subvolume" },
	{ "ceph", "osd purge|destroy|rm", "", "", "throws a disk out of the cluster" },
	{ "ceph", "osd pool delete|rm", "", "", "deletes a pool" },
	{ "rbd", "rm|remove|purge|rollback", "", "", "deletes an image" },
	{ "rbd", "snap rm|purge|rollback", "", "", "deletes snapshots or what came after" },
	{ "gluster", "volume delete|reset", "", "", "deletes a volume" },
	/* backups */
	{ "restic", "forget|prune", "", "-n|--dry-run", "deletes restore points" },
	{ "borg", "delete|prune|compact", "", "-n|--dry-run", "deletes restore points" },
	{ "velero", "delete", "", "", "deletes restore points" },
	/* clusters */
	{ "kubectl", "delete", "", "--dry-run*|--cascade=orphan",
	  "deletes objects of the cluster" },
	{ "kubectl", "drain", "--force", "--dry-run*", "deletes pods that nothing brings back" },
	{ "kubectl", "replace", "--force", "--dry-run*", "deletes objects and makes them anew" },
	{ "kubectl", "apply", "--prune", "--dry-run*", "deletes objects that are in no file" },
	{ "oc", "delete", "", "--dry-run*", "deletes objects of the cluster" },
	{ "helm", "uninstall|delete|del", "", "--dry-run", "deletes a release" },
	{ "kops", "delete", "", "", "deletes a cluster or its parts" },
	{ "eksctl", "delete|drain", "", "", "deletes a cluster or its parts" },
	{ "istioctl", "uninstall|x", "--purge", "", "takes the mesh off a cluster" },
	{ "argocd", "app delete", "", "", "deletes an application" },
	{ "etcdctl", "del", "", "", "deletes keys" },
	{ "etcdctl", "member remove", "", "", "takes a member out of the cluster" },
	{ "consul", "kv delete", "", "", "deletes keys" },
	{ "vault", "delete|destroy", "", "", "deletes secrets" },
	{ "vault", "secrets disable", "", "", "deletes an engine with all its secrets" },
	{ "nomad", "job stop", "-purge|--purge", "", "deletes a job" },
	{ "patronictl", "remove|reinit", "", "", "deletes a cluster's or a member's data" },
	{ "pcs", "cluster destroy", "", "", "unmakes a cluster" },
	{ "rabbitmqctl", "reset|force_reset|delete_queue|purge_queue|delete_vhost", "", "",
	  "deletes queues" },
	{ "kafka-topics*", "", "--delete", "", "deletes topics" },
	/* clouds */
	{ "terraform", "destroy", "", "-help", "destroys what it has made" },
	{ "terraform", "apply", "-destroy|--destroy", "", "destroys what it has made" },
	{ "terraform", "state rm", "", "-dry-run", "forgets what it has made" },
	{ "terraform", "force-unlock", "", "", "breaks a lock that somebody may hold" },
	{ "terraform", "workspace delete", "", "", "deletes a state" },
	{ "aws", "delete-*|terminate-*|purge-*|deregister-*|schedule-key-deletion", "",
	  "--dry-run|help", "deletes what is in the cloud" },
	{ "aws", "s3 rm|rb|mv", "", "--dryrun", "deletes objects or a bucket" },
	{ "aws", "s3 sync", "--delete", "--dryrun", "deletes what the other side does not have" },
	{ "gcloud", "delete|destroy", "", "--help",
	  "deletes what is in the cloud" },
	{ "gsutil", "rm|rb", "", "", "deletes objects or a bucket" },
	{ "gsutil", "rsync", "-d", "-n", "deletes what the other side does not have" },
	{ "az", "delete|purge|delete-batch", "", "", "deletes what is in the cloud" },
	{ "doctl", "delete|rm", "", "", "deletes what is in the cloud" },
	{ "hcloud", "delete", "", "", "deletes what is in the cloud" },
	{ "openstack", "delete", "", "", "deletes what is in the cloud" },
	{ "docker", "system|volume|image|container|builder|network prune", "", "",
	  "deletes what nothing uses now" },
	{ "docker", "volume rm|remove", "", "", "deletes volumes" },
	{ "docker", "rm", "-v|--volumes|-f|--force", "", "deletes containers" },
	{ "docker", "compose down", "-v|--volumes", "", "deletes volumes" },
	{ "docker-compose", "down", "-v|--volumes", "", "deletes volumes" },
	{ "virsh", "undefine|vol-delete|vol-wipe|snapshot-revert|pool-delete", "", "",
	  "deletes a machine or its disks" },
	/* databases */
	{ "dropdb", "", "", "", "deletes a database" },
	{ "dropuser", "", "", "", "deletes a user" },
	{ "mysqladmin", "drop", "", "", "deletes a database" },
	{ "redis-cli", "flushall|flushdb|FLUSHALL|FLUSHDB|del|DEL|unlink|UNLINK", "", "",
	  "deletes keys" },
	{ "pg_resetwal", "", "", "-n|--dry-run", "throws a database's log away" },
	{ "pg_restore", "", "-c|--clean", "-l|--list", "drops what it restores first" },
	{ "curl", "DELETE", "", "", "asks a server to delete" },
	{ "curl", "", "-XDELETE|--request=DELETE", "", "asks a server to delete" },
	{ "wget", "", "--method=DELETE", "", "asks a server to delete" },
	{ "http", "DELETE", "", "", "asks a server to delete" },
	{ "xh", "DELETE|delete", "", "", "asks a server to delete" },
	/* source control */
	{ "git", "push", "-f|--force|--force-with-lease*|-d|--delete|--mirror|--prune",
	  "-n|--dry-run", "rewrites or deletes what others have" },
	{ "git", "push +*|:*", "", "-n|--dry-run", "rewrites or deletes what others have" },
	{ "git", "reset", "--hard", "", "throws changes away" },
	{ "git", "clean", "-f|--force", "-n|--dry-run", "deletes files that are not committed" },
	{ "git", "branch", "-D", "", "deletes a branch that was not merged" },
	{ "git", "filter-branch|filter-repo", "", "", "rewrites history" },
	/* the machine */
	{ "userdel", "", "", "", "deletes a user" },
	{ "deluser", "", "", "", "deletes a user" },
	{ "crontab", "", "-r", "", "deletes a table of jobs" },
	{ "iptables", "", "-F|--flush|-X", "", "takes all rules away" },
	{ "nft", "flush|delete", "", "", "takes rules away" },
	{ "apt-get", "purge|remove|autoremove", "", "-s|--dry-run|--simulate",
	  "takes programs away" },
	{ "knotc", "zone-purge", "", "", "deletes a zone's data" },
	{ "rndc", "delzone", "", "", "deletes a zone" },
};
const size_t danger_n_rows = sizeof(danger_rows) / sizeof(danger_rows[0]);

/* tofu and terragrunt take the words of terraform, podman those of docker. */
static const struct { const char *name, *as; } same[] = {
	{ "tofu", "terraform" }, { "terragrunt", "terraform" }, { "podman", "docker" },
	{ "nerdctl", "docker" }, { "gmkfs", "mkfs" },
};

const struct danger_sql danger_sqls[] = {
	{ "DROP *", NULL, "deletes a table, a database or a part of one" },
	{ "TRUNCATE", NULL, "empties a table" },
	{ "DELETE FROM", "WHERE", "deletes every row of a table" },
	{ "UPDATE * SET", "WHERE", "overwrites every row of a table" },
	{ "ALTER TABLE * DROP", NULL, "deletes a column" },
	{ "FLUSHALL", NULL, "deletes every key" },
	{ "FLUSHDB", NULL, "deletes every key of a database" },
	{ "DB.DROPDATABASE", NULL, "deletes a database" },
};
const size_t danger_n_sqls = sizeof(danger_sqls) / sizeof(danger_sqls[0]);

static const struct { const char *program; enum danger_how how; } hows[] = {
	{ "sudo", DANGER_REST }, { "doas", DANGER_REST }, { "env", DANGER_REST },
	{ "nohup", DANGER_REST }, { "nice", DANGER_REST }, { "ionice", DANGER_REST },
	{ "timeout", DANGER_REST }, { "setsid", DANGER_REST }, { "stdbuf", DANGER_REST },
	{ "xargs", DANGER_REST }, { "exec", DANGER_REST }, { "command", DANGER_REST },
	{ "builtin", DANGER_REST }, { "chroot", DANGER_REST }, { "flock", DANGER_REST },
	{ "strace", DANGER_REST }, { "unshare", DANGER_REST }, { "nsenter", DANGER_REST },
	{ "setpriv", DANGER_REST }, { "runuser", DANGER_SHELL }, { "su", DANGER_SHELL },
	{ "gosu", DANGER_REST }, { "time", DANGER_REST }, { "parallel", DANGER_REST },
	{ "chronic", DANGER_REST }, { "systemd-run", DANGER_REST }, { "bundle", DANGER_REST },
	{ "sh", DANGER_SHELL }, { "bash", DANGER_SHELL }, { "dash", DANGER_SHELL },
	{ "ksh", DANGER_SHELL }, { "zsh", DANGER_SHELL }, { "ash", DANGER_SHELL },
	{ "busybox", DANGER_REST }, { "watch", DANGER_EVAL }, { "eval", DANGER_EVAL },
	{ "ssh", DANGER_SSH }, { "pdsh", DANGER_SSH }, { "clush", DANGER_SSH },
	{ "find", DANGER_FIND }, { "psql", DANGER_SQL }, { "mysql", DANGER_SQL },
	{ "mariadb", DANGER_SQL }, { "sqlite3", DANGER_SQL }, { "cqlsh", DANGER_SQL },
	{ "mongo", DANGER_SQL }, { "mongosh", DANGER_SQL }, { "clickhouse-client", DANGER_SQL },
	{ "sqlcmd", DANGER_SQL }, { "bq", DANGER_SQL },
	{ "echo", DANGER_QUIET }, { "printf", DANGER_QUIET }, { "cat", DANGER_QUIET },
	{ "grep", DANGER_QUIET }, { "egrep", DANGER_QUIET }, { "man", DANGER_QUIET },
	{ "ls", DANGER_QUIET }, { "which", DANGER_QUIET }, { "type", DANGER_QUIET },
	{ "head", DANGER_QUIET }, { "tail", DANGER_QUIET }, { "less", DANGER_QUIET },
	{ "test", DANGER_QUIET }, { "[", DANGER_QUIET }, { "logger", DANGER_QUIET },
};

enum danger_how danger_how(const char *program, const char *word)
{
	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++)
		if (str_eq(hows[i].program, program))
			return hows[i].how;
	if ((str_eq(program, "kubectl") || str_eq(program, "oc") || str_eq(program, "docker") ||
	     str_eq(program, "podman")) && str_eq(word, "exec"))
		return DANGER_DASHES;
	return DANGER_NOT;
}

const char *danger_alias(const char *program)
{
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (str_eq(same[i].name, program))
			return same[i].as;
	return str_starts(program, "mkfs.") ? "mkfs" : program;
}

bool danger_is_known(const char *program)
{
	program = danger_alias(program);
	for (size_t i = 0; i < danger_n_rows; i++)
		if (str_eq(danger_rows[i].program, program))
			return true;
	return danger_how(program, "") != DANGER_NOT;
}

void danger_reference(struct buf *out)
{
	buf_adds(out, "| program | with | and | but not | does |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < danger_n_rows; i++) {
		const struct danger_row *r = &danger_rows[i];
		const char *cells[] = { r->program,
					r->words[0] == DANGER_ANY ? "a pattern" : r->words,
					r->options, r->unless, r->what };

		for (size_t k = 0; k < sizeof(cells) / sizeof(cells[0]); k++) {
			buf_adds(out, k ? " | " : "| ");
			for (const char *s = cells[k]; *s; s++)
				buf_adds(out, *s == '|' ? ", " : (char[]){ *s, '\0' });
		}
		buf_adds(out, " |\n");
	}
	for (size_t i = 0; i < danger_n_sqls; i++)
		buf_addf(out, "| SQL | %s |  | %s | %s |\n", danger_sqls[i].begins,
			 danger_sqls[i].unless ? danger_sqls[i].unless : "", danger_sqls[i].what);
}
