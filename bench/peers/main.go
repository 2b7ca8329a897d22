// Command peers asks cyclonus's matcher which workloads of a folder of manifests reach each other.
//
// `peers DIR TCP/8080 UDP/53 ...` writes a line with the milliseconds of each phase, and then a line with a digit
// for each ordered pair and port: 1 if the connection is allowed. Sources change slowest, and ports fastest.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	appsv1 "k8s.io/api/apps/v1"
	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

type workload struct {
	name  string
	peer  *matcher.TrafficPeer
	ports []v1.ContainerPort
}

type port struct {
	protocol v1.Protocol
	number   int
}

func main() {
	start := time.Now()
	workloads, policies := read(os.Args[1])
	afterRead := time.Now()
	// Simplified, as cyclonus itself does before it answers.
	matching := matcher.BuildNetworkPolicies(true, policies)
	afterBuild := time.Now()
	digits := answer(matching, workloads, portsOf(os.Args[2:]))
	end := time.Now()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	json.NewEncoder(out).Encode(map[string]float64{
		"read": ms(afterRead.Sub(start)), "build": ms(afterBuild.Sub(afterRead)), "answer": ms(end.Sub(afterBuild)),
	})
	out.Write(append(digits, '\n'))
}

func ms(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

func portsOf(texts []string) []port {
	ports := make([]port, len(texts))
	for i, text := range texts {
		protocol, number, _ := strings.Cut(text, "/")
		n, err := strconv.Atoi(number)
		check(err)
		ports[i] = port{v1.Protocol(protocol), n}
	}
	return ports
}

func answer(matching *matcher.Policy, workloads []workload, ports []port) []byte {
	digits := make([]byte, 0, len(workloads)*len(workloads)*len(ports))
	for _, source := range workloads {
		for _, destination := range workloads {
			for _, p := range ports {
				traffic := &matcher.Traffic{
					Source: source.peer, Destination: destination.peer,
					ResolvedPort: p.number, ResolvedPortName: nameOf(destination, p), Protocol: p.protocol,
				}
				digit := byte('0')
				if matching.IsTrafficAllowed(traffic).IsAllowed() {
					digit = '1'
				}
				digits = append(digits, digit)
			}
		}
	}
	return digits
}

// The matcher takes the name of a port as well as its number.
func nameOf(w workload, p port) string {
	for _, own := range w.ports {
		if int(own.ContainerPort) == p.number && own.Protocol == p.protocol {
			return own.Name
		}
	}
	return ""
}

// The workloads, sorted by name. Each has an address outside all blocks of the manifests.
func read(folder string) ([]workload, []*networkingv1.NetworkPolicy) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	check(err)
	namespaces := map[string]map[string]string{}
	deployments := []*appsv1.Deployment{}
	policies := []*networkingv1.NetworkPolicy{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		check(err)
		for _, document := range bytes.Split(content, []byte("---\n")) {
			if len(bytes.TrimSpace(document)) == 0 {
				continue
			}
			var kind struct {
				Kind string `json:"kind"`
			}
			check(yaml.Unmarshal(document, &kind))
			switch kind.Kind {
			case "Namespace":
				var namespace v1.Namespace
				check(yaml.Unmarshal(document, &namespace))
				namespaces[namespace.Name] = namespace.Labels
			case "Deployment":
				var deployment appsv1.Deployment
				check(yaml.Unmarshal(document, &deployment))
				deployments = append(deployments, &deployment)
			case "NetworkPolicy":
				var policy networkingv1.NetworkPolicy
				check(yaml.Unmarshal(document, &policy))
				policies = append(policies, &policy)
			}
		}
	}
	workloads := make([]workload, len(deployments))
	for i, d := range deployments {
		workloads[i] = workload{
			name:  d.Namespace + "/" + d.Name,
			ports: d.Spec.Template.Spec.Containers[0].Ports,
			peer: &matcher.TrafficPeer{
				IP: fmt.Sprintf("172.20.%d.%d", i/256, i%256),
				Internal: &matcher.InternalPeer{
					PodLabels: d.Spec.Template.Labels, NamespaceLabels: namespaces[d.Namespace], Namespace: d.Namespace,
				},
			},
		}
	}
	sort.Slice(workloads, func(i, j int) bool { return workloads[i].name < workloads[j].name })
	return workloads, policies
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
