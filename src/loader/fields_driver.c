/* The tables of driver files. */
#include "driver.h"

#include "limits.h"

#define N FORMAT_N
#define BOTH (FOR_VOLUME | FOR_CLUSTER)
#define AT(member) .at = offsetof(struct driver, member)
#define COMMAND(word, id, who, need, text) \
	{ word, TYPE_DRIVER_COMMAND, AT(commands[id]), .kinds = who, .flags = need, .doc = text }

static const struct format_key driver[] = {
	{ "driver", TYPE_VERSION, .kinds = BOTH, .flags = KEY_REQUIRED,
	  .doc = "the version of this format: 1" },
	{ "volume", TYPE_NAME, AT(volume), .kinds = FOR_VOLUME, .flags = KEY_REQUIRED,
	  .doc = "a driver for volumes: its name, which is the file's" },
	{ "cluster", TYPE_NAME, AT(cluster), .kinds = FOR_CLUSTER, .flags = KEY_REQUIRED,
	  .doc = "a driver for clusters: its name, which is the file's" },
	{ "title", TYPE_LINE, AT(title), .kinds = BOTH, .flags = KEY_REQUIRED,
	  .max = LIMIT_TITLE_BYTES, .doc = "what it is for" },
	{ "about", TYPE_TEXT, AT(about), .kinds = BOTH,
	  .doc = "what it does, what it leaves, its traps" },
	{ "proved", TYPE_PROVED, AT(recordings), .kinds = BOTH, .flags = KEY_REQUIRED,
	  .doc = "`live`: on real systems; `recordings`: on what their tools once printed" },
	{ "needs", TYPE_WORDS, AT(needs), .at_n = offsetof(struct driver, n_needs),
	  .kinds = BOTH, .doc = "programs that must be there" },
	{ "params", TYPE_PARAMS, AT(params), .at_n = offsetof(struct driver, n_params),
	  .kinds = BOTH,
	  .doc = "what the step says by `with`; every command has them as variables" },

	{ "functions", TYPE_PLACED, AT(functions), .kinds = BOTH, .flags = KEY_SHELL,
	  .doc = "shell text that commands share: they say `eval \"$functions\"`" },

	COMMAND("points", CMD_POINTS, FOR_VOLUME, KEY_REQUIRED,
		"reads: prints the restore points as a JSON list"),
	COMMAND("safety", CMD_SAFETY, FOR_VOLUME, 0,
		"changes: keeps the present state; its last line names the copy"),
	COMMAND("restore", CMD_RESTORE, FOR_VOLUME, KEY_REQUIRED,
		"destroys: puts `$point` into `$place`; may be run again after a kill"),
	COMMAND("verify", CMD_VERIFY, FOR_VOLUME, KEY_REQUIRED,
		"reads: exit 0 when `$place` is what `$point` holds"),
	COMMAND("put_back", CMD_PUT_BACK, FOR_VOLUME, 0,
		"destroys: `$kept` back into `$place`; the undo of `restore`"),
	COMMAND("release", CMD_RELEASE, FOR_VOLUME, 0, "destroys: throws `$kept` away"),

	COMMAND("health", CMD_HEALTH, FOR_CLUSTER, KEY_REQUIRED,
		"reads: how one member is, as a JSON object"),
	COMMAND("quorum", CMD_QUORUM, FOR_CLUSTER, KEY_REQUIRED,
		"reads: how many members are healthy, as a JSON object"),
	COMMAND("stop", CMD_STOP, FOR_CLUSTER, KEY_REQUIRED, "changes: stops a member"),
	COMMAND("clear", CMD_CLEAR, FOR_CLUSTER, 0,
		"destroys: puts the old state of a member aside; its last line says where"),
	COMMAND("prepare", CMD_PREPARE, FOR_CLUSTER, 0,
		"changes: once, before anything is stopped, such as carrying a snapshot there"),
	COMMAND("first", CMD_FIRST, FOR_CLUSTER, 0,
		"changes: starts the first member of a new cluster; `join` where it is missing"),
	COMMAND("join", CMD_JOIN, FOR_CLUSTER, KEY_REQUIRED,
		"changes: lets a member join the new cluster"),
	COMMAND("start", CMD_START, FOR_CLUSTER, 0,
		"changes: starts a member that has its data; `join` where it is missing"),
	COMMAND("add", CMD_ADD, FOR_CLUSTER, 0, "changes: adds a member to a living cluster"),
	COMMAND("remove", CMD_REMOVE, FOR_CLUSTER, 0,
		"destroys: takes a member out of a living cluster"),
};

#undef AT
#define AT(member) .kinds = UINT32_MAX, .at = offsetof(struct driver_command, member)

static const struct format_key command[] = {
	{ "run", TYPE_COMMAND, AT(run), .flags = KEY_REQUIRED | KEY_SHELL,
	  .doc = "the command of the shell" },
	{ "timeout", TYPE_DURATION, AT(timeout_ms), .doc = "it is stopped after that" },
	{ "takes", TYPE_DURATION, AT(takes_ms), .doc = "how long it usually takes" },
	{ "within", TYPE_DURATION, AT(within_ms),
	  .doc = "`verify`: it is run again until it comes out true, that long" },
	{ "every", TYPE_DURATION, AT(every_ms), .min = 100,
	  .doc = "`verify`, `health`, `quorum`: time between two looks" },
	{ "leaves", TYPE_LEAVES, AT(leaves),
	  .doc = "`processes`: what it leaves running is meant to stay" },
};

const struct format_table fields_driver = {
	.name = "driver", .title = "A driver file",
	.intro = "A bare text behind the name of a command is its `run`.",
	.keys = driver, .n = N(driver),
};

const struct format_table fields_command = {
	.name = "driver_command", .title = "A command of a driver", .intro = "",
	.keys = command, .n = N(command),
};

_Static_assert(N(driver) <= DRAFT_KEYS, "DRAFT_KEYS is too small");
