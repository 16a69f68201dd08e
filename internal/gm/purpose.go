package gm

import "github.com/chengshu/chengshu/internal/fault"

// PurposeInfo is a purpose with its words for screens and commands.
type PurposeInfo struct {
	Name   Purpose
	Kind   Kind
	Use    fault.Text // what its keys do
	Effect fault.Text // what a rotation changes, and what it does not
}

// PurposeInfos lists the purposes in the order in which they are shown.
func PurposeInfos() []PurposeInfo {
	t := fault.T
	return []PurposeInfo{
		{Audit, SM2, t("签名审计批次与链头", "signs the audit's batches and its head"),
			t("此后的批次由新密钥签名；此前的批次与回执仍凭旧公钥核验", "batches from now on are signed by the new key; those before, and their receipts, are still verified by the old public key")},
		{Mask, Secret, t("散列脱敏的盐", "salts columns masked by hash"),
			t("同一值的散列与此前不同，前后的散列列不能关联", "a value's hash is another from now on: hashed columns of before and after do not join")},
		{App, Secret, t("密封应用的签名密钥", "seals the secrets of applications that sign"),
			t("新发放的用新密钥密封；已发放的照常使用", "secrets given from now on are sealed by the new key; those given before go on")},
		{Page, Secret, t("密封分页标记", "seals the cursors of lists"),
			t("此前的分页标记仍可使用", "cursors of before go on")},
		{Subject, Secret, t("在审计中标记查询对象", "marks in the audit what was looked up"),
			t("同一对象的标记与此前不同", "the same subject has another mark from now on")},
	}
}

// Info is a purpose's words; ok is false for one that is not of the platform.
func (p Purpose) Info() (PurposeInfo, bool) {
	for _, i := range PurposeInfos() {
		if i.Name == p {
			return i, true
		}
	}
	return PurposeInfo{}, false
}
