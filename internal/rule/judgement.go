package rule

// Judgement is what came of a batch's rows: counts, findings, samples. Pure data; raw cells
// of samples are as the file had them, so a door must mask personal items.
type Judgement struct {
	In        int64      `json:"in"`
	Good      int64      `json:"good"`
	Bad       int64      `json:"bad"`
	Unparsed  int64      `json:"unparsed"`
	Again     bool       `json:"again,omitempty"`     // of a replay: the rows were judged before
	Findings  []Finding  `json:"findings"`            // one per rule, in program order
	Samples   []Sample   `json:"samples"`             // at most 20 per broken rule
	Suspicion *Suspicion `json:"suspicion,omitempty"` // of the rule that blocks, else of the most broken
}

// Finding is one rule's result: X = A/B with B = Of and A = Of − Rows.
type Finding struct {
	Rule    string    `json:"rule"`
	Kind    string    `json:"kind"`
	Title   string    `json:"title"`
	Items   []string  `json:"items"`
	Do      Severity  `json:"do" enum:"reject,warn,block"`
	Norm    string    `json:"norm"`
	Dim     Dimension `json:"dim"`
	Bad     bool      `json:"bad"`             // the norm counts bad rows: score 1 − X
	Rows    int64     `json:"rows"`            // B − A: rows that broke it
	Of      int64     `json:"of"`              // B: rows judged
	Limit   *float64  `json:"limit,omitempty"` // per cent, for block
	Verdict string    `json:"verdict" enum:"passed,broken,blocked"`
	Value   string    `json:"value,omitempty"` // batch rules: "+1.2%", "3d"
}

// Sample is one bad row as it came.
type Sample struct {
	Line   int64     `json:"line"` // in the file; 0 unknown
	Cells  []*string `json:"cells"`
	Rules  []string  `json:"rules"`
	Broken []string  `json:"broken"` // items
}

// Suspicion says where the rows that broke a rule gather, and what may mend them.
type Suspicion struct {
	Rule string          `json:"rule"`
	By   []Concentration `json:"by"`
	Cure *Cure           `json:"cure,omitempty"`
}

// Concentration is a value, a time or a pattern that bad rows share more than others.
type Concentration struct {
	Item  string  `json:"item"`
	Kind  string  `json:"kind" enum:"value,time,pattern"`
	Value string  `json:"value"`
	Rows  int64   `json:"rows"`  // bad rows with it
	Share float64 `json:"share"` // of bad rows
	Base  float64 `json:"base"`  // share among all rows
}

// Cure is a cleaning step that would mend rows.
type Cure struct {
	Item  string `json:"item"`
	Step  Step   `json:"step"`
	Mends int64  `json:"mends"`
	Of    int64  `json:"of"`
}
