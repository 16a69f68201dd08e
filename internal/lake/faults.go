package lake

import (
	"errors"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/ident"
)

// errMoved says that somebody else committed between load and commit: load and plan again.
var errMoved = errors.New("lake: the table has moved on")

// The lake's faults, for errors.Is; each is refined with its place.
var (
	ErrNoTable = fault.New(fault.Missing, "lake.table.missing", fault.T(
		"数据表不存在", "there is no such table")).
		Fix(fault.T("请先向该目录装载数据", "load data into the directory first"))
	ErrNoSnapshot = fault.New(fault.Missing, "lake.snapshot.missing", fault.T(
		"该历史版本不存在或已过期清理", "this snapshot does not exist or has expired")).
		Fix(fault.T("请从版本列表中另选一个", "choose another from the list of snapshots"))
	ErrNoStage = fault.New(fault.Missing, "lake.stage.missing", fault.T(
		"该批次的暂存文件已不存在", "the batch's staged files are gone")).
		Fix(fault.T("请重新装载该批次", "load the batch again"))
	ErrNarrow = fault.New(fault.Invalid, "lake.schema.narrow", fault.T(
		"字段类型只能放宽，不能收窄或改换", "a column's type can be widened only, not narrowed or changed")).
		Fix(fault.T("请保留原类型，或以新名称增加信息项", "keep the type, or add an item under a new name"))
	ErrFile = fault.New(fault.Invalid, "lake.file", fault.T(
		"暂存文件与数据表结构不符", "a staged file does not fit the table")).
		Fix(fault.T("请按目录重新装载该文件", "load the file again by its directory"))
	ErrDeletes = fault.New(fault.Invalid, "lake.deletes.unsupported", fault.T(
		"数据表含等值删除或删除向量，无法正确读取", "the table has equality deletes or deletion vectors, which cannot be applied here")).
		Fix(fault.T("请先在写入方执行合并（optimize）", "compact (optimize) it where it was written"))
	ErrMovedAway = fault.New(fault.Conflict, "lake.moved", fault.T(
		"数据目录已被移动，与数据表登记的位置不符", "the data folder was moved: the tables are registered elsewhere")).
		Fix(fault.T("请将数据目录移回原处", "move the data folder back"))
	ErrBusy = fault.New(fault.Busy, "lake.busy", fault.T(
		"数据表正被频繁改写，本次操作未能完成", "the table is being changed too often; nothing was done")).
		Fix(fault.T("请稍后重试", "try again later"))
	ErrName = fault.New(fault.Invalid, "lake.name", fault.T(
		"批次或版本标识含有不允许的字符", "a batch or version may hold only letters, digits, '.', '_' and '-', 128 at most")).
		Fix(fault.T("只用字母、数字、点、下划线和连字符", "use letters, digits, dots, underscores and hyphens alone"))
	errPositions = fault.New(fault.Internal, "lake.positions", fault.T(
		"未配置读取引擎，无法定位行", "no engine was given that finds rows in files")).
		Fix(fault.T("请将服务日志交给开发人员", "give the log to the developers"))
)

func noTable(t ident.Ref) error { return ErrNoTable.At("%s", t) }
