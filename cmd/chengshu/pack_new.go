package main

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/pack"
)

// newPack is the folder a pack begins as: a register with a flow, its tests and a page for
// people. PACK in it is the pack's name.
//
//go:embed newpack
var newPack embed.FS

// schemaFile is where editors find the schema of a pack's files; hidden folders are no part
// of the pack.
const schemaFile = ".chengshu/pack.schema.json"

func (a *app) packNew() *cobra.Command {
	return &cobra.Command{Use: "new DIR", Short: "新建应用包文件夹：一张登记表、一个流程及其测试 / begin a pack: a folder with a register, a flow and their tests", Args: cobra.ExactArgs(1),
		Example: "  chengshu pack new packs/street_light",
		RunE: func(_ *cobra.Command, args []string) error {
			files, err := beginPack(args[0])
			if err != nil {
				return err
			}
			out := struct {
				OK    bool     `json:"ok"`
				Dir   string   `json:"dir"`
				Files []string `json:"files"`
			}{true, args[0], files}
			return a.print(out, func(w io.Writer) {
				for _, f := range files {
					fmt.Fprintln(w, filepath.Join(args[0], f))
				}
				fmt.Fprintln(w, a.say("已新建。接下来：chengshu pack check %s，chengshu pack test %s", "made. Next: chengshu pack check %s, chengshu pack test %s", args[0], args[0]))
			})
		}}
}

// beginPack writes the folder; one that has anything in it is left alone.
func beginPack(dir string) (files []string, err error) {
	name := strings.ReplaceAll(filepath.Base(filepath.Clean(dir)), "-", "_")
	if f := pack.Name(name, pack.MostPackName); f != nil {
		return nil, f.At("%s", dir)
	}
	switch there, err := os.ReadDir(dir); {
	case err == nil && len(there) > 0:
		return nil, fault.New(fault.Conflict, "pack.new.there", fault.T("%s 中已有文件", "there are files in %s already", dir)).
			Fix(fault.T("请换一个文件夹", "choose another folder"))
	case err != nil && !os.IsNotExist(err):
		return nil, fault.New(fault.Invalid, "pack.folder", fault.T("无法读取文件夹", "the folder cannot be read")).At("%s", dir).
			Fix(fault.T("请检查路径和权限", "check the path and its permissions")).Wrap(err)
	}
	schema, err := node.PackSchema()
	if err != nil {
		return nil, err
	}
	texts := map[string][]byte{schemaFile: schema}
	err = fs.WalkDir(newPack, "newpack", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := newPack.ReadFile(path)
		file := strings.TrimPrefix(path, "newpack/")
		texts[file], files = []byte(strings.ReplaceAll(string(text), "PACK", name)), append(files, file)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, file := range append(files, schemaFile) {
		if err := writeFile(filepath.Join(dir, file), texts[file]); err != nil {
			return nil, err
		}
	}
	return append(files, schemaFile), nil
}

func writeFile(path string, text []byte) error {
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		return fault.New(fault.Invalid, "pack.write", fault.T("无法写入文件", "the file cannot be written")).At("%s", path).
			Fix(fault.T("请检查路径和权限", "check the path and its permissions")).Wrap(err)
	}
	return nil
}

func (a *app) packSchema() *cobra.Command {
	return &cobra.Command{Use: "schema", Short: "应用包文件的 JSON Schema，供编辑器提示 / the JSON Schema of a pack's files, for editors", Args: cobra.NoArgs,
		Example: "  chengshu pack schema > pack.schema.json",
		RunE: func(*cobra.Command, []string) error {
			text, err := node.PackSchema()
			if err != nil {
				return err
			}
			_, err = a.out.Write(text)
			return err
		}}
}
