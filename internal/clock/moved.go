package clock

import "github.com/chengshu/chengshu/internal/fault"

// Moved tells how a due time changed when its calendar or its office's hours did; false when
// it stayed.
func Moved(before, after Due) (fault.Text, bool) {
	if before.At.Equal(after.At) {
		return fault.Text{}, false
	}
	t := both("到期时间由 %s 改为 %s", "it was due %s and is now due %s", ending(before.At), ending(after.At))
	if before.Calendar != after.Calendar {
		t = both("%s（工作日历 %s 改为 %s）", "%s (calendar %s, now %s)", t, same(before.Calendar), same(after.Calendar))
	}
	if before.Assumed && !after.Assumed {
		t = both("%s；放假安排已公布", "%s; the holidays are published now", t)
	}
	return t, true
}

// Words tells how the ledger stands: how much is left, or by how much it is late.
func (d Due) Words() fault.Text {
	left := int64(d.Left().Seconds())
	switch {
	case d.Late && left < 0:
		return both("已超时 %s", "late by %s", d.amount(-left))
	case d.Late:
		return fault.Text{ZH: "已超时", EN: "late"}
	}
	t := both("还剩 %s", "%s left", d.amount(left))
	if d.Days > 0 {
		unit := Days
		if d.Working {
			unit = WorkDays
		}
		t = both("还剩 %s", "%s left", Budget{int64(d.Days), unit}.Words())
	}
	if d.Paused {
		return both("已暂停，%s", "paused, %s", t)
	}
	return t
}

func (d Due) amount(sec int64) fault.Text {
	if d.Working {
		return both("%s（工作时间）", "%s of working time", length(sec))
	}
	return length(sec)
}
