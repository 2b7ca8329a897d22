// This program reads texts as kubectl reads manifests. Each line of input is a text as a JSON string. Each line of output has its
// documents and, if kubectl would refuse the text, the error.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

type answer struct {
	// The documents before the error, other than null.
	Documents []any `json:"documents"`
	// The first error. kubectl stops at it.
	Error string `json:"error,omitempty"`
	// Whether kubectl reads the text in one way today and in another tomorrow. The keys 1 and "1" become one key, and the value of
	// either one remains, because Go goes through a map in a random order.
	Varies bool `json:"varies,omitempty"`
}

// How often a text is read to see whether the readings differ.
const readings = 40

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for in.Scan() {
		var text string
		if err := json.Unmarshal(in.Bytes(), &text); err != nil {
			fail(err)
		}
		if err := encoder.Encode(readOften(text)); err != nil {
			fail(err)
		}
	}
	if err := in.Err(); err != nil {
		fail(err)
	}
}

// One reading of the text if every reading is the same.
func readOften(text string) answer {
	first := read(text)
	for i := 1; i < readings; i++ {
		if !reflect.DeepEqual(first, read(text)) {
			return answer{Documents: []any{}, Varies: true}
		}
	}
	return first
}

// The loop of StreamVisitor in k8s.io/cli-runtime, pkg/resource/visitor.go.
func read(text string) answer {
	result := answer{Documents: []any{}}
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096)
	for {
		document := runtime.RawExtension{}
		if err := decoder.Decode(&document); err != nil {
			if err != io.EOF {
				result.Error = err.Error()
			}
			return result
		}
		raw := bytes.TrimSpace(document.Raw)
		if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		values := json.NewDecoder(bytes.NewReader(raw))
		values.UseNumber()
		var value any
		if err := values.Decode(&value); err != nil {
			result.Error = err.Error()
			return result
		}
		result.Documents = append(result.Documents, value)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
