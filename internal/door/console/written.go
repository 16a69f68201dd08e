package console

import (
	"reflect"
	"strings"

	"github.com/chengshu/chengshu/internal/fault"
)

var errNUL = fault.New(fault.Invalid, "request.nul", fault.T("文本含有空字符（NUL）", "a text holds the character NUL")).
	Fix(fault.T("请删去该字符", "remove it"))

// written refuses texts that hold NUL, wherever they stand in a request: no store keeps
// one, and a statement with one ends there.
func written(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		if strings.IndexByte(v.String(), 0) >= 0 {
			return errNUL
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return written(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if err := written(v.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return nil
		}
		for i := range v.Len() {
			if err := written(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if err := written(it.Key()); err != nil {
				return err
			}
			if err := written(it.Value()); err != nil {
				return err
			}
		}
	}
	return nil
}
