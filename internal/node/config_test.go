package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/chengshu/chengshu/internal/fault"
)

func TestConfigureOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chengshu.yaml")
	write(t, path, "data: /from/file\nloads:\n  memory: 700MB\n  threads: 3\n")
	t.Setenv("CHENGSHU_LOADS_THREADS", "4")
	t.Setenv("CHENGSHU_LOADS_MAX_BYTES", "1000")
	fs := pflag.NewFlagSet("t", pflag.ContinueOnError)
	Flags(fs)
	if err := fs.Parse([]string{"--loads.parallel=5"}); err != nil {
		t.Fatal(err)
	}
	c, err := Configure(path, fs)
	if err != nil {
		t.Fatal(err)
	}
	if c.Data != "/from/file" || c.Loads.Memory != "700MB" || c.Loads.Threads != 4 || c.Loads.MaxBytes != 1000 || c.Loads.Parallel != 5 || c.Lang != "zh-CN" {
		t.Errorf("got %+v", c)
	}
}

func TestConfigureRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, env, want string }{
		"unknown key":     {text: "data: x\nloads:\n  memroy: 1GB\n", want: "chengshu.yaml:3"},
		"unknown env":     {env: "CHENGSHU_LISTN", want: "CHENGSHU_LISTN"},
		"not loopback":    {text: "listen: 0.0.0.0:8080\n", want: "loopback"},
		"a name":          {text: "listen: localhost:8080\n", want: "loopback"},
		"unfit size":      {text: "loads: {memory: lots}\n", want: "loads.memory"},
		"unfit number":    {text: "loads: {threads: 0}\n", want: "loads.threads"},
		"not a number":    {text: "loads: {threads: two}\n", want: "unfit"},
		"small segment":   {text: "audit: {segment-bytes: 1000}\n", want: "audit.segment-bytes"},
		"broken document": {text: "data: [\n", want: "YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "chengshu.yaml")
			write(t, path, c.text)
			if c.env != "" {
				t.Setenv(c.env, "1")
			}
			_, err := Configure(path, nil)
			if err == nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
