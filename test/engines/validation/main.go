// Command validation validates NetworkPolicies as the API server does for a request with
// fieldValidation=Strict: it decodes them, sets the defaults, and calls the strategy of the registry.
//
// It reads one policy per line as JSON and writes one verdict per line.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
)

type fieldError struct {
	Field string `json:"field"`
	Type  string `json:"type"`
}

type verdict struct {
	Valid  bool         `json:"valid"`
	Errors []fieldError `json:"errors"`
	// The errors of strict decoding. After an unknown field there is an object, which is validated, too.
	DecodeErrors []string `json:"decodeErrors"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	decoder := strictDecoder()
	for in.Scan() {
		if err := encoder.Encode(validate(decoder, in.Bytes())); err != nil {
			fail(err)
		}
	}
	if err := in.Err(); err != nil {
		fail(err)
	}
}

func strictDecoder() runtime.Decoder {
	info, ok := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeJSON)
	if !ok {
		fail(fmt.Errorf("no serializer for JSON"))
	}
	internal := schema.GroupVersion{Group: networking.GroupName, Version: runtime.APIVersionInternal}
	return legacyscheme.Codecs.DecoderToVersion(info.StrictSerializer, internal)
}

func validate(decoder runtime.Decoder, text []byte) verdict {
	result := verdict{Errors: []fieldError{}, DecodeErrors: []string{}}
	object, _, err := decoder.Decode(text, nil, nil)
	if strict, ok := runtime.AsStrictDecodingError(err); ok {
		for _, each := range strict.Errors() {
			result.DecodeErrors = append(result.DecodeErrors, each.Error())
		}
	} else if err != nil {
		result.DecodeErrors = append(result.DecodeErrors, strings.TrimSpace(err.Error()))
		return result
	}
	policy, ok := object.(*networking.NetworkPolicy)
	if !ok {
		fail(fmt.Errorf("not a NetworkPolicy: %s", text))
	}
	// Without a namespace in the object, the server takes that of the request.
	if policy.Namespace == "" {
		policy.Namespace = "default"
	}
	// The server generates the name before validation.
	if policy.Name == "" && policy.GenerateName != "" {
		policy.Name = networkpolicy.Strategy.GenerateName(policy.GenerateName)
	}
	ctx := request.WithRequestInfo(context.Background(), &request.RequestInfo{
		IsResourceRequest: true, Verb: "create", APIGroup: networking.GroupName, APIVersion: "v1", Resource: "networkpolicies",
	})
	// This sets the generation to 1, which validation requires.
	networkpolicy.Strategy.PrepareForCreate(ctx, policy)
	for _, each := range networkpolicy.Strategy.Validate(ctx, policy) {
		result.Errors = append(result.Errors, fieldError{Field: each.Field, Type: string(each.Type)})
	}
	result.Valid = len(result.Errors) == 0 && len(result.DecodeErrors) == 0
	return result
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
