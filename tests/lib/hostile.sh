# A runbook, its people and its answers, in which all that can have a name or a text has a bad one. To be sourced
# after tap.sh. Each text begins with a word W1, W2, … of its own, to see that it arrived.
# shellcheck shell=sh

# A YAML text: tags, entities, links, code, a table's bar, a formula, characters that turn the line or the terminal.
bad() {
	printf '"W%s</title></svg></td><script>parent.owned=1</script>' "$1"
	printf '<img src=http://127.0.0.1:9/x onerror=parent.owned=1>&lt;b&gt; ![i](http://e.vil/i) www.e.vil '
	printf '[l](javascript:x) `c` *s* | \\u202e\\u2066\\u061c\\u009b\\e[31m"'
}

# In the current folder: contacts.yaml, book.yaml, answers.yaml.
hostile_files() {
	cat >contacts.yaml <<-YAML
	contacts: 1
	ladders:
	  ops: {wait: 1h, rungs: [{channel: chat}, {who: ana, by: phone}]}
	people:
	  ana: {name: $(bad 1), phone: '+34 600 111 222'}
	channels:
	  chat: {command: 'printf "W2</pre><script>parent.owned=1</script>\\\\033[2J\\n\`\`\`\\n# h\\n" >&2; exit 7'}
	YAML
	cat >book.yaml <<-YAML
	blackstart: 1
	title: $(bad 3)
	contacts: contacts.yaml
	steps:
	  - each: {node: [$(bad 4), $(bad 5)]}
	    title: $(bad 6)
	    steps:
	      - {id: one, title: $(bad 7), run: 'true', effect: read}
	  - id: try
	    title: $(bad 8)
	    run: |
	      printf 'W9</pre><script>parent.owned=1</script>\\033]0;x\\007\\n\`\`\`\`\\n<img src=x>\\n'
	      exit 3
	    effect: change
	  - {id: reach, contact: ops, message: $(bad 10), until: answered}
	  - {id: which, title: W, ask: $(bad 11), into: one}
	  - {id: more, title: $(bad 12), do: $(bad 13)}
	  - {end: $(bad 14), success: true}
	YAML
	cat >answers.yaml <<-YAML
	answers: 1
	run: {within: 100s}
	default: {start: change}
	steps:
	  - {at: try, do: start}
	  - {at: try, do: accept, reason: $(bad 15)}
	  - {at: reach, do: start}
	  - {at: reach, reply: {ana: answered}, reason: $(bad 16)}
	  - {at: which, do: note, text: $(bad 17)}
	  - {at: which, do: done, text: $(bad 18)}
	  - {at: more, do: skip, reason: $(bad 19)}
	  - {at: run, do: close, reason: $(bad 20)}
	YAML
}
# Those of them that a report has, and others that it need not have.
hostile_words='W1 W2 W3 W4 W5 W6 W7 W8 W9 W10 W12 W14 W15 W16 W17 W18 W19'
