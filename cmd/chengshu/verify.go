package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/node"
)

func (a *app) verify() *cobra.Command {
	c := &cobra.Command{Use: "verify", Short: "核对账目 / prove that every row read is accounted for", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		return a.with(cmd.Context(), func(c *client) error {
			var v struct {
				OK      bool `json:"ok"`
				Batches int  `json:"batches"`
				Doubts  []struct {
					Batch     string `json:"batch"`
					Directory string `json:"directory"`
					What      string `json:"what"`
				} `json:"doubts"`
			}
			if err := c.call(cmd.Context(), "POST", "/verify", nil, &v); err != nil {
				return err
			}
			err := a.print(v, func(w io.Writer) {
				for _, d := range v.Doubts {
					fmt.Fprintf(w, "%s %s: %s\n", d.Directory, d.Batch, d.What)
				}
				if v.OK {
					fmt.Fprintln(w, a.say("已核对 %d 个批次，账目相符", "%d batches checked, the books hold", v.Batches))
				}
			})
			if err == nil && !v.OK {
				err = exit(1)
			}
			return err
		})
	}}
	c.AddCommand(a.verifyAudit(), a.verifyReceipt())
	return c
}

type checked struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	What string `json:"what"`
}

// doctor looks at the machine and the folder before anything is blamed on them.
func (a *app) doctor() *cobra.Command {
	return &cobra.Command{Use: "doctor", Short: "检查运行环境 / check machine, settings and data folder", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		var all []checked
		ok := true
		add := func(name string, good bool, what string) {
			all = append(all, checked{name, good, what})
			ok = ok && good
		}
		add("version", true, version+" "+runtime.Version()+" "+runtime.GOOS+"/"+runtime.GOARCH)
		add("cores", runtime.NumCPU() >= 2, fmt.Sprint(runtime.NumCPU()))
		data, err := filepath.Abs(a.settings.Data)
		if err != nil {
			return err
		}
		add("data folder", writable(data) == nil, data)
		var fs syscall.Statfs_t
		if syscall.Statfs(existing(data), &fs) == nil {
			free := int64(fs.Bavail) * fs.Bsize >> 20
			add("free disk", free >= 2048, a.say("%s MiB 可用", "%s MiB free", thousands(free)))
		}
		err = a.with(cmd.Context(), func(c *client) error {
			var v struct {
				OK      bool `json:"ok"`
				Batches int  `json:"batches"`
			}
			if err := c.call(cmd.Context(), "POST", "/verify", nil, &v); err != nil {
				return err
			}
			add("books", v.OK, a.say("%d 个批次", "%d batches", v.Batches))
			return nil
		})
		if err != nil {
			add("open", false, err.Error())
		}
		err = a.print(map[string]any{"ok": ok, "checks": all}, func(w io.Writer) {
			for _, c := range all {
				mark := "ok "
				if !c.OK {
					mark = "BAD"
				}
				fmt.Fprintf(w, "%s  %-12s %s\n", mark, c.Name, c.What)
			}
		})
		if err == nil && !ok {
			err = exit(1)
		}
		return err
	}}
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "doctor-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	return f.Close()
}

// existing climbs to a folder that is there.
func existing(path string) string {
	for path != filepath.Dir(path) {
		if _, err := os.Stat(path); err == nil {
			break
		}
		path = filepath.Dir(path)
	}
	return path
}

// openapi prints the API's document, made from the code without a running server.
func (a *app) openapi() *cobra.Command {
	return &cobra.Command{Use: "openapi", Short: "接口文档 / print the OpenAPI document", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		dir, err := os.MkdirTemp("", "chengshu-openapi-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		c := node.Defaults()
		c.Data = dir
		n, err := node.Open(cmd.Context(), c, node.Options{Version: "v1"})
		if err != nil {
			return err
		}
		defer n.Close()
		doc, err := n.Door.OpenAPI().YAML()
		if a.json {
			doc, err = n.Door.OpenAPI().MarshalJSON()
		}
		if err != nil {
			return err
		}
		_, err = a.out.Write(doc)
		return err
	}}
}
