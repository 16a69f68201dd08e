package duckdb

/*
#include <stdint.h>
#include <stdlib.h>

void chengshuScalar(void *, void *, void *);
typedef void (*chengshu_scalar_t)(void *, void *, void *);
void chengshuRelease(void *);
typedef void (*chengshu_release_t)(void *);
*/
import "C"

import (
	"fmt"
	"runtime/cgo"
	"unsafe"

	duck "github.com/duckdb/duckdb-go-bindings"
)

// function is a scalar function judged in Go over whole vectors. NULLs reach run. run is
// called from several of the engine's threads at once and must keep nothing of its
// arguments.
type function struct {
	name     string
	params   []duck.Type // empty: any number of arguments of any type
	result   func() duck.LogicalType
	volatile bool // not to be repeated or folded by the optimiser
	run      func(in []column, n int, out duck.Vector)
}

// register makes f known to every connection of the engine; it stays until the engine is
// closed.
func (s *session) register(f function) error {
	fn := duck.CreateScalarFunction()
	defer duck.DestroyScalarFunction(&fn)
	duck.ScalarFunctionSetName(fn, f.name)
	duck.ScalarFunctionSetSpecialHandling(fn)
	if f.volatile {
		duck.ScalarFunctionSetVolatile(fn)
	}
	for _, p := range f.params {
		withType(p, func(t duck.LogicalType) { duck.ScalarFunctionAddParameter(fn, t) })
	}
	if len(f.params) == 0 {
		withType(duck.TypeAny, func(t duck.LogicalType) { duck.ScalarFunctionSetVarargs(fn, t) })
	}
	result := f.result()
	defer duck.DestroyLogicalType(&result)
	duck.ScalarFunctionSetReturnType(fn, result)
	duck.ScalarFunctionSetFunction(fn, unsafe.Pointer(C.chengshu_scalar_t(C.chengshuScalar)))
	extra := (*C.uintptr_t)(C.malloc(C.sizeof_uintptr_t))
	*extra = C.uintptr_t(cgo.NewHandle(f.run))
	duck.ScalarFunctionSetExtraInfo(fn, unsafe.Pointer(extra), unsafe.Pointer(C.chengshu_release_t(C.chengshuRelease)))
	if duck.RegisterScalarFunction(s.conn, fn) == duck.StateError {
		return fmt.Errorf("duckdb: cannot register %s", f.name)
	}
	return nil
}

func withType(t duck.Type, f func(duck.LogicalType)) {
	lt := duck.CreateLogicalType(t)
	defer duck.DestroyLogicalType(&lt)
	f(lt)
}

func plain(t duck.Type) func() duck.LogicalType {
	return func() duck.LogicalType { return duck.CreateLogicalType(t) }
}

//export chengshuScalar
func chengshuScalar(info, input, output unsafe.Pointer) {
	fi := duck.FunctionInfo{Ptr: info}
	defer func() {
		if r := recover(); r != nil {
			duck.ScalarFunctionSetError(fi, fmt.Sprint("panic: ", r))
		}
	}()
	extra := (*C.uintptr_t)(duck.ScalarFunctionGetExtraInfo(fi))
	run := cgo.Handle(*extra).Value().(func([]column, int, duck.Vector))
	chunk := duck.DataChunk{Ptr: input}
	var few [16]column
	in := few[:0]
	for i := range duck.DataChunkGetColumnCount(chunk) {
		in = append(in, view(duck.DataChunkGetVector(chunk, i)))
	}
	run(in, int(duck.DataChunkGetSize(chunk)), duck.Vector{Ptr: output})
}

//export chengshuRelease
func chengshuRelease(extra unsafe.Pointer) {
	p := (*C.uintptr_t)(extra)
	cgo.Handle(*p).Delete()
	C.free(extra)
}

// cells gives a vector's memory as n values.
func cells[T any](c column, n int) []T { return unsafe.Slice((*T)(c.data), n) }

// writable gives the validity bits of a vector that run is about to fill, all set.
func writable(v duck.Vector, n int) []uint64 {
	duck.VectorEnsureValidityWritable(v)
	bits := unsafe.Slice((*uint64)(duck.VectorGetValidity(v)), (n+63)/64)
	for i := range bits {
		bits[i] = ^uint64(0)
	}
	return bits
}
