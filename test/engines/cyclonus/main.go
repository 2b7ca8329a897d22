// Command cyclonus asks cyclonus's matcher which connections are allowed.
//
// It reads one cluster per line as JSON. For each it writes one line with a digit per probe, in order: 1 if the
// probe is allowed, 0 if it is denied.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	v1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

type pod struct {
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
	IP        string            `json:"ip"`
	Ports     []containerPort   `json:"ports"`
}

type containerPort struct {
	Name          string      `json:"name"`
	Protocol      v1.Protocol `json:"protocol"`
	ContainerPort int         `json:"containerPort"`
}

// An end of a probe is the index of a pod, or an address that belongs to no pod.
type end struct {
	Pod *int   `json:"pod"`
	IP  string `json:"ip"`
}

type probe struct {
	From     end         `json:"from"`
	To       end         `json:"to"`
	Protocol v1.Protocol `json:"protocol"`
	Port     int         `json:"port"`
}

type cluster struct {
	// The labels of each namespace, with those that the API server sets.
	Namespaces map[string]map[string]string  `json:"namespaces"`
	Pods       []pod                         `json:"pods"`
	Policies   []*networkingv1.NetworkPolicy `json:"policies"`
	Probes     []probe                       `json:"probes"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var c cluster
		if err := json.Unmarshal(in.Bytes(), &c); err != nil {
			fail(err)
		}
		if _, err := out.Write(append(c.verdicts(), '\n')); err != nil {
			fail(err)
		}
	}
	if err := in.Err(); err != nil {
		fail(err)
	}
}

func (c *cluster) verdicts() []byte {
	for _, policy := range c.Policies {
		setDefaults(&policy.Spec)
	}
	// Simplified, as cyclonus itself does before it answers.
	policies := matcher.BuildNetworkPolicies(true, c.Policies)
	digits := make([]byte, len(c.Probes))
	for i, p := range c.Probes {
		digits[i] = '0'
		if policies.IsTrafficAllowed(c.traffic(p)).IsAllowed() {
			digits[i] = '1'
		}
	}
	return digits
}

// Sets the policyTypes that the API server sets, because cyclonus refuses a policy without them.
func setDefaults(spec *networkingv1.NetworkPolicySpec) {
	if len(spec.PolicyTypes) > 0 {
		return
	}
	spec.PolicyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress}
	if len(spec.Egress) > 0 {
		spec.PolicyTypes = append(spec.PolicyTypes, networkingv1.PolicyTypeEgress)
	}
}

func (c *cluster) traffic(p probe) *matcher.Traffic {
	return &matcher.Traffic{
		Source:           c.peer(p.From),
		Destination:      c.peer(p.To),
		ResolvedPort:     p.Port,
		ResolvedPortName: c.portName(p),
		Protocol:         p.Protocol,
	}
}

func (c *cluster) peer(e end) *matcher.TrafficPeer {
	if e.Pod == nil {
		return &matcher.TrafficPeer{IP: e.IP}
	}
	p := c.Pods[*e.Pod]
	return &matcher.TrafficPeer{
		IP:       p.IP,
		Internal: &matcher.InternalPeer{PodLabels: p.Labels, NamespaceLabels: c.Namespaces[p.Namespace], Namespace: p.Namespace},
	}
}

// The matcher takes one name per port: the name of the first container port with this number and protocol.
func (c *cluster) portName(p probe) string {
	if p.To.Pod == nil {
		return ""
	}
	for _, port := range c.Pods[*p.To.Pod].Ports {
		protocol := port.Protocol
		if protocol == "" {
			protocol = v1.ProtocolTCP
		}
		if port.Name != "" && port.ContainerPort == p.Port && protocol == p.Protocol {
			return port.Name
		}
	}
	return ""
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
