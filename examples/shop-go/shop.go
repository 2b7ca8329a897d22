package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	netpol "github.com/cdk8s-netpol/cdk8s-netpol-go/cdk8snetpol"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

// NewShop makes a frontend that may reach a backend, and a backend that may reach a database.
func NewShop(scope constructs.Construct, id string) cdk8s.Chart {
	chart := cdk8s.NewChart(scope, jsii.String(id), &cdk8s.ChartProps{Namespace: jsii.String("app")})

	frontend := netpol.NewTier(chart, jsii.String("frontend"), nil) // selects app=frontend
	backend := netpol.NewTier(chart, jsii.String("backend"), &netpol.TierProps{Ports: tcp(8080)})
	db := netpol.NewTier(chart, jsii.String("db"), &netpol.TierProps{Ports: tcp(5432)})

	backend.AllowFrom(frontend, nil) // on the backend's own ports
	db.AllowFrom(backend, nil)
	backend.AllowTo(netpol.Peer_PublicInternet(), &netpol.AllowOptions{Ports: tcp(443)})

	netpol.NewConnectivityIntent(chart, jsii.String("intent")).
		Allowed(frontend, backend, nil).
		Allowed(backend, netpol.Peer_ClusterDns(nil), nil).
		Denied(frontend, db, nil).
		AdmitsOnly(db, &[]constructs.IConstruct{backend}, nil) // nothing else reaches db, not even a pod that is deployed next year

	deploy(chart, "frontend", "nginx", 80)
	deploy(chart, "backend", "example.com/shop/backend", 8080)
	deploy(chart, "db", "postgres", 5432)
	return chart
}

func tcp(port float64) *[]netpol.Port {
	return &[]netpol.Port{netpol.Port_Tcp(jsii.Number(port))}
}

// deploy makes a Deployment whose pods have the label app and listen on one TCP port.
func deploy(scope constructs.Construct, name, image string, port float64) {
	deployment := cdk8s.NewApiObject(scope, jsii.String(name+"-deployment"), &cdk8s.ApiObjectProps{
		ApiVersion: jsii.String("apps/v1"),
		Kind:       jsii.String("Deployment"),
		Metadata:   &cdk8s.ApiObjectMetadata{Name: jsii.String(name)},
	})
	labels := object{"app": name}
	// For a kind without a type from `cdk8s import`, a JSON patch sets the spec.
	deployment.AddJsonPatch(cdk8s.JsonPatch_Add(jsii.String("/spec"), object{
		"selector": object{"matchLabels": labels},
		"template": object{
			"metadata": object{"labels": labels},
			"spec": object{"containers": []any{
				object{"name": name, "image": image, "ports": []any{object{"containerPort": port}}},
			}},
		},
	}))
}

type object = map[string]any
