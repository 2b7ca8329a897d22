package main

import "github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"

func main() {
	app := cdk8s.NewApp(nil)
	NewShop(app, "shop")
	app.Synth() // panics if a claim does not hold, with the deciding policy and the fix
}
