package source

import (
	"io"
	"strings"
	"testing"
)

func BenchmarkScan(b *testing.B) {
	plain := strings.Repeat("4201021990,张三,1990-01-02,江岸区解放大道号某某小区某栋,13800000000,汉族,1,x,y\n", 5000)
	for name, text := range map[string]string{"plain": plain, "quoted": `"` + strings.NewReplacer(",", `","`, "\n", "\"\n\"").Replace(plain) + `"`, "ascii": strings.Repeat("4201021990,abc,1990-01-02,street and house,138\n", 8000)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s := newScanner(dialect{',', '"', '"'}, 1<<24)
				s.feed([]byte(text))
				if s.end().bad != nil {
					b.Fatal("bad")
				}
			}
		})
	}
}

func BenchmarkDecodeGBK(b *testing.B) {
	text := gbk(strings.Repeat("4201021990,张三,1990-01-02,江岸区解放大道号某某小区某栋,13800000000,汉族,1,x,y\n", 50_000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := io.Copy(io.Discard, struct{ io.Reader }{decode(strings.NewReader(text), GBK)}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadObject(b *testing.B) {
	text := []byte(`{"id":"420102199000000000","name":"张三","birth":"1990-01-02","addr":"江岸区解放大道号某某小区","phone":13800000000,"x":null,"y":"a\"b"}`)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, ok := readObject(text); !ok {
			b.Fatal("no object")
		}
	}
}
