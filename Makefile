# One make, no recursion into folders. Nothing here names a source file: what lies in a room's
# folder belongs to the room, what is called test_*, tool_*, shim_* or fuzz_* is built as that.
#
#   make            the program, $(BUILD)/blackstart
#   make test       install what is missing, build, every test, then all again under sanitizers
#   make check      the tests without the sanitizer half; ONLY=word picks those with it in the name
#   make test-lab   what needs real servers; says what it had to skip; ONLY=word as above
#   make drill      the first drill, on real restic and etcd; DRILL=lost-quorum for another one
#   make asan lint check-headers bench fuzz install clean
#
# V=1 shows the commands whole; ROOMS="base model" builds these rooms only.

# --- architecture: which doors a room may open ----------------------------------------------------

ROOMS := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard src/*/*.c)))))

SEES_base    :=
SEES_model   := base
SEES_loop    := base
SEES_ladder  := base
SEES_expr    := base model
SEES_format  := base model
SEES_loader  := base model format expr danger
SEES_engine  := base model ladder danger
SEES_journal := base model
SEES_holder  := base loop
SEES_keeper  := base model format loop expr loader ladder people guard scenario \
	sign engine journal holder view
SEES_view    := base model ladder sign scenario engine
SEES_client  := base model format loop loader people guard scenario sign journal view engine \
	keeper
SEES_plain   := base model format loader ladder scenario view client engine
SEES_vt      := base
SEES_danger  := base
SEES_sign    := base
SEES_bundle  := base model journal sign
SEES_shelf   := base model format loader guard journal
SEES_people  := base model format expr loader ladder
SEES_report  := base model ladder format loader scenario engine view
SEES_guard   := base model format loader people danger
SEES_scenario := base model format loader
SEES_tui     := base model format loader ladder scenario engine view client vt shelf
SEES_cli     := $(ROOMS)

# Libraries, by the room that may use them. jq has no pkg-config file.
LIB_base    := libcrypto jansson
LIB_loader  := yaml-0.1
LIB_expr    := sqlite3
LIB_journal := sqlite3 libzstd
LIB_vt      := libtsm
LIB_tui     := ncursesw
# the header alone: who sends loads the library, others do without its thirty libraries
LIB_people  := libcurl
EXTRA_LIBS  := -ljq -lm

# --- knobs ----------------------------------------------------------------------------------------

BUILD  ?= build
PREFIX ?= /usr/local
JOBS   ?= $(shell nproc)
FUZZ_TIME ?= 60
DRILL ?= first-light
ifeq ($(origin CC),default)
CC := gcc
endif
OPT ?= -O2 -g

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wwrite-strings -Wpointer-arith -Wformat=2 -Wundef -Wvla
HARD := -fno-common -fstack-protector-strong -fPIE
LINK := -pie -Wl,--as-needed -Wl,-z,now,-z,relro

# SAN= plain, address (gcc, ASan and UBSan), fuzzer (clang, whose warnings are not ours).
SAN ?=
ifeq ($(SAN),address)
SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# gcc guesses lengths differently under the sanitizers, and wrongly
SANFLAGS += -Wno-format-truncation -Wno-stringop-truncation -Wno-maybe-uninitialized
OPT := -O1 -g
else ifeq ($(SAN),fuzzer)
SANFLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
CC := clang
OPT := -O1 -g
WARN := -w
else
HARD += -D_FORTIFY_SOURCE=2
endif

V ?=
say = $(if $(V),,@echo '  $(1)  $@';)

BASEFLAGS = -std=c17 -D_GNU_SOURCE $(OPT) $(WARN) $(HARD) $(SANFLAGS) -I$(BUILD)/gen $(CFLAGS)

# --- what there is --------------------------------------------------------------------------------

# A shell script in a room's folder becomes a C string, build/gen/NAME.sh.h.
SCRIPTS := $(foreach s,$(wildcard src/*/*.sh),$(BUILD)/gen/$(notdir $(s)).h)
SRCS  := $(filter-out src/cli/main.c,$(foreach r,$(ROOMS),$(wildcard src/$(r)/*.c)))
OBJS  := $(SRCS:src/%.c=$(BUILD)/obj/%.o)
MAIN  := $(BUILD)/obj/cli/main.o
LIB   := $(BUILD)/libblackstart.a
BIN   := $(BUILD)/blackstart
HDRS  := $(wildcard include/*/*.h)

UNITS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ  := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
TOOLS := $(patsubst %.c,$(BUILD)/%,$(notdir $(wildcard \
	tests/faults/tool_*.c tests/bench/tool_*.c tests/screen/tool_*.c tests/mutate/tool_*.c)))
SCREEN := $(filter-out tests/screen/tool_%,$(wildcard tests/screen/*.c))
MUTATE := $(filter-out tests/mutate/tool_%,$(wildcard tests/mutate/*.c))
SHIMS := $(patsubst tests/faults/%.c,$(BUILD)/%.so,$(wildcard tests/faults/shim_*.c))
# Long walks of the library and of drivers: `make test-lab` has them, `make test` what is light.
HEAVY := $(patsubst %,tests/flow/%.t,library-people library-restore library-cluster \
	library-cluster-faults library-host library-kube volume-clouds \
	volume-directory cluster-etcd cluster-walk fault-kill-contact fault-kill-guard \
	journal-mutate sign-deaf bundle-thousand bundle-honest doctor-hangs report-score-slow \
	drill-channel stage-channel attach-kill) $(wildcard tests/screen/guard-keys-*.t) \
	$(addprefix tests/screen/,drill.t replay-frames.t shell.t shell-held.t)
FLOWS := $(filter-out $(HEAVY),$(wildcard tests/flow/*.t tests/screen/*.t))
LINTS := $(wildcard tests/lint/*.t)
# In the lab also the light halves of what it proves.
LAB := $(HEAVY) $(filter-out $(HEAVY),$(wildcard tests/lab/*.t tests/flow/volume-*.t \
	tests/flow/cluster-*.t tests/flow/contact-*.t tests/flow/drill-*.t) \
	$(addprefix tests/flow/,prune-kill.t fault-kill-random.t fault-kill-keeper.t \
	fault-kill-holder.t))

# With every fault at every place; the suite takes some.
LAB_UNITS := $(addprefix $(BUILD)/unit/test_journal_,faults crash verify)

unnamed := $(strip $(foreach r,$(ROOMS),$(if $(filter undefined,$(origin SEES_$(r))),$(r))))
ifneq ($(unnamed),)
$(error no SEES_ line for: $(unnamed))
endif

# pkg-config is asked once, and only when something is compiled: it may not be installed yet.
once = $(eval $(1) := $(2))$($(1))
LIBS_ALL = $(sort $(foreach r,$(ROOMS),$(LIB_$(r))))
PKG_LIBS = $(call once,PKG_LIBS,$(shell pkg-config --libs $(LIBS_ALL)) $(EXTRA_LIBS))
PKG_CFLAGS = $(call once,PKG_CFLAGS,$(shell pkg-config --cflags $(LIBS_ALL)))

includes = $(addprefix -I,$(wildcard include/$(1) src/$(1))) $(addprefix -Iinclude/,$(SEES_$(1)))
TEST_INC := $(addprefix -Iinclude/,$(ROOMS)) -Itests/lib

# --- the program ----------------------------------------------------------------------------------

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all test test-lab check test-build drill bench fuzz fuzz-build asan lint \
	check-headers install clean need FORCE

all: $(BIN)

# Every goal that needs packages asks for them first; a plain `make` only says what is missing.
need:
	@sh tests/lib/setup.sh --name-only build

define room
CF_$(1) = $$(call once,CF_$(1),$$(shell pkg-config --cflags $(LIB_$(1)) 2>/dev/null))
$(BUILD)/obj/$(1)/%.o: src/$(1)/%.c Makefile | $(BUILD)/gen/version.h $(SCRIPTS) need
	@mkdir -p $$(@D)
	$$(call say,CC )$$(CC) $$(BASEFLAGS) $$(CF_$(1)) $(call includes,$(1)) -MMD -MP -c \
		-o $$@ $$<
endef
$(foreach r,$(ROOMS),$(eval $(call room,$(r))))

$(LIB): $(OBJS)
	@rm -f $@
	$(call say,AR )ar rcs $@ $^

# Of two functions of one name an archive would silently give whichever comes first.
$(BIN): $(MAIN) $(LIB)
	$(call say,LD )$(CC) $(BASEFLAGS) $(LINK) -o $@ $(MAIN) -Wl,--whole-archive $(LIB) \
		-Wl,--no-whole-archive $(PKG_LIBS)

vpath %.sh $(wildcard src/*)
$(BUILD)/gen/%.sh.h: %.sh Makefile
	@mkdir -p $(@D)
	$(call say,TXT)sed -e 's/[\\"]/\\&/g' -e 's/.*/"&\\n"/' $< >$@

$(BUILD)/gen/version.h: FORCE
	@PREFIX='$(PREFIX)' sh tests/lib/version.sh $@

# --- tests ----------------------------------------------------------------------------------------

define test_program
	@mkdir -p $(@D)
	$(call say,LD )$(CC) $(BASEFLAGS) -Wno-write-strings $(PKG_CFLAGS) $(TEST_INC) $(2) \
		-MMD -MP -MF $@.d $(LINK) \
		-o $@ $< $(3) $(LIB) $(PKG_LIBS) $(1)
endef

# What asserts is compiled as it stands: optimising it took longer than running it, but for what
# runs thousands of walks.
AS_IT_STANDS = $(if $(findstring random,$*),,-O0 -U_FORTIFY_SOURCE)
$(BUILD)/unit/%: tests/unit/%.c $(LIB) Makefile
	$(call test_program,-lcmocka,$(AS_IT_STANDS))

ifeq ($(SAN),fuzzer)
$(BUILD)/fuzz/%: tests/fuzz/%.c $(LIB) Makefile
	$(call test_program,-fsanitize=fuzzer,-Wno-missing-prototypes)
else
$(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/standalone.c $(LIB) Makefile
	$(call test_program,,-Wno-missing-prototypes -DCORPUS='"tests/fuzz/corpus/$(*:fuzz_%=%)"',\
		tests/fuzz/standalone.c)
endif

$(BUILD)/tool_%: tests/faults/tool_%.c $(LIB) Makefile
	$(call test_program)

$(BUILD)/tool_%: tests/bench/tool_%.c $(LIB) Makefile
	$(call test_program)

$(BUILD)/tool_%: tests/screen/tool_%.c $(SCREEN) tests/screen/screen.h $(LIB) Makefile
	$(call test_program,$(shell pkg-config --libs ncursesw),,$(SCREEN))

$(BUILD)/tool_%: tests/mutate/tool_%.c $(MUTATE) tests/mutate/mutate.h $(LIB) Makefile
	$(call test_program,,,$(MUTATE))

$(BUILD)/shim_%.so: tests/faults/shim_%.c Makefile | need
	@mkdir -p $(@D)
	$(call say,LD )$(CC) -std=c17 -D_GNU_SOURCE -O1 -g $(WARN) -Wno-missing-prototypes \
		-fPIC -shared -o $@ $< -ldl

test-build: $(BIN) $(UNITS) $(FUZZ) $(TOOLS) $(SHIMS) $(if $(SAN),,check-headers)

# The sanitizer half is the same list of tests in a second build; `asan:` tells one.sh which.
SUBMAKE = +$(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
ONLY ?=
pick = $(if $(ONLY),$(foreach t,$(1),$(if $(findstring $(ONLY),$(t)),$(t))),$(1))
SUITE = $(call pick,$(UNITS) $(FUZZ) $(FLOWS))
# Runbooks, drivers and what they call are no code of ours, and what is killed with -9 tells a
# sanitizer nothing, nor do hundreds of refused keys: one build of the program does for them.
ONE_BUILD = $(filter $(addprefix tests/flow/,library% cluster-% volume-% origin-% drill-% \
	rebuild-% restore-kill% fault-kill-% bundle-% stage-trace%) \
	$(LAB_UNITS) tests/screen/guard-keys%,$(SUITE))
SUITE_ASAN = $(patsubst %,asan:%,$(patsubst $(BUILD)/%,$(BUILD)-asan/%,$(filter-out \
	$(ONE_BUILD),$(SUITE))))
# Whole screens are the same under the sanitizers, which see more.
SAN_ONLY = $(filter $(patsubst %,tests/screen/%.t,acts contact destroy rebuild \
	restore-board),$(SUITE))
# Tests wait half of their time.
PROVE_JOBS ?= $(shell expr $(JOBS) + \( $(JOBS) + 1 \) / 2)
PROVE = BUILD=$(BUILD) prove -j$(PROVE_JOBS) $(PROVEFLAGS) --exec 'sh tests/lib/one.sh'

test:
	@sh tests/lib/setup.sh build test drill
	$(SUBMAKE) test-build
	$(SUBMAKE) BUILD=$(BUILD)-asan SAN=address test-build
	@$(PROVE) $(filter-out $(SAN_ONLY),$(SUITE)) $(SUITE_ASAN) $(LINTS)

check:
	@sh tests/lib/setup.sh build test drill
	$(SUBMAKE) test-build
	@$(PROVE) $(SUITE) $(call pick,$(LINTS))

# What cannot be installed here is skipped by its test, which says so.
test-lab:
	@sh tests/lib/setup.sh build test drill
	@sh tests/lib/setup.sh --try lab
	$(SUBMAKE) all $(TOOLS) $(SHIMS) $(LAB_UNITS)
	@BUILD=$(BUILD) JOBS=$(JOBS) EVERY=1 PROVEFLAGS='$(PROVEFLAGS)' tests/lab/run \
		$(call pick,$(LAB) $(LAB_UNITS))

asan:
	@sh tests/lib/setup.sh build test drill
	$(SUBMAKE) BUILD=$(BUILD)-asan SAN=address test-build
	@$(PROVE) $(SUITE_ASAN)

# Each target for FUZZ_TIME seconds; what it finds stays in $(BUILD)-fuzz, the corpus is only read.
fuzz:
	@sh tests/lib/setup.sh build fuzz
	$(SUBMAKE) BUILD=$(BUILD)-fuzz SAN=fuzzer fuzz-build
	@sh tests/fuzz/run.sh $(BUILD)-fuzz $(FUZZ_TIME) \
		$(call pick,$(FUZZ:$(BUILD)/%=$(BUILD)-fuzz/%))

fuzz-build: $(FUZZ)

drill:
	@sh tests/lib/setup.sh build drill $(filter dns-%,$(DRILL))
	$(SUBMAKE) all
	@runbooks/drills/$(DRILL)/drill.sh

bench:
	@sh tests/lib/setup.sh build test bench
	$(SUBMAKE) all $(TOOLS)
	@BUILD=$(BUILD) tests/bench/run $(BENCH)

lint: $(BIN) check-headers
	@BUILD=$(BUILD) sh tests/lint/lint.sh

check-headers: $(HDRS:include/%=$(BUILD)/hdr/%.ok)

$(BUILD)/hdr/%.h.ok: include/%.h Makefile | need
	@mkdir -p $(@D)
	$(call say,HDR)$(CC) $(BASEFLAGS) $(call includes,$(firstword $(subst /, ,$*))) \
		-fsyntax-only -MMD -MP -MF $@.d -MT $@ -x c $<
	@touch $@

# --- the rest -------------------------------------------------------------------------------------

SHARE = $(DESTDIR)$(PREFIX)/share

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/blackstart/runbooks $(SHARE)/doc/blackstart
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/blackstart
	cp -R runbooks/. $(SHARE)/blackstart/runbooks
	rm -rf $(SHARE)/blackstart/drivers
	cp -R runbooks/drivers $(SHARE)/blackstart/drivers
	install -m 644 LICENSE $(wildcard README.md docs/*.md docs/*.json) $(SHARE)/doc/blackstart

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-fuzz

-include $(OBJS:.o=.d) $(MAIN:.o=.d) $(addsuffix .d,$(UNITS) $(FUZZ) $(TOOLS)) \
	$(HDRS:include/%=$(BUILD)/hdr/%.ok.d)
