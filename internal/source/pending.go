package source

import "context"

func lookParquet(s *Spooled) (*Shape, error)                              { panic("x") }
func lookXLSX(ctx context.Context, s *Spooled, o Options) (*Shape, error) { panic("x") }
func lookJSON(sh *Shape, s *Spooled, h head, o Options) error             { panic("x") }
func (w *work) workbook() (*Ready, error)                                 { panic("x") }
func (w *work) objects() (*Ready, error)                                  { panic("x") }
