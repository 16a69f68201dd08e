package main

import (
	"errors"
	"testing"
)

const page = "# Page\n\n```sh\necho a\n```\n\nprints\n\n```text\nbatch 1126-01  took 0.3 s\n…\nend\n```\n\n```shell\nmake run\n```\n\n```sh\ntrue\n```\n"

func TestBlocksAreJudgedByWhatThePageSays(t *testing.T) {
	b := blocks(page)
	if len(b) != 2 || b[0].command != "echo a" || b[0].line != 3 || !b[0].told || b[1].told {
		t.Fatalf("read %+v", b)
	}
	for _, c := range []struct {
		name, got string
		block     block
		err       error
		good      bool
	}{
		{"as told, at another time", "batch 0101-07   took 12.9 s\nx\ny\nend\n", b[0], errors.New("exit status 3"), true},
		{"another end", "batch 0101-07  took 12.9 s\nx\nEND\n", b[0], nil, false},
		{"nothing told, a failure", "", b[1], errors.New("exit status 1"), false},
		{"nothing told, a success", "anything", b[1], nil, true},
	} {
		if complaint := c.block.judge(c.got, c.err); (complaint == "") != c.good {
			t.Errorf("%s: %q", c.name, complaint)
		}
	}
}
