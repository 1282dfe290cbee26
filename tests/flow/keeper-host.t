#!/bin/sh
# Commands on other hosts: script and values travel on ssh's standard input, nothing in argv.
. tests/lib/tap.sh

journal=$T/j/journal.db
BLACKSTART_JOURNAL=$journal
export BLACKSTART_JOURNAL
cd "$T" || exit 1

# An ssh that stays here, and writes down how it was called.
mkdir bin
cat >bin/ssh <<SH
#!/bin/sh
printf '%s|' "\$@" >>$T/argv
echo >>$T/argv
for last; do :; done
exec env -i PATH="\$PATH" HOME="$T/home" \$last
SH
chmod +x bin/ssh
PATH=$T/bin:$PATH
export PATH

cat >book.yaml <<'YAML'
blackstart: 1
title: Elsewhere
params:
  machine: {default: db1}
  pass: {ask: Password?, secret: true}
steps:
  - id: there
    host: ${machine}.example.org
    run: |
      printf '%s ' "$machine"
      printf %s "$pass" | cmp - secret && echo same
      cat
      echo after; exit 4
    secret: [pass]
    exit_ok: [4]
    effect: read
    capture: {said: text}
    expect: said like 'db1 same_after'
  - id: badhost
    host: "-oProxyCommand=touch owned"
    run: "true"
    effect: read
  - end: done
YAML
cat >answers <<'YAML'
answers: 1
steps:
  - {at: badhost, do: skip, reason: that is no host, expect: {prompt: cannot be a host}}
YAML
printf %s "it's \"hush\"" >secret
"$BLACKSTART" run book.yaml --secret pass=secret --answers answers >out 2>&1
is "a command on another host, its values and its status" $? 0 || note "$(cat out)"
is "all that ssh is told" "$(cat argv)" '-T|-o|BatchMode=yes|--|db1.example.org|sh -s|'
ok "an option is no host" [ ! -e owned ]
ok "the password is in no file of the record" ! grep -rq hush "$T/j"

done_testing
