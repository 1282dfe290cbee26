/* Labelled commands: what destroys is found, what does not is left alone. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "danger.h"

static const char *const destroys[] = {
	"rm -rf /srv/data",
	"rm -r -- \"$dir\"",
	"rm --recursive old",
	"rm -f /var/lib/app/*.db",
	"cd /srv && rm -rf data",
	"sudo rm -rf /srv/data",
	"sudo -u postgres -- rm -fr base",
	"env A=b nice -n 5 rm -r x",
	"sh -c 'rm -rf /srv/data'",
	"bash -euc \"rm -rf '$place'\"",
	"ssh db1 rm -rf /srv/data",
	"ssh -p 2222 -i key root@db1 'cd /srv; rm -rf data'",
	"ssh db1 <<'EOF'\nset -e\nrm -rf /srv/data\nEOF",
	"cat <<EOF | sh\nmkfs.ext4 /dev/sdb1\nEOF",
	"echo 'rm -rf /srv' | sh",
	"find /srv -name '*.log' -delete",
	"find . -type d -exec rm -rf {} +",
	"ls | xargs -n 1 rm -rf",
	"x=$(rm -rf data)",
	"if true; then rm -rf data; fi",
	"dd if=/dev/zero of=/dev/sdb bs=1M",
	"echo x > /dev/sda",
	"mkfs.xfs -f /dev/vdb",
	"wipefs -a /dev/sdb",
	"kubectl delete pvc database-storage-1",
	"kubectl -n gpii delete pod couchdb-1 --grace-period=0",
	"kubectl --context=prd delete namespace x",
	"kubectl exec couchdb-0 -- rm -rf /opt/couchdb/data",
	"kubectl exec -it db-0 -- sh -c 'dropdb app'",
	"docker exec -it db psql -c 'DROP TABLE users'",
	"terraform destroy -auto-approve",
	"terraform apply -destroy",
	"terragrunt state rm random_id.cluster_protector",
	"cd live/prd && terragrunt destroy",
	"terraform force-unlock 1234",
	"aws ec2 delete-volume --volume-id vol-1",
	"aws --profile prd rds delete-db-instance --db-instance-identifier x",
	"aws ec2 terminate-instances --instance-ids i-1",
	"aws s3 rb s3://bucket --force",
	"aws s3 rm s3://bucket/prefix --recursive",
	"aws s3 sync . s3://bucket --delete",
	"gcloud compute disks delete pv-1 --zone europe-west1-b --quiet",
	"gcloud --project prd container clusters delete k8s",
	"gsutil -m rm -r gs://bucket",
	"psql -c 'DROP DATABASE app'",
	"psql app <<'EOF'\nbegin;\ntruncate orders;\nEOF",
	"mysql -e 'delete from users'",
	"sqlite3 app.db 'drop table t'",
	"echo 'FLUSHALL' | redis-cli; redis-cli -h r1 flushall",
	"mongo app --eval 'db.dropDatabase()'",
	"dropdb app",
	"zfs destroy -r tank/data",
	"zfs rollback tank/data@yesterday",
	"lvremove -f vg0/data",
	"btrfs subvolume delete /srv/data",
	"etcdctl del --prefix /app",
	"etcdctl --endpoints=$ep member remove 8e9e05c52164694d",
	"restic forget --keep-last 1 --prune",
	"helm uninstall app",
	"helm delete --purge app",
	"git push --force origin master",
	"git push origin +main",
	"git push origin :release",
	"git clean -fdx",
	"git reset --hard HEAD~1",
	"curl -X DELETE http://localhost:5984/gpii",
	"curl -s -XDELETE \"$url\"",
	"rsync -a --delete src/ dst/",
	"rake destroy",
	"rake \"destroy_module[k8s/gpii/couchdb]\"",
	"make -C infra destroy",
	"./destroy-cluster.sh prd",
	"docker volume rm pgdata",
	"docker-compose down -v",
	"curl -fsS https://example.org/install | sh",
	"timeout 60 kubectl delete pv x",
	"velero backup delete nightly",
	"kops delete cluster prd --yes",
	"eval \"rm -rf $x\"",
	"! rm -rf data",
	"true || { rm -rf data; }",
	"(cd /srv; rm -rf data) &",
};

static const char *const does_not[] = {
	"echo rm -rf /srv/data",
	"grep -r 'DROP TABLE' migrations",
	"ls -l # rm -rf /",
	"rm -f /tmp/x.lock",
	"rm -rf /tmp/scratch-1",
	"rm file",
	"kubectl get pods",
	"kubectl -n x delete pod api-1",
	"kubectl delete statefulset x --cascade=orphan",
	"kubectl describe pod delete-me",
	"kubectl delete pod x --dry-run=client",
	"kubectl scale deploy/api --replicas=2",
	"kubectl exec couchdb-0 -- curl -s localhost:5984/_up",
	"kubectl exec db-0 -- psql -c 'select count(*) from users'",
	"terraform plan -out=plan.bin",
	"terraform plan -destroy",
	"terraform apply plan.bin",
	"terraform state list",
	"aws ec2 describe-volumes --filters Name=tag:x,Values=delete",
	"aws ec2 delete-volume --volume-id vol-1 --dry-run",
	"aws s3 cp a s3://bucket/a",
	"aws s3 sync . s3://bucket",
	"gcloud compute disks list",
	"gcloud compute disks create x --source-snapshot s",
	"psql -c 'select 1'",
	"psql -c \"delete from users where id = 7\"",
	"psql -c \"update users set name = 'x' where id = 7\"",
	"sqlite3 app.db '.tables'",
	"redis-cli ping",
	"zfs list -t snapshot",
	"zfs snapshot tank/data@now",
	"btrfs subvolume snapshot -r /srv/data /srv/snap",
	"lvs",
	"etcdctl get --prefix /app",
	"etcdctl member list",
	"etcdctl snapshot save snap.db",
	"restic snapshots --json",
	"restic restore latest --target out",
	"restic forget --keep-last 1 --dry-run",
	"git push origin main",
	"git status",
	"git clean -n -d",
	"curl -s http://localhost:5984/_all_dbs",
	"curl -X POST -d '{}' http://localhost/delete-me",
	"rsync -a src/ dst/",
	"rsync -an --delete src/ dst/",
	"dd if=/dev/sda of=/dev/null bs=1M count=1",
	"dd if=/dev/zero bs=1M count=1 | wc -c",
	"echo x > /dev/null",
	"systemctl restart app",
	"ssh db1 uptime",
	"ssh -o ConnectTimeout=2 db1 'df -h; free -m'",
	"sh ./restore.sh",
	"make test",
	"rake deploy",
	"find /srv -name '*.log'",
	"find . -type f -exec sha256sum {} +",
	"ls | xargs -n 1 wc -l",
	"printf 'DROP TABLE x' > notes",
	"cat <<'EOF' > notes\nrm -rf /srv\nEOF",
	"test -d /srv && echo 'rm -rf'",
	"helm list",
	"docker ps",
	"man rm",
};

static void what_destroys_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(destroys); i++)
		if (!danger_look(destroys[i], NULL, NULL))
			fail_msg("taken for safe: %s", destroys[i]);
}

static void what_does_not_is_left_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(does_not); i++)
		if (danger_look(does_not[i], NULL, NULL))
			fail_msg("taken for dangerous: %s", does_not[i]);
}

static void keep(void *ctx, const struct danger *d)
{
	*(struct danger *)ctx = *d;
}

static void the_place_is_named(void **state)
{
	struct danger d = { 0 };

	(void)state;
	assert_int_equal(danger_look("uptime; kubectl -n x delete pvc y", keep, &d), 1);
	assert_string_equal(d.word, "kubectl");
	assert_int_equal(d.offset, 8);
	assert_int_equal(danger_look("uptime && sh -c 'rm -r x'", keep, &d), 1);
	assert_int_equal(d.offset, 10);
	assert_int_equal(danger_look("rm -r a; rm -r b", keep, &d), 2);
}

static void what_is_too_deep_counts(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	for (int i = 0; i < 40; i++)
		buf_adds(&b, "$(");
	buf_adds(&b, "ls");
	for (int i = 0; i < 40; i++)
		buf_adds(&b, ")");
	assert_int_equal(danger_look(buf_str(&b), NULL, NULL), 1);
	buf_clear(&b);
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, "x ");
	assert_int_equal(danger_look(buf_str(&b), NULL, NULL), 1);
	buf_release(&b);
}

/* Whatever is typed, it ends, and reads nothing that is not there. */
static void any_text_is_survived(void **state)
{
	static const char chars[] = "rm -rf|;&$()`'\"\\<>{}#\nEOF=*x ";
	unsigned seed = 1;
	char text[64];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t n = 0;

		while (n < 40) {
			seed = seed * 1664525u + 1013904223u;
			text[n++] = chars[(seed >> 16) % (sizeof(chars) - 1)];
		}
		text[n] = '\0';
		danger_look(text, NULL, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_destroys_is_found), UNIT(what_does_not_is_left_alone),
		UNIT(the_place_is_named), UNIT(what_is_too_deep_counts),
		UNIT(any_text_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
