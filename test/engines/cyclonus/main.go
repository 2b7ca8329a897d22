// Command cyclonus asks cyclonus's matcher which connections are allowed.
//
// It reads one cluster a line, as JSON, and writes one line of digits for each: 1 where a probe is
// allowed, 0 where it is denied, in the order of the probes.
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

// An end of a probe is a pod, by its index, or an address that is none of them.
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
	// Labels by namespace, those that the server sets included.
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
	// Simplified, as cyclonus itself does before it judges.
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

// What the API server sets before anyone reads the policy: cyclonus refuses a policy without types.
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

// The matcher takes one name for a port: it is that of the first container port of this number and protocol.
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
