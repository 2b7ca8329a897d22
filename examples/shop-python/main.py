from cdk8s import App

from shop import Shop

app = App()
Shop(app, "shop")
app.synth()  # raises, with the deciding policy and the mend, if any line of the intent is untrue
