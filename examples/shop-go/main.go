package main

import "github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"

func main() {
	app := cdk8s.NewApp(nil)
	NewShop(app, "shop")
	app.Synth() // panics, with the deciding policy and the fix, if a claim of the intent does not hold
}
