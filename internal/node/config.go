package node

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
	yamlv3 "go.yaml.in/yaml/v3"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
)

// Config is everything a node may be told. A flag beats the environment (CHENGSHU_LOADS_MEMORY),
// which beats chengshu.yaml, which beats the defaults.
type Config struct {
	Data   string      `koanf:"data" yaml:"data" help:"data folder|数据目录"`
	Listen string      `koanf:"listen" yaml:"listen" help:"address to listen on; without TLS only loopback|监听地址；未配置 TLS 时仅限本机回环地址"`
	Lang   string      `koanf:"lang" yaml:"lang" help:"language of the commands: zh-CN or en|命令行语言：zh-CN 或 en"`
	Log    LogConfig   `koanf:"log" yaml:"log"`
	Loads  LoadConfig  `koanf:"loads" yaml:"loads"`
	Reads  ReadConfig  `koanf:"reads" yaml:"reads"`
	Lake   LakeConfig  `koanf:"lake" yaml:"lake"`
	Tasks  TaskConfig  `koanf:"tasks" yaml:"tasks"`
	Events EventConfig `koanf:"events" yaml:"events"`
	Place  PlaceConfig `koanf:"place" yaml:"place"`
	Keys   KeyConfig   `koanf:"keys" yaml:"keys"`
	Audit  AuditConfig `koanf:"audit" yaml:"audit"`

	TLS     TLSConfig     `koanf:"tls" yaml:"tls"`
	Metrics MetricsConfig `koanf:"metrics" yaml:"metrics"`
}

// TLSConfig is the certificate of the listener. The files are read again when they change.
type TLSConfig struct {
	Cert string `koanf:"cert" yaml:"cert" help:"file with the certificate and its chain in PEM|证书文件（PEM，含证书链）"`
	Key  string `koanf:"key" yaml:"key" help:"file with the certificate's private key in PEM|证书私钥文件（PEM）"`
}

// MetricsConfig opens the metrics to what has no session.
type MetricsConfig struct {
	Token string `koanf:"token" yaml:"token" help:"token that reads /metrics on this machine; empty: only a session with the right to them does|本机读取 /metrics 的令牌；为空时仅限有权的登录会话"`
}

// LogConfig is how the log is written.
type LogConfig struct {
	Level  string `koanf:"level" yaml:"level" help:"debug, info, warn or error|日志级别"`
	Format string `koanf:"format" yaml:"format" help:"text or json|日志格式"`
}

// LoadConfig bounds the child processes that judge loads.
type LoadConfig struct {
	Memory   string `koanf:"memory" yaml:"memory" help:"memory limit of one load's engine, such as 1500MB|单个装载进程的引擎内存上限"`
	Threads  int    `koanf:"threads" yaml:"threads" help:"threads of one load|单个装载的线程数"`
	Parallel int    `koanf:"parallel" yaml:"parallel" help:"loads at the same time|同时进行的装载数"`
	MaxBytes int64  `koanf:"max-bytes" yaml:"max-bytes" help:"largest file taken, in bytes|接收文件的大小上限（字节）"`
}

// ReadConfig bounds reading for pages and commands.
type ReadConfig struct {
	Memory  string `koanf:"memory" yaml:"memory" help:"memory limit of reading|查询内存上限"`
	Threads int    `koanf:"threads" yaml:"threads" help:"threads of reading|查询线程数"`
}

// LakeConfig is the care of tables.
type LakeConfig struct {
	KeepDays int `koanf:"keep-days" yaml:"keep-days" help:"days a snapshot can be read back|快照可回溯的天数"`
}

// TaskConfig is how long tasks that have ended are listed.
type TaskConfig struct {
	KeepDays       int `koanf:"keep-days" yaml:"keep-days" help:"days a task is listed that was done or cancelled|已完成或已取消的任务保留的天数"`
	KeepFailedDays int `koanf:"keep-failed-days" yaml:"keep-failed-days" help:"days a task is listed that failed|失败的任务保留的天数"`
}

// EventConfig is how long events stay that everybody has acted on; parked ones stay until
// they are handled.
type EventConfig struct {
	KeepDays int `koanf:"keep-days" yaml:"keep-days" help:"days an event is kept that all have acted on; parked ones stay|各方均已处理的事件保留的天数；停靠的事件不在此限"`
}

// KeyConfig is where the key that seals all others is.
type KeyConfig struct {
	MasterFile string `koanf:"master-file" yaml:"master-file" help:"file with the master key; by default master.key in the data folder, and the variable CHENGSHU_MASTER_KEY goes before it|主密钥文件；默认为数据目录下的 master.key，环境变量 CHENGSHU_MASTER_KEY 优先"`
}

// AuditConfig is how the audit lies on the disk, and when its segments go to the archive. Nothing
// of them is ever deleted.
type AuditConfig struct {
	SegmentBytes int64  `koanf:"segment-bytes" yaml:"segment-bytes" help:"size of an audit segment, whose room is taken when it begins|审计分段文件的大小（字节），启用时即占用空间"`
	ArchiveDir   string `koanf:"archive-dir" yaml:"archive-dir" help:"folder of archived audit segments, which may be on another disk; by default audit/archive in the data folder|审计归档目录，可在另一磁盘；默认为数据目录下的 audit/archive"`
	ArchiveDays  int    `koanf:"archive-days" yaml:"archive-days" help:"days after which a segment of the audit is archived; 0: none is for its age|审计文件满多少天归档；0 为不按时间归档"`
	LiveMB       int    `koanf:"live-mb" yaml:"live-mb" help:"MiB of packed segments beyond which the oldest are archived; 0: none is for its size|未归档审计文件超过多少 MiB 即归档最早的；0 为不按大小归档"`
}

// MasterVariable is the environment's variable with the master key itself: it is no
// setting, so that no flag and no file shows it.
const MasterVariable = "CHENGSHU_MASTER_KEY"

// PlaceConfig is the district the node serves.
type PlaceConfig struct {
	Region string `koanf:"region" yaml:"region" help:"12-digit code of the district|所服务区划的 12 位代码"`
	Demo   bool   `koanf:"demo" yaml:"demo" help:"mark every screen as demonstration data|在每个页面标明演示数据"`
}

// Defaults are the settings of a node that was told nothing.
func Defaults() Config {
	return Config{
		Data: "data", Listen: "127.0.0.1:8080", Lang: "zh-CN",
		Log:   LogConfig{Level: "info", Format: "text"},
		Loads: LoadConfig{Memory: "1500MB", Threads: 2, Parallel: 2, MaxBytes: 64 << 30},
		Reads: ReadConfig{Memory: "1GB", Threads: 2},
		Lake:  LakeConfig{KeepDays: 7},
		Tasks: TaskConfig{KeepDays: 30, KeepFailedDays: 180}, Events: EventConfig{KeepDays: 30},
		Audit: AuditConfig{SegmentBytes: 32 << 20, ArchiveDays: 365, LiveMB: 8192},
		Place: PlaceConfig{Region: "420102000000"},
	}
}

// ReadConfig reads the settings. path names the file; when it is empty, chengshu.yaml of
// the working folder is read if it is there.
func Configure(path string, flags *pflag.FlagSet) (Config, error) {
	c := Defaults()
	k := koanf.New(".")
	named := path != ""
	if !named {
		path = "chengshu.yaml"
	}
	switch err := checkFile(path); {
	case err == nil:
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return c, fmt.Errorf("node: read %s: %w", path, err)
		}
	case errors.Is(err, fs.ErrNotExist) && !named:
	case errors.Is(err, fs.ErrNotExist):
		return c, fault.New(fault.Missing, "config.file", fault.T("没有配置文件 %s", "there is no configuration file %s", path))
	default:
		return c, unreadable(path, err)
	}
	known := map[string]string{}
	for _, key := range Keys() {
		known["CHENGSHU_"+strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(key.Name))] = key.Name
	}
	var strange []string
	err := k.Load(env.Provider(".", env.Opt{Prefix: "CHENGSHU_", TransformFunc: func(name, value string) (string, any) {
		if key, ok := known[name]; ok {
			return key, value
		}
		if name != MasterVariable {
			strange = append(strange, name)
		}
		return "", nil
	}}), nil)
	if err != nil {
		return c, fmt.Errorf("node: read the environment: %w", err)
	}
	if len(strange) > 0 {
		sort.Strings(strange)
		return c, fault.New(fault.Invalid, "config.env", fault.T("未知的环境变量 %s", "unknown environment variable %s", strings.Join(strange, ", "))).
			Fix(fault.T("请删去或改正；可用的配置项见 docs/reference/configuration.md", "remove or correct it; the settings are in docs/reference/configuration.md"))
	}
	if flags != nil {
		if err := k.Load(posflag.ProviderWithFlag(flags, ".", k, func(f *pflag.Flag) (string, any) {
			if _, ok := known["CHENGSHU_"+strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(f.Name))]; !ok || !f.Changed {
				return "", nil
			}
			return f.Name, posflag.FlagVal(flags, f)
		}), nil); err != nil {
			return c, fmt.Errorf("node: read the flags: %w", err)
		}
	}
	if err := k.Unmarshal("", &c); err != nil {
		return c, fault.New(fault.Invalid, "config.value", fault.T("配置项取值不合规", "a setting has an unfit value")).
			Fix(fault.T("请对照配置参考改正", "mend it by the configuration's reference")).Wrap(err)
	}
	return c, c.check()
}

// unreadable makes a fault of a file that is there and cannot be read.
func unreadable(path string, err error) error {
	if fault.KindOf(err) != fault.Internal {
		return err
	}
	return fault.New(fault.Invalid, "config.file", fault.T("无法读取配置文件", "the configuration file cannot be read")).At("%s", path).
		Fix(fault.T("请指明一个可读的文件（--config）", "name a file that can be read (--config)")).Wrap(err)
}

var unknownField = regexp.MustCompile(`line (\d+): field (\S+) not found`)

// checkFile refuses a key that no setting has, with its line.
func checkFile(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	d := yamlv3.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	var c Config
	err = d.Decode(&c)
	var te *yamlv3.TypeError
	if !errors.As(err, &te) {
		if err != nil && err.Error() != "EOF" {
			return fault.New(fault.Invalid, "config.yaml", fault.T("配置文件不是合规的 YAML", "the configuration file is not valid YAML")).
				Fix(fault.T("请改正该行；每项写作“键: 值”", "mend the line; each is written key: value")).At("%s", filepath.Base(path)).Wrap(err)
		}
		return nil
	}
	var parts []*fault.Error
	for _, line := range te.Errors {
		if m := unknownField.FindStringSubmatch(line); m != nil {
			parts = append(parts, fault.New(fault.Invalid, "config.key", fault.T("未知的配置项 %s", "unknown setting %s", m[2])).At("%s:%s", path, m[1]).
				Fix(fault.T("可用的配置项见 docs/reference/configuration.md", "the settings are in docs/reference/configuration.md")))
			continue
		}
		parts = append(parts, fault.New(fault.Invalid, "config.value", fault.T("配置项取值不合规：%s", "a setting has an unfit value: %s", line)).
			Fix(fault.T("请对照配置参考改正", "mend it by the configuration's reference")).At("%s", path))
	}
	return fault.All("config.file", fault.T("配置文件有误", "the configuration file has errors"), parts)
}

var sizeForm = regexp.MustCompile(`^[1-9][0-9]*(MB|GB|MiB|GiB)$`)

func (c *Config) check() error {
	var parts []*fault.Error
	bad := func(key string, t fault.Text) {
		parts = append(parts, fault.New(fault.Invalid, "config.value", t).
			Fix(fault.T("请对照配置参考改正", "mend it by the configuration's reference")).At("%s", key))
	}
	if (c.TLS.Cert == "") != (c.TLS.Key == "") {
		bad("tls.cert", fault.T("tls.cert 与 tls.key 须同时填写", "tls.cert and tls.key go together"))
	}
	if c.Listen != "" && c.TLS.Cert == "" && !loopback(c.Listen) {
		parts = append(parts, fault.New(fault.Invalid, "config.loopback", fault.T(
			"监听地址 %s 不是本机回环地址；未配置 TLS 时只接受本机访问", "the address %s is not loopback; without TLS only this machine is served", c.Listen)).
			At("listen").Fix(fault.T("请配置 tls.cert 和 tls.key，或改为 127.0.0.1:端口", "set tls.cert and tls.key, or use 127.0.0.1:PORT")))
	}
	for key, v := range map[string]string{"loads.memory": c.Loads.Memory, "reads.memory": c.Reads.Memory} {
		if !sizeForm.MatchString(v) {
			bad(key, fault.T("应为如 1500MB、2GB 的大小", "must be a size such as 1500MB or 2GB"))
		}
	}
	for key, v := range map[string]int{"loads.threads": c.Loads.Threads, "loads.parallel": c.Loads.Parallel, "reads.threads": c.Reads.Threads, "lake.keep-days": c.Lake.KeepDays,
		"tasks.keep-days": c.Tasks.KeepDays, "tasks.keep-failed-days": c.Tasks.KeepFailedDays, "events.keep-days": c.Events.KeepDays} {
		if v < 1 {
			bad(key, fault.T("须至少为 1", "must be at least 1"))
		}
	}
	if c.Loads.MaxBytes < 1 {
		bad("loads.max-bytes", fault.T("须至少为 1", "must be at least 1"))
	}
	if c.Audit.SegmentBytes < 64<<10 || c.Audit.SegmentBytes > 1<<30 {
		bad("audit.segment-bytes", fault.T("须在 65536 至 1073741824 之间", "must be from 65536 to 1073741824"))
	}
	for key, v := range map[string]int{"audit.archive-days": c.Audit.ArchiveDays, "audit.live-mb": c.Audit.LiveMB} {
		if v < 0 {
			bad(key, fault.T("不得为负数", "must not be negative"))
		}
	}
	if c.Lang != "zh-CN" && c.Lang != "en" {
		bad("lang", fault.T("应为 zh-CN 或 en", "must be zh-CN or en"))
	}
	if new(slog.Level).UnmarshalText([]byte(c.Log.Level)) != nil {
		bad("log.level", fault.T("应为 debug、info、warn 或 error", "must be debug, info, warn or error"))
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		bad("log.format", fault.T("应为 text 或 json", "must be text or json"))
	}
	if _, err := (region.Form{}).Parse(c.Place.Region); err != nil {
		bad("place.region", fault.T("应为 12 位区划代码", "must be a 12-digit region code"))
	}
	sort.Slice(parts, func(i, j int) bool { return parts[i].Where < parts[j].Where })
	return fault.All("config", fault.T("配置有误", "the settings have errors"), parts)
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Key is one setting, for the reference and the flags.
type Key struct {
	Name    string
	Default any
	EN, ZH  string
}

// Keys lists the settings in order.
func Keys() []Key {
	var out []Key
	var walk func(prefix string, v reflect.Value)
	walk = func(prefix string, v reflect.Value) {
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name := prefix + f.Tag.Get("koanf")
			if f.Type.Kind() == reflect.Struct {
				walk(name+".", v.Field(i))
				continue
			}
			en, zh, _ := strings.Cut(f.Tag.Get("help"), "|")
			out = append(out, Key{name, v.Field(i).Interface(), en, zh})
		}
	}
	walk("", reflect.ValueOf(Defaults()))
	return out
}

// Flags declares a flag for every setting; its value counts only when it is given.
func Flags(fs *pflag.FlagSet) {
	for _, k := range Keys() {
		switch d := k.Default.(type) {
		case string:
			fs.String(k.Name, d, k.EN)
		case int:
			fs.Int(k.Name, d, k.EN)
		case int64:
			fs.Int64(k.Name, d, k.EN)
		case bool:
			fs.Bool(k.Name, d, k.EN)
		}
	}
}
