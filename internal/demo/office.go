package demo

import (
	"github.com/chengshu/chengshu/internal/catalog"
	"github.com/chengshu/chengshu/internal/demo/invent"
)

// districtCode is 江岸区.
const districtCode = "420102000000"

// Offices are the offices of the district. Their kinds and names are those a district has;
// their credit codes are invented, with right check characters.
func Offices() []catalog.Office {
	out := make([]catalog.Office, len(offices))
	for i, o := range offices {
		region := districtCode
		if o[2] != "" {
			region = o[2]
		}
		kind := "11" // organs; 13 would be mass organisations
		if o[0] == "disabled" {
			kind = "13"
		}
		credit := invent.AppendCredit(nil, kind, "420102", uint64(2*i+1)<<8*7919|1)
		out[i] = catalog.Office{Name: o[0], Title: o[1], Region: region, Credit: string(credit)}
	}
	return out
}

var offices = [...][3]string{
	{"data", "区政务服务和大数据管理局"},
	{"police", "区公安分局"},
	{"hrss", "区人社局"},
	{"market", "区市场监管局"},
	{"civil", "区民政局"},
	{"health", "区卫健局"},
	{"education", "区教育局"},
	{"housing", "区住房和城市更新局"},
	{"land", "区自然资源和规划分局"},
	{"urban", "区城管执法局"},
	{"water", "区水务和湖泊局"},
	{"garden", "区园林和林业局"},
	{"ecology", "区生态环境分局"},
	{"traffic", "区交通大队"},
	{"reform", "区发改局"},
	{"tech", "区科经局"},
	{"commerce", "区商务局"},
	{"invest", "区投资促进局"},
	{"finance", "区财政局"},
	{"tax", "区税务局"},
	{"statistics", "区统计局"},
	{"approval", "区行政审批局"},
	{"emergency", "区应急管理局"},
	{"justice", "区司法局"},
	{"culture", "区文旅局"},
	{"veterans", "区退役军人局"},
	{"medicare", "区医保局"},
	{"disabled", "区残联"},
	{"fund", "公积金江岸分中心"},
	{"politics", "区委政法委"},
	{"society", "区委社会工作部"},
	{"operations", "区城运中心"},
	{"fire", "区消防救援大队"},
	{"tazihu", "塔子湖街道办", inTazihu},
	{"houhu", "后湖街道办", inHouhu},
}
