package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	netpol "github.com/cdk8s-netpol/cdk8s-netpol-go/cdk8snetpol"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func newApp() (cdk8s.App, cdk8s.Chart) {
	app := cdk8s.Testing_App(nil)
	return app, NewShop(app, "shop")
}

func backend() netpol.Endpoint { return netpol.Endpoint_Workload(jsii.String("app/backend")) }
func db() netpol.Endpoint      { return netpol.Endpoint_Workload(jsii.String("app/db")) }

func TestTheIntentHolds(t *testing.T) {
	app, _ := newApp()
	if yaml := *app.SynthYaml(); !strings.Contains(yaml, "name: allow-backend-to-db\n") {
		t.Error(yaml)
	}
}

func TestOnlyTheBackendReachesTheDatabase(t *testing.T) {
	_, shop := newApp()
	connectivity := netpol.Connectivity_FromChart(shop, nil)
	connectivity.AssertAdmitsOnly(db(), &[]netpol.IEndpoint{backend()}, nil)
	if verdict := connectivity.CheckAllowed(backend(), db(), nil); !*verdict.Holds() {
		t.Error(*verdict.Explanation())
	}
}

func TestAClaimThatDoesNotHoldFailsWithTheDecidingPolicies(t *testing.T) {
	_, shop := newApp()
	connectivity := netpol.Connectivity_FromChart(shop, nil)

	verdict := connectivity.CheckDenied(backend(), db(), nil)
	if *verdict.Holds() {
		t.Error("the claim holds, although the backend reaches the database")
	}

	equal(t, panicOf(func() { connectivity.AssertDenied(backend(), db(), nil) }), `Error: denied(app/backend, app/db) does not hold
app/backend[Deployment] reaches app/db[Deployment] on TCP 5432.
Fix: remove or narrow db.allowFrom(backend)
Egress of app/backend[Deployment]: allowed
  allowed by
    app/allow-backend-to-db-egress spec.egress[0] (shop/backend/allow-backend-to-db-egress-26effd0a): TCP 5432
Ingress of app/db[Deployment]: allowed
  allowed by
    app/allow-backend-to-db spec.ingress[0] (shop/db/allow-backend-to-db-bb9ca793): TCP 5432
Judged for the pods of 2 declared workloads.`)
}

func TestAHandWrittenPolicyThatBreaksTheIntentFailsTheSynth(t *testing.T) {
	app, _ := newApp()
	hotfix := cdk8s.NewChart(app, jsii.String("hotfix"), &cdk8s.ChartProps{Namespace: jsii.String("app")})
	policy := cdk8s.NewApiObject(hotfix, jsii.String("policy"), &cdk8s.ApiObjectProps{
		ApiVersion: jsii.String("networking.k8s.io/v1"),
		Kind:       jsii.String("NetworkPolicy"),
		Metadata:   &cdk8s.ApiObjectMetadata{Name: jsii.String("reports-to-db")},
	})
	policy.AddJsonPatch(cdk8s.JsonPatch_Add(jsii.String("/spec"), object{
		"podSelector": object{"matchLabels": object{"app": "db"}},
		"ingress":     []any{object{"from": []any{object{"podSelector": object{"matchLabels": object{"app": "reports"}}}}}},
	}))

	equal(t, panicOf(func() { app.Synth() }), `Error: Validation failed with the following errors:
  [shop/intent] admitsOnly(shop/db, [shop/backend]) does not hold.
    A pod with label app=reports in namespace app can connect to app/db[Deployment] too, whether it exists today or not.
    Fix: narrow app/reports-to-db spec.ingress[0].from[0], or remove it.
    Or list the other end in the claim, if it may connect.
    Let through by app/reports-to-db spec.ingress[0].from[0] (hotfix/policy),
      which means pods app=reports of namespace 'app', on every port
    Judged for every possible pod, 1 declared workload among them.`)
}

// panicOf returns the message with which a call panics. jsii turns errors of the library into panics.
func panicOf(call func()) (message string) {
	defer func() { message = fmt.Sprint(recover()) }()
	call()
	return
}

func equal(t *testing.T, got, wanted string) {
	t.Helper()
	if got != wanted {
		t.Errorf("got:\n%s\nwanted:\n%s", got, wanted)
	}
}
