package people

import (
	"net/netip"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// ErrAddress is a key used from an address it was not given for. Who uses it is known: the
// refusal is written down.
var ErrAddress = fault.New(fault.Denied, "key.address", fault.T("该密钥不得从此地址使用", "the key may not be used from this address")).
	Fix(fault.T("请从登记的地址调用，或请数据管理员为新地址发放密钥", "call from an address it was given for, or ask the data administrator for a key for this one"))

// mostNetworks bounds the list of a key.
const mostNetworks = 50

// networks reads a key's networks and writes each in one form; an address is a network of
// its own.
func networks(given []string) (out []string, err error) {
	var faults []*fault.Error
	for i, s := range given {
		n, err := network(strings.TrimSpace(s))
		if err != nil {
			faults = append(faults, fault.New(fault.Invalid, "key.network", fault.T("%q 不是地址或网段", "%q is neither an address nor a network", s)).At("addresses[%d]", i).
				Fix(fault.T("例如 10.12.0.8 或 10.12.0.0/16", "such as 10.12.0.8 or 10.12.0.0/16")))
			continue
		}
		out = append(out, n.String())
	}
	if len(given) > mostNetworks {
		faults = append(faults, fault.New(fault.Invalid, "key.networks", fault.T("地址超过 %d 个", "there are more than %d addresses", mostNetworks)).At("addresses").
			Fix(fault.T("请合并为网段", "gather them into networks")))
	}
	return out, fault.All("key.addresses", fault.T("允许的地址有 %d 处错误", "%d errors in the addresses", len(faults)), faults)
}

func network(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap().WithZone("")
		return a.Prefix(a.BitLen())
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err
}

// From says whether a key may be used from an address. What cannot be read is nowhere.
func (k Key) From(address string) bool {
	if len(k.Addresses) == 0 {
		return true
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	for _, s := range k.Addresses {
		if p, err := netip.ParsePrefix(s); err == nil && p.Contains(a) {
			return true
		}
	}
	return false
}
