/* tool_floor_spawn [--holder] STEPS FOLDER COMMAND...
 *
 * The least that a step on record can cost: one synced commit that it will run, the command with
 * its two pipes, one synced commit of its output and its exit. With --holder a second process
 * starts the command behind a gate, keeps the output in a file and the exit in another, and is
 * talked to over a socket, as little of each as there can be. Prints the median of 5 rounds.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "floor.h"

enum { OUTPUT_MAX = 1 << 20 };

struct record {
	sqlite3 *db;
	sqlite3_stmt *begin, *commit, *intent, *end;
};

static void record_open(struct record *r, const char *path)
{
	unlink(path);
	FLOOR_NEED(!sqlite3_open(path, &r->db));
	FLOOR_NEED(!sqlite3_exec(r->db,
				 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
				 "CREATE TABLE event (seq INTEGER PRIMARY KEY, pid INTEGER,"
				 " status INTEGER, body BLOB)",
				 NULL, NULL, NULL));
	FLOOR_NEED(!sqlite3_prepare_v2(r->db, "BEGIN IMMEDIATE", -1, &r->begin, NULL));
	FLOOR_NEED(!sqlite3_prepare_v2(r->db, "COMMIT", -1, &r->commit, NULL));
	FLOOR_NEED(!sqlite3_prepare_v2(r->db, "INSERT INTO event(pid, body) VALUES(?1, ?2)", -1,
				       &r->intent, NULL));
	FLOOR_NEED(!sqlite3_prepare_v2(r->db, "INSERT INTO event(status, body) VALUES(?1, ?2)", -1,
				       &r->end, NULL));
}

static void step(sqlite3_stmt *s)
{
	FLOOR_NEED(sqlite3_step(s) == SQLITE_DONE);
	sqlite3_reset(s);
}

static void record_add(struct record *r, sqlite3_stmt *s, int number, const char *p, size_t n)
{
	step(r->begin);
	sqlite3_bind_int(s, 1, number);
	sqlite3_bind_blob(s, 2, p, (int)n, SQLITE_STATIC);
	step(s);
	step(r->commit);
}

static void record_close(struct record *r)
{
	sqlite3_finalize(r->begin);
	sqlite3_finalize(r->commit);
	sqlite3_finalize(r->intent);
	sqlite3_finalize(r->end);
	sqlite3_close(r->db);
}

/* Both pipes to their ends. */
static size_t read_both(int out, int err, char *bytes)
{
	struct pollfd p[2] = { { .fd = out, .events = POLLIN }, { .fd = err, .events = POLLIN } };
	size_t n = 0;
	for (int open_ends = 2; open_ends;) {
		FLOOR_NEED(poll(p, 2, -1) > 0);
		for (int i = 0; i < 2; i++) {
			if (!p[i].revents)
				continue;
			ssize_t got = read(p[i].fd, bytes + n, OUTPUT_MAX - n);
			FLOOR_NEED(got >= 0);
			n += (size_t)got;
			if (!got) {
				close(p[i].fd);
				p[i].fd = -1;
				open_ends--;
			}
		}
	}
	return n;
}

/* --- bare ---------------------------------------------------------------------------------- */

static void bare_step(struct record *r, char **argv, char *bytes)
{
	extern char **environ;
	int out[2], err[2], status;
	pid_t pid;
	posix_spawn_file_actions_t files;
	record_add(r, r->intent, 0, argv[0], strlen(argv[0]));
	FLOOR_NEED(!pipe2(out, O_CLOEXEC) && !pipe2(err, O_CLOEXEC));
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, out[1], 1);
	posix_spawn_file_actions_adddup2(&files, err[1], 2);
	FLOOR_NEED(!posix_spawnp(&pid, argv[0], &files, NULL, argv, environ));
	posix_spawn_file_actions_destroy(&files);
	close(out[1]);
	close(err[1]);
	size_t n = read_both(out[0], err[0], bytes);
	FLOOR_NEED(waitpid(pid, &status, 0) == pid);
	record_add(r, r->end, status, bytes, n);
}

/* --- with holder and gate ------------------------------------------------------------------ */

struct told {
	pid_t pid;
	int status;
	size_t bytes;
};

static pid_t gated_child(char **argv, const int out[2], const int err[2], int gate)
{
	char byte;
	pid_t pid = fork();
	if (pid)
		return pid;
	setsid();
	dup2(out[1], 1);
	dup2(err[1], 2);
	if (read(gate, &byte, 1) == 1)
		execvp(argv[0], argv);
	_exit(127);
}

__attribute__((noreturn)) static void hold(int sock, const char *folder, char **argv, char *bytes)
{
	char ask;
	FLOOR_NEED(!chdir(folder));
	int spool = open("spool", O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	int facts = open("facts", O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	while (read(sock, &ask, 1) == 1) {
		int out[2], err[2], gate[2];
		struct told t = { 0 };
		FLOOR_NEED(!pipe2(out, O_CLOEXEC) && !pipe2(err, O_CLOEXEC) &&
			   !pipe2(gate, O_CLOEXEC));
		t.pid = gated_child(argv, out, err, gate[0]);
		close(out[1]);
		close(err[1]);
		close(gate[0]);
		FLOOR_NEED(write(sock, &t, sizeof(t)) == sizeof(t));
		FLOOR_NEED(read(sock, &ask, 1) == 1 && write(gate[1], "g", 1) == 1);
		close(gate[1]);
		t.bytes = read_both(out[0], err[0], bytes);
		FLOOR_NEED(write(spool, bytes, t.bytes) == (ssize_t)t.bytes);
		FLOOR_NEED(waitpid(t.pid, &t.status, 0) == t.pid);
		FLOOR_NEED(write(facts, &t, sizeof(t)) == sizeof(t));
		FLOOR_NEED(write(sock, &t, sizeof(t)) == sizeof(t));
	}
	_exit(0);
}

static void held_step(struct record *r, int sock, int spool, char *bytes)
{
	struct told t;
	FLOOR_NEED(write(sock, "p", 1) == 1);
	FLOOR_NEED(read(sock, &t, sizeof(t)) == sizeof(t));
	record_add(r, r->intent, t.pid, "intent", 6);
	FLOOR_NEED(write(sock, "g", 1) == 1);
	FLOOR_NEED(read(sock, &t, sizeof(t)) == sizeof(t));
	FLOOR_NEED(read(spool, bytes, t.bytes) == (ssize_t)t.bytes);
	record_add(r, r->end, t.status, bytes, t.bytes);
}

int main(int argc, char **argv)
{
	int held = argc > 1 && !strcmp(argv[1], "--holder");
	char **rest = argv + 1 + held;
	if (argc - held < 4) {
		fprintf(stderr, "usage: tool_floor_spawn [--holder] STEPS FOLDER COMMAND...\n");
		return 2;
	}
	long steps = strtol(rest[0], NULL, 10);
	static char bytes[OUTPUT_MAX];
	char path[4096];
	double ms[FLOOR_ROUNDS];
	int sock[2], spool = -1;
	FLOOR_NEED(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sock));
	if (held) {
		pid_t pid = fork(); /* before there is a database: it stays small */
		if (!pid) {
			close(sock[0]);
			hold(sock[1], rest[1], rest + 2, bytes);
		}
		close(sock[1]);
		snprintf(path, sizeof(path), "%s/spool", rest[1]);
		while ((spool = open(path, O_RDONLY | O_CLOEXEC)) < 0)
			FLOOR_NEED(errno == ENOENT);
	}
	for (int round = 0; round < FLOOR_ROUNDS; round++) {
		struct record r;
		snprintf(path, sizeof(path), "%s/floor.db", rest[1]);
		record_open(&r, path);
		double began = floor_now();
		for (long i = 0; i < steps; i++) {
			if (held)
				held_step(&r, sock[0], spool, bytes);
			else
				bare_step(&r, rest + 2, bytes);
		}
		ms[round] = (floor_now() - began) * 1000 / (double)steps;
		record_close(&r);
	}
	printf("%s %.4f ms/step\n", held ? "floor_holder" : "floor_spawn",
	       floor_median(ms, FLOOR_ROUNDS));
	return 0;
}
