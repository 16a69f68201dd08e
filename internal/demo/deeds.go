package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/chengshu/chengshu/internal/ident"
	"github.com/chengshu/chengshu/internal/ingest"
)

// deed is what somebody of the district did on a day at an hour.
type deed struct {
	day  int
	hour float64
	what string
	do   func(ctx context.Context, s *stage) error
}

// deeds are what people did in the month, in its order.
var deeds = []deed{
	{-30, 10, "services", func(ctx context.Context, s *stage) error { return s.services(ctx) }},
	{-30, 11, "grants", allow(-30)},
	{-28, 14, "a look at the quarantine", look("zhou_rensheng", "pension", "核对首批问题数据")},
	{-24, 10, "a step is adopted and the quarantine replayed", mend("he_minan", "low_income", "id_no", "x_mark")},
	{-21, 15, "grants", allow(-21)},
	{-17, 15, "a held batch is released", decide("lin_shujv", "disabled_cards", "release", "证号差错集中在补录旧证，区残联已确认合格行可用")},
	{-14, 11, "grants", allow(-14)},
	{-12, 16, "a held batch is returned", decide("he_minan", "low_income", "return", "身份证号校验错误率超限，退回核对后重新报送")},
	{-9, 17, "a grant is revoked", revoke("lin_shujv", "licence_watch", "核对任务已完成，用途终止")},
	{-6, 9.5, "a look at the quarantine", look("he_minan", "low_income", "核对退回后重报的批次")},
	{-2, 10, "a look at the quarantine", look("zhou_rensheng", "pension", "申领人来访复核")},
	{-1, 17, "a receipt is proven", func(ctx context.Context, s *stage) error { return s.prove(ctx) }},
}

// look reads a page of a directory's quarantine, as an officer does.
func look(login, directory, purpose string) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		return s.clerks[login].do(ctx, http.MethodGet, "/batches/"+string(s.last[directory].ID)+"/quarantine?limit=50&purpose="+url.QueryEscape(purpose), nil, nil)
	}
}

// mend adds a cleaning step to a directory and has the quarantine of its last batch judged
// again.
func mend(login, directory, item, step string) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		at, who := "/batches/"+string(s.last[directory].ID), s.clerks[login]
		with := map[string]any{"item": item, "step": map[string]string{"do": step}}
		var begun struct {
			ID string `json:"id"`
		}
		err := who.do(ctx, http.MethodPost, at+"/trial", with, nil)
		if err == nil {
			err = who.do(ctx, http.MethodPost, at+"/adopt", with, nil)
		}
		if err == nil {
			err = who.do(ctx, http.MethodPost, at+"/replay", map[string]any{}, &begun)
		}
		if err != nil {
			return err
		}
		b, err := s.node.Ingest.Wait(ctx, ident.Batch(begun.ID))
		if err == nil && (b.State != ingest.Published || b.Published == 0) {
			err = fmt.Errorf("demo: the replay is %s with %d rows", b.State, b.Published)
		}
		return err
	}
}

// decide releases, returns or discards the held batch of a directory.
func decide(login, directory, action, reason string) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		who, at := s.clerks[login], "/batches/"+string(s.last[directory].ID)
		return errors.Join(who.do(ctx, http.MethodGet, at+"/report", nil, nil),
			who.do(ctx, http.MethodPost, at+"/"+action, map[string]string{"reason": reason}, nil))
	}
}

// revoke ends the grant of an application.
func revoke(login, app, reason string) func(context.Context, *stage) error {
	return func(ctx context.Context, s *stage) error {
		c := s.callers[app]
		c.ended = true
		return s.clerks[login].do(ctx, http.MethodPost, "/grants/"+c.grant+"/revoke", map[string]string{"reason": reason}, nil)
	}
}
