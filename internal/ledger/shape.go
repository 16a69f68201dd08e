package ledger

import (
	"encoding/hex"
	"math"
	"time"

	"github.com/chengshu/chengshu/internal/fault"
	"github.com/chengshu/chengshu/internal/region"
)

// takePoint reads [lon, lat], or {lon, lat, datum: gcj02}, which is brought to WGS-84: maps
// drawn in GCJ-02 stand 300 to 600 metres beside what a phone says.
func (f *Compiled) takePoint(at string, v any) (any, *fault.Error) {
	if m, ok := v.(map[string]any); ok {
		lon, a := degree(m["lon"], 180)
		lat, b := degree(m["lat"], 90)
		datum, _ := m["datum"].(string)
		if !a || !b || datum != "" && datum != "wgs84" && datum != "cgcs2000" && datum != "gcj02" {
			return nil, f.badPoint(at)
		}
		if datum == "gcj02" {
			lon, lat = region.ToWGS84(lon, lat)
		}
		return position(lon, lat), nil
	}
	p, ok := pair(v)
	if !ok {
		return nil, f.badPoint(at)
	}
	return p, nil
}

func (f *Compiled) badPoint(at string) *fault.Error {
	return f.bad(at, "value.point", fault.T("不是经纬度", "it is no longitude and latitude"), fault.T("请在地图上选点，或写作 [114.31, 30.66]", "choose it on the map, or write it as [114.31, 30.66]"))
}

// position keeps seven places, a centimetre.
func position(lon, lat float64) []any {
	return []any{math.Round(lon*1e7) / 1e7, math.Round(lat*1e7) / 1e7}
}

func degree(v any, most float64) (float64, bool) {
	n, ok := v.(float64)
	if i, is := whole(v); !ok && is {
		n, ok = float64(i), true
	}
	return n, ok && !math.IsNaN(n) && math.Abs(n) <= most
}

func pair(v any) ([]any, bool) {
	l, ok := v.([]any)
	if !ok || len(l) != 2 {
		return nil, false
	}
	lon, a := degree(l[0], 180)
	lat, b := degree(l[1], 90)
	return position(lon, lat), a && b
}

// takeArea reads the rings of a polygon as GeoJSON writes them; each closes.
func (f *Compiled) takeArea(at string, v any) (any, *fault.Error) {
	rings, ok := v.([]any)
	bad := f.bad(at, "value.area", fault.T("不是范围", "it is no area"), fault.T("请在地图上重新勾绘", "draw it on the map again"))
	if !ok {
		return nil, bad
	}
	points, out := 0, make([]any, len(rings))
	for i, r := range rings {
		ring, ok := r.([]any)
		if points += len(ring); !ok || len(ring) < 4 || points > mostPoints {
			return nil, bad
		}
		kept := make([]any, len(ring))
		for j, p := range ring {
			q, ok := pair(p)
			if !ok {
				return nil, bad
			}
			kept[j] = q
		}
		first, last := kept[0].([]any), kept[len(kept)-1].([]any)
		if first[0] != last[0] || first[1] != last[1] {
			return nil, bad
		}
		out[i] = kept
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// takeFiles reads files that were sent before: their ids and what was found in them.
func (f *Compiled) takeFiles(at string, v any) (any, *fault.Error) {
	list, ok := v.([]any)
	if !ok {
		return nil, f.shape(at)
	}
	if err := f.count(at, len(list), usualFiles, fault.T("个文件", "files")); err != nil || len(list) == 0 {
		return nil, err
	}
	out := make([]any, len(list))
	for i, x := range list {
		m, ok := x.(map[string]any)
		if !ok {
			return nil, f.shape(place(at, i))
		}
		kept, err := f.takeFile(place(at, i), m)
		if err != nil {
			return nil, err
		}
		out[i] = kept
	}
	return out, nil
}

// Megabytes are how large one file of a field of files may be; 0 of any other field.
func (f *Compiled) Megabytes() float64 {
	if f.Type.Kind == Files && f.Size == 0 {
		return usualSize
	}
	return f.Size
}

func (f *Compiled) takeFile(at string, m map[string]any) (map[string]any, *fault.Error) {
	id, _ := m["id"].(string)
	name, _ := m["name"].(string)
	kind, known := m["type"].(string)
	size, sized := whole(m["size"])
	if raw, err := hex.DecodeString(id); err != nil || len(raw) != 32 || size < 0 || name == "" || len(name) > 400 || len(kind) > 200 {
		return nil, f.shape(at)
	}
	if !known || !sized { // what it is is known where it was kept
		return map[string]any{"id": id, "name": name}, nil
	}
	most := f.Megabytes()
	if float64(size) > most*(1<<20) {
		return nil, f.bad(at, "value.file.size", fault.T("中有文件超过 %s MB", "a file has more than %s MB", plain(most)), fault.T("请压缩后重新上传", "make it smaller and send it again"))
	}
	if len(f.Accept) > 0 && !accepted(f.Accept, kind) {
		return nil, f.bad(at, "value.file.type", fault.T("不接受这种文件", "a file of this kind is not taken"), f.accepts())
	}
	out := map[string]any{"id": id, "name": name, "type": kind, "size": size}
	if p, ok := pair(m["place"]); ok {
		out["place"] = p
	}
	if s, ok := m["time"].(string); ok {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			out["time"] = t.UTC().Format(timeForm)
		}
	}
	return out, nil
}
