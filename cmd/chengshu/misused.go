package main

import (
	"errors"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/node"
	"github.com/chengshu/chengshu/internal/spec"
)

// asksJSON looks for --json before the flags are read, so that a wrong flag is told as JSON
// too.
func asksJSON(args []string) bool {
	for _, arg := range args {
		if arg == "--json" || arg == "--json=true" {
			return true
		}
		if arg == "--" {
			break
		}
	}
	return false
}

// spoken settles in which language a command is told what is wrong with its words: by what
// was read before the wrong one, and by a --lang that comes after it.
func (a *app) spoken(cmd *cobra.Command, args []string) {
	if c, err := node.Configure(a.config, cmd.Flags()); err == nil {
		a.settings.Lang = c.Lang
	}
	for i, arg := range args {
		value, found := strings.CutPrefix(arg, "--lang=")
		if arg == "--lang" && i+1 < len(args) {
			value, found = args[i+1], true
		}
		if found {
			a.settings.Lang = value
		}
	}
}

// misused makes what the library says of words and flags a fault in our words.
func misused(cmd *cobra.Command, err error) error {
	text, fix := wrongWords(cmd, err)
	see := fault.T("用法见 %s --help", "see %s --help", cmd.CommandPath())
	if fix.ZH != "" {
		see = fault.Text{ZH: fix.ZH + "；" + see.ZH, EN: fix.EN + "; " + see.EN}
	}
	return fault.New(fault.Invalid, "command", fault.Text{ZH: "命令有误：" + text.ZH, EN: "the command is wrong: " + text.EN}).Fix(see).Wrap(err)
}

func wrongWords(cmd *cobra.Command, err error) (text, fix fault.Text) {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var value *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		name := unknown.GetSpecifiedName()
		if unknown.GetSpecifiedShortnames() != "" {
			return fault.T("没有选项 -%s", "there is no flag -%s", spec.Clip(unknown.GetSpecifiedShortnames(), 40)), fault.Text{}
		}
		return fault.T("没有选项 --%s", "there is no flag --%s", spec.Clip(name, 40)), near("--", name, flagNames(cmd))
	case errors.As(err, &bare):
		return fault.T("--%s 之后缺少值", "--%s lacks its value", bare.GetFlag().Name), fault.Text{}
	case errors.As(err, &value):
		return fault.T("--%s 的值有误，应为 %s", "the value of --%s is wrong, it takes %s", value.GetFlag().Name, value.GetFlag().Value.Type()), fault.Text{}
	}
	for _, s := range saidOfWords {
		if m := s.form.FindStringSubmatch(err.Error()); m != nil {
			return s.words(cmd, m[1:])
		}
	}
	return fault.T("%s", "%s", err), fault.Text{}
}

// saidOfWords are the library's sentences about arguments, with ours for them.
var saidOfWords = []struct {
	form  *regexp.Regexp
	words func(cmd *cobra.Command, parts []string) (text, fix fault.Text)
}{
	{regexp.MustCompile(`^unknown command "(.*?)" for`), func(cmd *cobra.Command, m []string) (_, _ fault.Text) {
		if !cmd.HasSubCommands() {
			return fault.T("不需要参数 %q", "it takes no argument %q", spec.Clip(m[0], 40)), usage(cmd)
		}
		return fault.T("没有命令 %q", "there is no command %q", spec.Clip(m[0], 40)), near("", m[0], commandNames(cmd))
	}},
	{regexp.MustCompile(`^accepts (\d+) arg\(s\), received (\d+)`), func(cmd *cobra.Command, m []string) (_, _ fault.Text) {
		return fault.T("需要参数 %s 个，给了 %s 个", "arguments wanted: %s, given: %s", m[0], m[1]), usage(cmd)
	}},
	{regexp.MustCompile(`^requires at least (\d+) arg\(s\), only received (\d+)`), func(cmd *cobra.Command, m []string) (_, _ fault.Text) {
		return fault.T("至少需要参数 %s 个，给了 %s 个", "arguments wanted: at least %s, given: %s", m[0], m[1]), usage(cmd)
	}},
	{regexp.MustCompile(`^accepts at most (\d+) arg\(s\), received (\d+)`), func(cmd *cobra.Command, m []string) (_, _ fault.Text) {
		return fault.T("最多需要参数 %s 个，给了 %s 个", "arguments wanted: at most %s, given: %s", m[0], m[1]), usage(cmd)
	}},
	{regexp.MustCompile(`^accepts between (\d+) and (\d+) arg\(s\), received (\d+)`), func(cmd *cobra.Command, m []string) (_, _ fault.Text) {
		return fault.T("需要参数 %s 至 %s 个，给了 %s 个", "arguments wanted: from %s to %s, given: %s", m[0], m[1], m[2]), usage(cmd)
	}},
	{regexp.MustCompile(`^required flag\(s\) "(.*)" not set`), func(_ *cobra.Command, m []string) (_, _ fault.Text) {
		all := "--" + strings.ReplaceAll(m[0], `", "`, ", --")
		return fault.T("缺少 %s", "%s is missing", all), fault.Text{}
	}},
	{regexp.MustCompile(`^if any flags in the group \[.*\] are set none of the others can be; \[(.*)\] were`), func(_ *cobra.Command, m []string) (_, _ fault.Text) {
		all := "--" + strings.ReplaceAll(m[0], " ", ", --")
		return fault.T("%s 不能同时使用", "%s exclude each other", all), fault.Text{}
	}},
	{regexp.MustCompile(`^at least one of the flags in the group \[(.*)\] is required`), func(_ *cobra.Command, m []string) (_, _ fault.Text) {
		all := "--" + strings.ReplaceAll(m[0], " ", ", --")
		return fault.T("须给出其中之一：%s", "one of these is needed: %s", all), fault.Text{}
	}},
}

func usage(cmd *cobra.Command) fault.Text {
	line := strings.TrimSuffix(cmd.UseLine(), " [flags]")
	return fault.T("写法：%s", "write %s", line)
}

// near suggests what was probably meant.
func near(before, word string, among []string) fault.Text {
	if n := spec.Nearest(word, among); n != "" {
		return fault.T("是否应为 %s？", "did you mean %s?", before+n)
	}
	return fault.Text{}
}

func flagNames(cmd *cobra.Command) (out []string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) { out = append(out, f.Name) })
	return out
}

func commandNames(cmd *cobra.Command) (out []string) {
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			out = append(out, c.Name())
		}
	}
	return out
}
