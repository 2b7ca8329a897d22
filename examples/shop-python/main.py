from cdk8s import App

from shop import Shop

app = App()
Shop(app, "shop")
app.synth()  # raises, with the deciding policy and the fix, if a claim of the intent does not hold
