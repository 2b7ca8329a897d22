from cdk8s import App

from shop import Shop

app = App()
Shop(app, "shop")
app.synth()  # raises if a claim does not hold, with the deciding policy and the fix
