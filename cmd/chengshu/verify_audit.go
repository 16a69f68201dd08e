package main

import (
	"crypto/ecdsa"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/chengshu/chengshu/internal/audit"
	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/gm"
	"github.com/chengshu/chengshu/internal/node"
)

func (a *app) verifyAudit() *cobra.Command {
	var every bool
	var also []string
	c := &cobra.Command{Use: "audit", Short: "核验审计链 / prove that no audit entry was changed, taken out or cut off", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		r, err := node.VerifyAudit(cmd.Context(), a.settings, every, also)
		if errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.Missing, "audit.none", fault.T("该数据目录没有密钥环", "the data folder has no key ring")).At("%s", a.settings.Data).
				Fix(fault.T("请用 --data 指定数据目录", "name the data folder by --data"))
		}
		if err != nil {
			return err
		}
		err = a.print(r, func(w io.Writer) { a.auditWords(w, r) })
		if err == nil && !r.OK {
			err = exit(1)
		}
		return err
	}}
	c.Flags().StringArrayVar(&also, "also", nil, "存放已移走归档文件的目录，可多次给出 / a folder with archived segments that were carried away; may be given several times")
	c.Flags().BoolVar(&every, "every", false, "逐一核验每个批次的签名，而不只核验约束其余批次的签名 / prove the signature of every batch, not only those that bind the others")
	return c
}

func (a *app) auditWords(w io.Writer, r audit.Report) {
	if f := r.Flaw; f != nil {
		fmt.Fprintln(w, a.say("审计链不成立：%s（文件 %s，位置 %d，第一条有误的记录：%d）", "the audit does not hold: %s (file %s, at %d, first wrong entry: %d)",
			f.What.In(a.settings.Lang), f.Segment, f.Offset, f.Seq))
		return
	}
	for _, m := range r.Away {
		fmt.Fprintln(w, a.say("第 %d 至 %d 条在归档文件 %s 中，已声明存放于：%s（未在此核验，文件 SM3 %s）", "entries %d to %d are in the archived file %s, declared to be at: %s (not proven here; SM3 of the file %s)",
			m.First, m.Last, m.File, m.Where, m.Sum))
	}
	fmt.Fprintln(w, a.say("已核验 %s 条审计记录、%s 个签名批次，审计链成立", "%s audit entries in %s signed batches, the chain holds", thousands(r.Entries), thousands(r.Batches)))
}

func (a *app) verifyReceipt() *cobra.Command {
	var key string
	c := &cobra.Command{Use: "receipt FILE --key PUBLIC.pem", Short: "核验回执 / prove a receipt by the public key alone, offline", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		text, err := readFile(args[0])
		if err != nil {
			return err
		}
		r, err := audit.ParseReceipt(text)
		if err != nil {
			return err
		}
		pub, err := a.receiptKey(key, r.Key)
		if err != nil {
			return err
		}
		e, err := audit.VerifyReceipt(r, pub)
		if err != nil {
			return fault.From(err).At("%s", args[0])
		}
		return a.print(map[string]any{"ok": true, "key": r.Key, "entry": e}, func(w io.Writer) {
			fmt.Fprintln(w, a.say("回执成立：第 %d 条，%s，%s，%d 行，授权 %s，用途 %s", "the receipt holds: entry %d, %s, %s, %d rows, grant %s, purpose %s",
				e.Seq, e.At.Local().Format("2006-01-02 15:04:05"), e.Service, e.Rows, e.Grant, e.Purpose))
		})
	}}
	c.Flags().StringVar(&key, "key", "", "PEM 公钥；缺省用数据目录中的公钥 / public key in PEM; without it the one of the data folder")
	return c
}

// receiptKey is the key of the file, or of the data folder where none is named.
func (a *app) receiptKey(file, id string) (*ecdsa.PublicKey, error) {
	if file == "" {
		pub, err := node.AuditKey(a.settings.Data, id)
		if errors.Is(err, fs.ErrNotExist) || err == nil && pub == nil {
			return nil, fault.New(fault.Missing, "receipt.key", fault.T("没有公钥 %s", "there is no public key %s", id)).
				Fix(fault.T("请用 --key 指定签发方的公钥文件", "name the issuer's public key file by --key"))
		}
		return pub, err
	}
	text, err := readFile(file)
	if err != nil {
		return nil, err
	}
	pub, err := gm.ParsePublic(text)
	if err != nil {
		return nil, fault.From(err).At("%s", file)
	}
	return pub, nil
}
