package console

import (
	"time"

	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/ingest"
	"github.com/chengshu/chengshu/internal/quality"
	"github.com/chengshu/chengshu/internal/rule"
)

// The shapes on the wire.

type districtBody struct {
	Name    string    `json:"name"`
	Region  string    `json:"region"`
	Demo    bool      `json:"demo" doc:"the data was invented; every screen says so"`
	Version string    `json:"version"`
	Now     time.Time `json:"now"`
}

type dayBody struct {
	Day     string   `json:"day"`
	Score   *float64 `json:"score"`
	Batches int      `json:"batches"`
}

type overviewBody struct {
	Directories  int64     `json:"directories"`
	Mounted      int64     `json:"mounted"`
	Offices      int64     `json:"offices"`
	Items        int64     `json:"items"`
	Stale        int64     `json:"stale" doc:"directories whose data did not come in time"`
	Rows         int64     `json:"rows" doc:"rows published and not replaced since"`
	BatchesToday int64     `json:"batches_today"`
	RowsToday    int64     `json:"rows_today"`
	Quarantined  int64     `json:"quarantined"`
	Held         int64     `json:"held"`
	Failed       int64     `json:"failed" doc:"of the last seven days"`
	Running      int64     `json:"running"`
	Services     int64     `json:"services" doc:"that can be called"`
	Grants       int64     `json:"grants" doc:"that stand"`
	Expiring     int64     `json:"expiring" doc:"of these, such as end within thirty days"`
	Calls        CallSums  `json:"calls" doc:"of today"`
	Day          string    `json:"day" doc:"today, in Beijing time"`
	QualityDays  []dayBody `json:"quality_days" doc:"of the last seven days, those with batches"`
	Due          []dueBody `json:"due" doc:"what waits for the actor, the most urgent first"`
	DueTotal     int64     `json:"due_total"`
	Overdue      int64     `json:"overdue" doc:"of these"`
	DueToday     int64     `json:"due_today" doc:"of these, what is due until the day ends"`
}

type officeBody struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Region      string `json:"region"`
	RegionTitle string `json:"region_title"`
	Credit      string `json:"credit"`
	Parent      string `json:"parent" doc:"the office above it; empty for none"`
	Directories int    `json:"directories"`
	Mounted     int    `json:"mounted"`
}

type lastBatch struct {
	ID    string    `json:"id"`
	Label string    `json:"label"`
	State string    `json:"state" enum:"queued,judging,publishing,published,held,returned,discarded,failed,cancelled,superseded"`
	At    time.Time `json:"at"`
	Grade string    `json:"grade"`
}

type DirectorySummary struct {
	Name        string     `json:"name"`
	Title       string     `json:"title"`
	Code        string     `json:"code" doc:"信息资源代码; empty where it has none yet"`
	Office      string     `json:"office"`
	OfficeTitle string     `json:"office_title"`
	Class       string     `json:"class"`
	Domain      string     `json:"domain"`
	Update      string     `json:"update"`
	Level       string     `json:"level"`
	ShareType   string     `json:"share_type"`
	ItemsCount  int        `json:"items_count"`
	Mounted     bool       `json:"mounted"`
	Rows        int64      `json:"rows"`
	Quarantined int64      `json:"quarantined"`
	LastBatch   *lastBatch `json:"last_batch"`
	Version     int        `json:"version"`
	State       string     `json:"state" enum:"draft,published,withdrawn"`

	PublishedVersion int `json:"published_version" doc:"the last version that was published, 0 for none; below version where it changed since"`

	Fresh string     `json:"fresh" enum:"fresh,stale,never,none" doc:"whether the last file came within the update period; never: none came yet; none: no period applies"`
	DueAt *time.Time `json:"due_at" doc:"when the next file is due by the update period"`
}

// DirectoryVersion has an exported name because versionBody embeds it, and the document of the
// interface knows no embedded fields of others.
type DirectoryVersion struct {
	Version int       `json:"version"`
	At      time.Time `json:"at"`
	Change  string    `json:"change"`
	By      string    `json:"by" doc:"who added it; empty where it was not kept"`
	ByName  string    `json:"by_name"`
}

type gradePoint struct {
	Batch string    `json:"batch"`
	Label string    `json:"label"`
	At    time.Time `json:"at"`
	Score *float64  `json:"score"`
	Grade string    `json:"grade"`
}

type directoryBody struct {
	DirectorySummary
	Declaration catalog.Directory  `json:"declaration"`
	YAML        string             `json:"yaml"`
	Versions    []DirectoryVersion `json:"versions"`
	Turns       []directoryTurn    `json:"turns" doc:"changes of its state, the last first"`
	Grades      []gradePoint       `json:"grades"`
}

type columnBody struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Type     string `json:"type"`
	Personal string `json:"personal"`
}

type progressBody struct {
	Stage         string `json:"stage"`
	Rows          int64  `json:"rows"`
	Total         int64  `json:"total"`
	RowsPerSecond int64  `json:"rows_per_second"`
	SecondsLeft   int64  `json:"seconds_left"`
}

type batchBody struct {
	ID             string           `json:"id"`
	Label          string           `json:"label"`
	Directory      string           `json:"directory"`
	DirectoryTitle string           `json:"directory_title"`
	OfficeTitle    string           `json:"office_title"`
	State          string           `json:"state" enum:"queued,judging,publishing,published,held,returned,discarded,failed,cancelled,superseded"`
	File           string           `json:"file"`
	Sheet          string           `json:"sheet" doc:"the worksheet that was read, of a workbook"`
	Encoding       string           `json:"encoding"`
	Bytes          int64            `json:"bytes"`
	Version        int              `json:"version"`
	Ruleset        int              `json:"ruleset"`
	Parent         *string          `json:"parent"`
	ParentLabel    *string          `json:"parent_label"`
	RowsIn         int64            `json:"rows_in"`
	Published      int64            `json:"published"`
	Quarantined    int64            `json:"quarantined"`
	Held           int64            `json:"held"`
	Replayed       int64            `json:"replayed"`
	Outrun         int64            `json:"outrun" doc:"of published: rows that a batch begun later had replaced before they came"`
	StartedAt      time.Time        `json:"started_at"`
	EndedAt        *time.Time       `json:"ended_at"`
	Seconds        float64          `json:"seconds"`
	Progress       *progressBody    `json:"progress"`
	Error          *Problem         `json:"error"`
	Decision       *ingest.Decision `json:"decision"`
	HeldSeconds    *int64           `json:"held_seconds" doc:"how long it has been held"`
	Score          *float64         `json:"score"`
	Grade          *string          `json:"grade"`
}

type dimensionScore struct {
	Dim   string   `json:"dim"`
	Title string   `json:"title"`
	Score *float64 `json:"score"`
	Rules int      `json:"rules"`
}

type wordScore struct {
	Name  string   `json:"name"`
	Title string   `json:"title"`
	Score *float64 `json:"score"`
}

type trendPoint struct {
	Batch       string    `json:"batch"`
	Label       string    `json:"label"`
	At          time.Time `json:"at"`
	Score       *float64  `json:"score"`
	RowsIn      int64     `json:"rows_in"`
	Quarantined int64     `json:"quarantined"`
}

type balanceBody struct {
	RowsIn      int64 `json:"rows_in"`
	Published   int64 `json:"published"`
	Quarantined int64 `json:"quarantined"`
	Held        int64 `json:"held"`
	Replayed    int64 `json:"replayed"`
	OK          bool  `json:"ok"`
}

type reportBody struct {
	Batch      batchBody         `json:"batch"`
	Findings   []quality.Measure `json:"findings"`
	Samples    []rule.Sample     `json:"samples" doc:"personal items are masked"`
	Columns    []columnBody      `json:"columns"`
	Suspicion  *rule.Suspicion   `json:"suspicion"`
	Dimensions []dimensionScore  `json:"dimensions"`
	Four       []wordScore       `json:"four"`
	Score      *float64          `json:"score"`
	Grade      string            `json:"grade"`
	Trend      []trendPoint      `json:"trend"`
	Balance    balanceBody       `json:"balance"`
	Reasons    map[string]string `json:"reasons" doc:"rule → why a cell breaks it, in words"`
}
