package store

import (
	"github.com/chengshu/chengshu/internal/fault"
)

// What a store refuses. Compare with errors.Is; drivers return refined copies.
var (
	// ErrNested is a Write inside the closure of another.
	ErrNested = fault.New(fault.Internal, "store.nested",
		fault.T("事务内不得再次开启写事务", "a write was begun inside another")).
		Fix(fault.T("请将服务日志交给开发人员", "give the log to the developers"))
	// ErrClosed is a Write after Close.
	ErrClosed = fault.New(fault.Busy, "store.closed",
		fault.T("数据存储已关闭", "the store is closed")).
		Fix(fault.T("服务正在停止，请在其重新启动后重试", "the server is stopping; try again when it is back"))
	// ErrPanic is a closure or handler that panicked.
	ErrPanic = fault.New(fault.Internal, "store.panic",
		fault.T("程序内部异常，本次修改已撤销", "the program failed inside a change; the change was undone")).
		Fix(fault.T("请查看服务日志并反馈", "see the server's log and report it"))
	// ErrFull is a disk without room; the store stays usable.
	ErrFull = fault.New(fault.Busy, "store.full",
		fault.T("磁盘空间不足，本次修改未保存", "the disk is full; the change was not saved")).
		Fix(fault.T("请清理数据目录所在磁盘的空间后重试，无需重启服务", "free space on the disk of the data folder and try again; no restart is needed"))
	// ErrDisk is a disk that fails to read or write; the store stays usable.
	ErrDisk = fault.New(fault.Busy, "store.disk",
		fault.T("磁盘读写失败，本次修改未保存", "the disk failed to read or write; the change was not saved")).
		Fix(fault.T("请检查磁盘状态、配额及数据目录权限后重试", "check the disk's health, quota and the data folder's permissions, then try again"))
	// ErrDamaged is a file that is not what was written.
	ErrDamaged = fault.New(fault.Internal, "store.damaged",
		fault.T("数据文件已损坏", "the data file is damaged")).
		Fix(fault.T("请停止服务，保留现有文件并从备份恢复", "stop the server, keep the file and restore a backup"))
	// ErrUndone is a change lost because another in the same commit broke the transaction.
	ErrUndone = fault.New(fault.Busy, "store.undone",
		fault.T("同批提交的其他修改失败，本次修改未保存", "another change of the same commit failed; this one was not saved")).
		Fix(fault.T("请重试", "try again"))
	// ErrExists is a row whose key is there already.
	ErrExists = fault.New(fault.Conflict, "store.exists",
		fault.T("相同主键或唯一键的记录已存在", "a record with this key exists already")).
		Fix(fault.T("请刷新后再试", "refresh and try again"))
	// ErrNewer is a data folder of a newer program.
	ErrNewer = fault.New(fault.Conflict, "store.newer",
		fault.T("数据目录由更高版本的程序创建，本版本不能打开", "the data folder was written by a newer program")).
		Fix(fault.T("请升级 chengshu，或换用备份的数据目录", "upgrade chengshu, or use a backup of the folder"))
	// ErrLocked is a data folder owned by another process.
	ErrLocked = fault.New(fault.Busy, "data.locked",
		fault.T("数据目录正被另一进程使用", "the data folder is in use by another process")).
		Fix(fault.T("请停止该进程，或通过正在运行的服务执行命令", "stop that process, or let the running server execute the command"))
	// ErrNotParked is a Retry of an event that is not parked with that consumer.
	ErrNotParked = fault.New(fault.Missing, "event.not_parked",
		fault.T("该事件不在待重试列表中", "this event is not parked")).
		Fix(fault.T("请刷新列表后再试", "refresh the list and try again"))
)
