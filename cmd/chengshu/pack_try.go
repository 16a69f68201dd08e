package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/flow"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/pack"
)

// packTrials is what came of a pack's tests.
type packTrials struct {
	OK      bool           `json:"ok"`
	Passed  int            `json:"passed"`
	Failed  int            `json:"failed"`
	Tests   []flow.Verdict `json:"tests"`
	Updated []rewritten    `json:"updated"`
}

// rewritten is an expectation that was written anew.
type rewritten struct {
	Place string `json:"place"`
	Path  string `json:"path"`
	Value string `json:"value"`
}

func (a *app) packTest() *cobra.Command {
	var update bool
	c := &cobra.Command{Use: "test DIR", Short: "运行应用包的测试 / run a pack's tests", Args: cobra.ExactArgs(1),
		Example: "  chengshu pack test packs/quality-orders\n  chengshu pack test packs/quality-orders --update",
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := tryPack(cmd.Context(), args[0], update)
			if err != nil {
				return err
			}
			if err := a.print(out, func(w io.Writer) { a.printTrials(w, out) }); err != nil || out.OK {
				return err
			}
			return exit(1)
		}}
	c.Flags().BoolVar(&update, "update", false, "按实际结果改写期望，保留注释和次序 / write what is found in place of what is expected; comments and order stay")
	return c
}

// tryPack runs the tests of a folder. With update, expectations that were not met are written
// anew and the tests are run again: what still fails is more than an expectation.
func tryPack(ctx context.Context, dir string, update bool) (out packTrials, err error) {
	p, err := folder(dir)
	if err != nil {
		return out, err
	}
	if out.Tests, err = node.TryPack(ctx, p); err != nil {
		return out, err
	}
	if sets := expectations(p, out.Tests); update && len(sets) > 0 {
		files, err := pack.Rewritten(p, sets)
		if err != nil {
			return out, err
		}
		for _, s := range sets {
			if err := writeFile(filepath.Join(dir, s.Entry.File), files[s.Entry.File]); err != nil {
				return out, err
			}
			out.Updated = append(out.Updated, rewritten{s.Entry.Place(s.Path), s.Path, s.Value})
		}
		if p, err = folder(dir); err != nil {
			return out, err
		}
		if out.Tests, err = node.TryPack(ctx, p); err != nil {
			return out, err
		}
	}
	for _, v := range out.Tests {
		if v.OK {
			out.Passed++
		} else {
			out.Failed++
		}
	}
	out.OK = out.Failed == 0
	return out, nil
}

// expectations are those that were not met, in the order of the files.
func expectations(p *pack.Pack, all []flow.Verdict) (out []pack.Set) {
	for i, e := range p.Entries("tests") {
		var paths []string
		for path := range all[i].Found {
			paths = append(paths, path)
		}
		slices.Sort(paths)
		for _, path := range paths {
			out = append(out, pack.Set{Entry: e, Path: path, Value: all[i].Found[path]})
		}
	}
	return out
}

func (a *app) printTrials(w io.Writer, out packTrials) {
	for _, u := range out.Updated {
		fmt.Fprintln(w, a.say("改写 %s %s：%s", "rewrote %s %s: %s", u.Place, u.Path, u.Value))
	}
	for _, v := range out.Tests {
		mark := "✓"
		if !v.OK {
			mark = "✗"
		}
		fmt.Fprintf(w, "%s %s  %s\n", mark, v.Name, v.Place)
		for _, f := range v.Faults {
			fmt.Fprintf(w, "    %s: %s\n", f.Place, strings.ReplaceAll(f.Text.In(a.settings.Lang), "\n", "\n    "))
		}
	}
	fmt.Fprintln(w, a.say("通过 %d 项，失败 %d 项", "%d passed, %d failed", out.Passed, out.Failed))
}

// folder reads a pack's folder with every check.
func folder(dir string) (*pack.Pack, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fault.New(fault.Missing, "pack.folder", fault.T("%s 不是文件夹，或无法读取", "%s is no folder, or cannot be read", dir)).
			Fix(fault.T("请给出应用包文件夹的路径，并核对读取权限", "give the path of the pack's folder, and check that it may be read")).Wrap(err)
	}
	return node.ReadPack(os.DirFS(dir))
}

// archive is a folder with what of it is sent to a server.
func archive(dir string) (p *pack.Pack, zip []byte, err error) {
	if p, err = folder(dir); err != nil {
		return nil, nil, err
	}
	zip, err = pack.Zip(p.Files)
	return p, zip, err
}
