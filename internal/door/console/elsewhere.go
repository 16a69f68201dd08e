package console

import (
	"net/http"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

// methods are those that paths of the API may have.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// elsewhere answers what no operation does: a path of the API says which methods it has, or
// that there is none; all else are pages.
func elsewhere(mux *http.ServeMux, pages http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/api/") {
			pages.ServeHTTP(w, r)
			return
		}
		l := lang(r.Context())
		allow := allowedMethods(mux, r)
		if len(allow) == 0 {
			writeProblem(w, problemOf(fault.New(fault.Missing, "path.missing", fault.T("没有该接口", "there is no such path")).
				Fix(fault.T("接口清单见 /openapi.json", "the paths are in /openapi.json")), l))
			return
		}
		w.Header().Set("Allow", strings.Join(allow, ", "))
		writeProblem(w, &Problem{Type: "about:blank", Title: fault.T("方法不适用", "Method not allowed").In(l), Status: http.StatusMethodNotAllowed, Code: "path.method",
			Detail: fault.T("该接口不接受 %s", "the path does not take %s", r.Method).In(l), Remedy: fault.T("可用：%s", "use %s", strings.Join(allow, ", ")).In(l)})
	})
}

func allowedMethods(mux *http.ServeMux, r *http.Request) (out []string) {
	for _, m := range methods {
		other := *r
		other.Method = m
		if _, pattern := mux.Handler(&other); pattern != "/" {
			out = append(out, m)
		}
	}
	return out
}
