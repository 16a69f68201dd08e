package rule

import "github.com/chengshu/chengshu/internal/fault"

// Param is one parameter of a rule kind or a cleaning step, as declarations write it.
type Param struct {
	Name     string     `json:"name"`
	Required bool       `json:"required"`
	Help     fault.Text `json:"help"`
}

// Example is a documented declaration with rows that keep it and rows that break it; it
// runs as a test. A row has one cell per item of Items; "" is a blank cell.
type Example struct {
	YAML  string                       `json:"yaml"`
	Items []Item                       `json:"-"`
	Codes map[string]map[string]string `json:"-"`
	Good  [][]string                   `json:"good"`
	Bad   [][]string                   `json:"bad"`
}

// KindInfo is the reference entry of a rule kind.
type KindInfo struct {
	Name    string     `json:"name"`
	Title   fault.Text `json:"title"`
	Help    fault.Text `json:"help"`
	Norm    string     `json:"norm"` // number in GB/T 36344-2018
	Dim     Dimension  `json:"dimension"`
	Bad     bool       `json:"bad"` // the norm counts bad rows
	Scope   Scope      `json:"-"`
	Do      Severity   `json:"do"` // unless declared otherwise
	Params  []Param    `json:"params"`
	Example Example    `json:"example"`
}

// StepInfo is the reference entry of a cleaning step.
type StepInfo struct {
	Name    string      `json:"name"`
	Title   fault.Text  `json:"title"`
	Help    fault.Text  `json:"help"`
	Params  []Param     `json:"params"`
	Example StepExample `json:"example"`
}

// StepExample is a documented step with texts before and after it; it runs as a test.
type StepExample struct {
	YAML  string                       `json:"yaml"`
	Codes map[string]map[string]string `json:"-"`
	Pairs [][2]string                  `json:"pairs"` // before, after; "" after is a blank
}

// Kinds is the reference of the rule kinds, in the order it is read.
func Kinds() []KindInfo {
	var out []KindInfo
	for _, k := range kinds() {
		out = append(out, k.KindInfo)
	}
	return out
}

// Steps is the reference of the cleaning steps, in the order it is read.
func Steps() []StepInfo {
	var out []StepInfo
	for _, s := range steps() {
		out = append(out, s.StepInfo)
	}
	return out
}

// CommonParams are the parameters every rule kind takes besides its own.
func CommonParams() []Param {
	return []Param{
		optional("name", "规则名称，目录内唯一；缺省为“类型_信息项”", "the rule's name, unique in its directory; by default kind_item"),
		optional("title", "规则标题；缺省由类型和信息项标题生成", "the rule's title; by default made from the kind and the item's title"),
		optional("do", "reject 转入问题数据，warn 仅提示并发布，block 超过 above 时整批挂起", "reject sends the row to quarantine, warn marks it and publishes it, block also holds the batch above a share"),
		optional("above", "与 block 同用：违规行占批次的百分比上限", "with block: the per cent of the batch above which it is held"),
	}
}

func optional(name, zh, en string) Param { return Param{name, false, fault.Text{ZH: zh, EN: en}} }
func required(name, zh, en string) Param { return Param{name, true, fault.Text{ZH: zh, EN: en}} }

func itemParam() Param { return required("item", "信息项名称", "the item's name") }
