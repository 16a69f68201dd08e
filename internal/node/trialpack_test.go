package node

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chengshu/chengshu/internal/fault"
)

// yards is a flow whose records refer to another register, and whose limits come of a code.
const yards = `
pack: {id: yards, version: 1.0.0, title: {zh: 场所, en: Yards}, calendar: cn-gov}
codes:
  level:
    - {code: major, name: 重大, first: 2wh, most: 1wd, cost: 100, dept: 区应急局}
    - {code: minor, name: 一般, first: 1wd, most: 3wd, cost: 10.5, dept: street}
roles: {patrol: {title: 排查员, reach: all}, mender: {title: 整改人}, checker: {title: 复查员}}
entity:
  site:
    show: name
    unique: [[name]]
    fields: {name: {type: text(20), required: true}, office: {type: office, required: true}, region: region, worth: money}
  hazard:
    fields:
      site: {type: reference(site), required: true}
      level: {type: code(level), required: true}
      region: {type: region, required: true}
      items: {type: table, columns: {what: text, fine: money}}
      fines: {type: money, formula: sum(items.fine)}
      cost: {type: number, formula: level.cost * len(items)}
      measure: text
      phone: {type: text, personal: phone}
flow:
  hazard:
    states:
      reported: {by: patrol, within: level.first, actions: {send: {to: sent}, drop: {to: void, need: [reason, basis]}}}
      sent: {by: mender@street, at-most: level.most, expire: mending, actions: {sign: {to: mending}}}
      mending: {by: holder, actions: {done: {to: checking, need: measure, check: fines >= 100}, cancel: {to: void, by: creator}}}
      checking: {by: checker@street, except: mender, actions: {pass: {to: closed}, fail: {to: mending}}}
      closed: {end: true}
      void: {end: true}
`

func tryYards(t *testing.T, tests string) []string {
	t.Helper()
	p, err := ReadPack(fstest.MapFS{"pack.yaml": {Data: []byte(yards)}, "tests.yaml": {Data: []byte("tests:\n" + tests)}})
	if err != nil {
		t.Fatal(fault.From(err).In("en"))
	}
	all, err := TryPack(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, v := range all {
		if v.OK != (len(v.Faults) == 0) {
			t.Errorf("%s: %v with %v", v.Name, v.OK, v.Faults)
		}
		for _, f := range v.Faults {
			out = append(out, f.Place+" "+f.Text.In("en"))
			if f.Text.ZH == "" || f.Text.ZH == f.Text.EN {
				t.Errorf("%s in one language: %v", v.Name, f)
			}
		}
	}
	return out
}

// TestTrialsWithOtherRegisters: a trial has records of other registers, named as in seeds, and
// writes values as seeds do; limits come of the code; people are named by what they are to the
// case; whoever holds a case was there before.
func TestTrialsWithOtherRegisters(t *testing.T) {
	told := tryYards(t, `
  - name: 期限按等级
    given: {at: "2026-11-20 09:30", site: {name: 甲厂, office: street, worth: 1200.5}, hazard: {site: 甲厂, level: 重大, items: [{what: 堵塞, fine: 100.5}, {what: 过期}]}}
    when:
      - {at: "2026-11-20 09:30", then: {due: "2026-11-20 11:30", holder: none}}
      - {do: drop, as: patrol, refused: case.need}
      - {do: drop, as: patrol, reason: 误报, refused: case.need}
      - {do: send, as: patrol, then: {state: sent, office: street, told: mender}}
      - {at: "2026-11-23 17:29", then: {state: sent}}
      - {at: "2026-11-23 17:31", then: {state: mending}}
  - name: 一般隐患
    given: {at: "2026-11-20 09:30", site: [{name: 甲厂, office: 街道}, {name: 乙厂, office: street}], hazard: {site: 乙厂, level: minor, items: [{fine: 99}]}, state: mending, holder: mender}
    when:
      - {do: done, as: holder, with: {measure: 已清理}, refused: case.check}
      - {do: delegate, as: holder, to: mender2, then: {holder: mender2, told: mender}}
      - {do: cancel, as: creator, then: {state: void}}
  - name: 整改人不得复查
    given: {at: "2026-11-20 09:30", site: {name: 甲厂, office: street}, hazard: {site: 甲厂, level: minor}, state: checking, holder: mender}
    when:
      - {do: fail, as: checker, then: {state: mending, holder: mender, told: mender}}
`)
	if len(told) > 0 {
		t.Errorf("told\n%s", strings.Join(told, "\n"))
	}
}

// TestTrialsSayWhatIsOtherwise: what a trial found to be otherwise stands at its place, in both
// languages; nobody told and nobody there are words.
func TestTrialsSayWhatIsOtherwise(t *testing.T) {
	told := tryYards(t, `
  - name: 不符
    given: {at: "2026-11-20 09:30", site: {name: 甲厂, office: street}, hazard: {site: 甲厂, level: minor}}
    when:
      - {do: send, as: patrol, then: {told: none, holder: mender}}
      - {do: sign, as: mender, refused: case.turn}
  - name: 没有该场所
    given: {at: "2026-11-20 09:30", site: {name: 甲厂, office: street}, hazard: {site: 丙厂, level: minor}}
  - name: 没有该部门
    given: {at: "2026-11-20 09:30", site: {name: 甲厂, office: 区教育局}, hazard: {site: 甲厂, level: minor}}
`)
	want := []string{
		"tests.yaml:6:59 holder should be mender and is none", "tests.yaml:6:45 told should be none and is mender",
		"tests.yaml:7:9 it should have been refused (case.turn) and was done; mend what the test expects, or the flow",
		"tests.yaml:9:12 site: site: there is no such record to refer to, or there are several; write that record's number",
		"tests.yaml:11:12 office: office: there is no such office; write the name of an office that is entered",
	}
	if strings.Join(told, "\n") != strings.Join(want, "\n") {
		t.Errorf("told\n%s", strings.Join(told, "\n"))
	}
}

// TestTrialsAreChecked: names and values of a trial are checked before anything runs.
func TestTrialsAreChecked(t *testing.T) {
	for text, says := range map[string]string{
		`given: {site: {nmae: x}, hazard: {level: minor}}`:                                       `did you mean "name"?`,
		`given: {sit: {name: x}, hazard: {level: minor}}`:                                        `did you mean "site"?`,
		`given: {hazard: {level: 特大}}`:                                                           "it is none of the choices",
		`given: {hazard: {level: minor, items: [{fine: 一百}]}}`:                                   "it is no amount",
		`given: {hazard: {level: minor}}, when: [{do: 派发, as: patrol}]`:                          "there are: send, drop",
		`given: {hazard: {level: minor}}, when: [{do: urg, as: patrol}]`:                         `did you mean "urge"?`,
		`given: {hazard: {level: minor}}, when: [{do: send, as: 排查员}]`:                           `did you mean "patrol"?`,
		`given: {hazard: {level: minor}}, when: [{do: send, as: patrol, then: {told: creator}}]`: `there is no role "creator"; a role stands here`,
		`given: {hazard: {level: minor}}, when: [{do: send, as: patrol, then: {due: 明天}}]`:       `"明天" is no time`,
		`given: {hazard: {level: minor}, state: 已报}`:                                             "there is no state",
	} {
		_, err := ReadPack(fstest.MapFS{"pack.yaml": {Data: []byte(yards)}, "tests.yaml": {Data: []byte("tests:\n  - {name: x, " + text + "}\n")}})
		f := fault.From(err)
		if f == nil || len(f.Parts) > 0 || !strings.Contains(f.In("en"), says) || !strings.HasPrefix(f.Where, "tests.yaml:2:") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
