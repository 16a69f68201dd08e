package demo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/chengshu/chengshu/internal/demo/invent"
)

// Communities of the street that keeps a register of elders, and of the one that just began.
var (
	houhuCommunities  = []string{"420102017001", "420102017003", "420102017004", "420102017005", "420102017008", "420102017014", "420102017019", "420102017023"}
	tazihuCommunities = []string{"420102018001", "420102018002"}
)

// elders invents who is on the register: the n-th lives in some community, and has a number
// that nobody has.
func elders(office string, communities []string, count, from int) (out []map[string]any) {
	r := invent.Rand(Seed + uint64(from))
	for i := range count {
		n := from + i
		v := map[string]any{
			"name": string(invent.AppendName(nil, &r, r.One(2))), "born": fmt.Sprintf("%d-%02d-%02d", 1931+r.N(28), 1+r.N(12), 1+r.N(28)),
			"phone": fmt.Sprintf("027-0000%04d", n), "office": office, "region": communities[r.N(len(communities))],
			"address": fmt.Sprintf("%d 栋 %d 单元 %d0%d", 1+r.N(28), 1+r.N(4), 1+r.N(7), 1+r.N(3)),
			"risk":    []string{"low", "low", "middle", "middle", "high"}[r.N(5)], "health": "well", "aid": 100 * int64(50*(2+r.N(6))),
		}
		if r.N(3) == 0 {
			v["health"], v["helper"] = "partly", string(invent.AppendName(nil, &r, r.One(2)))
		}
		if r.N(4) == 0 {
			v["bracelet"], v["given"] = true, "2026-09-15"
		}
		out = append(out, v)
	}
	return out
}

const elderPath = "/registers/elders/elder"

// registerDeeds are what two streets wrote into the register of elders: who lives alone, and
// what was found there.
func registerDeeds() (out []deed) {
	const houhu, keeper = "ding_xianghe", "he_minan"
	for i, v := range elders("houhu", houhuCommunities, 34, 1) {
		out = append(out, deed{-22 + i/5, 9 + float64(i%5)/4, "an elder is entered", enter(houhu, v)})
	}
	for i, v := range elders("tazihu", tazihuCommunities, 6, 101) {
		out = append(out, deed{-3, 14 + float64(i)/5, "an elder is entered", enter(keeper, v)})
	}
	visited := func(day int, n int, how, note string, more map[string]any) deed {
		return deed{day, 15 + float64(n)/60, "an elder is visited", visit(houhu, fmt.Sprintf("L2026-%04d", n), how, note, more)}
	}
	return append(out,
		visited(-9, 3, "home", "独自在家，精神尚好；厨房燃气软管老化，已告知社区更换", nil),
		visited(-6, 3, "home", "燃气软管已更换", map[string]any{"risk": "middle"}),
		visited(-5, 7, "phone", "近日感冒，已联系社区卫生服务中心上门", map[string]any{"risk": "high"}),
		visited(-2, 7, "home", "体温正常，食欲恢复", nil),
		visited(-1, 12, "home", "行动不便，建议配发呼叫器", map[string]any{"bracelet": true, "given": "2026-11-20"}))
}

func enter(login string, v map[string]any) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		return s.clerks[login].do(ctx, http.MethodPost, elderPath, map[string]any{"values": v}, nil)
	}
}

// visit writes a visit down in the record of a number, and what else it changed.
func visit(login, key, how, note string, more map[string]any) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		var found struct {
			Items []struct {
				ID      string
				Version int
				Values  map[string]any
			}
		}
		if err := s.clerks[login].do(ctx, http.MethodGet, elderPath+"?where="+url.QueryEscape("key:is:"+key), nil, &found); err != nil {
			return err
		}
		if len(found.Items) != 1 {
			return fmt.Errorf("demo: %d elders of number %s", len(found.Items), key)
		}
		x, on := found.Items[0], s.clock.Now().Format("2006-01-02")
		rows, _ := x.Values["visits"].([]any)
		v := map[string]any{"seen": on, "visits": append(rows, map[string]any{"on": on, "how": how, "note": note})}
		for field, to := range more {
			v[field] = to
		}
		return s.clerks[login].do(ctx, http.MethodPost, elderPath+"/"+x.ID, map[string]any{"values": v, "version": x.Version, "reason": "走访后更新"}, nil)
	}
}
